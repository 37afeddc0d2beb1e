"""The JSON Schemas of the format: whether a file follows its schema, and in words what is wrong where it does not.

Nearly every file is right, and jsonschema is slow at saying so: jsonschema-rs says yes, and only where it says no is
jsonschema asked, whose word on what is wrong and where is the one that counts. A test compares the two over thousands
of damaged files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from liaison.texts import Finding, Message, Severity

from .jsontext import escape
from .layout import schema_id

_MOST = 20
"""Findings said of one file: who wrote it for another program needs one look, not a thousand lines."""
_ENOUGH = 25 * _MOST
"""Errors after which a file is not looked into any further; a field that is no object is two dozen of them."""


def _moment(pattern: str) -> Callable[[Any], bool]:
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


_FORMATS: Mapping[str, Callable[[Any], bool]] = {
    "date": _moment("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "minute": _moment("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"),
}
"""The formats that are checked: 2026-02-28 and 2026-02-28 09:30."""


@cache
def schemas() -> Mapping[str, Any]:
    """All schemas of the format, by the name in their id (`form`, `terms`, …)."""
    folder = files("liaison.definitions").joinpath("schemas")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".schema.json"))
    return {
        name.removesuffix(".schema.json"): json.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        for name in names
    }


def locate(base: str, reference: str) -> tuple[str, Any]:
    """The schema that `reference`, standing in the schema document `base`, refers to, with its own document."""
    document, _, fragment = reference.partition("#")
    name = document.rsplit(":", 1)[-1] if document else base
    found = schemas()[name]
    for token in fragment.split("/")[1:]:
        found = found[token.replace("~1", "/").replace("~0", "~")]
    return name, found


def _absolute(schema: Any, name: str) -> Any:
    """The schema with every reference into its own document written out, and without its dialect: jsonschema would
    leave `_Finder` for the usual validator of a dialect that a document names."""
    if isinstance(schema, list):
        return [_absolute(part, name) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: _absolute(part, name) for key, part in schema.items() if not (key == "$schema" and isinstance(part, str))
    }
    reference = made.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        made["$ref"] = schema_id(name) + reference
    return made


@cache
def _documents() -> tuple[tuple[str, Any], ...]:
    """Id and schema of every document, as both validators take them."""
    return tuple((schema_id(name), _absolute(body, name)) for name, body in schemas().items())


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resources(
        (id_, Resource.from_contents(body, default_specification=DRAFT202012)) for id_, body in _documents()
    )


def _validator(name: str, kind: Any = Draft202012Validator) -> Any:
    formats = FormatChecker(formats=())
    for format_name, check in _FORMATS.items():
        formats.checks(format_name)(check)
    return kind({"$ref": schema_id(name)}, registry=_registry(), format_checker=formats)


_quick_registry = cache(lambda: jsonschema_rs.Registry(_documents()))


@cache
def _quick(reference: str) -> jsonschema_rs.Draft202012Validator:
    """What says at once whether something follows the schema that `reference` names."""
    return jsonschema_rs.Draft202012Validator(
        {"$ref": reference}, registry=_quick_registry(), formats=dict(_FORMATS), validate_formats=True
    )


def _unless_right(validator: Any, reference: str, instance: Any, schema: Any) -> Iterator[Any]:
    """jsonschema's `$ref`, passing over what is right: of ten thousand fields it needs to look at the wrong ones."""
    if not _quick(reference).is_valid(instance):
        yield from Draft202012Validator.VALIDATORS["$ref"](validator, reference, instance, schema)


_Finder: Any = extend(Draft202012Validator, {"$ref": _unless_right})  # type: ignore[no-untyped-call]
_finder = cache(lambda name: _validator(name, _Finder))


def violations(name: str, data: Any, file: str, pointer: str = "") -> list[Finding]:
    """What in `data`, standing at `pointer` of `file`, breaks the schema `name` (`mechanism#/properties/slots`: that
    part of it): at most twenty findings, the last of which then says that there are more."""
    errors = list(islice(_finder(name).iter_errors(data), _ENOUGH))
    errors.sort(key=lambda error: list(map(str, error.absolute_path)))
    found = dict.fromkeys(_key(finding) for error in errors for finding in _findings(error, file))
    said = [replace(one, pointer=pointer + one.pointer) for one in (finding.unpack() for finding in found)]
    if len(said) <= _MOST and len(errors) < _ENOUGH:
        return said
    return [*said[: _MOST - 1], Finding("definitions.more_violations", Severity.NOTE, file, pointer)]


class _Hashable:
    """A finding compared by code and place, so that two branches of one schema do not say one thing twice."""

    def __init__(self, finding: Finding) -> None:
        self._finding, self._identity = finding, (finding.code, finding.pointer, str(finding.params))

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and self._identity == other._identity

    def unpack(self) -> Finding:
        return self._finding


_key = _Hashable


def _findings(error: Any, file: str) -> Iterator[Finding]:
    """One jsonschema `ValidationError` as findings. Of alternatives, the branch that came furthest speaks."""
    instance, value = error.instance, error.validator_value
    pointer = "".join(f"/{escape(str(token))}" for token in error.absolute_path)

    def finding(what: str, at: str = pointer, **params: Any) -> Finding:
        return Finding(f"definitions.{what}", Severity.ERROR, file, at, params)

    match error.validator:
        case "additionalProperties":
            known = list(error.schema.get("properties", ()))
            for name in sorted(set(instance) - set(known)):
                yield finding("unknown_key", f"{pointer}/{escape(name)}", name=name, known=known)
        case "required":
            for name in value:
                if name not in instance:
                    yield finding("missing_key", name=name)
        case "dependentRequired":
            for name, needed in value.items():
                for other in needed:
                    if name in instance and other not in instance:
                        yield finding("needs_key", name=name, other=other)
        case "type":
            types = [value] if isinstance(value, str) else value
            yield finding("wrong_type", expected=[_type(name) for name in types], found=_type(_type_of(instance)))
        case "enum" | "const":
            allowed = value if error.validator == "enum" else [value]
            yield finding("not_allowed", value=_short(instance), allowed=[_short(item) for item in allowed])
        case "pattern":
            what = "bad_key" if value.startswith("^[a-z][a-z0-9_]{0,39}") else "bad_pattern"
            yield finding(what, value=_short(instance), title=error.schema.get("title", value))
        case "format":
            yield finding("not_a_date", value=_short(instance))
        case "minItems" | "minLength" | "minProperties":
            yield finding("too_few", limit=value, found=len(instance))
        case "maxItems" | "maxLength" | "maxProperties":
            yield finding("too_many", limit=value, found=len(instance))
        case "minimum" | "exclusiveMinimum":
            yield finding("too_small", limit=value, found=instance)
        case "maximum" | "exclusiveMaximum":
            yield finding("too_large", limit=value, found=instance)
        case "uniqueItems":
            yield finding("repeated_item")
        case "not" if value.keys() == {"required"}:
            yield finding("not_together", names=value["required"])
        case "oneOf" | "anyOf":
            yield from _alternatives(error, file, finding)
        case _:
            yield finding("does_not_fit", value=_short(instance), rule=str(error.validator))


def _alternatives(error: Any, file: str, finding: Any) -> Iterator[Finding]:
    branches = error.validator_value
    names = [name for branch in branches if isinstance(branch, dict) for name in branch.get("required", ())]
    if all(isinstance(branch, dict) and branch.keys() == {"required"} for branch in branches):
        if isinstance(error.instance, dict):
            found = [name for name in names if name in error.instance]
            yield finding(
                "exactly_one" if error.validator == "oneOf" else "at_least_one", names=names, found=found or ["—"]
            )
        return
    by_branch: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    if not by_branch:
        yield finding("does_not_fit", value=_short(error.instance), rule=str(error.validator))
        return
    # The branch meant is the one whose first complaint lies deepest; among equals the one with fewest complaints.
    meant = max(by_branch.values(), key=lambda inner: (min(len(one.path) for one in inner), -len(inner)))
    if min(len(one.path) for one in meant) == 0 and len(by_branch) > 1 and len(meant) > 1:
        titles = [_title(branch) for branch in branches]
        yield finding("no_alternative", value=_short(error.instance), titles=[title for title in titles if title])
        return
    for inner in meant:
        yield from _findings(inner, file)


def _title(branch: Any) -> str:
    return str(branch.get("title") or (locate("", branch["$ref"])[1].get("title", "") if "$ref" in branch else ""))


def _type(name: str) -> Message:
    return Message(f"definitions.type.{name}")


def _type_of(value: Any) -> str:
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return kinds.get(type(value), "null")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
