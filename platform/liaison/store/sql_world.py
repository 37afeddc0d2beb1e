"""The world in SQL: what a command needs is read in bulk, what came of it is written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select, union

from liaison.engine import Command, Done, Family, Mechanism, Outcome, Record, Surroundings
from liaison.engine.duties import Change, Found, Instance, Sought

from . import duty_rows, loading, writer
from . import tables as t
from .loading import Kept
from .other_records import OtherRecords
from .parties import Directory
from .shelf import Installed, Shelf

_DONE = select(t.CommandDone.record_id, t.CommandDone.number).where(t.CommandDone.key == bindparam("command"))


class SqlWorld:
    """One transaction seen as a World. For `write` the connection must be one of `Database.write`.

    On PostgreSQL a writing world locks the records it loads and their parents, parents first: two commands on one
    family take turns, and the second decides on what the first left. On SQLite writers take turns anyway."""

    def __init__(self, connection: Connection, shelf: Shelf, *, writes: bool = False) -> None:
        self._connection, self._shelf = connection, shelf
        self._locks = writes and connection.dialect.name == "postgresql"
        self._kept: dict[str, Kept] = {}
        self._installed: dict[str, Installed] = {}

    def installation_of(self, record: str) -> str:
        return self._of(record).record.installation

    def installed(self, installation: str) -> Installed:
        """The installation as this transaction found it. KeyError: no such installation."""
        if installation not in self._installed:
            self._installed[installation] = self._shelf.installed(self._connection, installation)
        return self._installed[installation]

    def mechanism(self, installation: str, record: str = "") -> Mechanism:
        if record:
            return self._shelf.mechanism(self._connection, self._of(record).edition)
        installed = self.installed(installation)
        if not installed.in_force:
            raise KeyError(installation)
        return self._shelf.mechanism(self._connection, installed.edition)

    def neighbour(self, installation: str, mechanism: str) -> str:
        found = self._connection.execute(
            select(t.Installation.id).where(
                t.Installation.organisation_id == self.installed(installation).organisation,
                t.Installation.key == mechanism,
                t.Installation.in_force,
            )
        ).scalar()
        if found is None:
            raise KeyError(mechanism)
        return found

    def surroundings(self, installation: str, day: date) -> Surroundings:
        installed = self.installed(installation)
        mechanism = self._shelf.mechanism(self._connection, installed.edition)
        return Surroundings(
            self._shelf.today(self._connection, installed, day),
            self._shelf.calendar(self._connection, installed.organisation, installed.calendar_version),
            mechanism.hours,
            OtherRecords(self._reading, self._shelf, installed, day),
            Directory(self._reading, installed.organisation),
        )

    def _reading(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._connection)

    def families(self, records: Collection[str]) -> Mapping[str, Family]:
        if not records:
            return {}
        if self._locks:
            self._lock(records)
        near = loading.rows_where(self._connection, or_(t.Record.id.in_(records), t.Record.parent_id.in_(records)))
        here = {row["id"]: row for row in near if row["id"] in records}
        linked = self._connection.execute(
            select(t.RecordLink.record_id, t.RecordLink.to_id, t.RecordLink.relation)
            .join(t.Record, t.Record.id == t.RecordLink.record_id)
            .where(or_(t.RecordLink.record_id.in_(here), t.RecordLink.to_id.in_(here)))
            .order_by(t.Record.ordinal, t.RecordLink.position)
        ).all()
        known = {row["id"] for row in near}
        far = {row["parent_id"] for row in here.values() if row["parent_id"]}
        far.update(id_ for from_, to, _ in linked for id_ in (from_, to))
        rows = near + (loading.rows_where(self._connection, t.Record.id.in_(far - known)) if far - known else [])
        self._kept.update(loading.loaded(self._connection, rows))
        relations: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
        for from_, to, relation in linked:
            if from_ in here:
                relations[from_][relation].append(self._kept[to].record)
            if to in here:
                relations[to][f"~{relation}"].append(self._kept[from_].record)
        children: dict[str, list[Record]] = defaultdict(list)
        for row in near:
            if row["parent_id"] in here:
                children[row["parent_id"]].append(self._kept[row["id"]].record)
        return {
            id_: Family(
                self._kept[id_].record,
                tuple(children[id_]),
                self._kept[row["parent_id"]].record if row["parent_id"] else None,
                {relation: tuple(found) for relation, found in relations[id_].items()},
            )
            for id_, row in here.items()
        }

    def _lock(self, records: Collection[str]) -> None:
        """A parent is older than its children, so everybody locks in the same order. A union and no OR: PostgreSQL
        would walk through all records for an OR with a subquery."""
        asked = select(t.Record.id).where(t.Record.id.in_(records))
        parents = select(t.Record.parent_id).where(t.Record.id.in_(records))
        self._connection.execute(
            select(t.Record.ordinal)
            .where(t.Record.id.in_(union(asked, parents)))
            .order_by(t.Record.ordinal)
            .with_for_update()
        ).all()

    def done(self, key: str) -> Done | None:
        row = self._connection.execute(_DONE, {"command": key}).first()
        return Done(*row) if row else None

    def write(self, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Mapping[str, str]:
        changes: dict[str, writer.Change] = {}
        for outcome in outcomes:
            after = outcome.after
            change = changes.get(after.id)
            if change is None:
                change = changes[after.id] = self._change(outcome, changes.get(after.parent))
            change.after = after
            if outcome.moved:
                change.was, change.edition = change.mechanism, self.installed(after.installation).edition
                change.mechanism = self._shelf.mechanism(self._connection, change.edition)
            change.events.extend(outcome.events)
            change.series = change.series or outcome.series
        return writer.write(self._connection, command, list(changes.values()), outcomes, now)

    def _change(self, outcome: Outcome, parent: writer.Change | None) -> writer.Change:
        if outcome.before is not None:
            kept = self._of(outcome.after.id)
            mechanism = self._shelf.mechanism(self._connection, kept.edition)
            return writer.Change(
                outcome.before, outcome.after, kept.organisation, kept.edition, mechanism, kept.ordinal
            )
        installed = self.installed(outcome.after.installation)
        edition = installed.edition
        if outcome.after.parent:  # a child lives on its parent's version
            edition = parent.edition if parent is not None else self._of(outcome.after.parent).edition
        mechanism = self._shelf.mechanism(self._connection, edition)
        return writer.Change(None, outcome.after, installed.organisation, edition, mechanism)

    def ringing(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        first = func.min(t.Clock.next_ring)
        rows = self._connection.execute(
            select(t.Record.id, t.Record.revision)
            .join(t.Clock, t.Clock.record_id == t.Record.id)
            .where(t.Clock.next_ring <= now)
            .group_by(t.Record.id, t.Record.revision)
            .order_by(first, t.Record.id)
            .limit(limit)
        )
        return [(row.id, row.revision) for row in rows]

    # ── Duties ───────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, installation: str, sought: Sought, now: datetime) -> Sequence[Found]:
        return duty_rows.find(self._connection, self.mechanism(installation), installation, sought, now)

    def last_period(self, installation: str, duty: str) -> date | None:
        return duty_rows.last_period(self._connection, installation, duty)

    def in_period(self, installation: str, duty: str, first: date) -> Sequence[Instance]:
        one = t.DutyInstance
        here = and_(one.installation_id == installation, one.duty == duty, one.period == first)
        return sorted(duty_rows.instances(self._connection, here), key=lambda found: found.owner)

    def instances(self, ids: Collection[str]) -> Sequence[Instance]:
        return duty_rows.instances(self._connection, t.DutyInstance.id.in_(ids))

    def keep(self, installation: str, changes: Sequence[Change], now: datetime) -> None:
        duty_rows.keep(self._connection, self.installed(installation).organisation, installation, changes, now)

    def _of(self, record: str) -> Kept:
        if record not in self._kept:
            self._kept.update(loading.load(self._connection, [record]))
        return self._kept[record]
