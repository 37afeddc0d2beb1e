"""What a place in a paper reads: fields and facts of a record, of what is linked to it, of the rows of its tables.

Everything comes back as people write it. Somebody reads: what they may not read is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from liaison.access import SYSTEM, Actor, Scope
from liaison.calendars import ZONE
from liaison.conditions import read_stored
from liaison.definitions import Json, View
from liaison.engine import Facts, Family, Mechanism, Record, Surroundings, hidden_fields
from liaison.forms import Field, display, mask
from liaison.texts import Message, say, spell_date

from .defined import PLACE


def _no_records(_view: View) -> Sequence[Record]:
    return ()


def _no_families(_ids: Collection[str]) -> Mapping[str, Family]:
    return {}


@dataclass(frozen=True)
class Reading:
    """Somebody reading at a moment: who, and what they may see of the installation. The system reads everything.

    `mechanism` is the version of the record a paper is about, `versions` has those of other records; `listed` has the
    records of a list, `families` those of other records by id, `files` the names of files."""

    mechanism: Mechanism
    around: Surroundings
    now: datetime
    actor: Actor = SYSTEM
    scope: Scope = field(default_factory=Scope)
    listed: Callable[[View], Sequence[Record]] = _no_records
    families: Callable[[Collection[str]], Mapping[str, Family]] = _no_families
    versions: Callable[[Record], Mechanism] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    lang: str = "zh"

    def version(self, record: Record) -> Mechanism:
        """The version a record is on."""
        return self.versions(record) if self.versions is not None else self.mechanism

    def hidden(self, record: Record) -> frozenset[str]:
        """The fields of a record that are not for these eyes."""
        if self.actor.kind == "system":
            return frozenset()
        return hidden_fields(self.version(record), record, self.actor, self.around)

    def names(self, kind: str, key: str) -> str | None:
        """What a unit, person, record or file is called."""
        return self.files.get(key) if kind == "file" else self.around.names(kind, key)

    def fact(self, value: Any) -> str:
        """A fact as people write it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return say(Message("documents.yes" if value else "documents.no"), self.lang)
        if isinstance(value, list | tuple):
            return self.joined(self.fact(one) for one in value)
        if isinstance(value, datetime):
            here = value.astimezone(ZONE)
            return f"{spell_date(here.date(), self.lang)} {here:%H:%M}"
        return spell_date(value, self.lang) if isinstance(value, date) else str(value)

    def joined(self, words: Iterable[str]) -> str:
        """Words one after the other, in the manner of the language."""
        return say(Message("documents.words", {"words": [word for word in words if word]}), self.lang)


class Readable(Protocol):
    """Something places read from: a record, or a row."""

    def text(self, path: str) -> str:
        """What stands at a place; nothing where it is missing or not for these eyes."""
        ...

    def value(self, path: str) -> Any:
        """The same as expressions read it; None when missing."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """All of it, for expressions."""
        ...

    def rows(self, source: Json) -> Sequence[Readable]:
        """The rows of `{"field"} | {"relation"} | {"view"} | {"part"}`."""
        ...

    def numbered(self, number: int) -> Readable:
        """The same, as the row with this number."""
        ...


@dataclass(frozen=True)
class OfRecord:
    """A record with its family. `more`: what its place in a list adds (`row.number`, `unit`).

    Other records than the one a paper is about are read masked, as in every list."""

    reading: Reading
    family: Family
    masked: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> Record:
        return self.family.record

    @cached_property
    def mechanism(self) -> Mechanism:
        """The version it is on."""
        return self.reading.version(self.record)

    @cached_property
    def hidden(self) -> frozenset[str]:
        return self.reading.hidden(self.record)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.mechanism, self.record, self.reading.now, self.family)

    def text(self, path: str) -> str:
        if path in self.more:
            return self.reading.fact(self.more[path])
        known = self.mechanism.fields[self.record.type].get(path)
        if known is not None:
            return "" if path in self.hidden else self.shown(known, self.record.values.get(path))
        root, _, rest = path.partition(".")
        if root == "part":
            return self._part(rest)
        if root == "parent":
            return self._other(Family(self.family.parent)).text(rest) if self.family.parent is not None else ""
        if path == "record.state":
            return self.state
        if path == "record.reporter":
            return self.reading.names("person", self.record.reporter) or ""
        return self.reading.fact(self.facts[path])

    def value(self, path: str) -> Any:
        return self.more[path] if path in self.more else self.facts[path]

    @property
    def state(self) -> str:
        """The title of the state it is in."""
        states = self.mechanism.definition.lifecycles[self.record.type].states
        return states[self.record.state].title if self.record.state in states else self.record.state

    def rows(self, source: Json) -> Sequence[Readable]:
        if "view" in source:
            view = self.reading.mechanism.definition.views[source["view"]]
            found = self.reading.listed(view)
            families = self.reading.families([one.id for one in found])
            return [self._other(families.get(one.id) or Family(one)) for one in found]
        if "relation" in source:
            linked = self.family.linked.get(source["relation"], ())
            return [self._other(self._relatives[one.id]) for one in linked]
        if "part" in source:
            return self._assigned(source["part"])
        return self._filled_in(source["field"])

    def numbered(self, number: int) -> OfRecord:
        return replace(self, more={**self.more, "row.number": number})

    def of_linked(self, id_: str, path: str) -> str:
        """What stands at a place of a record that is linked to this one, whatever the relation."""
        return self._other(self._relatives[id_]).text(path) if id_ in self._relatives else ""

    @cached_property
    def _relatives(self) -> Mapping[str, Family]:
        """The records linked to this one, with their own surroundings: asked for once."""
        near = {one.id: Family(one) for linked in self.family.linked.values() for one in linked}
        return {**near, **self.reading.families(near)} if near else near

    def shown(self, known: Field, value: Any) -> str:
        """A value of a field of this record, or of a column of one of its tables."""
        if self.masked:
            return mask(known, value, self.reading.names)
        return display(known, value, self.reading.lang, self.reading.names)

    def _other(self, family: Family) -> OfRecord:
        return OfRecord(self.reading, family, masked=True)

    def _held(self, part: str) -> list[tuple[str, Record | None]]:
        """Unit and assignment of everyone who holds a part now."""
        children = {child.id: child for child in self.family.children}
        return [
            (held.unit, children.get(held.assignment))
            for held in self.record.parts
            if held.part == part and held.ended is None
        ]

    def _assigned(self, part: str) -> list[Readable]:
        found: list[Readable] = []
        for unit, child in self._held(part):
            more = {"unit": self._unit(unit)}
            # A part without an assignment has its unit, and nothing else to tell.
            assigned = OfRecord(self.reading, Family(child), self.masked, more) if child is not None else None
            found.append(assigned or Words(more))
        return found

    def _unit(self, key: str) -> str:
        return self.reading.names("unit", key) or key

    def _part(self, path: str) -> str:
        part, _, what = path.partition(".")
        held = self._held(part)
        if what in ("", "unit"):
            return self.reading.joined(self._unit(unit) for unit, _ in held)
        children = [OfRecord(self.reading, Family(child), self.masked) for _, child in held if child is not None]
        return self.reading.joined(child.state if what == "state" else child.text(what) for child in children)

    def _filled_in(self, key: str) -> list[Readable]:
        known = self.mechanism.fields[self.record.type][key]
        value = self.record.values.get(key)
        if value is None or key in self.hidden:
            return []
        if known.kind == "table":
            return [OfRow(self, known, row) for row in value]
        entries = [[entry] for entry in value] if known.many else [value]
        return [Words({"value": self.shown(known, one)}) for one in entries]


@dataclass(frozen=True)
class OfRow:
    """A row of a table field. Of a column that names a record, `column.path` reads that record."""

    of: OfRecord
    table: Field
    row: Mapping[str, Any]
    number: int = 0

    def numbered(self, number: int) -> OfRow:
        return replace(self, number=number)

    def text(self, path: str) -> str:
        if path == "row.number":
            return str(self.number)
        key, _, rest = path.partition(".")
        column = self.table.columns.get(key)
        if column is None:
            return ""
        if rest:
            return self.of.of_linked(str(self.row.get(key)), rest)
        return self.of.shown(column, self.row.get(key))

    def value(self, path: str) -> Any:
        return self.number if path == "row.number" else self.facts.get(path)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        types = self.of.mechanism.scopes[self.of.record.type].types[self.table.key].fields
        return {key: read_stored(type_, self.row.get(key)) for key, type_ in types.items()}

    def rows(self, source: Json) -> Sequence[Readable]:
        return ()


@dataclass(frozen=True)
class Words:
    """A row that is nothing but words: an entry of a list."""

    words: Mapping[str, Any]

    def numbered(self, number: int) -> Words:
        return Words({**self.words, "row.number": number})

    def text(self, path: str) -> str:
        return str(self.words.get(path, ""))

    def value(self, path: str) -> Any:
        return self.words.get(path)

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.words

    def rows(self, source: Json) -> Sequence[Readable]:
        return ()


class Spoken(Mapping[str, Any]):
    """Facts of a record as an official form prints them: units, states and people by name, dates as dates."""

    def __init__(self, of: OfRecord) -> None:
        self._of = of

    def __getitem__(self, path: str) -> Any:
        if path == "record.state" or path.partition(".")[0] in ("part", "parent"):
            return self._of.text(path) or None
        return self._of.facts[path]

    def get(self, path: str, default: Any = None) -> Any:
        return self[path]

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def filled(text: str, of: Readable) -> str:
    """A text with its places filled in. What is filled in is not looked at again."""
    return PLACE.sub(lambda place: of.text(place[1]), text)
