"""The shapes of this room: fields, code lists, compiled forms, problems. All frozen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

from liaison.conditions import Type
from liaison.definitions import CodeList
from liaison.texts import Message

Expression = Any
"""An expression as it stands in the file (JSON)."""
Test = Callable[[Mapping[str, Any]], Any]
"""A compiled expression: field values and facts in, value out."""
Nothing: Mapping[str, Any] = MappingProxyType({})
LIMITS = ("minimum", "maximum")
"""The limits of a date, both days it may be."""


class Package(Protocol):
    """What a form needs from the mechanism around it; a `Definition` is one.

    `fields`: record type → field key → its property, references resolved. `codes`: the code lists.
    """

    @property
    def fields(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def codes(self) -> Mapping[str, CodeList]: ...


class FormError(Exception):
    """A form that cannot be compiled; `lint_form` says in words what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry a person may pick: the stored value, what is read, and the value it hangs under, if any."""

    value: str
    label: str
    parent: str | None = None


Options = Callable[[str, Mapping[str, Any], date], Sequence[Choice]]
"""`options(kind, filter, day)`: what a picker (unit, party, person, record, region, file) offers on that day."""
Through = Callable[[Collection[str]], Mapping[str, Mapping[str, Any]]]
"""`through(ids)`: what this person may read of records, by id: fields and facts by path. Unknown ids are absent."""
Names = Callable[[str, str], str | None]
"""`names(kind, id)`: how a unit, party, person, record, region or file is called; None when nobody knows it."""


def nothing_through(ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """For callers who have no other records."""
    return {}


def unnamed(kind: str, entry: str) -> str | None:
    """Names for callers who have none: everything is called by its id."""
    return None


@dataclass(frozen=True)
class Field:
    """A field of a record type, defined once. `spec` is its JSON; `columns` are those of a table."""

    key: str
    kind: str
    title: str
    spec: Mapping[str, Any]
    of: str = ""
    codes: CodeList | None = None
    columns: Mapping[str, Field] = field(default_factory=dict)
    limits: Mapping[str, Test] = field(default_factory=dict)
    """Of a date: `minimum` and `maximum`, worked out from what the record holds."""

    @property
    def many(self) -> bool:
        return self.spec.get("type") == "array"

    @property
    def help(self) -> str:
        return str(self.spec.get("help", ""))

    @property
    def printed_as(self) -> str:
        return str(self.spec.get("printed_as", self.title))


@dataclass(frozen=True, slots=True)
class Coded:
    """What the code in `field` says in one of its columns: its type, and code → value as expressions read it."""

    field: str
    type: Type
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Conditions:
    """The three conditions of a control: its own and those of everything around it, joined by *and*.

    `*_json` is the joined expression for the browser, None when there is none.
    """

    show: Test | None = None
    enable: Test | None = None
    require: Test | None = None
    show_json: Expression = None
    enable_json: Expression = None
    require_json: Expression = None


@dataclass(frozen=True)
class Control:
    """Where a field stands in the form."""

    key: str
    field: Field
    section: str
    conditions: Conditions
    label: str
    required: bool
    """Named in the schema's `required`."""
    read_only: bool


@dataclass(frozen=True)
class Section:
    """A top-level group: what actions ask for and permissions name. Rows are controls side by side."""

    key: str
    label: str
    rows: tuple[tuple[Control, ...], ...]
    conditions: Conditions

    @property
    def controls(self) -> tuple[Control, ...]:
        return tuple(control for row in self.rows for control in row)


@dataclass(frozen=True)
class Form:
    """A compiled form: immutable, made once for each published version."""

    key: str
    title: str
    of: str
    json: Mapping[str, Any]
    fields: Mapping[str, Field]
    sections: tuple[Section, ...]
    controls: Mapping[str, Control]
    """By field key, in the order of the layout."""
    computed: Mapping[str, Test]
    machinery: Any = field(repr=False, compare=False)
    """Private: unbound WTForms fields and the JSON Schema validator, made once."""

    def within(self, section: str | None, without: Collection[str] = ()) -> tuple[Control, ...]:
        """The controls of one section, or of all, those of fields in `without` apart. KeyError for a section the form
        does not have."""
        if section is None:
            controls = tuple(self.controls.values())
        else:
            found = next((candidate for candidate in self.sections if candidate.key == section), None)
            if found is None:
                raise KeyError(section)
            controls = found.controls
        return tuple(control for control in controls if control.field.key not in without) if without else controls


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with what was typed. `row` counts from 0 in a table, whose column is `column`.

    `field` is empty where the problem concerns the form as a whole.
    """

    field: str
    row: int | None
    message: Message
    column: str | None = None
