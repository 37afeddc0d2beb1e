"""From a form's JSON to a `Form`: once for each published version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import jsonschema

from liaison.conditions import ExpressionError, Type, compile_condition, compile_expression
from liaison.definitions import CodeList

from .carried import compile_carried
from .kind import all_kinds, kind_of
from .model import LIMITS, Coded, Conditions, Control, Expression, Field, Form, FormError, Package, Section, Test
from .scope import coded_in
from .sentences import FORMATS
from .wtf import unbound

_APPLICATORS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired")


@dataclass(frozen=True)
class Machinery:
    """What binding and checking need again and again."""

    unbound: Mapping[str, tuple[str, Any]]
    validator: Any
    types: Mapping[str, Type]
    """Of every field of the record type: expressions may read those of its other forms."""
    coded: Mapping[str, Coded]
    """What they may read of the codes in these fields."""
    defaults: Mapping[str, Test]
    carried: Mapping[str, Mapping[str, list[Test]]]
    """Table → column → what a row takes over from the record it picks."""
    across: bool
    """Whether the schema has rules that read several fields: `if`, `anyOf`…"""


def field_of(
    key: str,
    spec: Mapping[str, Any],
    of: str,
    codes: Mapping[str, CodeList],
    compiled: Callable[[Any], Any] = compile_expression,
) -> Field:
    """The field that a property (no reference) describes. Raises FormError for a kind nobody registered; `compiled`
    makes the expressions of its limits ready, and raises ExpressionError for what is none."""
    if spec.get("kind") not in all_kinds():
        raise FormError(f"{key}: no kind {spec.get('kind')!r}")
    columns = {
        name: field_of(name, column, of, codes, compiled)
        for name, column in spec.get("items", {}).get("properties", {}).items()
        if spec["kind"] == "table"
    }
    return Field(
        key=key,
        kind=spec["kind"],
        title=spec["title"],
        spec=MappingProxyType(dict(spec)),
        of=of,
        codes=codes.get(spec["codes"]) if "codes" in spec else None,
        columns=MappingProxyType(columns),
        limits={name: compiled(spec[name]) for name in LIMITS if spec["kind"] == "date" and name in spec},
    )


def compile_form(form: Mapping[str, Any], package: Package) -> Form:
    """Compile one form of `package` (a `Definition`: its `fields` and `codes` are read).

    Raises FormError where the form is not one that `lint_form` finds free of errors.
    """
    try:
        return _compile(form, package)
    except (ExpressionError, KeyError, re.error, jsonschema.SchemaError) as error:
        raise FormError(f"{form.get('key')}: {error}") from error


def _compile(form: Mapping[str, Any], package: Package) -> Form:
    of = form["of"]
    known = package.fields.get(of, {})
    properties = form["schema"]["properties"]
    specs = {key: known[key] if "$ref" in spec else spec for key, spec in properties.items()}
    fields = {key: field_of(key, spec, of, package.codes) for key, spec in specs.items()}
    required = frozenset(form["schema"].get("required", ()))
    sections = tuple(_sections(form["layout"]["elements"], fields, required))
    controls = {control.field.key: control for section in sections for control in section.controls}
    others = {key: field_of(key, spec, of, package.codes) for key, spec in known.items() if key not in fields}
    machinery = Machinery(
        unbound={key: unbound(control) for key, control in controls.items()},
        validator=_validator(form["schema"], fields),
        across=any(name in form["schema"] for name in _APPLICATORS),
        types={key: kind_of(field).type_of(field) for key, field in {**others, **fields}.items()},
        coded=coded_in({**others, **fields}),
        defaults={
            key: compile_expression(field.spec["default"]) for key, field in fields.items() if "default" in field.spec
        },
        carried=compile_carried(fields),
    )
    return Form(
        key=form["key"],
        title=form["title"],
        of=of,
        json=form,
        fields=MappingProxyType(fields),
        sections=sections,
        controls=MappingProxyType(controls),
        computed=MappingProxyType(
            {key: compile_expression(f.spec["compute"]) for key, f in fields.items() if f.kind == "computed"}
        ),
        machinery=machinery,
    )


def _sections(
    elements: Sequence[Mapping[str, Any]], fields: Mapping[str, Field], required: frozenset[str]
) -> Iterator[Section]:
    for group in elements:
        around = (group,)
        rows = tuple(
            tuple(_control(control, path, group["key"], fields, required) for control, path in row)
            for row in _rows(group["elements"], around)
        )
        yield Section(group["key"], group.get("label", ""), rows, _conditions(around))


_Path = tuple[Mapping[str, Any], ...]


def _rows(elements: Sequence[Mapping[str, Any]], around: _Path) -> Iterator[list[tuple[Mapping[str, Any], _Path]]]:
    """The controls below `elements`, in rows: those of one HorizontalLayout stand side by side."""
    for element in elements:
        if element["type"] == "Control":
            yield [(element, (*around, element))]
        elif element["type"] == "HorizontalLayout":
            yield [pair for row in _rows(element["elements"], (*around, element)) for pair in row]
        else:
            yield from _rows(element["elements"], (*around, element))


def _control(
    element: Mapping[str, Any], path: _Path, section: str, fields: Mapping[str, Field], required: frozenset[str]
) -> Control:
    field = fields[element["scope"].removeprefix("#/properties/")]
    return Control(
        key=element["key"],
        field=field,
        section=section,
        conditions=_conditions(path),
        label=element.get("label", field.title),
        required=field.key in required,
        read_only=bool(field.spec.get("readOnly")),
    )


def _conditions(path: _Path) -> Conditions:
    show, enable, require = (_joined(path, name) for name in ("show", "enable", "require"))
    return Conditions(
        show=None if show is None else compile_condition(show),
        enable=None if enable is None else compile_condition(enable),
        require=None if require is None else compile_condition(require),
        show_json=show,
        enable_json=enable,
        require_json=require,
    )


def _joined(path: _Path, name: str) -> Expression:
    found = [element[name] for element in path if name in element]
    return {"and": found} if len(found) > 1 else found[0] if found else None


def _validator(schema: Mapping[str, Any], fields: Mapping[str, Field]) -> Any:
    """The schema of the stored values. What the root requires is asked by `check`, which knows what is hidden."""
    for field in fields.values():
        re.compile(field.spec.get("pattern", ""))
    written = {name: schema[name] for name in _APPLICATORS if name in schema}
    # The kinds make fragments that are schemas; with a catalogue of codes in it, one takes long to look through.
    jsonschema.Draft202012Validator.check_schema(written)
    properties = {key: kind_of(field).fragment(field) for key, field in fields.items()}
    whole = {"type": "object", "properties": properties, **written}
    return jsonschema.Draft202012Validator(exact(whole), format_checker=FORMATS)


def exact(value: Any) -> Any:
    """The same JSON with its floats as Decimal: a Decimal and a float do not divide."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: exact(member) for key, member in value.items()}
    return [exact(member) for member in value] if isinstance(value, list) else value
