"""What is visible, open and required, and which values remain: hidden ones cleared, closed ones as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from liaison.conditions import Type, read_stored

from .kind import Wrong, kind_of
from .kinds.computed import stored
from .model import Coded, Control, Field, Form, Nothing, Test


@dataclass(frozen=True)
class Standing:
    """The field keys that are visible, open for writing and required, as the conditions have it now."""

    visible: frozenset[str]
    enabled: frozenset[str]
    required: frozenset[str]


class View(dict[str, Any]):
    """What expressions read: the field values by their types, and beside them the facts, each asked only when it is
    read. A field that holds nothing is missing, whatever the facts know of it."""

    def __init__(
        self,
        types: Mapping[str, Type],
        values: Mapping[str, Any],
        facts: Mapping[str, Any],
        day: date,
        coded: Mapping[str, Coded] = Nothing,
    ) -> None:
        super().__init__({key: read_stored(types[key], value) for key, value in values.items() if key in types})
        self._types, self._facts, self._day, self._coded = types, facts, day, coded

    def get(self, path: str, default: Any = None) -> Any:
        """The value at `path`; `record.today` is the day where the facts do not say."""
        if path in self or path in self._types:
            return super().get(path, default)
        if path in self._coded:
            coded = self._coded[path]
            return coded.values.get(self.get(coded.field))
        if path.startswith("within."):
            return self._lies_within(path)
        found = self._facts.get(path)
        return self._day if found is None and path == "record.today" else found

    def _lies_within(self, path: str) -> bool | None:
        """Whether the day as it is typed lies in the times of a duty: the facts say of which days that is so."""
        duty, _, field = path.rpartition(".")
        lies, day = self._facts.get(duty), self.get(field)
        return None if lies is None or day is None else bool(lies(day))


def facts_of(form: Form, values: Mapping[str, Any], facts: Mapping[str, Any], day: date) -> View:
    """What expressions of the form read, with `values` in its fields."""
    return View(form.machinery.types, values, facts, day, form.machinery.coded)


def settle(
    form: Form,
    controls: Sequence[Control],
    given: Mapping[str, Any],
    existing: Mapping[str, Any],
    facts: Mapping[str, Any],
    day: date,
) -> tuple[dict[str, Any], Standing]:
    """The values that remain when `given` (key → new stored value or None) is written over `existing`.

    `controls` are those whose conditions count. A hidden field that is in `given` is cleared, a closed one keeps
    its existing value, computed fields follow. Clearing one field may hide the next, so it goes round until
    nothing changes; conditions that chase each other end after as many rounds as there are controls.
    """
    values = _without_empty({**existing, **given})
    view = facts_of(form, values, facts, day)
    _compute(form, values, view)
    standing = _stand(controls, view)
    for _ in range(len(controls) + 1):
        before = dict(values)
        for control in controls:
            key = control.field.key
            if key not in given:
                continue
            if not _holds(control.conditions.show, view):
                value = None
            else:
                value = given[key] if _holds(control.conditions.enable, view) else existing.get(key)
            _put(form, values, view, key, value)
        _compute(form, values, view)
        standing = _stand(controls, view)
        if values == before:
            break
    return values, standing


def with_defaults(
    form: Form, controls: Sequence[Control], existing: Mapping[str, Any], facts: Mapping[str, Any], day: date
) -> dict[str, Any]:
    """`existing`, and the defaults of every section in which nothing has been filled in yet."""
    started = {control.section for control in controls if existing.get(control.field.key) is not None}
    fresh = {c.field.key: c for c in controls if c.section not in started}
    asked = {key: default for key, default in form.machinery.defaults.items() if key in fresh}
    if not asked:
        return dict(existing)
    view = facts_of(form, existing, facts, day)
    given = {key: stored_default(fresh[key].field, default(view)) for key, default in asked.items()}
    return {**existing, **{key: value for key, value in given.items() if value is not None}}


def stored_default(field: Field, value: Any) -> Any:
    """The value of a default expression, as a stored value; None where it is missing or no value of the field."""
    if value is None:
        return None
    try:
        return kind_of(field).parse(field, value)
    except Wrong:
        return None


def _compute(form: Form, values: dict[str, Any], view: dict[str, Any]) -> None:
    for key, compute in form.computed.items():
        _put(form, values, view, key, stored(form.fields[key], compute(view)))


def _put(form: Form, values: dict[str, Any], view: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
    view[key] = read_stored(form.machinery.types[key], value)


def _stand(controls: Sequence[Control], view: Mapping[str, Any]) -> Standing:
    visible, enabled, required = set(), set(), set()
    for control in controls:
        key, conditions = control.field.key, control.conditions
        if _holds(conditions.show, view):
            visible.add(key)
            if _holds(conditions.enable, view):
                enabled.add(key)
            if control.required or (conditions.require is not None and conditions.require(view)):
                required.add(key)
    return Standing(frozenset(visible), frozenset(enabled), frozenset(required))


def _holds(test: Test | None, view: Mapping[str, Any]) -> bool:
    return test is None or bool(test(view))


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
