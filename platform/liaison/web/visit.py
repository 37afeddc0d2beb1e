"""What a page needs of its request: database, moment, who asks, the mechanism on the desk, a command carried out.

Everything is worked out when first asked for and kept for the rest of the request.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, request, session
from flask_login import current_user
from sqlalchemy import Connection

from liaison.access import GUEST, Actor, Answer, Scope, may_see, may_see_under, scope_of
from liaison.calendars import ZONE
from liaison.engine import Command, Family, Mechanism, Refusal, Result, StaleError, Surroundings, run
from liaison.forms import FieldProblem
from liaison.roster import Held
from liaison.store import (
    Account,
    Also,
    Database,
    Directory,
    InForce,
    OtherRecords,
    Overseen,
    Rehearsal,
    Shelf,
    SqlWorld,
    Version,
    files,
    installations,
    token_owner,
    versions,
)
from liaison.store import act as carry_out
from liaison.store import overseen as overseen_by
from liaison.texts import Message, hint, say

from .language import lang

_DESK = "installation"
_ENTITLED = "entitled"
_BROWSER = "browser"
_MOST_ENTITLED = 20
"""The cookie has room for about that many; the one given first goes."""

_AN_ID = re.compile("[0-9a-f]{32}")
"""What `new_id` makes: what else stands in lists, units and codes say, need not be looked up as a file."""

_T = TypeVar("_T")


def init_app(app: Flask) -> None:
    """Take `DATABASE` (a `liaison.store.Database`) and `NOW` (a callable without arguments that gives an aware
    moment; the clock of the machine unless a test sets another) from the configuration."""
    app.config.setdefault("NOW", lambda: datetime.now(ZONE))
    app.jinja_env.globals.update(me=me, desks=desks, now=now, sentence=sentence)


def database() -> Database:
    """The site's database. RuntimeError: the application was made without one."""
    found = current_app.config.get("DATABASE")
    if found is None:
        raise RuntimeError("create_app needs config['DATABASE'] for this page")
    return cast(Database, found)


def shelf() -> Shelf:
    """Where pages take mechanisms and rosters from: in the visitor's language, as far as they were translated.

    To be read: commands, papers and messages take the database's own, in the language the mechanism is written in."""
    return _once("shelf", lambda: database().shelf.speaking(lang()))


def installed(connection: Connection, organisation: str | None = None) -> list[InForce]:
    """What is set up, in one organisation or everywhere, called as this visitor reads it."""
    found = installations(connection, organisation)
    return [replace(one, title=shelf().mechanism(connection, one.edition).definition.title) for one in found]


def published(connection: Connection) -> list[Version]:
    """The versions published, the newest first, called as this visitor reads them."""
    return [replace(one, title=shelf().title(connection, one.digest)) for one in versions(connection)]


def unit_titles(connection: Connection, organisation: str) -> Mapping[str, str]:
    """The units of an organisation's mechanisms: how each is called → how this visitor reads it."""
    found: dict[str, str] = {}
    for one in installations(connection, organisation):
        written, read = (
            known.today(connection, known.installed(connection, one.id), today()).roster.units
            for known in (database().shelf, shelf())
        )
        found |= {unit.title: read[key].title for key, unit in written.items()}
    return found


def now() -> datetime:
    """The moment of this request, in Asia/Shanghai: the same one throughout."""
    return _once("now", lambda: cast(datetime, current_app.config["NOW"]()).astimezone(ZONE))


def today() -> date:
    """The day of this request, in Asia/Shanghai."""
    return now().date()


def spoken(message: Message) -> str:
    """The sentence in the visitor's language; moments in it are spelt in Asia/Shanghai, wherever they come from."""
    return say(_here(message), lang())


def advice(message: Message) -> str:
    """What to do about it, or nothing."""
    return hint(_here(message), lang())


def sentence(code: str, **params: Any) -> str:
    """`spoken` for templates."""
    return spoken(Message(code, params))


def _here(message: Message) -> Message:
    params = {
        name: value.astimezone(ZONE) if isinstance(value, datetime) else value for name, value in message.params.items()
    }
    return Message(message.code, params)


def address() -> str:
    """Where the request comes from. Behind a proxy the server must have been told to trust it."""
    return request.remote_addr or ""


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def me() -> Account | None:
    """The account signed in with, or None."""
    return cast(Account, current_user.account) if current_user.is_authenticated else None


def actor() -> Actor:
    """Who acts: the person signed in, with what links and codes entitle this session to; or a visitor who came with
    a link or a code alone; or a guest."""
    return _once("actor", _actor)


def _actor() -> Actor:
    account, records = me(), entitled()
    if account is not None:
        return Actor(account.person, account.name, "person", records)
    return Actor(kind="link", entitled=records) if records else GUEST


def entitled() -> frozenset[str]:
    """The records this session may act on for their applicant, through a signed link or a query code."""
    moment = now().timestamp()
    return frozenset(record for record, until in session.get(_ENTITLED, {}).items() if until > moment)


def entitle(record: str, lasting: timedelta = timedelta(hours=2)) -> None:
    """Let this session act for the applicant of a record for a while. Only for who has just proved it."""
    kept = {id_: until for id_, until in session.get(_ENTITLED, {}).items() if id_ in entitled() and id_ != record}
    kept[record] = (now() + lasting).timestamp()
    session[_ENTITLED] = dict(list(kept.items())[-_MOST_ENTITLED:])
    forget()


def forget() -> None:
    """Work everything out anew: who asks has changed."""
    for name in ("actor", "standings"):
        g.pop(f"_visit_{name}", None)


def owner() -> str:
    """Whose drafts and uploads these are: the person signed in, or whoever holds this browser's token."""
    account = me()
    if account is not None:
        return account.person
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(24)
        session.permanent = True
    return token_owner(session[_BROWSER])


# ── What somebody reaches ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """What this visitor is to one mechanism today: what may be seen of its records, which posts are held, whether a
    grant lets read beside."""

    installed: InForce
    scope: Scope
    posts: tuple[Held, ...]
    reads: bool

    @property
    def units(self) -> tuple[str, ...]:
        """The units acted for, each once."""
        return tuple(dict.fromkeys(held.unit for held in self.posts if held.unit))


def standings() -> Mapping[str, Standing]:
    """Installation → this visitor's standing there, for every mechanism set up, by title."""
    return _once("standings", _standings)


def _standings() -> Mapping[str, Standing]:
    who = actor()
    found: dict[str, Standing] = {}
    with database().read() as connection:
        for one in installed(connection):
            at = shelf().installed(connection, one.id)
            types = shelf().mechanism(connection, at.edition).definition.record_types
            roster = shelf().today(connection, at, today())
            reads = bool(roster.readings_of(who.id))
            found[one.id] = Standing(one, scope_of(who, types, roster), roster.posts_of(who.id), reads)
    return found


def reach() -> Mapping[str, Scope]:
    """Installation → what may be seen there: what lists, searches and counts of the store ask for."""
    return {id_: standing.scope for id_, standing in standings().items()}


def units() -> Mapping[str, tuple[str, ...]]:
    """Installation → the units acted for there: what the inbox asks for."""
    return {id_: standing.units for id_, standing in standings().items() if standing.units}


def desks() -> tuple[InForce, ...]:
    """The mechanisms the person signed in has a post in today, or may read by a grant, by title."""
    return tuple(standing.installed for standing in standings().values() if standing.posts or standing.reads)


def desk() -> InForce:
    """The mechanism on the desk: the one chosen last, else the first. 403 for who has none there."""
    mine = desks()
    if not mine:
        abort(403)
    return next((one for one in mine if one.id == session.get(_DESK)), mine[0])


def overseen() -> tuple[Overseen, ...]:
    """What this visitor sees totals of, as a viewer."""
    return _once("overseen", _overseen)


def _overseen() -> tuple[Overseen, ...]:
    account = me()
    if account is None:
        return ()
    with database().read() as connection:
        return overseen_by(connection, account.person, today())


def choose_desk(installation: str) -> None:
    """Put another mechanism on the desk. 404: the person has no desk there."""
    if installation not in {one.id for one in desks()}:
        abort(404)
    session[_DESK] = installation


# ── A record ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Opened:
    """A record this visitor may see, with its surroundings. `why` says through what."""

    family: Family
    mechanism: Mechanism
    around: Surroundings
    why: Message
    beside: Mapping[str, Mechanism]
    """Of the records linked with it, by id: the version each is on."""


def look_at(record: str) -> Opened | Answer | None:
    """The record, if this visitor may see it; the answer no with its reason; or None where there is no such record."""
    with database().read() as connection:
        world = SqlWorld(connection, shelf())
        family = world.families([record]).get(record)
        if family is None:
            return None
        mechanism = world.mechanism(family.record.installation, record)
        around = surroundings(world, family.record.installation)
        linked = {one.id: one for others in family.linked.values() for one in others}
        beside = {id_: world.mechanism(one.installation, id_) for id_, one in linked.items()}
    # By the version in force, as in lists, whatever version the record itself is on.
    scope, seen = reach()[family.record.installation], family.record.seen
    answer = may_see_under(scope, seen, family.parent.seen) if family.parent else may_see(scope, seen)
    return Opened(family, mechanism, around, answer.why, beside) if answer else answer


def surroundings(world: SqlWorld, installation: str) -> Surroundings:
    """What an installation lends this visitor today; other records and parties may be asked for after the connection
    of `world` is closed, as a page does while it is drawn."""
    at = world.installed(installation)
    others = OtherRecords(database().read, shelf(), at, today())
    parties = Directory(database().read, at.organisation)
    return replace(world.surroundings(installation, today()), records=others, parties=parties, asker=actor())


def opened() -> Opened:
    """The record of this page, which its rule `permissions.record` has loaded."""
    return cast(Opened, g.opened)


# ── Acting ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a command, ready for a page: true when it was carried out.

    Otherwise `sentence` and `advice` stand at the top, `problems` go to `BoundForm.with_problems` of the form that
    is shown again with everything typed, and the page is answered with `status`: 409 somebody else was first,
    403 not this person's to do, 422 something in the form."""

    result: Result
    sentence: str = ""
    advice: str = ""
    problems: tuple[FieldProblem, ...] = ()
    status: int = 200

    @property
    def stale(self) -> bool:
        """Whether somebody else changed the record first: the page says who and offers what is new."""
        return self.status == 409

    def __bool__(self) -> bool:
        return bool(self.result)


_STATUS: Mapping[str, int] = {
    "engine.stale": 409,
    "engine.not_from_here": 409,
    "engine.not_yours": 403,
    "engine.not_editable": 403,
    "engine.no_such_record": 404,
    "engine.no_such_action": 404,
}


def act(command: Command, also: Also | None = None) -> Said:
    """Carry out a command at the moment of this request, and what belongs to it (`liaison.store.act`)."""
    command = replace(command, files=brought(command.values))
    try:
        result = carry_out(database(), command, now(), also)
    except StaleError as error:
        params = {"by": error.by, "what": error.event, "at": error.at or ""}
        result = Result(refusal=Refusal(Message("engine.stale", params), command=command.key))
    if result.refusal is None:
        return Said(result)
    refusal = _as_read(command, result.refusal)
    return Said(
        result,
        spoken(refusal.message),
        advice(refusal.message),
        refusal.problems,
        _STATUS.get(refusal.code, 422),
    )


def _as_read(command: Command, refusal: Refusal) -> Refusal:
    """A refusal in the words of the mechanism that this visitor reads. It was decided in those it is written in: to
    have them put otherwise, the command is looked at once more."""
    if shelf().own:
        return refusal
    with database().read() as connection:
        again = run(Rehearsal(connection, shelf()), command, now()).refusal
    return again if again is not None and again.code == refusal.code else refusal


def brought(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The uploads of this visitor that `values` name: no others may be attached."""
    ids = named(values)
    if not ids:
        return ()
    with database().read() as connection:
        return tuple(id_ for id_, file in files(connection, ids).items() if file.owner == owner())


def named(values: Mapping[str, Any]) -> list[str]:
    """What in `values` may be the id of a file."""
    return [
        one
        for value in values.values()
        if isinstance(value, list)
        for one in value
        if isinstance(one, str) and _AN_ID.fullmatch(one)
    ]


def _once(name: str, make: Callable[[], _T]) -> _T:
    key = f"_visit_{name}"
    if key not in g:
        setattr(g, key, make())
    return cast(_T, getattr(g, key))
