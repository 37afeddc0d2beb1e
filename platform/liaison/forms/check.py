"""Is what came in a value for every field? WTForms reads it, the kinds look at it, jsonschema has the last word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from liaison.texts import Message

from .bind import BoundForm, assemble, bind_fields, writable_keys
from .carried import carry
from .compile import exact
from .kind import Scene, kind_of
from .kinds.table import repeated, standing
from .model import FieldProblem, Form, Nothing, Options, Through, nothing_through
from .sentences import problems_of
from .settle import facts_of, settle, with_defaults
from .submitted import collect
from .wtf import KindField, TableField

_UNKNOWN_NAMED = 10
"""Unknown field names said one by one; past that there is nothing to learn from more."""


@dataclass(frozen=True)
class Checked:
    """What a submission comes to.

    `values` is the whole record as it would be stored: `existing` with the changes; what could not be read is absent,
    and with problems nothing of it is to be stored. `raw` is what was typed and what rows took over from the records
    they pick, in a shape that `check` and `bind` take as `submitted` again. `bound` shows it on a page.
    """

    values: Mapping[str, Any]
    problems: tuple[FieldProblem, ...]
    raw: Mapping[str, Any]
    bound: BoundForm


def check(
    form: Form,
    submitted: Any,
    existing: Mapping[str, Any],
    options: Options,
    *,
    day: date,
    section: str | None = None,
    without: Collection[str] = (),
    editable: Collection[str] | None = None,
    facts: Mapping[str, Any] = Nothing,
    through: Through = nothing_through,
) -> Checked:
    """Check what a person sent for the form, or for one section of it; fields in `without` are not asked for.

    `submitted`: a multi-dict from a browser (what is absent was emptied) or a mapping of values as one would type
    them (what is absent stays). Hidden values are cleared, values of closed fields ignored, and of fields not
    `editable` too. `through` says what is read of the records that rows pick. No input raises; KeyError only for
    a section the form does not have.
    """
    is_mapping = isinstance(submitted, Mapping) or hasattr(submitted, "getlist")
    sent = submitted if is_mapping else {}
    controls = form.within(section, without)
    writable = writable_keys(controls, editable)
    base = with_defaults(form, controls, existing, facts, day)
    typed = collect(sent, (control.field for control in controls if control.field.key in writable))
    raw = carry(form, typed, existing, through)
    scene = Scene(day, options)
    fields = bind_fields(form, controls, base, raw, scene)
    given = {c.field.key: fields[c.field.key].data for c in controls if c.field.key in writable}
    values, standing = settle(form, controls, given, base, facts, day)
    bound = assemble(form, section, fields, standing, writable)

    problems = [] if is_mapping else [FieldProblem("", None, Message("forms.not_an_object"))]
    problems += _unknown(form, sent)
    open_fields = [field for field in fields.values() if field.visible and field.enabled]
    scene = replace(scene, values=values, facts=facts_of(form, values, facts, day))
    for field in open_fields:
        problems += _of_field(field, values, existing, scene)
    wrong = {problem.field for problem in problems}
    asked = {field.spec.key for field in open_fields} - wrong | {""}
    # Without rules across fields, what was not asked for need not be looked at.
    seen = values if form.machinery.across else {key: values[key] for key in asked & values.keys()}
    problems += [
        _as_typed(problem, fields)
        for problem in problems_of(form.machinery.validator, exact(seen), form.fields)
        if problem.field in asked
    ]
    return Checked(values, tuple(problems), raw, bound.with_problems(problems))


def _unknown(form: Form, submitted: Any) -> Iterator[FieldProblem]:
    """Names nobody knows, from callers that are no browsers: a slip that would otherwise lose a value in silence."""
    if hasattr(submitted, "getlist"):
        return
    unknown = (name for name in submitted if name not in form.fields)
    for name in islice(unknown, _UNKNOWN_NAMED):
        shown = name[:40] if isinstance(name, str) else type(name).__name__
        yield FieldProblem("", None, Message("forms.unknown_field", {"name": shown}))


def _of_field(
    field: KindField, values: Mapping[str, Any], existing: Mapping[str, Any], scene: Scene
) -> Iterator[FieldProblem]:
    spec, value = field.spec, values.get(field.spec.key)
    if field.wrong is not None:
        yield FieldProblem(spec.key, None, field.wrong.message(field.label.text))
        return
    if isinstance(field, TableField):
        yield from _of_rows(field, existing.get(spec.key), scene)
    if value is None:
        if field.required:
            yield FieldProblem(spec.key, None, Message(field.kind.asks_for(spec), {"label": field.label.text}))
        return
    for wrong in field.kind.examine(spec, value, replace(scene, existing=existing.get(spec.key))):
        yield FieldProblem(spec.key, None, wrong.message(field.label.text))


def _of_rows(table: TableField, existing: Any, scene: Scene) -> Iterator[FieldProblem]:
    on_file = {name: standing(existing, name) for name in table.spec.columns}
    for index in table.kept:
        cells = table.demanded(table.entries[index])
        values = {cell.spec.key: cell.data for cell in cells}
        for cell in cells:
            name, column = cell.spec.key, cell.spec
            inner = replace(scene, values=values, existing=on_file[name])
            messages = []
            if cell.wrong is not None:
                messages = [cell.wrong.message(column.title)]
            elif cell.data is not None:
                messages = [w.message(column.title) for w in kind_of(column).examine(column, cell.data, inner)]
            elif cell.required:
                messages = [Message(kind_of(column).asks_for(column), {"label": column.title})]
            for message in messages:
                yield _in_row(table, index, name, message)
    for at, name, first in repeated(table.spec, table.data if table.kept else ()):
        again = {"label": table.spec.columns[name].title, "row": table.kept[first] + 1}
        yield _in_row(table, table.kept[at], name, Message("forms.repeated", again))


def _in_row(table: TableField, index: int, column: str, what: Message) -> FieldProblem:
    said = Message("forms.in_row", {"label": table.label.text, "row": index + 1, "what": what})
    return FieldProblem(table.spec.key, index, said, column)


def _as_typed(problem: FieldProblem, fields: Mapping[str, KindField]) -> FieldProblem:
    """The problem with its row counted as typed, blank rows included."""
    table = fields.get(problem.field)
    if problem.row is None or not isinstance(table, TableField) or problem.row >= len(table.kept):
        return problem
    return replace(problem, row=table.kept[problem.row])
