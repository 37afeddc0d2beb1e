"""What a field kind is, and the register of kinds. A kind is one module in `kinds/`, named like the kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

import wtforms.widgets

from liaison.conditions import TEXT, Type
from liaison.texts import Message

from .masks import mask_text
from .model import Choice, Field, Names, Options, unnamed


class DuplicateKindError(Exception):
    """Two modules register one kind: said at start."""


class Wrong(Exception):  # noqa: N818  it is what a person typed, not a failure of the program
    """What was typed cannot become a value. `code` and `params` make the sentence; the label is added later."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def message(self, label: str) -> Message:
        return Message(self.code, {"label": label, **self.params})


@dataclass(frozen=True)
class Scene:
    """What a kind may know while it looks at one value: the day, what pickers offer, the other values."""

    day: date
    options: Options
    values: Mapping[str, Any] = field(default_factory=dict)
    existing: Any = None
    """The value on file: it stays valid even when it is no longer offered. In a table: every value of the column."""
    names: Names = unnamed
    """How what is on file is called."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What expressions read: the values by their types, and the facts."""
    _offered: dict[tuple[str, str], Sequence[Choice]] = field(default_factory=dict)

    def offered(self, kind: str, wish: Mapping[str, Any]) -> Sequence[Choice]:
        """What `options` answers, asked once for each different wish."""
        asked = (kind, json.dumps(wish, sort_keys=True))
        if asked not in self._offered:
            self._offered[asked] = self.options(kind, wish, self.day)
        return self._offered[asked]


class Kind:
    """A kind of field: how a value is read, checked, stored, shown and hidden.

    A *stored* value is what JSON carries (`docs/development.md`, Values). `raw` is whatever came in: text from a
    browser, any JSON from elsewhere; `parse` answers a stored value, None for an empty one, or raises Wrong.
    """

    name: ClassVar[str]
    types: ClassVar[tuple[str, ...]] = ("string",)
    """The JSON types a property of this kind may declare."""
    holds: ClassVar[bool] = True
    """False for what stands in a form without having a value to type (computed, note)."""
    nature: ClassVar[str | None] = None
    """The sort of personal data this kind is by nature."""
    inputmode: ClassVar[str | None] = None
    autocomplete: ClassVar[str | None] = None
    missing: ClassVar[str] = "forms.required"
    """The sentence that asks for a value that is not there."""
    widget: ClassVar[Any] = wtforms.widgets.TextInput()

    def asks_for(self, field: Field) -> str:
        """The sentence that asks for a value of the field: to fill in, choose, upload or sign."""
        return self.missing

    def widget_of(self, field: Field) -> Any:
        """What draws the field where no template does."""
        return self.widget

    def fragment(self, field: Field) -> dict[str, Any]:
        """The standard JSON Schema of a stored value."""
        return {"type": "string"}

    def parse(self, field: Field, raw: Any) -> Any:
        """Read and normalise."""
        raise NotImplementedError

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        """What is wrong with a value that could be read."""
        yield from ()

    def choices(self, field: Field, scene: Scene) -> Sequence[Choice] | None:
        """What may be picked; None where one types."""
        return None

    def text(self, field: Field, value: Any) -> str:
        """What stands in the input for a stored value."""
        return str(value)

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        """What a person reads."""
        return self.text(field, value)

    def mask(self, field: Field, value: Any, lang: str, names: Names) -> str:
        """What a person reads who may not see it in full."""
        sort = personal(field)
        shown = self.display(field, value, lang, names)
        return shown if sort is None else mask_text(sort, shown)

    def type_of(self, field: Field) -> Type:
        """The type expressions see."""
        return TEXT


def personal(field: Field) -> str | None:
    """The sort of personal data in a field: as marked, else by the nature of its kind; `false` says none."""
    marked = field.spec.get("personal")
    if marked is None:
        return kind_of(field).nature
    return None if marked is False else str(marked)


_KINDS: dict[str, Kind] = {}


def register(made: type[Kind]) -> type[Kind]:
    """Class decorator: enter a kind under its name."""
    if made.name in _KINDS:
        raise DuplicateKindError(made.name)
    _KINDS[made.name] = made()
    return made


def all_kinds() -> Mapping[str, Kind]:
    """All kinds by name."""
    return _KINDS


def kind_of(field: Field) -> Kind:
    """The kind of a field. KeyError for a kind nobody registered."""
    return _KINDS[field.kind]
