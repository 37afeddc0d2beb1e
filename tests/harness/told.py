"""Stories told for the tests of figures: the records that golden cases leave behind, as often as wanted, 示例 all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from liaison.calendars import Period
from liaison.checking import play
from liaison.definitions import load, read_package
from liaison.engine import Event, Played, Record, Timeline, compile_mechanism
from liaison.engine.figures import measure
from liaison.reports import reports_of


class Told:
    """A shipped mechanism, and samples taken from its golden cases to be counted."""

    def __init__(self, key: str) -> None:
        definition = load(read_package(key)).definition
        assert definition is not None
        self.definition, self.mechanism = definition, compile_mechanism(definition)
        self.records: list[Record] = []
        self.events: dict[str, list[Event]] = {}
        self._played: dict[str, Timeline] = {}

    def take(self, case: str, label: str, times: int = 1, **values: Any) -> None:
        """The record that the story calls `label`, as it is at the end but for these `values`, so many times."""
        story = zip(self._steps(case), self.definition.cases[case]["story"], strict=True)
        id_ = next(step.record.id for step, told in story if told.get("as") == label and step.record)
        self._copy(case, [id_], times, values)

    def take_all(self, case: str, type_: str, times: int = 1, **values: Any) -> None:
        """The same of every record of a type."""
        met = {id_: record for step in self._steps(case) for id_, record in step.touched.items()}
        self._copy(case, [id_ for id_, record in met.items() if record.type == type_], times, values)

    def figure(self, report: str, key: str, period: Period, now: datetime) -> tuple[Any, dict[str | None, int]]:
        """A metric of a report over what has been taken: its one number, and how many records stand in each line."""
        [metric] = [one for one in reports_of(self.definition)[report].metrics if one.key == key]
        counts = measure(metric, self.mechanism, self.records, period, now, self.events)
        lines = {value: figure.records for value, figure in counts.lines.items() if figure.records}
        return counts.whole.value(metric.measure), lines

    def _steps(self, case: str) -> Sequence[Played]:
        if case not in self._played:
            [self._played[case]] = play(self.definition, [case])
            assert self._played[case].passed, case
        return self._played[case].steps

    def _copy(self, case: str, ids: Iterable[str], times: int, values: dict[str, Any]) -> None:
        for id_ in ids:
            last = [step.touched[id_] for step in self._steps(case) if id_ in step.touched][-1]
            happened = [event for step in self._steps(case) for event in step.events if event.record == id_]
            for _ in range(times):
                copy = replace(last, id=f"sample/{len(self.records)}", values={**last.values, **values})
                self.records.append(copy)
                self.events[copy.id] = [replace(event, record=copy.id) for event in happened]
