"""What a table says about every input there could be: gaps, overlaps, conflicts, rows that are never met.

Each column falls into classes of values that meet the same rows; the indexes of the matcher hold them. Whether two
rows overlap is answered column by column. Gaps and rows covered by several others together need the combinations:
they are walked one column at a time, keeping one sample for each different set of rows still possible, which is
exhaustive and mostly small. Past `EFFORT` sets the walk stops, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from liaison.texts import Finding, Message, Severity

from .columns import LIMIT, Value
from .matcher import Discrete, Index, Ordered, Rows, index
from .model import ColumnType, Table, saw

EFFORT = 100_000
"""Combinations kept at once; about a second of work."""
_PAIRS_SHOWN = 50


class _Class(NamedTuple):
    """Values of one column that meet the same rows, with one of them. `odd`: the value is missing."""

    sample: Value
    rows: Rows
    odd: bool


class _TooManyError(Exception):
    pass


def analyse(table: Table, types: Mapping[str, ColumnType], file: str = "") -> list[Finding]:
    """The findings of `table`, which `check_table` has found sound. Pure; at most a second or two.

    rules.gap (note: `otherwise` answers there), rules.conflict (error: two rows of a unique table meet on one input
    and answer differently), rules.overlap (warning: they answer alike), rules.dead (warning: no input can meet the
    row), rules.shadowed (warning: under `first`, earlier rows always win), rules.not_exhaustive (note).
    """
    columns = index(table, types)
    try:
        classes = [_merged(_classes(each)) for each in columns]
    except _TooManyError:
        return [_not_exhaustive(table, file)]
    walker = _Samples(table, types)
    everything = (1 << len(table.rows)) - 1
    alive = everything
    for column in classes:
        reachable = 0
        for each in column:
            reachable |= each.rows
        alive &= reachable
    findings = [
        Finding("rules.dead", Severity.WARNING, file, f"/rows/{row.at}", {"row": row.note or row.key})
        for at, row in enumerate(table.rows)
        if not alive >> at & 1
    ]
    if table.hit == "unique":
        findings += _overlaps(table, classes, alive, walker, file)
    try:
        ends = _walk(classes, everything)
    except _TooManyError:
        return [*findings, _not_exhaustive(table, file)]
    if table.hit == "first":
        winners = {rows & -rows for rows in ends}
        for at, row in enumerate(table.rows):
            if alive >> at & 1 and 1 << at not in winners:
                before = [other.note or other.key for n, other in enumerate(table.rows[:at]) if _meet(classes, n, at)]
                params: dict[str, Any] = {"row": row.note or row.key, "rows": before}
                findings.append(Finding("rules.shadowed", Severity.WARNING, file, f"/rows/{row.at}", params))
    if 0 in ends:
        params = {"sample": walker.spell(ends[0][1])}
        findings.append(Finding("rules.gap", Severity.NOTE, file, "/otherwise", params))
    return findings


def boundary_values(table: Table, types: Mapping[str, ColumnType]) -> list[list[Any]]:
    """For each input, record values that between them meet every class of it: the boundaries and their neighbours.

    At most a few hundred a column; the empty value is always among them.
    """
    samples = _Samples(table, types)
    found = []
    for at, column in enumerate(index(table, types)):
        try:
            values = [each.sample for each in _classes(column)]
        except _TooManyError:
            values = []
        found.append([samples.written(at, each) for each in dict.fromkeys((None, *values[:400]))])
    return found


def _classes(column: Index) -> Iterator[_Class]:
    if isinstance(column, Ordered):
        yield from _stretches(column)
    elif isinstance(column, Discrete):
        yield from _members(column) if column.column.kind == "list" else _words(column)
    if column.column.nullable:
        yield _Class(None, column.empty, True)


def _stretches(column: Ordered) -> Iterator[_Class]:
    step = 2 if column.column.kind == "number" else 1  # a number's half steps are no declared value
    points = column.points
    if column.column.kind == "date":
        low, high = date.min.toordinal(), date.max.toordinal()
    else:
        low, high = -LIMIT, LIMIT
    if not points:
        yield _Class(0 if step == 2 else date(2000, 1, 1).toordinal(), column.spans[0], False)
        return
    for at, point in enumerate(points):
        before = points[at - 1] if at else low - 1
        if point - step > before:
            yield _Class(point - step, column.rows(point - step), False)
        yield _Class(point, column.rows(point), False)
    if points[-1] + step <= high:
        yield _Class(points[-1] + step, column.rows(points[-1] + step), False)


def _words(column: Discrete) -> Iterator[_Class]:
    kind, codes = column.column.kind, column.column.codes
    if kind == "boolean":
        for truth in (True, False):
            yield _Class(truth, column.rows(truth), False)
    elif kind == "code" and codes is not None:
        for code in codes:
            yield _Class(code, column.rows(code), False)
    else:
        for word in column.known:
            yield _Class(word, column.rows(word), False)
        other = "x"
        while other in column.known or any(other in each for needed in column.needs for each in needed):
            other += "x"
        yield from _unions([other], [each for needed in column.needs for each in needed], column, " ".join)


def _members(column: Discrete) -> Iterator[_Class]:
    codes = column.column.codes
    mentioned = list(dict.fromkeys(each for needed in column.needs for each in needed))
    other = "x"
    while other in mentioned:
        other += "x"
    spare = [other] if codes is None else [code for code in codes if code not in mentioned][:1]
    if spare:
        yield from _unions(spare, mentioned, column, frozenset)
    else:
        for each in mentioned:
            yield from _unions([each], mentioned, column, frozenset)


def _unions(start: list[str], more: Sequence[str], column: Discrete, join: Any) -> Iterator[_Class]:
    """What values made of `start` and any of `more` can meet: each different set of rows once."""
    known: dict[Rows, list[str]] = {column.rows(join(start)): start}
    for each in more:
        for parts in list(known.values()):
            wider = [*parts, each]
            known.setdefault(column.rows(join(wider)), wider)
        if len(known) > EFFORT // 10:
            raise _TooManyError
    for rows, parts in known.items():
        yield _Class(join(parts), rows, False)


def _merged(classes: Iterator[_Class]) -> list[_Class]:
    """One class for each different set of rows, a present value rather than a missing one."""
    kept: dict[Rows, _Class] = {}
    for each in classes:
        if each.rows not in kept or (kept[each.rows].odd and not each.odd):
            kept[each.rows] = each
    return list(kept.values())


def _walk(classes: Sequence[Sequence[_Class]], everything: Rows) -> dict[Rows, tuple[int, tuple[Value, ...]]]:
    """Each set of rows that some input meets → (how many values are missing, a sample with the fewest missing)."""
    ends: dict[Rows, tuple[int, tuple[Value, ...]]] = {everything: (0, ())}
    for column in classes:
        wider: dict[Rows, tuple[int, tuple[Value, ...]]] = {}
        for rows, (missing, sample) in ends.items():
            for each in column:
                both = rows & each.rows
                count = missing + each.odd
                if both not in wider or count < wider[both][0]:
                    wider[both] = (count, (*sample, each.sample))
            if len(wider) > EFFORT:
                raise _TooManyError
        ends = wider
    return ends


def _overlaps(
    table: Table, classes: Sequence[Sequence[_Class]], alive: Rows, samples: _Samples, file: str
) -> Iterator[Finding]:
    shown = 0
    for second, row in enumerate(table.rows):
        rivals = alive & ((1 << second) - 1) if alive >> second & 1 else 0
        for column in classes:
            if not rivals:
                break
            together = 0
            for each in column:
                if each.rows >> second & 1:
                    together |= each.rows
            rivals &= together
        while rivals:
            first = (rivals & -rivals).bit_length() - 1
            rivals &= rivals - 1
            conflict = table.rows[first].then != row.then
            params = {
                "row": row.note or row.key,
                "other": table.rows[first].note or table.rows[first].key,
                "sample": samples.spell(_meet(classes, first, second)),
            }
            code, severity = ("rules.conflict", Severity.ERROR) if conflict else ("rules.overlap", Severity.WARNING)
            yield Finding(code, severity, file, f"/rows/{row.at}", params)
            shown += 1
            if shown == _PAIRS_SHOWN:
                yield Finding("rules.more_overlaps", Severity.NOTE, file, "/rows", {"shown": shown})
                return


def _meet(classes: Sequence[Sequence[_Class]], first: int, second: int) -> tuple[Value, ...]:
    """An input that meets both rows; empty where there is none."""
    both = 1 << first | 1 << second
    sample = []
    for column in classes:
        each = min((c for c in column if c.rows & both == both), key=lambda c: c.odd, default=None)
        if each is None:
            return ()
        sample.append(each.sample)
    return tuple(sample)


class _Samples:
    """From comparable form back to what a record would hold and a person would read."""

    def __init__(self, table: Table, types: Mapping[str, ColumnType]) -> None:
        self._inputs = table.inputs
        self._types = [types[each.key] for each in table.inputs]

    def written(self, at: int, value: Value) -> Any:
        """The record value of the input at `at`."""
        column = self._types[at]
        if column.kind == "number" and isinstance(value, int):
            exact = Decimal(value).scaleb(-column.decimals) / 2
            return int(exact) if column.decimals == 0 and value % 2 == 0 else exact
        if column.kind == "date" and isinstance(value, int):
            return date.fromordinal(value)
        return sorted(value) if isinstance(value, frozenset) else value

    def spell(self, sample: tuple[Value, ...]) -> list[Message]:
        """The sample in words, a message for each input."""
        return [
            saw(one.title or one.key, _labelled(one.labels, self.written(at, value)))
            for at, (one, value) in enumerate(zip(self._inputs, sample, strict=False))
        ]


def _labelled(labels: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list):
        return [_labelled(labels, one) for one in value]
    return labels.get(value, value) if isinstance(value, str) else value


def _not_exhaustive(table: Table, file: str) -> Finding:
    return Finding("rules.not_exhaustive", Severity.NOTE, file, "/rows", {"rows": len(table.rows)})
