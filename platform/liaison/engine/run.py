"""The loop around `advance`: one command and everything that follows from it, written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from liaison.access import SYSTEM
from liaison.calendars import ZONE, MalformedError
from liaison.texts import Message

from .advance import LOOK, RING, advance
from .mechanism import Mechanism
from .model import LEFT_OUT, Command, Outcome, Record, Refusal, Result
from .moving import MOVE, carry_over
from .naming import spoken_of
from .step import id_from
from .world import Family, World

DEPTH = 20
"""How many batches of follow-ups a command may have, one behind the other. A chain past it is refused whole."""
SKIPPABLE = frozenset({"engine.not_from_here", "engine.guard"})
"""An action on another record refused for these was not possible where it arrived: it is left out and said. Any other
refusal refuses the whole command."""


def run(world: World, command: Command, now: datetime) -> Result:
    """Carry out `command` at `now` (aware) with all its follow-ups, in one write. Given twice, it is carried out once.

    StaleError from the world's write passes through: nothing was written."""
    now = now.astimezone(ZONE)  # the days of a decision are those of Shanghai, wherever the moment comes from
    if command.happened is not None:
        command = replace(command, happened=command.happened.astimezone(ZONE))
    if done := world.done(command.key):
        return Result(repeated=True, record=done.record, numbers={done.record: done.number} if done.number else {})
    decided = _Decided(world)
    pending: list[Command] = [command]
    for depth in range(DEPTH + 1):
        if not pending:
            break
        if depth == DEPTH:
            return Result(refusal=Refusal(Message("engine.too_deep", {"depth": DEPTH}), command=command.key))
        first = [one for one in pending if not one.last]
        pending, batch = ([one for one in pending if one.last], first) if first else ([], pending)
        # Of one record's commands each sees what the one asked for before it did. The records take their turns, and
        # new ones get their numbers, as they were first asked for: the rows of a table from top to bottom.
        turns = {record: turn for turn, record in enumerate(dict.fromkeys(map(_record_of, batch)))}
        batch = sorted(batch, key=lambda one: (turns[_record_of(one)], one.action == LOOK))
        decided.load(batch)
        for one in _once(batch):
            said = decided.advance(one, now)
            if isinstance(said, Refusal):
                # A record that others name must be there: only what is done to one that stands can be left out.
                if one is command or said.code not in SKIPPABLE or not one.record:
                    return Result(refusal=said)
                if not one.if_possible:
                    decided.leave_out(one, said.message, now)
                continue
            pending.extend(said.follow_ups)
    if not decided.outcomes:
        return Result(record=command.record)
    numbers = world.write(command, decided.outcomes, now)
    return Result(tuple(decided.outcomes), record=decided.outcomes[0].after.id, numbers=numbers)


def ring(world: World, now: datetime, limit: int = 100) -> list[Result]:
    """Let the clocks of up to `limit` records ring, each in a command of its own; the results in that order."""
    return [run(world, ring_command(record, revision), now) for record, revision in world.ringing(now, limit)]


def ring_command(record: str, revision: int) -> Command:
    """The system's command that lets the clocks of a record ring. What rings makes another revision of it, so the key
    names these rings and no others: a moment does not, since clocks started later may ring at the same one."""
    return Command(action=RING, actor=SYSTEM, key=f"ring/{record}/{revision}", record=record)


def _record_of(command: Command) -> str:
    """The record a command is on, or creates."""
    return command.record or id_from(command.key)


def _once(batch: Iterable[Command]) -> Sequence[Command]:
    """A record need be looked at only once in a batch, after everything else that was done to it."""
    looked: set[str] = set()
    kept: list[Command] = []
    for command in batch:
        if command.action == LOOK:
            if command.record in looked:
                continue
            looked.add(command.record)
        kept.append(command)
    return kept


class _Decided:
    """What this run has decided so far, laid over what the world holds."""

    def __init__(self, world: World) -> None:
        self.outcomes: list[Outcome] = []
        self._world = world
        self._families: dict[str, Family] = {}
        self._records: dict[str, Record] = {}
        """Every record this run has met, as it is by now."""
        self._born: dict[str, list[str]] = defaultdict(list)
        """Parent → the children this run has created."""
        self._moved: set[str] = set()
        """Records this run has moved to the version in force."""
        self._causes: dict[str, str] = {}
        """Command → the one it follows from."""

    def load(self, commands: Iterable[Command]) -> None:
        """Fetch in bulk the families of records that are commanded and not known yet."""
        wanted = {one.record for one in commands if one.record} - self._families.keys() - set(self._newborn)
        self._meet(wanted)
        # What the rows of a command pick, and of the record it is on, is read through them.
        self._meet({id_ for one in commands for id_ in self._picked_by(one)} - self._records.keys())

    def _meet(self, wanted: Collection[str]) -> None:
        for id_, family in self._world.families(wanted).items():
            self._families[id_] = family
            around = [family.record, *family.children, *(one for found in family.linked.values() for one in found)]
            for one in [*around, family.parent]:
                if one is not None:
                    self._records.setdefault(one.id, one)

    def _picked_by(self, command: Command) -> Iterator[str]:
        """The ids in those cells of tables that pick a record, of a command's values and of its record."""
        record = self._records.get(command.record)
        if record is not None:
            picking = self._mechanism(record.installation, record.id).picking[record.type]
        elif command.type and not command.cause:  # what follows brings values that are resolved already
            picking = self._mechanism(command.installation, command.parent).picking.get(command.type, {})
        else:
            return
        for values in (command.values, record.values if record else {}):
            for table, columns in picking.items():
                rows = values.get(table)
                for row in rows if isinstance(rows, list) else ():
                    found = (row.get(column) for column in columns) if isinstance(row, Mapping) else ()
                    yield from (id_ for id_ in found if isinstance(id_, str) and id_)

    def advance(self, command: Command, now: datetime) -> Outcome | Refusal:
        """Decide one command over what has been decided before."""
        self._causes[command.key] = command.cause
        try:
            return self._keep(self._decide(command, now))
        except MalformedError as error:
            # What a table answers, or a date somebody agrees to, is read as a length only when it is counted from.
            return Refusal(error.findings[0].message, command=command.key)

    def _decide(self, command: Command, now: datetime) -> Outcome | Refusal:
        family = self._family(command.record) if command.record else None
        if command.record and family is None:
            return Refusal(Message("engine.no_such_record"), command=command.key)
        installation = family.record.installation if family else command.installation
        if installation.startswith("~"):
            try:
                installation = self._world.neighbour(self.outcomes[0].after.installation, installation[1:])
            except KeyError:
                nowhere = Message("engine.not_in_force_there", {"mechanism": installation[1:]})
                return Refusal(nowhere, command=command.key)
            command = replace(command, installation=installation)
        if command.action == MOVE and family is not None:
            return self._move(family, command, now)
        mechanism = self._mechanism(installation, command.record or command.parent)
        around, parent = self._world.surroundings(installation, now.date()), self._records.get(command.parent)
        return advance(mechanism, family, command, around, now, parent, self._records)

    def leave_out(self, command: Command, refused: Message, now: datetime) -> None:
        """Put on file what was not possible, with the event it should have followed from."""
        record = self._records[command.record]
        mechanism = self._mechanism(record.installation, record.id)
        around = self._world.surroundings(record.installation, now.date())
        which = {"id": record.id, "type": record.type, "action": command.action}
        why = Message(LEFT_OUT, {**which, "record": spoken_of(mechanism, record, around), "why": refused})
        cause = command.cause
        while not (at := [n for n, one in enumerate(self.outcomes) if any(e.command == cause for e in one.events)]):
            cause = self._causes[cause]  # a look at a record puts nothing on file: what made it look does
        outcome = self.outcomes[at[0]]
        [event] = outcome.events
        self.outcomes[at[0]] = replace(outcome, events=(replace(event, why=(*event.why, why)),))

    def _keep(self, said: Outcome | Refusal) -> Outcome | Refusal:
        if isinstance(said, Outcome) and said.after != said.before:
            self.outcomes.append(said)
            self._records[said.after.id] = said.after
            if said.before is None:
                self._born[said.after.parent].append(said.after.id)
            if said.moved:
                self._moved.add(said.after.id)
        return said

    def _move(self, family: Family, command: Command, now: datetime) -> Outcome | Refusal:
        """To the version in force, from the one the record is on."""
        record = family.record
        if command.actor.kind != SYSTEM.kind:
            return Refusal(Message("engine.no_such_action", {"action": MOVE}), command=command.key)
        try:
            new = self._world.mechanism(record.installation)
        except KeyError:
            return Refusal(Message("engine.move.not_in_force"), command=command.key)
        around = self._world.surroundings(record.installation, now.date())
        old = self._mechanism(record.installation, record.id)
        said = carry_over(old, new, family, command, around, now)
        if isinstance(said, Outcome):
            return said
        missing = [Message("engine.move.state_missing", {"state": one.title}) for one in said.unmapped]
        return Refusal(Message("engine.move.not_possible", {"why": [*missing, *said.gone]}), command=command.key)

    def _mechanism(self, installation: str, record: str) -> Mechanism:
        """The version that decides about a record: the one it is on by now."""
        pinned = self._pinned(record)
        return self._world.mechanism(installation, "" if pinned in self._moved else pinned)

    def _pinned(self, record: str) -> str:
        """The record whose version decides: itself; for one not written yet its parent, which it lives under; for one
        without a parent none (the version in force)."""
        while record and record not in self._families:
            record = self._records[record].parent
        return record

    @property
    def _newborn(self) -> Iterable[str]:
        return (child for children in self._born.values() for child in children)

    def _family(self, record: str) -> Family | None:
        """The record with its surroundings as they are by now."""
        now = self._records
        if record not in now:
            return None
        loaded = self._families.get(record) or Family(now[record])
        children = tuple(now[child.id] for child in loaded.children) + tuple(now[id_] for id_ in self._born[record])
        linked = {key: tuple(now[one.id] for one in found) for key, found in loaded.linked.items()}
        for link in now[record].links:
            there = linked.get(link.relation, ())
            if link.record in now and all(one.id != link.record for one in there):
                linked[link.relation] = (*there, now[link.record])
        return Family(now[record], children, now.get(now[record].parent), linked, now)
