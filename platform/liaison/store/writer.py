"""The one writer: all outcomes of a command, in the transaction of the connection it is given.

The counter of a series is taken after everything that does not need the number, because on PostgreSQL its row
stays locked until the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from liaison.calendars import ZONE
from liaison.engine import (
    Command,
    Event,
    Mechanism,
    Notice,
    Outcome,
    Override,
    Paper,
    Record,
    StaleError,
    number,
    period_of,
)

from . import loading
from . import tables as t
from .codec import (
    Beside,
    Row,
    clock_rows,
    content_hash,
    event_hash,
    event_row,
    link_rows,
    pack,
    part_rows,
    record_row,
    responsible_rows,
    value_rows,
)
from .files import weigh
from .grams import record_grams


def _count(dialect: ModuleType) -> Any:
    upsert = dialect.insert(t.Counter)
    return upsert.on_conflict_do_update(
        index_elements=["installation_id", "series", "period"],
        set_={"value": t.Counter.value + upsert.excluded.value},
    ).returning(t.Counter.value)


# Statements that every submission needs, built once.
_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
_COUNT = {name: _count(dialect) for name, dialect in _DIALECTS.items()}
_ONCE: Mapping[tuple[str, type[t.Base]], Any] = {
    (name, table): dialect.insert(table).on_conflict_do_nothing()
    for name, dialect in _DIALECTS.items()
    for table in (t.Outbox, t.Notice, t.Paper, t.FileUse, t.MarkedTable)
}
_NEW_RECORDS = insert(t.Record).returning(t.Record.ordinal, sort_by_parameter_order=True)
_NUMBERED = update(t.Record).where(t.Record.id == bindparam("_id")).values(number=bindparam("_number"))


@dataclass
class Change:
    """What becomes of one record, over all outcomes that concern it."""

    before: Record | None
    after: Record
    organisation: str
    edition: int
    mechanism: Mechanism
    ordinal: int = 0
    """0: not known, it has no row yet."""
    events: list[Event] = field(default_factory=list)
    series: str = ""
    was: Mechanism | None = None
    """The version it was on before, where it is moved to another."""

    @property
    def fields(self) -> Mapping[str, Any]:
        return self.mechanism.definition.fields[self.after.type]

    @property
    def mechanism_before(self) -> Mechanism:
        return self.was or self.mechanism

    @property
    def fields_before(self) -> Mapping[str, Any]:
        return self.mechanism_before.definition.fields[self.after.type]


def write(
    connection: Connection, command: Command, changes: Sequence[Change], outcomes: Sequence[Outcome], now: datetime
) -> Mapping[str, str]:
    """Write all; record id → the number it was given. StaleError: a record was changed meanwhile, TooLargeError: its
    files are too much together; nothing may stay."""
    organisation = {change.after.id: change.organisation for change in changes}
    _update(connection, [change for change in changes if change.before is not None], now)
    _insert(connection, [change for change in changes if change.before is None], now)
    _hang(connection, changes)
    _search(connection, changes)
    _files(connection, changes)
    installation = {change.after.id: change.after.installation for change in changes}
    notices = [notice for outcome in outcomes for notice in outcome.notices]
    tell(connection, [(one, organisation[one.record], installation[one.record]) for one in notices], now)
    _papers(connection, [paper for outcome in outcomes for paper in outcome.papers], organisation, now)
    overrides = [one for outcome in outcomes for one in outcome.overrides]
    _overrides(connection, overrides, organisation)
    _mark(connection, changes, now)
    previous = _previous(connection, changes)
    beside = _beside(connection, changes, {one.record for one in overrides})
    numbers = _number(connection, changes, now)
    _events(connection, changes, previous, beside)
    first = changes[0].after
    connection.execute(
        insert(t.CommandDone),
        {
            "key": command.key,
            "organisation_id": changes[0].organisation,
            "record_id": first.id,
            "number": numbers.get(first.id, first.number),
            "at": now,
        },
    )
    return numbers


def _update(connection: Connection, changes: Sequence[Change], now: datetime) -> None:
    if not changes:
        return
    rows = []
    for change in changes:
        assert change.before is not None
        row = _columns(change, now)
        rows.append({**row, "_id": row.pop("id"), "_revision": change.before.revision})
    statement = (
        update(t.Record)
        .where(t.Record.id == bindparam("_id"), t.Record.revision == bindparam("_revision"))
        .values({name: bindparam(name) for name in rows[0] if not name.startswith("_")})
    )
    # The driver adds up what the single statements changed.
    if connection.execute(statement, rows).rowcount != len(rows):
        raise _stale(connection, changes)


def _stale(connection: Connection, changes: Sequence[Change]) -> StaleError:
    """Who came first: the record that is no longer at the revision written, or no longer one below it."""
    wanted = {change.after.id: change for change in changes}
    now = connection.execute(
        select(t.Record.id, t.Record.revision, t.Record.memory)
        .where(t.Record.id.in_(wanted))
        .order_by(t.Record.ordinal)
    )
    for id_, _, memory in now:
        last = memory["last"] or {"by": "", "what": "", "at": None}
        known = wanted[id_].after.last
        if known is None or (last["by"], last["what"], last["at"]) != (known.by, known.what, pack(known.at)["v"]):
            at = datetime.fromisoformat(last["at"]).astimezone(ZONE) if last["at"] else None
            return StaleError(id_, last["by"], last["what"], at)
    return StaleError(changes[0].after.id, "", "", None)


def _insert(connection: Connection, changes: Sequence[Change], now: datetime) -> None:
    if not changes:
        return
    rows = [_columns(change, now) for change in changes]
    for change, ordinal in zip(changes, connection.execute(_NEW_RECORDS, rows).scalars(), strict=True):
        change.ordinal = ordinal


def _columns(change: Change, now: datetime) -> Row:
    record_type = change.mechanism.definition.record_types[change.after.type]
    return {
        **record_row(change.after, record_type),
        "organisation_id": change.organisation,
        "edition_id": change.edition,
        "updated_at": now,
    }


_HANGING: tuple[
    tuple[type[t.RecordPart | t.RecordLink | t.Clock | t.RecordValue], Callable[[Change, Record], list[Row]]], ...
] = (
    (t.RecordPart, lambda change, record: part_rows(record, change.ordinal)),
    (t.RecordLink, lambda change, record: link_rows(record)),
    (t.Clock, lambda change, record: clock_rows(record, change.organisation)),
    (
        t.RecordValue,
        lambda change, record: value_rows(record, change.fields_before if record is change.before else change.fields),
    ),
)


def _hang(connection: Connection, changes: Sequence[Change]) -> None:
    """Parts, links, clocks and indexed values: what differs from before is written anew."""
    for table, rows_of in _HANGING:
        gone: list[str] = []
        rows: list[Row] = []
        for change in changes:
            before = rows_of(change, change.before) if change.before is not None else []
            after = rows_of(change, change.after)
            if before != after:
                rows.extend(after)
                if before:
                    gone.append(change.after.id)
        if gone:
            connection.execute(delete(table).where(table.record_id.in_(gone)))
        if rows:
            connection.execute(insert(table), rows)


def _search(connection: Connection, changes: Sequence[Change]) -> None:
    rows: list[Row] = []
    for change in changes:
        before = record_grams(change.before, change.mechanism_before) if change.before is not None else frozenset()
        after = record_grams(change.after, change.mechanism)
        if gone := before - after:
            connection.execute(
                delete(t.SearchBigram).where(t.SearchBigram.ordinal == change.ordinal, t.SearchBigram.gram.in_(gone))
            )
        rows.extend({"gram": gram, "ordinal": change.ordinal} for gram in sorted(after - before))
    if rows:
        connection.execute(insert(t.SearchBigram), rows)


def _files(connection: Connection, changes: Sequence[Change]) -> None:
    """Note which files a record names: they are then readable by whoever may read it, and no orphans."""
    for change in changes:
        named = _named(change.after, change.fields)
        before = _named(change.before, change.fields_before) if change.before is not None else set()
        if named == before:
            continue
        record = change.after.id
        if change.was is not None:  # what the new version has no field for is still on file
            held = select(t.File.id).where(t.File.id.in_(before - named))
            left = [{"file_id": file, "kind": "history", "used_by": record} for file in connection.scalars(held)]
            _insert_once(connection, t.FileUse, left)
        connection.execute(delete(t.FileUse).where(t.FileUse.kind == "record", t.FileUse.used_by == record))
        known = connection.execute(select(t.File.id, t.File.size).where(t.File.id.in_(named))).all()
        weigh(file.size for file in known)
        if known:
            connection.execute(
                insert(t.FileUse), [{"file_id": file.id, "kind": "record", "used_by": record} for file in known]
            )


def _named(record: Record, fields: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for key, spec in fields.items():
        if spec.get("kind") == "file":
            found.update(record.values.get(key) or ())
    return found


def tell(connection: Connection, notices: Iterable[tuple[Notice, str, str]], now: datetime) -> None:
    """Put notices, each with the organisation and installation it is of, into the outbox and into inboxes."""
    outbox: list[Row] = []
    inbox: dict[tuple[str, str, str], Row] = {}
    for notice, organisation, installation in notices:
        common = {
            "organisation_id": organisation,
            "record_id": notice.record or None,
            "duty_id": notice.duty or None,
            "key": notice.key,
            "template": notice.template,
            "data": pack(notice.data),
            "created_at": now,
        }
        outbox.append({**common, "to": responsible_rows(notice.to), "state": "pending", "attempts": 0,
                       "next_try": now, "error": ""})  # fmt: skip
        for to in notice.to:
            person, unit = (to.person, "") if to.person else ("", to.unit)
            if person or unit:
                inbox[notice.key, person, unit] = {
                    **common, "installation_id": installation, "person": person, "unit": unit
                }  # fmt: skip
    _insert_once(connection, t.Outbox, outbox)
    _insert_once(connection, t.Notice, list(inbox.values()))


def _papers(connection: Connection, papers: Iterable[Paper], organisation: Mapping[str, str], now: datetime) -> None:
    _insert_once(
        connection,
        t.Paper,
        [
            {
                "organisation_id": organisation[paper.record],
                "record_id": paper.record,
                "key": paper.key,
                "document": paper.document,
                "state": "pending",
                "attempts": 0,
                "next_try": now,
                "error": "",
                "created_at": now,
            }
            for paper in papers
        ],
    )


def _insert_once(connection: Connection, table: type[t.Base], rows: list[Row]) -> None:
    """Insert what is not there yet under its unique key."""
    if rows:
        connection.execute(_ONCE[connection.dialect.name, table], rows)


def _overrides(connection: Connection, overrides: Sequence[Override], organisation: Mapping[str, str]) -> None:
    if overrides:
        connection.execute(
            insert(t.Override),
            [
                {
                    "organisation_id": organisation[one.record],
                    "record_id": one.record,
                    "table": one.table,
                    "row": one.row,
                    "field": one.field,
                    "suggested": pack(one.suggested),
                    "chosen": pack(one.chosen),
                    "reason": one.reason,
                    "actor": one.actor,
                    "at": one.at,
                }
                for one in overrides
            ],
        )


def _mark(connection: Connection, changes: Sequence[Change], now: datetime) -> None:
    """Mark the decision tables on which the evaluators have differed just now."""
    rows: list[Row] = []
    for change in changes:
        known = change.before.suggestions if change.before is not None else {}
        for key, one in change.after.suggestions.items():
            if not one.agreed and known.get(key) != one:
                rows.append({"edition_id": change.edition, "table": key, "record_id": change.after.id, "since": now})
    _insert_once(connection, t.MarkedTable, rows)


def _previous(connection: Connection, changes: Sequence[Change]) -> Mapping[str, str]:
    """Record → the hash of its last event before this command."""
    last = [(change.after.id, change.before.revision) for change in changes if change.before is not None]
    if not last:
        return {}
    rows = connection.execute(
        select(t.Event.record_id, t.Event.hash).where(tuple_(t.Event.record_id, t.Event.seq).in_(last))
    )
    return {row.record_id: row.hash for row in rows}


def _beside(connection: Connection, changes: Sequence[Change], overridden: Collection[str]) -> Mapping[str, Beside]:
    """What now lies beside the records changed. Where no file is named and no suggestion was ever made there is
    nothing, and nothing is asked."""
    some = [
        change.after.id
        for change in changes
        if change.after.id in overridden
        or (change.before is not None and change.before.suggestions)
        or _named(change.after, change.fields)
    ]
    return loading.beside(connection, some)


def _number(connection: Connection, changes: Sequence[Change], now: datetime) -> Mapping[str, str]:
    """Take the serials, give the records their numbers."""
    wanted: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.series and not change.after.number:
            wanted[change.after.installation, change.series].append(change)
    numbers: dict[str, str] = {}
    day = now.astimezone(ZONE).date()
    for (installation, key), those in sorted(wanted.items()):
        series = those[0].mechanism.definition.series[key]
        counted = {
            "installation_id": installation,
            "series": key,
            "period": period_of(series, day),
            "organisation_id": those[0].organisation,
            "value": len(those),
        }
        last = connection.execute(_COUNT[connection.dialect.name], counted).scalar_one()
        for serial, change in enumerate(those, start=last - len(those) + 1):
            numbers[change.after.id] = number(series, day, serial)
            change.after = change.after.with_(number=numbers[change.after.id])
    if numbers:
        connection.execute(_NUMBERED, [{"_id": id_, "_number": given} for id_, given in numbers.items()])
    return numbers


def _events(
    connection: Connection, changes: Sequence[Change], previous: Mapping[str, str], beside: Mapping[str, Beside]
) -> None:
    rows: list[Row] = []
    for change in changes:
        link = previous.get(change.after.id, "")
        for event in change.events:
            last = event is change.events[-1]
            row: Row = {
                **event_row(event),
                "organisation_id": change.organisation,
                "content": _hash(change, beside) if last else "",
                "previous": link,
            }
            link = row["hash"] = event_hash(row)
            rows.append(row)
    connection.execute(insert(t.Event), rows)


def _hash(change: Change, beside: Mapping[str, Beside]) -> str:
    return content_hash(change.after, change.edition, beside.get(change.after.id, Beside()))
