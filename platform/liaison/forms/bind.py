"""A form with values in it, ready for a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from wtforms.form import BaseForm

from .kind import Scene, kind_of
from .model import Control, Expression, FieldProblem, Form, Names, Nothing, Options, unnamed
from .settle import Standing, settle, with_defaults
from .submitted import collect
from .wtf import KindField, Meta, Submitted


@dataclass(frozen=True)
class BoundSection:
    """A section on a page: rows of fields side by side. `show` is for the browser."""

    key: str
    label: str
    rows: tuple[tuple[KindField, ...], ...]
    show: Expression

    @property
    def visible(self) -> bool:
        return any(field.visible for row in self.rows for field in row)


@dataclass(frozen=True)
class BoundForm:
    """A form with values: sections for the page, fields by key, and what is wrong."""

    form: Form
    sections: tuple[BoundSection, ...]
    fields: Mapping[str, KindField]
    problems: tuple[FieldProblem, ...] = ()

    def with_problems(self, problems: Sequence[FieldProblem]) -> BoundForm:
        """The same form, each problem at its field."""
        for key, field in self.fields.items():
            field.problems = [problem for problem in problems if problem.field == key]
        return replace(self, problems=tuple(problems))


def bind(
    form: Form,
    values: Mapping[str, Any],
    options: Options,
    *,
    day: date,
    section: str | None = None,
    without: Collection[str] = (),
    editable: Collection[str] | None = None,
    facts: Mapping[str, Any] = Nothing,
    submitted: Any = None,
    names: Names = unnamed,
) -> BoundForm:
    """Bind `values` (stored) to the form, or to one section of it; fields in `without` are left out.

    `editable`: the field keys this person may write, None for all. `facts`: what expressions read beside the
    fields, flat by dotted path. `submitted`: what was typed but not yet accepted (a draft); it is shown instead.
    `names` says how picked units, people and records are called that are no longer offered.
    KeyError for a section the form does not have.
    """
    controls = form.within(section, without)
    writable = writable_keys(controls, editable)
    filled = with_defaults(form, controls, values, facts, day)
    raw = {}
    if submitted is not None:
        raw = collect(submitted, (c.field for c in controls if c.field.key in writable))
    fields = bind_fields(form, controls, filled, raw, Scene(day, options, filled, names=names))
    given = {c.field.key: fields[c.field.key].data for c in controls if c.field.key in writable}
    _, standing = settle(form, controls, given, filled, facts, day)
    return assemble(form, section, fields, standing, writable)


def writable_keys(controls: Sequence[Control], editable: Collection[str] | None) -> frozenset[str]:
    """The fields among `controls` that take a value from this person."""
    return frozenset(
        control.field.key
        for control in controls
        if kind_of(control.field).holds
        and not control.read_only
        and (editable is None or control.field.key in editable)
    )


def bind_fields(
    form: Form, controls: Sequence[Control], values: Mapping[str, Any], raw: Mapping[str, Any], scene: Scene
) -> dict[str, KindField]:
    """The WTForms fields of `controls`, holding `values` and over them what was typed."""
    page = BaseForm([form.machinery.unbound[control.field.key] for control in controls], meta=Meta())
    page.process(Submitted(raw), data=values)
    fields = cast(dict[str, KindField], page._fields)
    for control in controls:
        field = fields[control.field.key]
        field.conditions, field.section = control.conditions, control.section
        field.scene = replace(scene, existing=field.object_data)
    return fields


def assemble(
    form: Form, section: str | None, fields: Mapping[str, KindField], standing: Standing, writable: frozenset[str]
) -> BoundForm:
    """The page: fields in their sections, each knowing whether it is visible, open and required."""
    for key, field in fields.items():
        field.visible = key in standing.visible
        field.enabled = key in standing.enabled and key in writable
        field.closed = key not in writable
        field.required = key in standing.required
    sections = tuple(
        BoundSection(
            part.key,
            part.label,
            tuple(row for part_row in part.rows if (row := _shown(part_row, fields))),
            part.conditions.show_json,
        )
        for part in form.sections
        if section is None or part.key == section
    )
    return BoundForm(form, sections, fields)


def _shown(row: Sequence[Control], fields: Mapping[str, KindField]) -> tuple[KindField, ...]:
    return tuple(fields[control.field.key] for control in row if control.field.key in fields)
