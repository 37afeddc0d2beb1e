"""Records out of the tables, in a number of queries that does not grow with the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from liaison.engine import Clock, Link, PartHeld, Record

from . import tables as t
from .codec import Beside, clock_from, link_from, part_from, record_from


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as the store keeps it: with what the engine has no use for."""

    record: Record
    ordinal: int
    organisation: str
    edition: int


def load(connection: Connection, ids: Collection[str]) -> dict[str, Kept]:
    """The records with these ids, in four queries; unknown ids are absent."""
    return loaded(connection, rows_where(connection, t.Record.id.in_(ids))) if ids else {}


def rows_where(connection: Connection, condition: ColumnElement[bool], *, limit: int | None = None) -> list[RowMapping]:
    """The rows of `record` that fulfil a condition, in order of creation, the first `limit` of them."""
    statement = select(t.Record.__table__).where(condition).order_by(t.Record.ordinal).limit(limit)
    return [row._mapping for row in connection.execute(statement)]


def loaded(connection: Connection, rows: Iterable[RowMapping]) -> dict[str, Kept]:
    """The records of these rows, in the same order, with what hangs on them: three queries."""
    found = {row["id"]: row for row in rows}
    parts: dict[str, list[PartHeld]] = defaultdict(list)
    links: dict[str, list[Link]] = defaultdict(list)
    clocks: dict[str, list[Clock]] = defaultdict(list)
    for row in _hanging(connection, t.RecordPart, found):
        parts[row["record_id"]].append(part_from(row))
    for row in _hanging(connection, t.RecordLink, found):
        links[row["record_id"]].append(link_from(row))
    for row in _hanging(connection, t.Clock, found):
        clocks[row["record_id"]].append(clock_from(row))
    return {
        id_: Kept(
            record_from(row, parts[id_], links[id_], clocks[id_]),
            row["ordinal"],
            row["organisation_id"],
            row["edition_id"],
        )
        for id_, row in found.items()
    }


def beside(connection: Connection, records: Collection[str]) -> dict[str, Beside]:
    """What lies beside each of these records, in two queries."""
    files: dict[str, list[RowMapping]] = defaultdict(list)
    overrides: dict[str, list[RowMapping]] = defaultdict(list)
    if records:
        for row in connection.execute(
            select(t.FileUse.used_by, t.File.__table__)
            .join(t.File, t.File.id == t.FileUse.file_id)
            .where(t.FileUse.kind == "record", t.FileUse.used_by.in_(records))
            .order_by(t.File.id)
        ):
            files[row.used_by].append(row._mapping)
        for line in connection.execute(
            select(t.Override.__table__).where(t.Override.record_id.in_(records)).order_by(t.Override.id)
        ):
            overrides[line.record_id].append(line._mapping)
    return {id_: Beside(files[id_], overrides[id_]) for id_ in records}


def _hanging(
    connection: Connection, table: type[t.RecordPart | t.RecordLink | t.Clock], ids: Collection[str]
) -> Iterable[RowMapping]:
    if not ids:
        return ()
    statement = select(table.__table__).where(table.record_id.in_(ids)).order_by(table.record_id, table.position)
    return (row._mapping for row in connection.execute(statement))
