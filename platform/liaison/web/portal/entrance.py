"""The way in: what enterprises may report here, how it is dealt with, and what this visitor has begun or sent."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.access import Scope
from liaison.definitions import Action, Definition, RecordType
from liaison.engine import Mechanism, Record, learn_titles, title_of
from liaison.forms import Names, display
from liaison.store import Draft, InForce, SqlWorld, Wanted, drafts_of, installations, lookup
from liaison.store import records as listed

from .. import permissions, visit
from ..language import lang
from . import blueprint, journey

_LISTED = 100
"""Records of one type listed at most; what is older is found by its number."""
_DRAFTS = 10
_WORDS = 40
"""Characters of what a draft is about."""


@blueprint.get("/")
@permissions.opens_to(permissions.PUBLIC)
def home() -> ResponseReturnValue:
    """Every mechanism in force that enterprises may use, and the way to follow a matter."""
    offers = []
    with visit.database().read() as connection:
        for one in visit.installed(connection):
            definition = visit.shelf().mechanism(connection, one.edition).definition
            if one.in_force and offered(definition):
                offers.append(
                    {
                        "installed": one,
                        "whose": whose(connection, one),
                        "definition": definition,
                        "types": offered(definition),
                    }
                )
    return render_template("portal/home.html", offers=offers, drafts=_drafts())


@blueprint.get("/m/<installation>")
@permissions.opens_to(permissions.PUBLIC)
def mechanism(installation: str) -> ResponseReturnValue:
    """What the mechanism is for, who answers, how it goes, how long it takes, and the buttons."""
    one, ready = in_force(installation)
    with visit.database().read() as connection:
        of = whose(connection, one)
    return render_template(
        "portal/mechanism.html",
        one=one,
        whose=of,
        definition=ready.definition,
        types=[_explained(ready, type_, installation) for type_ in offered(ready.definition)],
    )


@blueprint.get("/mine")
@permissions.opens_to(permissions.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """What the person signed in has reported or applied for, in every mechanism the portal offers."""
    shelf, me = visit.shelf(), visit.actor()
    own = Scope(person=me.id)
    groups = []
    with visit.database().read() as connection:
        for standing in visit.standings().values():
            ready = shelf.mechanism(connection, standing.installed.edition)
            for type_ in offered(ready.definition):
                wanted = Wanted(standing.installed.id, type_.key)
                reach = {standing.installed.id: own}
                page = listed(connection, shelf, reach, wanted, visit.now(), limit=_LISTED)
                around = visit.surroundings(SqlWorld(connection, shelf), standing.installed.id)
                learn_titles(around, ((ready, record) for record in page.records))
                rows = [_row(ready, record, around.names) for record in page.records]
                groups.append({"title": ready.definition.title, "rows": rows, "more": page.total > _LISTED})
    return render_template("portal/mine.html", groups=[one for one in groups if one["rows"]], drafts=_drafts())


def offered(definition: Definition) -> list[RecordType]:
    """The record types an enterprise may begin."""
    return [type_ for type_ in definition.record_types.values() if type_.portal]


def whose(connection: Connection, installation: InForce) -> str:
    """What the organisation is called that a mechanism is set up in; empty where the portal is of one alone."""
    offering = {one.organisation for one in installations(connection) if one.in_force} | {installation.organisation}
    if len(offering) == 1:
        return ""
    return next(one.title for one in lookup.organisations(connection) if one.id == installation.organisation)


def in_force(installation: str) -> tuple[InForce, Mechanism]:
    """The installation with its mechanism. 404 where it is not in force."""
    with visit.database().read() as connection:
        one = next((one for one in installations(connection) if one.id == installation and one.in_force), None)
        if one is None:
            abort(404)
        return one, visit.shelf().mechanism(connection, one.edition)


def start_of(ready: Mechanism, type_: str) -> Action:
    """The action by which an enterprise begins a record of the type. 404 where the portal offers none."""
    lifecycle = ready.definition.lifecycles.get(type_)
    if lifecycle is None or not ready.definition.record_types[type_].portal:
        abort(404)
    return next(action for action in lifecycle.actions.values() if action.start and journey.is_public(action))


def _explained(ready: Mechanism, type_: RecordType, installation: str) -> dict[str, Any]:
    start = start_of(ready, type_.key)
    first = {"title": journey.public_title(ready, type_.key, start.to), "standing": "ahead"}
    reported = Record(id="", type=type_.key, installation=installation, state=start.to)
    terms = [
        {"title": term.title, "text": text}
        for term in ready.definition.terms_of.get(type_.key, ())
        if (text := journey.within(ready, term))
    ]
    return {"type": type_, "line": [first, *journey.ahead(ready, reported)], "terms": terms}


def _row(ready: Mechanism, record: Record, names: Names) -> dict[str, Any]:
    """A record in a list. Whose turn it is follows from its state alone: no query for a row."""
    lifecycle = ready.definition.lifecycles[record.type]
    mine = (
        action
        for action in lifecycle.actions.values()
        if record.state in action.origins and action.tone == "primary" and journey.is_public(action)
    )
    return {
        "record": record,
        "title": title_of(ready, record, names, ready.guarded[record.type], lang()),
        "state": journey.public_title(ready, record.type, record.state),
        "tone": journey.tone(ready, record.type, record.state),
        "turn": next(mine, None),
    }


def _drafts() -> list[dict[str, Any]]:
    """What this visitor began, was typed in, and is not sent yet."""
    shelf = visit.shelf()
    with visit.database().read() as connection:
        found = [draft for draft in drafts_of(connection, visit.owner(), limit=_DRAFTS) if draft.values]
        ready = [(one, shelf.mechanism(connection, one.edition)) for one in found]
    return [{"draft": one, **_about(mechanism, one)} for one, mechanism in ready if _begun_here(mechanism, one)]


def _begun_here(ready: Mechanism, draft: Draft) -> bool:
    """Whether a draft is of this side: what somebody of the office began at the desk is gone on with there."""
    action = ready.action(draft.type, draft.action)
    return action is not None and journey.is_public(action)


def _about(ready: Mechanism, draft: Draft) -> dict[str, str]:
    fields = ready.fields[draft.type]
    texts = [
        display(fields[key], value, lang())
        for key, value in draft.values.items()
        if key in fields and fields[key].kind in ("text", "line") and isinstance(value, str) and value.strip()
    ]
    longest = max(texts, key=len, default="")
    action = ready.action(draft.type, draft.action)
    return {
        "mechanism": ready.definition.title,
        "action": action.title if action is not None and draft.record else "",
        "text": longest[:_WORDS] + ("…" if len(longest) > _WORDS else ""),
    }
