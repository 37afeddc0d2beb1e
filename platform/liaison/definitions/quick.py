"""A JSON Schema compiled into closures that answer yes or no.

jsonschema says what is wrong and where, but is slow at saying that nothing is: 200 mechanisms would take minutes to
load. Nearly every file is right, so this says yes quickly; at a no, jsonschema is asked, and its word is the one
that counts. A keyword this does not know raises `UnsupportedError` when compiling: jsonschema then does all the work.
A test compares the two over thousands of damaged files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

Check = Callable[[Any], bool]
Resolve = Callable[[str, str], tuple[str, Any]]
"""(base, reference) → (base of what is found, the schema found)."""

_NEEDS_JSONSCHEMA = {
    "$dynamicRef", "$recursiveRef", "$anchor", "unevaluatedProperties", "unevaluatedItems", "minContains",
    "maxContains", "multipleOf",
}  # fmt: skip


def _yes(_: Any) -> bool:
    return True


def _no(_: Any) -> bool:
    return False


class UnsupportedError(Exception):
    """The schema uses a keyword that only jsonschema understands."""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Check] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "number": _number,
    "integer": lambda v: (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer()),
}  # fmt: skip


def _only_requires_one(schema: Mapping[str, Any]) -> bool:
    return schema.keys() == {"required"} and len(schema["required"]) == 1


def _both(checks: list[Check]) -> Check:
    """All of them, written out for the numbers that are common: this is where the time goes."""
    match checks:
        case []:
            return _yes
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
        case [first, second, third]:
            return lambda value: first(value) and second(value) and third(value)

    return lambda value: all(each(value) for each in checks)


class Compiler:
    """Compiles schemas, each place once: recursive schemas come out as recursive closures."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._done: dict[tuple[str, str], list[Check]] = {}

    def compile(self, base: str, schema: Any) -> Check:
        """The check for `schema`, whose references are relative to the document `base`."""
        if isinstance(schema, bool):
            return _yes if schema else _no
        if unknown := _NEEDS_JSONSCHEMA & schema.keys():
            raise UnsupportedError(sorted(unknown)[0])
        checks = [check for check in self._checks(base, schema) if check is not None]
        return _both(checks)

    def _checks(self, base: str, schema: Mapping[str, Any]) -> Iterable[Check | None]:
        types = schema.get("type")
        by_type: dict[str, Check | None] = {
            "object": self._object(base, schema, types == "object"),
            "array": self._array(base, schema, types == "array"),
            "string": _text(schema, types == "string"),
        }
        # Where the type is one of these, what checks its inside checks the type as well.
        if not (isinstance(types, str) and by_type.get(types) is not None):
            yield self._type(types)
        yield from by_type.values()
        if "const" in schema:
            yield _among([schema["const"]])
        if "enum" in schema:
            yield _among(schema["enum"])
        if "format" in schema:
            yield FORMATS.get(schema["format"])
        yield _range(schema)
        if "$ref" in schema:
            yield self._reference(base, schema["$ref"])
        if "allOf" in schema:
            yield _both([self.compile(base, part) for part in schema["allOf"]])
        if "anyOf" in schema:
            some = [self.compile(base, part) for part in schema["anyOf"]]
            yield lambda value: any(check(value) for check in some)
        if "oneOf" in schema:
            yield self._one_of(base, schema["oneOf"])
        for name, part in schema.get("dependentSchemas", {}).items():
            yield _where(name, self.compile(base, part))
        if "contains" in schema:
            one_item = self.compile(base, schema["contains"])
            yield lambda value: not isinstance(value, list) or any(map(one_item, value))
        if "not" in schema:
            inner = self.compile(base, schema["not"])
            yield lambda value: not inner(value)
        if "if" in schema:
            condition, then, otherwise = (self.compile(base, schema.get(name, True)) for name in ("if", "then", "else"))
            yield lambda value: then(value) if condition(value) else otherwise(value)

    def _one_of(self, base: str, parts: list[Any]) -> Check:
        names = [part["required"][0] for part in parts if isinstance(part, dict) and _only_requires_one(part)]
        if len(names) == len(parts):
            # The usual case: one of several kinds, told apart by the key that is there.
            return lambda value: isinstance(value, dict) and sum(name in value for name in names) == 1
        one = [self.compile(base, part) for part in parts]
        return lambda value: sum(check(value) for check in one) == 1

    def _reference(self, base: str, reference: str) -> Check:
        key = (base, reference)
        if key not in self._done:
            # The cell is filled after compiling what it refers to: a schema may refer to itself.
            cell = self._done[key] = []
            cell.append(self.compile(*self._resolve(base, reference)))
        cell = self._done[key]
        return cell[0] if cell else lambda value: cell[0](value)

    @staticmethod
    def _type(types: Any) -> Check | None:
        if types is None:
            return None
        if isinstance(types, str):
            return _TYPES[types]
        checks = [_TYPES[name] for name in types]
        return lambda value: any(check(value) for check in checks)

    def _object(self, base: str, schema: Mapping[str, Any], strict: bool) -> Check | None:
        names = (
            "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
            "maxProperties", "dependentRequired",
        )  # fmt: skip
        if not any(name in schema for name in names):
            return None
        known = {name: self.compile(base, part) for name, part in schema.get("properties", {}).items()}
        required = frozenset(schema.get("required", ()))
        patterns = [
            (re.compile(pattern), self.compile(base, part))
            for pattern, part in schema.get("patternProperties", {}).items()
        ]
        other = self.compile(base, schema.get("additionalProperties", True))
        further = _object_rules(schema)
        if "propertyNames" in schema:
            name_check = self.compile(base, schema["propertyNames"])
            further.append(lambda value: all(map(name_check, value)))
        get = known.get

        def member(name: str, value: Any) -> bool:
            matching = [check for pattern, check in patterns if pattern.search(name)]
            if name in known:
                matching.append(known[name])
            return all(check(value) for check in matching) if matching else other(value)

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return not strict
            if not required <= value.keys():
                return False
            if patterns:
                if not all(member(name, inner) for name, inner in value.items()):
                    return False
            else:
                for name, inner in value.items():
                    if not get(name, other)(inner):
                        return False
            return not further or all(rule(value) for rule in further)

        return check

    def _array(self, base: str, schema: Mapping[str, Any], strict: bool) -> Check | None:
        if not any(name in schema for name in ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")):
            return None
        first = [self.compile(base, part) for part in schema.get("prefixItems", ())]
        rest = self.compile(base, schema.get("items", True))
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
        unique = schema.get("uniqueItems", False)

        def check(value: Any) -> bool:
            if not isinstance(value, list):
                return not strict
            if not fewest <= len(value) <= most:
                return False
            if first and not all(part(item) for part, item in zip(first, value, strict=False)):
                return False
            for item in value[len(first) :] if first else value:
                if not rest(item):
                    return False
            return not unique or _distinct(value)

        return check


def _moment(pattern: str) -> Check:
    """Whether a text is written like `pattern` and such a day or minute exists; anything but text is let by."""
    written = re.compile(pattern).fullmatch

    def check(value: Any) -> bool:
        if not isinstance(value, str):
            return True
        try:
            return written(value) is not None and datetime.fromisoformat(value) is not None
        except ValueError:
            return False

    return check


FORMATS: Mapping[str, Check] = {
    "date": _moment("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "minute": _moment("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"),
}
"""The formats that are checked, here and by jsonschema: 2026-02-28 and 2026-02-28 09:30."""


def _where(name: str, check: Check) -> Check:
    return lambda value: not isinstance(value, dict) or name not in value or check(value)


def _among(allowed: list[Any]) -> Check:
    if all(isinstance(item, str) for item in allowed):
        words = frozenset(allowed)
        return lambda value: isinstance(value, str) and value in words
    return lambda value: any(_same(value, item) for item in allowed)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON Schema: True is not 1, but 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _object_rules(schema: Mapping[str, Any]) -> list[Check]:
    """The rarer rules for objects: how many members, and which of them ask for others."""
    rules: list[Check] = []
    if "minProperties" in schema or "maxProperties" in schema:
        fewest, most = schema.get("minProperties", 0), schema.get("maxProperties", float("inf"))
        rules.append(lambda value: fewest <= len(value) <= most)
    if "dependentRequired" in schema:
        asked = [(name, frozenset(needed)) for name, needed in schema["dependentRequired"].items()]
        rules.append(lambda value: all(name not in value or needed <= value.keys() for name, needed in asked))
    return rules


def _text(schema: Mapping[str, Any], strict: bool) -> Check | None:
    if not any(name in schema for name in ("pattern", "minLength", "maxLength")):
        return None
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    search = re.compile(schema["pattern"]).search if "pattern" in schema else None

    def check(value: Any) -> bool:
        if not isinstance(value, str):
            return not strict
        return (search is None or search(value) is not None) and shortest <= len(value) <= longest

    return check


def _range(schema: Mapping[str, Any]) -> Check | None:
    names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    if not any(name in schema for name in names):
        return None
    infinite = float("inf")
    low, high, above, below = (
        schema.get(name, limit) for name, limit in zip(names, (-infinite, infinite) * 2, strict=True)
    )
    return lambda value: not _number(value) or (low <= value <= high and above < value < below)


def _distinct(items: list[Any]) -> bool:
    if all(isinstance(item, str) for item in items):
        return len(set(items)) == len(items)
    return not any(_same(item, other) for at, item in enumerate(items) for other in items[:at])
