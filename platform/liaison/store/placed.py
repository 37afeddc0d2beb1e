"""What hangs below what: every record of a list with what it names above itself and how it stands, by one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, case, cast, null

from liaison.definitions import Json

from . import tables as t
from .filters import CodedColumn, SideValues, UnfilterableError, to_clause
from .listing import Reach, Wanted, narrowed, order_of
from .shelf import Shelf


@dataclass(frozen=True, slots=True)
class Placed:
    """A record of a list: its id, what it names above itself (a code, the id of a record), and how it stands."""

    record: str
    under: str | None
    done: bool
    late: bool


def placed(
    connection: Connection,
    shelf: Shelf,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    *,
    under: str = "",
    done: Json = False,
    late: Json = False,
    facts: Mapping[str, Any] | None = None,
) -> tuple[Placed, ...]:
    """The records of a list, all that somebody may see, in its order. `under`: the path at which each names what is
    above it; empty: none does. `done`, `late`: expressions about it.

    UnfilterableError: a filter, order or path that lists do not know. KeyError: no such installation."""
    listed, columns, known = narrowed(connection, shelf, reach, wanted, now, facts or {})
    above: ColumnElement[Any] = cast(null(), Text)
    if under:
        named = columns.get(under)
        if named is None or isinstance(named, CodedColumn) or (isinstance(named, SideValues) and named.many):
            raise UnfilterableError(f"nothing hangs below {under}")
        above = named.scalar() if isinstance(named, SideValues) else named
    stands = (case((to_clause(one, columns, known), 1), else_=0) for one in (done, late))
    rows = connection.execute(
        listed.with_only_columns(t.Record.id, above, *stands).order_by(
            *(order_of(path, columns) for path in wanted.order), t.Record.ordinal
        )
    )
    return tuple(Placed(id_, under_, bool(done_), bool(late_)) for id_, under_, done_, late_ in rows)
