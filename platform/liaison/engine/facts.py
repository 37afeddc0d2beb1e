"""What expressions may read of a record: its fields, and facts under reserved first segments.

Nothing is worked out before it is asked for; each answer is as fresh as the record it was built from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from liaison.access import Actor
from liaison.calendars import Schedule, occurrences
from liaison.definitions import FACTS

from .mechanism import Mechanism
from .model import Record
from .referral import referrals_of
from .signing import outcome, sheets_of
from .world import Family, Surroundings


@dataclass(frozen=True, slots=True)
class Turn:
    """What it is the turn of in a *for each*: a value, a unit, the id of a record; `row` has its columns or fields."""

    value: Any
    row: Mapping[str, Any] = field(default_factory=dict)


class Row(dict[str, Any]):
    """A row of a table. Through a cell that picks a record, `column.path` reads a field or fact of that record."""

    def __init__(self, cells: Mapping[str, Any], through: Callable[[str], Mapping[str, Any] | None]) -> None:
        super().__init__(cells)
        self._through = through

    def get(self, path: str, default: Any = None) -> Any:
        """The cell, or what `path` reads through it; None when missing."""
        column, _, rest = path.partition(".")
        if not rest:
            return super().get(column, default)
        picked = self._through(self[column]) if self.get(column) else None
        return picked.get(rest) if picked is not None else default


class Facts(Mapping[str, Any]):
    """Flat dotted paths → values, for one record at one moment."""

    def __init__(
        self,
        mechanism: Mechanism,
        record: Record,
        now: datetime,
        family: Family | None = None,
        actor: Actor | None = None,
        around: Surroundings | None = None,
        reason: str = "",
        turn: Turn | None = None,
    ) -> None:
        self._mechanism, self._record, self._now = mechanism, record, now
        self._family, self._actor, self._around, self._reason, self._turn = family, actor, around, reason, turn

    def __getitem__(self, path: str) -> Any:
        root, _, rest = path.partition(".")
        if root in _READ:
            return _READ[root](self, rest)
        if path in self._mechanism.coded.get(self._record.type, ()):
            coded = self._mechanism.coded[self._record.type][path]
            return coded.values.get(self[coded.field])
        read = self._mechanism.read(self._record.type, path, self._record.values.get(path))
        return [Row(row, self._through) for row in read] if path in self._mechanism.picking[self._record.type] else read

    def _through(self, id_: str) -> Facts | None:
        """What may be read of a record that a row picks."""
        family = self._family
        if family is None:
            return None
        near = (one for found in family.linked.values() for one in found if one.id == id_)
        picked = family.picked.get(id_) or next(near, None)
        return Facts(self._mechanism, picked, self._now) if picked else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.values)

    def __len__(self) -> int:
        return len(self._record.values)

    def get(self, path: str, default: Any = None) -> Any:
        """The value at `path`; None when missing."""
        return self[path]

    def _of_record(self, name: str) -> Any:
        record = self._record
        match name:
            case "state" | "round" | "number" | "id" | "type" | "done":
                return getattr(record, name)
            case "today":
                return self._now.date()
            case "now":
                return self._now
            case "since" | "created":
                return record.since if name == "since" else record.created_at
            case "reporter":
                return record.reporter or None
            case "gathers":
                return self._gathers()
        return None

    def _gathers(self) -> bool:
        """Whether other parts of the record above reply to the part that is held through this assignment."""
        above = self._family.parent if self._family else None
        if above is None:
            return False
        held = {one.part for one in above.parts if one.assignment == self._record.id}
        parts = self._mechanism.record_type(above.type).parts.values()
        return any(part.replies_to in held for part in parts)

    def _of_times(self, event: str) -> int:
        return self._record.times.get(event, 0)

    def _of_times_ever(self, event: str) -> int:
        return self._record.times_ever.get(event, 0)

    def _of_term(self, path: str) -> Any:
        key, _, what = path.partition(".")
        if what in ("was_late", "late_units"):
            late = [one for one in self._record.clocks if one.term == key and one.was_late(self._now)]
            units = dict.fromkeys(one.owed_unit for one in late if one.owed_unit)
            return bool(late) if what == "was_late" else list(units)
        clock = self._record.clock(key)
        if clock is None:
            return False if what in ("running", "met", "overdue") else None
        match what:
            case "running":
                return clock.state.open
            case "met":
                return clock.state == "met"
            case "overdue":
                return clock.overdue(self._now)
            case "due":
                return clock.due_day
            case "extensions":
                return clock.extensions
        return None

    def _of_actor(self, name: str) -> Any:
        if self._actor is None:
            return None
        match name:
            case "id" | "name" | "kind":
                return getattr(self._actor, name)
            case "units":
                return list(self._around.today.units_of(self._actor.id)) if self._around else []
        return None

    def _of_part(self, path: str) -> Any:
        key, _, what = path.partition(".")
        held = [part for part in self._record.parts if part.part == key and part.ended is None]
        part = self._mechanism.record_type(self._record.type).parts.get(key)
        single = part is not None and part.maximum == 1
        found = [self._of_assignment(one.assignment, one.unit, what) for one in held]
        if single:
            return found[0] if found else None
        return found

    def _of_assignment(self, assignment: str, unit: str, what: str) -> Any:
        if what in ("", "unit"):
            return unit
        if what.startswith("partner."):
            return self._partners(what.removeprefix("partner."), unit)
        children = self._family.children if self._family else ()
        child = next((child for child in children if child.id == assignment), None)
        if child is None:
            return None
        return Facts(self._mechanism, child, self._now)["record.state" if what == "state" else what]

    def _partners(self, matching: str, unit: str) -> list[str]:
        """Who is joined with a unit today, those who are there no more apart."""
        if self._around is None:
            return []
        today = self._around.today
        return [one for one in today.partners(matching, unit) if one in today.roster.units or today.person(one)]

    def _of_linked(self, relation: str) -> list[Facts]:
        family = self._family
        if family is None:
            return []
        records = family.children if relation == "children" else family.linked.get(relation, ())
        return [Facts(self._mechanism, record, self._now) for record in records]

    def _of_parent(self, path: str) -> Any:
        parent = self._family.parent if self._family else None
        return Facts(self._mechanism, parent, self._now)[path] if parent else None

    def _of_signoff(self, key: str) -> Any:
        children = self._family.children if self._family else ()
        return outcome(sheets_of(children, self._record).get(key, ()), self._record)

    def _of_handed(self, key: str) -> Any:
        sheet = referrals_of(self._family.children if self._family else (), self._record).get(key)
        return sheet.state if sheet else None

    def _of_rung(self, key: str) -> Any:
        ladder = self._mechanism.record_type(self._record.type).ladders.get(key)
        return ladder.rung(self._record.rungs.get(key, "")).key if ladder else None

    def _of_within(self, path: str) -> bool | Callable[[date], bool] | None:
        """Whether the day in a field lies in a point or window of a duty; where no field is named, of which days that
        is so: forms ask it about the day being typed."""
        key, _, name = path.partition(".")
        duty = self._mechanism.definition.duties.get(key)
        if duty is None or self._around is None:
            return None
        schedule, calendar = Schedule.from_json(duty.schedule), self._around.calendar

        def lies(day: date) -> bool:
            return bool(occurrences(schedule, day, day, calendar))

        if not name:
            return lies
        day = self[name]
        return None if day is None else lies(day)

    def _of_reason(self, _rest: str) -> str | None:
        return self._reason or None

    def _of_each(self, column: str) -> Any:
        if self._turn is None:
            return None
        return self._turn.row.get(column) if column else self._turn.value


_READ: Mapping[str, Callable[[Facts, str], Any]] = {root: getattr(Facts, f"_of_{root}") for root in FACTS}
