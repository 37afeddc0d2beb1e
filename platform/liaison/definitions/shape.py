"""What the schemas know of a place in a file: the order of its keys, its Chinese name, whether it is one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .schema import locate, schemas

_VALUES = ("expression", "length", "schedule", "office_hours", "who")
"""Schemas whose objects are one value: half of one expression and half of another make no expression."""


@dataclass(frozen=True)
class Shape:
    """The schemas that apply at one place, alternatives and references followed, each with its document."""

    parts: tuple[tuple[str, Mapping[str, Any]], ...]

    def child(self, name: str) -> Shape:
        """The shape of the member `name` of an object standing here."""
        found = []
        for base, schema in self.parts:
            if name in schema.get("properties", {}):
                found.append((base, schema["properties"][name]))
            elif isinstance(schema.get("additionalProperties"), dict):
                found.append((base, schema["additionalProperties"]))
        return _shape(found)

    def item(self) -> Shape:
        """The shape of the items of an array standing here."""
        return _shape([(base, schema["items"]) for base, schema in self.parts if "items" in schema])

    @property
    def order(self) -> tuple[str, ...]:
        """The keys of an object standing here, in the order of the schema."""
        return tuple(dict.fromkeys(name for _, schema in self.parts for name in schema.get("properties", ())))

    @property
    def title(self) -> str:
        """What the schema calls this place, in Chinese; empty where it has no name."""
        return next((schema["title"] for _, schema in self.parts if "title" in schema), "")

    @property
    def value(self) -> bool:
        """Whether an object here is one value, never taken apart."""
        return any(schema.get("$id", "").rsplit(":", 1)[-1] in _VALUES for _, schema in self.parts)

    @property
    def alternative(self) -> bool:
        """Whether an object here is one of several kinds, told apart by the keys it has."""
        return any("oneOf" in schema or "anyOf" in schema for _, schema in self.parts)


@cache
def shape(name: str) -> Shape:
    """The shape of a whole file that follows schema `name`."""
    return _shape([(name, schemas()[name])])


def _shape(found: list[tuple[str, Any]]) -> Shape:
    return Shape(tuple(part for base, schema in found for part in _followed(base, schema)))


def _followed(base: str, schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield base, schema
    if "$ref" in schema:
        yield from _followed(*locate(base, schema["$ref"]))
    for name in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(name, ()):
            yield from _followed(base, part)
    for name in ("then", "else"):
        yield from _followed(base, schema.get(name))
