"""What there is to refer to in a mechanism under work: by kind, each with its key and what people call it.

A mechanism under work may be wrong anywhere, so nothing here expects more than JSON: what is not in shape is
passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from liaison.definitions import base_files

Thing = tuple[str, str]
"""Key and title."""

_FACTS: Final = ("number", "state", "round", "since", "created", "today", "now", "done", "id")
_TERM_FACTS: Final = ("due", "running", "met", "overdue")
_MOST_NAMED: Final = 3
"""Actions by which an event is called."""
_SINGLE: Final[Mapping[str, tuple[str, str]]] = {
    "post": ("roster", "posts"), "unit": ("roster", "units"), "matching": ("roster", "matchings"),
    "term": ("terms", "terms"), "duty": ("duties", "duties"), "view": ("views", "views"),
    "template": ("messages", "templates"), "document": ("documents", "documents"), "code_list": ("codes", "lists"),
    "series": ("mechanism", "series"), "slot": ("mechanism", "slots"),
}  # fmt: skip
"""Kinds that stand in one list of one file."""
_OF_TYPE: Final[Mapping[str, str]] = {"part": "parts", "relation": "relations", "ladder": "ladders"}
"""Kinds that a record type declares."""


class Things:
    """The things of a mechanism: `key` and the JSON of its files by path. `said(code)` gives the word for a fact."""

    def __init__(self, key: str, files: Mapping[str, Any], said: Callable[..., str]) -> None:
        self._key, self._files, self._said = key, files, said

    def of_kind(self, kind: str, of: str = "", within: str = "") -> list[Thing]:
        """Everything of a kind, that of record type `of` first; `within`: the form or table it has to belong to."""
        if kind in _SINGLE:
            found = self._own(*_SINGLE[kind])
        elif kind in _OF_TYPE:
            found = self._declared(_OF_TYPE[kind], of)
        else:
            found = getattr(self, f"_{kind}", lambda *_: iter(()))(of, within)
        kept: dict[str, str] = {}
        for key, title in found:
            kept.setdefault(key, title)
        return list(kept.items())

    def values_of(self, path: str, of: str) -> list[Thing]:
        """What may be written where the field or fact `path` is compared; nothing where that is no closed list."""
        if path == "record.state":
            return self.of_kind("state", of)
        field = self.fields(of).get(path) or next(
            (fields[path] for fields in self._by_type.values() if path in fields), {}
        )
        if field.get("kind") == "choice":
            return list(_titled(field.get("choices")))
        if field.get("kind") == "code":
            return self._codes(field.get("codes"))
        if field.get("kind") == "unit":
            return self.of_kind("unit")
        return []

    def values_in_table(self, table: str, key: str, of: str) -> list[Thing]:
        """What may be written for an input or output of a decision table; nothing where that is no closed list."""
        for data in self._schema(f"rules/{self._key}/tables/"):
            for one in _items(data.get("inputs")) if data.get("key") == table else ():
                if one.get("key") == key and isinstance(one.get("field"), str):
                    return self.values_of(one["field"], of)
            for one in _items(data.get("outputs")) if data.get("key") == table else ():
                if one.get("key") == key:
                    return self.of_kind("unit") if one.get("type") == "unit" else self._codes(one.get("codes"))
        return []

    def fields(self, of: str) -> Mapping[str, Mapping[str, Any]]:
        """The fields of a record type."""
        return self._by_type.get(of, {})

    def _codes(self, key: Any) -> list[Thing]:
        lists = _items(self._file("codes").get("lists"))
        return [one for each in lists if each.get("key") == key for one in _titled(each.get("codes"))]

    # Kinds that need more than a list

    def _record_type(self, _of: str, _within: str) -> Iterator[Thing]:
        yield from _titled(self._file("mechanism").get("record_types"))
        for name, data in self._base:
            if name.endswith("record_types.json"):
                yield from _titled(data.get("record_types"))

    def _form(self, _of: str, _within: str) -> Iterator[Thing]:
        for data in self._schema("form_definitions/"):
            yield from _titled([data])

    def _part_of_form(self, _of: str, within: str) -> Iterator[Thing]:
        for data in self._schema("form_definitions/"):
            if within in ("", data.get("key")):
                yield from _titled(_sections(data))

    def _section(self, of: str, _within: str) -> Iterator[Thing]:
        for data in self._schema("form_definitions/"):
            if of in ("", data.get("of")):
                for key, title in _titled(_sections(data)):
                    yield f"{data.get('key')}.{key}", f"{_called(data)} › {title}"

    def _field(self, of: str, within: str) -> Iterator[Thing]:
        # Within a form only what it holds can be laid out; elsewhere any field of the record can be named.
        for form in self._schema("form_definitions/"):
            if within and form.get("key") == within:
                for name, field in _properties(form).items():
                    yield name, self._field_title(name, field, of)
        if not within:
            for name, field in self._ordered(of):
                yield name, self._field_title(name, field, of)

    def _scope(self, of: str, within: str) -> Iterator[Thing]:
        for name, title in self._field(of, within):
            yield f"#/properties/{name}", title

    def _column(self, of: str, _within: str) -> Iterator[Thing]:
        for _name, field in self._ordered(of):
            for key, column in _columns(field).items():
                yield key, f"{_called(field)} › {_called(column)}"

    def _path(self, of: str, _within: str) -> Iterator[Thing]:
        yield from self._field(of, "")
        for name in _FACTS:
            yield f"record.{name}", self._said(f"record.{name}")
        for key, title in self.of_kind("term"):
            for fact in _TERM_FACTS:
                yield f"term.{key}.{fact}", self._said(f"term.{fact}", term=title)
        for key, title in self.of_kind("part", of):
            yield f"part.{key}", self._said("part", part=title)
        for key, title in self._lifecycle("actions", of):
            yield f"times.{key}", self._said("times", action=title)
        for key, title in self.of_kind("ladder", of):
            yield f"rung.{key}", self._said("rung", ladder=title)
        for key, title in self._asked(of):
            yield f"signoff.{key}", self._said("signoff", ask=title)
        for key, title in self.of_kind("relation", of):
            yield f"linked.{key}", self._said("linked", relation=title)
        yield "each", self._said("each")
        for key, title in self._column(of, ""):
            yield f"each.{key}", self._said("each.column", column=title)
            yield key, title

    def _state(self, of: str, _within: str) -> Iterator[Thing]:
        """Where the record type has a lifecycle, no other state is any of its own."""
        lifecycles = self._lifecycles(of)
        for data in [one for one in lifecycles if one.get("of") == of] or lifecycles:
            yield from _titled(data.get("states"))

    def _action(self, of: str, _within: str) -> Iterator[Thing]:
        return self._lifecycle("actions", of)

    def _event(self, of: str, _within: str) -> Iterator[Thing]:
        """Each event once, called after all the actions that are it."""
        called: dict[str, list[str]] = {}
        for data in self._lifecycles(of):
            for action in _items(data.get("actions")):
                named = called.setdefault(str(action.get("event") or action.get("key", "")), [])
                if len(named) < _MOST_NAMED and _called(action) not in named:
                    named.append(_called(action))
        for key, titles in called.items():
            yield key, " / ".join(titles)

    def _unit_kind(self, _of: str, _within: str) -> Iterator[Thing]:
        roster = self._file("roster")
        yield from _titled(roster.get("kinds"))
        yield from _titled(roster.get("groups"))

    def _rung(self, of: str, _within: str) -> Iterator[Thing]:
        for each in self._types(of):
            for ladder in _items(each.get("ladders")):
                yield from _titled(ladder.get("rungs"))

    def _table(self, _of: str, _within: str) -> Iterator[Thing]:
        for data in self._schema(f"rules/{self._key}/tables/"):
            yield from _titled([data])

    def _input(self, _of: str, within: str) -> Iterator[Thing]:
        for data in self._schema(f"rules/{self._key}/tables/"):
            if within in ("", data.get("key")):
                yield from _titled(data.get("inputs"))

    def _output(self, _of: str, within: str) -> Iterator[Thing]:
        for data in self._schema(f"rules/{self._key}/tables/"):
            if within in ("", data.get("key")):
                yield from _titled(data.get("outputs"))

    # Where they are looked up

    def _file(self, name: str) -> Mapping[str, Any]:
        found = self._files.get(f"rules/{self._key}/{name}.json", {})
        return found if isinstance(found, dict) else {}

    def _schema(self, start: str) -> Iterator[Mapping[str, Any]]:
        return (data for path, data in self._files.items() if path.startswith(start) and isinstance(data, dict))

    @cached_property
    def _base(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(path, json.loads(data)) for path, (_schema, data) in base_files().items()]

    def _own(self, file: str, array: str) -> Iterator[Thing]:
        yield from _titled(self._file(file).get(array))

    def _types(self, of: str) -> list[Mapping[str, Any]]:
        return [one for one in _items(self._file("mechanism").get("record_types")) if of in ("", one.get("key"))]

    def _declared(self, array: str, of: str) -> Iterator[Thing]:
        known = {str(one.get("key")) for one in self._types("")}
        for each in self._types(of if of in known else ""):
            yield from _titled(each.get(array))

    def _lifecycles(self, of: str) -> list[Mapping[str, Any]]:
        """Those of the mechanism, the one of `of` first, then those that come with the engine."""
        own = sorted(self._schema(f"rules/{self._key}/lifecycle/"), key=lambda data: data.get("of") != of)
        return [*own, *(data for path, data in self._base if "lifecycle/" in path)]

    def _lifecycle(self, array: str, of: str) -> Iterator[Thing]:
        for data in self._lifecycles(of):
            yield from _titled(data.get(array))

    def _asked(self, of: str) -> Iterator[Thing]:
        for data in self._lifecycles(of):
            for action in _items(data.get("actions")):
                yield from _titled([one["ask"] for one in _items(action.get("effects")) if "ask" in one])

    @cached_property
    def _by_type(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for form in self._schema("form_definitions/"):
            own = {name: field for name, field in _properties(form).items() if "$ref" not in field}
            found.setdefault(str(form.get("of", "")), {}).update(own)
        return found

    def _ordered(self, of: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The fields of a record type, then those of the others."""
        for each in sorted(self._by_type, key=lambda one: one != of):
            yield from self._by_type[each].items()

    def _field_title(self, name: str, field: Mapping[str, Any], of: str) -> str:
        return _called(field) or _called(self.fields(of).get(name, {})) or name


def called(value: Any, otherwise: str = "") -> str:
    """What people call a member of a file: its title, label, question or sentence."""
    return (_called(value) if isinstance(value, dict) else "") or otherwise


def _called(value: Mapping[str, Any]) -> str:
    names = (value.get(name) for name in ("title", "label", "question", "says", "text", "key"))
    return next((one for one in names if isinstance(one, str) and one), "")


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _titled(value: Any) -> Iterator[Thing]:
    return ((one["key"], _called(one)) for one in _items(value) if isinstance(one.get("key"), str))


def _properties(form: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    schema = form.get("schema")
    found = schema.get("properties") if isinstance(schema, dict) else None
    return {name: one for name, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def _columns(field: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    return _properties({"schema": field.get("items")})


def _sections(form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    layout = form.get("layout")
    return _items(layout.get("elements")) if isinstance(layout, dict) else []
