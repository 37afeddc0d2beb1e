"""The lints of forms. A form comes here after its shape has been checked against `form.schema.json`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema

from liaison.conditions import DATE, OUTER, Scope, result_type
from liaison.conditions import check as check_expression
from liaison.definitions import FACTS
from liaison.texts import Finding, Severity

from .carried import expressions_in
from .compile import field_of
from .grid import contents, geometry
from .kind import all_kinds, kind_of
from .kinds.table import required_columns, unique_columns
from .model import LIMITS, Field, FormError, Package
from .picking import entries_of
from .scope import scope_of
from .slow import is_slow
from .written import refuses

_PERSONAL = ("telephone", "email", "person", "signature")
_BOUNDS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))

_NOTHING_AROUND = Scope({"record.today": DATE})

Json = Mapping[str, Any]
_Found = Iterator[Finding]

_GRID = {"overlap": "grid_overlap", "outside": "grid_outside", "gap": "grid_gap"}
"""What is wrong with a printed table → the finding it is."""


def _title(form: _Form, key: str) -> str:
    field = form.fields.get(key)
    return key if field is None else field.title


class _Form:
    """A form being looked at: its properties with references resolved, its elements with their pointers."""

    def __init__(self, form: Json, package: Package, file: str, around: Scope) -> None:
        self.json, self.package, self.file, self.around = form, package, file, around
        self.properties: Mapping[str, Json] = form["schema"]["properties"]
        known = package.fields.get(form["of"], {})
        self.fields: dict[str, Field] = {}
        self.own: dict[str, Field] = {}
        for key, spec in self.properties.items():
            resolved = known.get(key) if "$ref" in spec else spec
            if resolved is not None and resolved.get("kind") in all_kinds():
                try:
                    self.fields[key] = field_of(key, resolved, form["of"], package.codes, _as_it_stands)
                except FormError:
                    continue  # a column of an unknown kind, which `_unknown_kinds` reports
                if "$ref" not in spec:
                    self.own[key] = self.fields[key]
        self.elements = list(_walk(form["layout"]["elements"], "/layout/elements"))
        self.controls = [
            (pointer, element, element["scope"].removeprefix("#/properties/"))
            for pointer, element in self.elements
            if element["type"] == "Control"
        ]

    def find(self, what: str, severity: Severity, pointer: str, **params: Any) -> Finding:
        return Finding(f"forms.{what}", severity, self.file, pointer, params)

    def error(self, what: str, pointer: str, **params: Any) -> Finding:
        return self.find(what, Severity.ERROR, pointer, **params)

    def warning(self, what: str, pointer: str, **params: Any) -> Finding:
        return self.find(what, Severity.WARNING, pointer, **params)

    def property_pointer(self, key: str) -> str:
        return f"/schema/properties/{key}"

    def all_properties(self) -> Iterator[tuple[str, Json, str]]:
        """Own properties, and the columns of tables: key, property, pointer."""
        for key, spec in self.properties.items():
            if "$ref" in spec:
                continue
            pointer = self.property_pointer(key)
            yield key, spec, pointer
            if spec.get("kind") == "table":
                for name, column in spec["items"]["properties"].items():
                    yield name, column, f"{pointer}/items/properties/{name}"

    def all_fields(self) -> Iterator[tuple[Field, str]]:
        """Own fields, and the columns of tables, with their pointers."""
        for key, field in self.own.items():
            pointer = self.property_pointer(key)
            yield field, pointer
            for name, column in field.columns.items():
                yield column, f"{pointer}/items/properties/{name}"


def _as_it_stands(expression: Json) -> Json:
    """Lints look at expressions before it is known that they are some."""
    return expression


def lint_form(form: Json, package: Package, *, file: str = "", around: Scope = _NOTHING_AROUND) -> list[Finding]:
    """Everything that can be said about one form within its package.

    `around`: what expressions may read beside the fields of the record type: facts with their types, slots.
    """
    looked_at = _Form(form, package, file, around)
    return [finding for lint in _LINTS for finding in lint(looked_at)]


def _walk(elements: Sequence[Json], pointer: str) -> Iterator[tuple[str, Json]]:
    for index, element in enumerate(elements):
        here = f"{pointer}/{index}"
        yield here, element
        yield from _walk(element.get("elements", ()), f"{here}/elements")


def _duplicate_keys(form: _Form) -> _Found:
    lists: list[list[tuple[str, Json]]] = [form.elements]
    if "print" in form.json:
        table = form.json["print"]
        lists += [_numbered(table.get(name, ()), f"/print/{name}") for name in ("header", "rows", "notes")]
        for r, row in enumerate(table["rows"]):
            lists.append(_numbered(row["cells"], f"/print/rows/{r}/cells"))
            for c, cell in enumerate(row["cells"]):
                lists.append(_numbered(cell.get("parts", ()), f"/print/rows/{r}/cells/{c}/parts"))
    for _, spec, pointer in form.all_properties():
        lists.append(_numbered(spec.get("choices", ()), f"{pointer}/choices"))
    sections = {id(element) for element in form.json["layout"]["elements"]}
    for entries in lists:
        seen: set[tuple[bool, str]] = set()
        for pointer, entry in entries:
            # A section and a control in it may share a key: they are named in different places.
            name = (id(entry) in sections, entry["key"])
            if name in seen:
                yield form.error("duplicate_key", pointer, key=entry["key"])
            seen.add(name)


def _numbered(entries: Sequence[Json], pointer: str) -> list[tuple[str, Json]]:
    return [(f"{pointer}/{index}", entry) for index, entry in enumerate(entries)]


def _controls(form: _Form) -> _Found:
    shown: set[str] = set()
    for pointer, _, key in form.controls:
        if key not in form.properties:
            yield form.error("control_without_field", f"{pointer}/scope", field=key)
        elif key in shown:
            yield form.error("field_shown_twice", f"{pointer}/scope", label=_title(form, key))
        shown.add(key)
    for key, field in form.fields.items():
        if key not in shown and field.kind != "computed":
            yield form.warning("field_without_control", form.property_pointer(key), label=field.title)


def _references(form: _Form) -> _Found:
    known = form.package.fields.get(form.json["of"], {})
    for key, spec in form.properties.items():
        if "$ref" in spec and (key not in known or not spec["$ref"].endswith(f"#/properties/{key}")):
            yield form.error("broken_reference", f"{form.property_pointer(key)}/$ref", reference=spec["$ref"])


def _names(form: _Form) -> _Found:
    for key in form.properties:
        if key in (*FACTS, OUTER):
            yield form.error("reserved_field", form.property_pointer(key), key=key)


def _unknown_kinds(form: _Form) -> _Found:
    for _, spec, pointer in form.all_properties():
        if spec.get("kind") not in all_kinds():
            yield form.error("unknown_kind", f"{pointer}/kind", kind=spec.get("kind"), label=spec.get("title", ""))


def _types(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        allowed = kind_of(field).types
        if field.spec.get("type") not in (allowed or (None,)):
            yield form.error("type_mismatch", f"{pointer}/type", label=field.title, allowed=list(allowed))


def _code_lists(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        if field.kind != "code":
            continue
        if field.codes is None:
            yield form.error("unknown_codes", f"{pointer}/codes", label=field.title, codes=field.spec["codes"])
            continue
        for alone in field.spec.get("alone", ()):
            if alone not in field.codes.codes:
                yield form.error("unknown_choice", f"{pointer}/alone", label=field.title, choice=alone)
        under = field.spec.get("under")
        siblings = {key for key, f in form.fields.items() if f.kind == "code"}
        if under is not None and under not in siblings and "/items/" not in pointer:
            yield form.error("under_without_field", f"{pointer}/under", label=field.title, under=under)


def _choices(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        if field.kind != "choice":
            continue
        labels: set[str] = set()
        for index, choice in enumerate(field.spec["choices"]):
            if choice["label"] in labels:
                yield form.error(
                    "choice_repeated", f"{pointer}/choices/{index}", label=field.title, choice=choice["label"]
                )
            labels.add(choice["label"])
        known = {choice["key"] for choice in field.spec["choices"]}
        for alone in field.spec.get("alone", ()):
            if alone not in known:
                yield form.error("unknown_choice", f"{pointer}/alone", label=field.title, choice=alone)


def _bounds(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        for low, high in _BOUNDS:
            if (
                field.spec.get(low) is not None
                and not field.limits
                and field.spec.get(high) is not None
                and field.spec[low] > field.spec[high]
            ):
                yield form.error(
                    "bad_bounds", f"{pointer}/{low}", label=field.title, low=field.spec[low], high=field.spec[high]
                )
        if not _is_regex(field.spec.get("pattern", "")):
            yield form.error("bad_pattern", f"{pointer}/pattern", label=field.title)
        if is_slow(field.spec.get("pattern", "")):
            yield form.error("slow_pattern", f"{pointer}/pattern", label=field.title)


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _schema(form: _Form) -> _Found:
    rest = {key: value for key, value in form.json["schema"].items() if key != "properties"}
    for error in jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(rest):
        yield form.error("bad_schema", "/schema" + "".join(f"/{step}" for step in error.absolute_path))
        return


def _defaults(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        default, pattern = field.spec.get("default"), field.spec.get("pattern", "")
        # What an expression gives is known when the form is filled in; its grammar is checked below.
        in_row = "/items/" in pointer
        computed = len(entries_of(default)) == len(expressions_in(field)) if in_row else isinstance(default, Mapping)
        if default is None or computed or is_slow(pattern) or not _is_regex(pattern):
            continue
        if why := refuses(field, default):
            yield form.error("bad_default", f"{pointer}/default", label=field.title, why=why)


def _personal(form: _Form) -> _Found:
    for field, pointer in form.all_fields():
        if field.kind in _PERSONAL and "personal" not in field.spec:
            yield form.warning("personal_not_marked", pointer, label=field.title)


def _required(form: _Form) -> _Found:
    controls = {key for _, _, key in form.controls}
    for index, key in enumerate(form.json["schema"].get("required", ())):
        pointer = f"/schema/required/{index}"
        if key not in form.properties:
            yield form.error("required_unknown", pointer, field=key)
            continue
        field = form.fields.get(key)
        if field is None:
            continue
        closed = bool(field.spec.get("readOnly")) and "default" not in field.spec
        if not kind_of(field).holds or closed or key not in controls:
            yield form.error("required_not_editable", pointer, label=field.title)
    for key, field in form.own.items():
        for column in required_columns(field) if field.columns else ():
            if column not in field.columns:
                yield form.error("required_unknown", f"{form.property_pointer(key)}/items/required", field=column)
        for name in ("show", "require") if field.columns else ():
            for column in field.spec["items"].get(name, {}):
                if column not in field.columns:
                    pointer = f"{form.property_pointer(key)}/items/{name}/{column}"
                    yield form.error("condition_unknown", pointer, field=column)
        for place, column in enumerate(unique_columns(field) if field.columns else ()):
            if column not in field.columns:
                pointer = f"{form.property_pointer(key)}/items/unique/{place}"
                yield form.error("unique_unknown", pointer, field=column)


def _print_fields(form: _Form) -> _Found:
    if "print" not in form.json:
        return
    printed: set[str] = set()
    for pointer, entry in contents(form.json["print"]):
        key = entry.get("field")
        if key is None:
            continue
        printed.add(key)
        if key not in form.properties:
            yield form.error("print_without_field", f"/print{pointer}/field", field=key)
        elif "column" in entry and key in form.fields and entry["column"] not in form.fields[key].columns:
            yield form.error("print_without_field", f"/print{pointer}/column", field=f"{key}.{entry['column']}")
    for key, field in form.fields.items():
        # Files go with the paper, they do not stand on it.
        if key not in printed and field.kind not in ("file", "note"):
            yield form.warning("field_without_print", form.property_pointer(key), label=field.title)


def _print_geometry(form: _Form) -> _Found:
    if "print" not in form.json:
        return
    for fault in geometry(form.json["print"])[1]:
        pointer = f"/print/rows/{fault.row_index}"
        if fault.cell_index is not None:
            pointer += f"/cells/{fault.cell_index}"
        yield form.error(_GRID[fault.what], pointer, row=fault.row_index + 1)


def _expressions(form: _Form) -> _Found:
    scope = _scope_around(form)
    for pointer, element in form.elements:
        for name in ("show", "enable", "require"):
            if name in element:
                yield from check_expression(element[name], scope, "form", form.file, f"{pointer}/{name}")
    for field, pointer in form.all_fields():
        if field.kind == "computed":
            yield from check_expression(field.spec["compute"], scope, "computed", form.file, f"{pointer}/compute")
        for name in LIMITS if field.limits else ():
            if name in field.spec:
                wrong = list(check_expression(field.spec[name], scope, "computed", form.file, f"{pointer}/{name}"))
                yield from wrong
                if not wrong and result_type(field.spec[name], scope).kind not in ("date", "unknown"):
                    yield form.error("limit_not_a_day", f"{pointer}/{name}", label=field.title)
        if isinstance(field.spec.get("default"), Mapping) and "/items/" not in pointer:
            yield from check_expression(field.spec["default"], scope, "computed", form.file, f"{pointer}/default")
    for table, field in form.own.items():
        for key, column in field.columns.items():
            pointer = f"{form.property_pointer(table)}/items/properties/{key}/default"
            several = isinstance(column.spec.get("default"), list)
            for at, one in enumerate(expressions_in(column)):
                here = f"{pointer}/{at}" if several else pointer
                yield from check_expression(one, _scope_of_rows(form, field, scope), "computed", form.file, here)
        for name in ("show", "require") if field.columns else ():
            for key, one in field.spec["items"].get(name, {}).items():
                here = f"{form.property_pointer(table)}/items/{name}/{key}"
                row = Scope(scope.types[table].fields, scope.codes, scope.slots)
                yield from check_expression(one, row, "form", form.file, here)


def _scope_of_rows(form: _Form, table: Field, scope: Scope) -> Scope:
    """What the default of a column may read: the row, and through it the records that it picks."""
    known = form.around.types.get(table.key, scope.types[table.key])
    return Scope(known.fields, scope.codes, scope.slots)


def _scope_around(form: _Form) -> Scope:
    """All fields of the record type, those of its other forms too, and what is around them."""
    everything = dict(form.fields)
    for key, spec in form.package.fields.get(form.json["of"], {}).items():
        if key not in everything and spec.get("kind") in all_kinds():
            everything[key] = field_of(key, spec, form.json["of"], form.package.codes, _as_it_stands)
    # A code field without its list has a finding already, and no type.
    usable = {key: f for key, f in everything.items() if f.kind != "code" or f.codes is not None}
    own = scope_of(usable)
    around = form.around
    return Scope({**around.types, **own.types}, {**around.codes, **own.codes}, around.slots)


_LINTS: tuple[Callable[[_Form], _Found], ...] = (
    _duplicate_keys,
    _controls,
    _references,
    _names,
    _unknown_kinds,
    _types,
    _code_lists,
    _choices,
    _bounds,
    _schema,
    _defaults,
    _personal,
    _required,
    _print_fields,
    _print_geometry,
    _expressions,
)
