"""Days that records fall into, by a date of theirs or by something that happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, select, true

from liaison.calendars import ZONE

from . import tables as t
from .columns import UtcDateTime
from .filters import Columns, SideValues, UnfilterableError


@dataclass(frozen=True, slots=True)
class During:
    """The days `first` to `last`, both counted, in Asia/Shanghai. A record falls into them if the date or moment at the
    path `field` does, or if `event` happened to it then, at least once: one of the two is given."""

    first: date
    last: date
    field: str = ""
    event: str = ""

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The moment the days begin, and the moment by which they are over."""
        after = self.last + timedelta(days=1)
        begins, ends = (datetime(day.year, day.month, day.day, tzinfo=ZONE) for day in (self.first, after))
        return begins, ends


def falls_into(during: During, columns: Columns) -> ColumnElement[bool]:
    """The clause on `record` rows. UnfilterableError: `field` is neither a date nor a moment that lists know."""
    begins, ends = during.moments
    if during.event:
        event = t.Event
        happened = select(event.record_id).where(
            event.key == during.event, event.happened >= begins, event.happened < ends
        )
        return t.Record.id.in_(happened)
    column = columns.get(during.field)
    if isinstance(column, SideValues) and column.kind in ("date", "moment"):
        # The side table keeps the day of moments too.
        days = SideValues(column.record_id, column.values, column.key, "date")
        return days.where(lambda day: day.between(during.first, during.last))
    if isinstance(column, ColumnElement) and isinstance(column.type, UtcDateTime):
        return and_(column.is_not(None), column >= begins, column < ends)
    if isinstance(column, ColumnElement) and isinstance(column.type, Date):
        return and_(_near(during), column.is_not(None), column.between(during.first, during.last))
    raise UnfilterableError(f"no day can be told by {during.field}")


def _near(during: During) -> ColumnElement[bool]:
    """The records a term of which is due in the days, in whatever round: by an index, so that the clock that counts is
    looked up for these alone."""
    home, term, *_ = during.field.split(".")
    if home != "term":
        return true()
    clock = t.Clock
    due = select(clock.record_id).where(clock.term == term, clock.due_day.between(during.first, during.last))
    return t.Record.id.in_(due)
