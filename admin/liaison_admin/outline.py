"""What the schemas let one write at a place: the ways in which a value can be written there, and their parts.

Pure: no request, no draft. `ways` follows references and alternatives to a flat list, so that an editor can offer them
by their Chinese names ("工作日", "判定表的输出", "字段或事实") and draw the one that is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from liaison.definitions import locate, schemas

Kind = Literal["text", "number", "yes", "null", "constant", "choice", "group", "list", "map"]
Schema = Mapping[str, Any]

_KINDS: Final[Mapping[str, Kind]] = {
    "string": "text", "integer": "number", "number": "number", "boolean": "yes", "null": "null", "array": "list",
}  # fmt: skip
_PYTHON: Final[Mapping[Kind, type | tuple[type, ...]]] = {
    "text": str, "choice": (str, bool), "number": (int, float), "yes": bool, "null": type(None), "list": list,
    "group": dict, "map": dict,
}  # fmt: skip
_ANYTHING: Final[tuple[Kind, ...]] = ("text", "number", "yes", "null", "list", "map")
_OPEN: Final[Schema] = {}
"""Where a schema says nothing."""
_COMMON: Final = schemas()["common"]["$id"]
_WHOLE: Final = re.compile(r"-?\d{1,15}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,15}\.\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spot:
    """A schema with the document that its own references are read in."""

    base: str
    schema: Schema

    @property
    def title(self) -> str:
        """Its Chinese name; empty where it has none."""
        return str(resolved(self).schema.get("title", ""))

    @property
    def help(self) -> str:
        """What there is to know when writing it here; what every key and every title has in common goes without."""
        common = str(self.schema.get("$ref", "")).startswith(_COMMON)
        said = str((self.schema if common else resolved(self).schema).get("description", ""))
        return "" if "docs/" in said else said

    @property
    def names(self) -> str:
        """The kind of thing whose key is written here (`state`, `post`); empty where it is no reference."""
        return str(resolved(self).schema.get("names", ""))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a value. `member`: an object in which exactly this one of several members is written."""

    kind: Kind
    title: str
    spot: Spot
    member: str = ""

    @property
    def _schema(self) -> Schema:
        return self.spot.schema

    @property
    def members(self) -> Mapping[str, Spot]:
        """What may be written in the object, what is always the same apart."""
        own = {
            name: Spot(self.spot.base, schema)
            for name, schema in self._schema.get("properties", {}).items()
            if isinstance(schema, dict)
        }
        return {self.member: own[self.member]} if self.member else own

    @property
    def required(self) -> frozenset[str]:
        """The members without which the object is incomplete."""
        return frozenset([self.member] if self.member else self._schema.get("required", ()))

    @property
    def either(self) -> tuple[tuple[str, ...], ...]:
        """Sets of members of which exactly one is written."""
        found = _required_sets(self._schema.get("oneOf", ()))
        return (found,) if found else ()

    @property
    def item(self) -> Spot:
        """What a list holds."""
        held = self._schema.get("items", _OPEN)
        if not held and (ordered := self._schema.get("prefixItems")):
            held = ordered[-1]
        return Spot(self.spot.base, held)

    def item_at(self, at: int) -> Spot:
        """What a list holds at a position."""
        ordered = self._schema.get("prefixItems", ())
        return Spot(self.spot.base, ordered[at]) if at < len(ordered) else self.item

    @property
    def entry(self) -> Spot:
        """What a map holds under its names."""
        held = self._schema.get("additionalProperties", _OPEN)
        return Spot(self.spot.base, held if isinstance(held, dict) else _OPEN)

    @property
    def entry_names(self) -> Spot:
        """What a map's names are."""
        return Spot(self.spot.base, self._schema.get("propertyNames", _OPEN))

    @property
    def constant(self) -> Any:
        """What is written where nothing else can be."""
        return self._schema["const"]

    @property
    def choices(self) -> tuple[Any, ...]:
        """What can be chosen."""
        return tuple(self._schema.get("enum", ()))

    @property
    def long(self) -> bool:
        """Whether a text may have several lines."""
        return bool(self._schema.get("maxLength", 0) > 200)

    def fits(self, value: Any) -> int:
        """How well a value is written in this way; 0: not at all."""
        if self.kind == "constant":
            return 9 if value == self.constant and isinstance(value, bool) == isinstance(self.constant, bool) else 0
        if isinstance(value, bool) and self.kind == "number":
            return 0
        if not isinstance(value, _PYTHON[self.kind]):
            return 0
        if self.kind == "choice":
            return 8 if value in self.choices else 1
        if self.kind != "group" or not isinstance(value, dict):
            return 4
        if self.member:
            return 8 if value.keys() == {self.member} else 0
        return self._likeness(value)

    def _likeness(self, value: Mapping[str, Any]) -> int:
        known = self._schema.get("properties", {})
        fixed = {name: one["const"] for name, one in known.items() if isinstance(one, dict) and "const" in one}
        if any(name in value and value[name] != constant for name, constant in fixed.items()):
            return 0
        same = sum(name in value for name in fixed if name in self.required)
        missing = sum(name not in value for name in self.required)
        odd = sum(
            name not in known or way_of(inner, ways(self.members[name])) is None
            for name, inner in value.items()
        )  # fmt: skip
        return max(1, 6 + 2 * same - missing - 2 * odd)


def resolved(spot: Spot) -> Spot:
    """The spot with its references followed; what stands beside a reference counts before what it leads to."""
    known = _RESOLVED.get((spot.base, id(spot.schema)))
    if known is None:
        base, schema = spot.base, spot.schema
        while "$ref" in schema:
            base, inner = locate(base, schema["$ref"])
            schema = {**inner, **{name: value for name, value in schema.items() if name != "$ref"}}
        known = _RESOLVED[spot.base, id(spot.schema)] = (spot.schema, Spot(base, schema))
    return known[1]


_RESOLVED: Final[dict[tuple[str, int], tuple[Schema, Spot]]] = {}
_OFFERED: Final[dict[tuple[str, int], tuple[Schema, list[Way]]]] = {}
"""What was worked out once, with the schema it was worked out from: the schemas never change, and are walked often."""


def whole_file(name: str) -> Spot:
    """The spot of a file that follows schema `name`."""
    return Spot(name, schemas()[name])


def ways(spot: Spot) -> list[Way]:
    """Every way to write a value at a spot, each with a name of its own where there are several."""
    schema = resolved(spot).schema
    known = _OFFERED.get((spot.base, id(schema)))
    if known is None:
        known = _OFFERED[spot.base, id(schema)] = (schema, list(_ways(resolved(spot))))
    return known[1]


def way_of(value: Any, offered: list[Way]) -> Way | None:
    """The way in which a value is written; None: in none of those there are."""
    best = max(offered, key=lambda way: way.fits(value), default=None)
    return best if best is not None and best.fits(value) else None


def child(spot: Spot, value: Any, token: str) -> tuple[Spot, Any] | None:
    """The spot and the value one step below; None where there is no such step."""
    way = way_of(value, ways(spot))
    if way is None:
        return None
    if way.kind == "list":
        return next(((way.item_at(n), one) for n, one in enumerate(value) if str(n) == token), None)
    if way.kind == "map" or (way.kind == "group" and token not in way.members):
        return (way.entry, value[token]) if token in value and way.kind == "map" else None
    if way.kind == "group":
        return way.members[token], value.get(token)
    return None


def begun(way: Way, kept: Any = None) -> Any:
    """A value that has just been begun in a way, with what can be kept of the one that stood there."""
    match way.kind:
        case "constant":
            return way.constant
        case "list":
            return kept if isinstance(kept, list) else []
        case "map":
            return kept if isinstance(kept, dict) else {}
        case "yes":
            return True
        case "null":
            return None
        case "group" if way.member:
            return {way.member: _inside(way, kept)}
        case "group":
            known = way.members
            old = {name: value for name, value in kept.items() if name in known} if isinstance(kept, dict) else {}
            return {**old, **_fixed(way, old)}
        case _:
            return kept if isinstance(kept, _PYTHON[way.kind]) and not isinstance(kept, dict) else ""


def _inside(way: Way, kept: Any) -> Any:
    """What the one member of a group begins with: what stood in the member before it, or all that it now holds."""
    spot = way.members[way.member]
    offered = ways(spot)
    if isinstance(kept, dict) and len(kept) == 1:
        inner = next(iter(kept.values()))
        if way_of(inner, offered) is not None and not (way.member in _AROUND and next(iter(kept)) not in _AROUND):
            return inner
    if kept not in (None, "", {}) and way.member in _AROUND:
        return [kept] if offered[0].kind == "list" else kept
    return begun(offered[0])


_AROUND: Final = ("and", "or", "!")
"""Members that may be put around a condition that stood alone."""


def _fixed(way: Way, old: Mapping[str, Any]) -> dict[str, Any]:
    """What is always the same, and the required objects that hold such a thing."""
    found: dict[str, Any] = {}
    for name in way.required - old.keys():
        offered = ways(way.members[name])
        [only, *others] = offered
        if not others and only.kind in ("constant", "group", "list", "map") and not only.member and not only.either:
            found[name] = begun(offered[0])
    return found


def number(text: str) -> int | float | str:
    """The number that was typed, or what was typed instead."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _ways(spot: Spot) -> Iterator[Way]:
    schema = spot.schema
    branches = [
        branch for name in ("anyOf", "oneOf") for branch in schema.get(name, ()) if branch.keys() != {"required"}
    ]
    if branches:
        for branch in branches:
            inner = resolved(Spot(spot.base, branch))
            yield from (_named(way, inner) for way in _ways(inner))
        return
    kinds = [part["then"] for part in schema.get("allOf", ()) if "$ref" in part.get("then", {})]
    if kinds:
        for branch in kinds:
            yield from _ways(resolved(Spot(spot.base, branch)))
        return
    if "if" in schema and "then" in schema:
        yield from _ways(resolved(Spot(spot.base, schema["then"])))
        yield from _ways(resolved(Spot(spot.base, schema.get("else", _OPEN))))
        return
    yield from _plain(spot)


def _named(way: Way, inner: Spot) -> Way:
    return way if way.member or not inner.schema.get("title") else replace(way, title=inner.schema["title"])


def _plain(spot: Spot) -> Iterator[Way]:
    schema, title = spot.schema, str(spot.schema.get("title", ""))
    if "const" in schema:
        yield Way("constant", title, spot)
        return
    if "enum" in schema:
        yield Way("choice", title, spot)
        return
    types = schema.get("type", ())
    types = [types] if isinstance(types, str) else types
    if set(types) == {"object", "boolean"} and "properties" not in schema:
        # A condition that another schema would not have to follow: in a form it may also say just yes or no.
        yield from _ways(resolved(Spot("expression", schemas()["expression"])))
        return
    for kind in types:
        if kind == "object":
            yield from _objects(spot, title)
        else:
            yield Way(_KINDS[kind], title, spot)
    if not types and "properties" in schema:
        yield from _objects(spot, title)
    elif not types:
        yield from (Way(anything, "", spot) for anything in _ANYTHING)


def _objects(spot: Spot, title: str) -> Iterator[Way]:
    schema = spot.schema
    if not schema.get("properties"):
        kind: Kind = "map" if schema.get("additionalProperties", True) is not False else "group"
        yield Way(kind, title, spot)
    elif schema.get("maxProperties") == 1:
        for name, member in schema["properties"].items():
            yield Way("group", Spot(spot.base, member).title or name, spot, name)
    else:
        yield Way("group", title, spot)


def _required_sets(branches: Any) -> tuple[str, ...]:
    """The members that `oneOf: [{required: [a]}, {required: [b]}]` tells apart."""
    if not branches or any(branch.keys() != {"required"} for branch in branches):
        return ()
    return tuple(branch["required"][0] for branch in branches if len(branch["required"]) == 1)
