"""WTForms at work: one field class for all kinds, one for tables. It keeps what was typed beside what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import wtforms
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from liaison.conditions import read_stored

from .carried import expressions_in
from .kind import Kind, Scene, Wrong, kind_of
from .kinds.table import conditions_of, most_rows, required_columns, standing
from .model import Choice, Conditions, Control, Expression, Field, FieldProblem, Test
from .picking import Pick, entries_of


class Meta(DefaultMeta):
    """No CSRF (the web room's business), no translations (sentences are codes)."""

    csrf = False
    locales = False


class Submitted:
    """What came in, by field name, in the manner WTForms asks for it: each raw value alone in a list."""

    def __init__(self, raw: Mapping[str, Any], prefix: str = "") -> None:
        self._raw = raw
        self._skip = len(prefix)

    def __contains__(self, name: str) -> bool:
        return name[self._skip :] in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def getlist(self, name: str) -> list[Any]:
        return [self._raw[name[self._skip :]]]


class KindField(wtforms.Field):
    """A field on a page. `data` is the stored value, `raw` what was typed, `wrong` why it could not be read.

    For templates: kind, label, help, required, visible, enabled, choices, problems, show/enable/require
    (JSON for the browser), autocomplete, inputmode.
    """

    spec: Field
    kind: Kind
    conditions: Conditions = Conditions()
    section: str = ""
    required: bool = False
    visible: bool = True
    enabled: bool = True
    closed: bool = False
    """Closed for good to this person, not only until a condition of the page shows or opens it."""
    problems: Sequence[FieldProblem] = ()
    scene: Scene
    raw: Any = None
    was_typed: bool = False
    wrong: Wrong | None = None
    _choices: Sequence[Choice] | None = None

    def __init__(self, label: str, *, spec: Field, **kwargs: Any) -> None:
        self.spec = spec
        self.kind = kind_of(spec)
        kwargs.setdefault("widget", self.kind.widget_of(spec))
        kwargs.setdefault("render_kw", _attributes(spec, self.kind))
        super().__init__(label, description=spec.help, **kwargs)

    @property
    def help(self) -> str:
        return self.spec.help

    @property
    def many(self) -> bool:
        return self.spec.many

    @property
    def show(self) -> Expression:
        return self.conditions.show_json

    @property
    def enable(self) -> Expression:
        return self.conditions.enable_json

    @property
    def require(self) -> Expression:
        return self.conditions.require_json

    @property
    def autocomplete(self) -> str | None:
        return self.kind.autocomplete

    @property
    def inputmode(self) -> str | None:
        return self.kind.inputmode

    @property
    def choices(self) -> Sequence[Choice] | None:
        """What may be picked; None where one types. Asked for when the page wants it, and once."""
        if self._choices is None:
            self._choices = self.kind.choices(self.spec, self.scene)
        return self._choices

    @property
    def picked(self) -> frozenset[str]:
        """The values that stand picked: what was typed where it was wrong, else the value."""
        source = self.raw if self.was_typed else self.data
        return frozenset(entry for entry in entries_of(source) if isinstance(entry, str))

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.raw, self.was_typed, self.data = valuelist[0], True, None
        try:
            self.data = self.kind.parse(self.spec, self.raw)
        except Wrong as wrong:
            self.wrong = wrong

    def _value(self) -> str:
        if self.wrong is not None:
            return _as_typed(self.raw)
        return "" if self.data is None else self.kind.text(self.spec, self.data)


class TableField(KindField):
    """Repeating rows. `entries` are WTForms forms, one for each row as typed; `kept` are those not left blank."""

    entries: list[BaseForm]
    kept: list[int]

    def __init__(
        self, label: str, *, columns: Sequence[tuple[str, Any]], by_row: Mapping[str, Conditions], **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self._columns, self._by_row = columns, by_row
        self.entries, self.kept = [], []

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        self.entries = [self._row(index, data=row) for index, row in enumerate(value or ())]

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.raw, self.was_typed, self.data, self.entries = valuelist[0], True, None, []
        typed = [] if self.raw in (None, "") else self.raw
        if not isinstance(typed, list) or not all(isinstance(row, Mapping) for row in typed):
            self.wrong = Wrong("forms.not_rows")
        elif len(typed) > most_rows(self.spec):
            self.wrong = Wrong("forms.too_many_rows", most=most_rows(self.spec), count=len(typed))
        else:
            self.entries = [self._row(index, raw=row) for index, row in enumerate(typed)]
            rows = [self._settled(row) for row in self.entries]
            self.kept = [index for index, row in enumerate(self.entries) if rows[index] or has_wrong(row)]
            self.data = [rows[index] for index in self.kept] or None

    @property
    def blank(self) -> BaseForm:
        """A row to copy, with its columns' defaults: its names hold `__row__` where the number belongs."""
        defaults = {
            key: kind_of(column).parse(column, column.spec["default"])
            for key, column in self.spec.columns.items()
            if "default" in column.spec and not expressions_in(column)
        }
        return self._row("__row__", data=defaults)

    @property
    def spare(self) -> BaseForm:
        """An empty row after the last, for who has no script to copy one: left blank it does not count."""
        return self._row(len(self.entries))

    def cells(self, row: BaseForm) -> list[KindField]:
        """The cells of one row, knowing where they stand."""
        found = self.demanded(row)
        for cell in found:
            cell.scene = replace(self.scene, existing=standing(self.object_data, cell.spec.key))
            cell.enabled = self.enabled
        return found

    def demanded(self, row: BaseForm) -> list[KindField]:
        """The cells of one row, knowing which of them the row shows and which it wants filled."""
        found = [cast(KindField, cell) for cell in row._fields.values()]
        always, seen = required_columns(self.spec), self._seen(row)
        for cell in found:
            cell.conditions = self._by_row.get(cell.spec.key, Conditions())
            cell.visible = _holds(cell.conditions.show, seen)
            must = cell.conditions.require is not None and bool(cell.conditions.require(seen))
            cell.required = cell.visible and (must or cell.spec.key in always)
        return found

    def _settled(self, row: BaseForm) -> dict[str, Any]:
        """The row as it is stored. A cell that the others hide is cleared, and that may hide the next."""
        cells = cast(dict[str, KindField], row._fields)
        for _ in self._by_row:
            seen = self._seen(row)
            hidden = [cells[key] for key, conditions in self._by_row.items() if not _holds(conditions.show, seen)]
            for cell in hidden:
                cell.data = cell.raw = cell.wrong = None
        return {key: cell.data for key, cell in cells.items() if cell.data is not None}

    def _seen(self, row: BaseForm) -> dict[str, Any]:
        """A row as its conditions read it."""
        cells = cast(dict[str, KindField], row._fields) if self._by_row else {}
        return {key: read_stored(cell.kind.type_of(cell.spec), cell.data) for key, cell in cells.items()}

    def _row(
        self, index: int | str, raw: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None
    ) -> BaseForm:
        prefix = f"{self.name}-{index}-"
        row = BaseForm(self._columns, prefix=prefix, meta=Meta())
        row.process(None if raw is None else Submitted(raw, prefix), data=data or {})
        return row


def _holds(test: Test | None, seen: Mapping[str, Any]) -> bool:
    return test is None or bool(test(seen))


def has_wrong(row: BaseForm) -> bool:
    """Whether a cell of the row could not be read."""
    return any(cast(KindField, cell).wrong is not None for cell in row._fields.values())


def unbound(control: Control) -> tuple[str, Any]:
    """The field of a control, ready to be bound again and again."""
    return control.field.key, _unbound(control.field, control.label)


def _unbound(field: Field, label: str) -> Any:
    if field.columns:
        columns = [(key, _unbound(column, column.title)) for key, column in field.columns.items()]
        return TableField(label, spec=field, columns=columns, by_row=conditions_of(field))
    return KindField(label, spec=field)


def _attributes(field: Field, kind: Kind) -> dict[str, Any]:
    wanted = {
        "autocomplete": kind.autocomplete or "off",
        "inputmode": kind.inputmode,
        "multiple": field.many and isinstance(kind, Pick),
    }
    return {name: value for name, value in wanted.items() if value}


def _as_typed(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Decimal):
        return f"{raw:f}" if raw.is_finite() and abs(raw.adjusted()) < 30 else ""
    return str(raw) if isinstance(raw, int | float) and abs(raw) < 10**30 else ""
