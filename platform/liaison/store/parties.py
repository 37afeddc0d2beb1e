"""The directory of an organisation: departments, chambers, enterprises, banks, law firms, shared by its mechanisms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from liaison.definitions import PartyKind, to_fill
from liaison.engine import FOUND_AT_MOST
from liaison.roster import Party

from . import tables as t
from .ids import new_id

_AT_ONCE = 5_000
"""Ids in one query: a database takes only so many parameters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A party as those see it who keep the directory."""

    id: str
    kind: PartyKind
    name: str
    credit_code: str
    region: str
    first_day: date | None
    last_day: date | None


ENTRY = select(
    t.Party.id,
    t.Party.kind,
    t.Party.name,
    func.coalesce(t.Party.credit_code, ""),
    func.coalesce(t.Party.region, ""),
    t.Party.first_day,
    t.Party.last_day,
)
BY_NAME = (t.Party.name, t.Party.id)


def add_party(
    connection: Connection,
    organisation: str,
    kind: PartyKind,
    name: str,
    *,
    credit_code: str = "",
    region: str = "",
    first_day: date | None = None,
) -> str:
    """A new entry of the directory; its id."""
    id_ = new_id()
    connection.execute(
        insert(t.Party).values(
            id=id_, organisation_id=organisation, kind=kind, name=name, credit_code=credit_code or None,
            region=region or None, first_day=first_day,
        )
    )  # fmt: skip
    return id_


def change_party(
    connection: Connection, party: str, *, kind: PartyKind, name: str, credit_code: str, region: str
) -> None:
    """Correct an entry. KeyError: there is none of that id."""
    changed = connection.execute(
        update(t.Party)
        .where(t.Party.id == party)
        .values(kind=kind, name=name, credit_code=credit_code or None, region=region or None)
    )
    if changed.rowcount == 0:
        raise KeyError(party)


def close_party(connection: Connection, party: str, last_day: date | None) -> None:
    """The party is picked until `last_day`, that day included, or again without end; what names it still does.
    KeyError: there is none of that id."""
    if connection.execute(update(t.Party).where(t.Party.id == party).values(last_day=last_day)).rowcount == 0:
        raise KeyError(party)


def parties_named(connection: Connection, organisation: str, names: Collection[str]) -> list[Entry]:
    """The entries that are called so, letter by letter."""
    asked, found = sorted(names), list[Entry]()
    for first in range(0, len(asked), _AT_ONCE):
        here = ENTRY.where(t.Party.organisation_id == organisation, t.Party.name.in_(asked[first : first + _AT_ONCE]))
        found += [Entry(*row) for row in connection.execute(here)]
    return found


def lock_directory(connection: Connection, organisation: str) -> None:
    """Whoever enters something into the directory next waits for the end of this transaction."""
    connection.execute(
        select(t.Organisation.id).where(t.Organisation.id == organisation).with_for_update(key_share=True)
    )


def taken(
    connection: Connection, organisation: str, name: str, credit_code: str, day: date, besides: str = ""
) -> tuple[bool, bool]:
    """Whether a party that stands on `day` or later, `besides` apart, has this name, and whether one has this credit
    code: nobody is to stand in a directory twice. Two with different codes may have one name. The directory is locked
    until the end of this transaction."""
    lock_directory(connection, organisation)
    others = select(t.Party.id).where(
        t.Party.organisation_id == organisation,
        t.Party.id != besides,
        or_(t.Party.last_day.is_(None), t.Party.last_day >= day),
    )
    named, coded = others.where(t.Party.name == name), others.where(t.Party.credit_code == credit_code)
    if credit_code:
        named = named.where(t.Party.credit_code.is_(None))
    found = [connection.execute(one.limit(1)).first() is not None for one in (named, coded)]
    return found[0], found[1]


def directory(
    connection: Connection,
    organisation: str,
    *,
    words: str = "",
    kinds: Collection[str] = (),
    on: date | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[list[Entry], int]:
    """A page of the directory by name, and how many entries it has: those with `words` in their names or as the start
    of their credit codes, of some kinds, standing on a day, where these are given."""
    wanted = [t.Party.organisation_id == organisation]
    wanted += map(found_by, words.split())
    if kinds:
        wanted.append(t.Party.kind.in_(kinds))
    if on is not None:
        wanted.append(covers(on))
    total = connection.execute(select(func.count()).select_from(t.Party).where(*wanted)).scalar_one()
    rows = connection.execute(ENTRY.where(*wanted).order_by(*BY_NAME).offset(offset).limit(limit))
    return [Entry(*row) for row in rows], total


def standing(connection: Connection, organisation: str, kinds: Collection[str], day: date) -> list[Party]:
    """All parties of some kinds that stand on `day`, by name."""
    rows = connection.execute(
        select(t.Party.id, t.Party.kind, t.Party.name, t.Party.first_day, t.Party.last_day)
        .where(t.Party.organisation_id == organisation, t.Party.kind.in_(kinds), covers(day))
        .order_by(*BY_NAME)
    )
    return [Party(*row) for row in rows]


def link_units(
    connection: Connection, installation: str, organisation: str, kinds: Mapping[str, PartyKind], day: date
) -> None:
    """Let every unit of a roster refer to the directory: to the party of its name that stands on `day`, or to one that
    is added now, of the kind that `kinds` gives to units of its kind. What has yet to be named refers to none."""
    known: dict[str, str] = {}
    for id_, name in connection.execute(
        select(t.Party.id, t.Party.name)
        .where(t.Party.organisation_id == organisation, covers(day))
        .order_by(t.Party.name, t.Party.id)
    ):
        known.setdefault(name, id_)
    units = connection.execute(
        select(t.Unit.key, t.Unit.title, t.Unit.kind, t.Unit.region)
        .where(t.Unit.installation_id == installation, t.Unit.party_id.is_(None))
        .order_by(t.Unit.position)
    ).all()
    for unit in units:
        if to_fill(unit.title):
            continue
        if unit.title not in known:
            kind = kinds.get(unit.kind, "department")
            known[unit.title] = add_party(connection, organisation, kind, unit.title, region=unit.region)
        connection.execute(
            update(t.Unit)
            .where(t.Unit.installation_id == installation, t.Unit.key == unit.key)
            .values(party_id=known[unit.title])
        )


class Directory:
    """`engine.Parties` in SQL. `reading` opens the connection that each question is asked on."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], organisation: str) -> None:
        self._reading, self._organisation = reading, organisation

    def offered(self, kinds: Collection[str], day: date, words: str = "") -> Sequence[Party]:
        wanted = [t.Party.organisation_id == self._organisation, covers(day), *map(has_word, words.split())]
        if kinds:
            wanted.append(t.Party.kind.in_(kinds))
        return list(self._found(wanted, FOUND_AT_MOST))

    def known(self, ids: Collection[str]) -> Mapping[str, Party]:
        asked = sorted(ids)
        found: dict[str, Party] = {}
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            here = (t.Party.organisation_id == self._organisation, t.Party.id.in_(some))
            found.update({party.id: party for party in self._found(here)})
        return found

    def _found(self, wanted: Iterable[ColumnElement[bool]], limit: int | None = None) -> Iterable[Party]:
        chosen = select(t.Party.id, t.Party.kind, t.Party.name, t.Party.first_day, t.Party.last_day)
        with self._reading() as connection:
            rows = connection.execute(chosen.where(*wanted).order_by(*BY_NAME).limit(limit))
            return [Party(*row) for row in rows]


def covers(day: date) -> ColumnElement[bool]:
    """That an entry stands on a day."""
    began = or_(t.Party.first_day.is_(None), t.Party.first_day <= day)
    return began & or_(t.Party.last_day.is_(None), t.Party.last_day >= day)


def found_by(word: str) -> ColumnElement[bool]:
    """That an entry has a word in its name or at the start of its credit code."""
    return has_word(word) | t.Party.credit_code.startswith(word.upper(), autoescape=True)


def has_word(word: str) -> ColumnElement[bool]:
    """That an entry has a word in its name."""
    return t.Party.name.icontains(word, autoescape=True)
