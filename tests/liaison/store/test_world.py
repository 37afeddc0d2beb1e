"""The world in SQL does what the world in memory does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from liaison.definitions import load, read_package
from liaison.engine import Command, Link, MemoryWorld, Outcome, PartHeld, StaleError, run, simulate
from liaison.engine import simulate as _simulate
from liaison.shipped import shipped
from liaison.store import SqlWorld, install, pair, publish, timeline
from liaison.store import tables as t

CASES = sorted(shipped("rules").glob("*/cases/*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_story_comes_out_the_same(case: Path, place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key, story = case.parts[-3], json.loads(case.read_text())
    memory, said = _play(key, story, monkeypatch)
    with place.database.write() as connection:
        digest = publish(connection, read_package(key), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now, answers=story.get("answers"))
    _take_over_roster(place, installation, story["roster"], memory)

    for command, now in said:
        with place.database.write() as connection:
            world = SqlWorld(connection, place.database.shelf, writes=True)
            assert run(world, _here(command, installation), now)

    with place.database.read() as connection:
        found = SqlWorld(connection, place.database.shelf).families(list(memory.records))
        for id_, record in memory.records.items():
            assert replace(found[id_].record, installation="memory") == record
            assert [one for one in timeline(connection, id_) if one.record == id_] == memory.events[id_]
            theirs = memory.families([id_])[id_]
            assert [child.id for child in found[id_].children] == [child.id for child in theirs.children]
            assert (found[id_].parent is None) == (theirs.parent is None)
        sent = connection.execute(select(t.Outbox.key).order_by(t.Outbox.id)).scalars().all()
        # What reminds of a duty follows no command: test_duties of the engine compares the worlds in that.
        assert sorted(sent) == sorted(notice.key for notice in memory.notices if notice.record)


def _play(key: str, story: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[MemoryWorld, list[tuple[Command, Any]]]:
    """The world after a story, and every command that changed it."""
    worlds: list[MemoryWorld] = []
    said: list[tuple[Command, Any]] = []

    class Listening(MemoryWorld):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            worlds.append(self)

        def write(self, command: Command, outcomes: Any, now: Any) -> Any:
            said.append((command, now))
            return super().write(command, outcomes, now)

    monkeypatch.setitem(_simulate.__globals__, "MemoryWorld", Listening)
    definition = load(read_package(key), story.get("answers")).definition
    assert definition is not None
    assert simulate(definition, story).passed
    return worlds[0], said


def _here(command: Command, installation: str) -> Command:
    return replace(command, installation=installation if command.installation else "")


def _take_over_roster(place: Any, installation: str, roster: Any, memory: MemoryWorld) -> None:
    """Put the small roster of a story in the place of the one the fixture made; without units of its own those of the
    package stay."""
    with place.database.write() as connection:
        for table in (t.Holding, t.Person, *((t.Unit,) if "units" in roster else ())):
            connection.execute(delete(table))
        for position, unit in enumerate(roster.get("units", ())):
            connection.execute(
                t.Unit.__table__.insert().values(
                    installation_id=installation, organisation_id="district", key=unit["key"],
                    title=unit["title"], kind=unit["kind"], region=unit.get("region", ""), parent="", note="",
                    position=position,
                )
            )  # fmt: skip
        for person in roster["people"]:
            connection.execute(
                t.Person.__table__.insert().values(
                    id=person["key"], organisation_id="district", name=person["name"], phone="", email=""
                )
            )
            for held in person.get("holds", ()):
                connection.execute(
                    t.Holding.__table__.insert().values(
                        organisation_id="district", installation_id=installation, person_id=person["key"],
                        post=held["post"], unit=held.get("unit", ""),
                    )
                )  # fmt: skip
        for party in roster.get("parties", ()):
            connection.execute(
                t.Party.__table__.insert().values(
                    id=party["key"], organisation_id="district", kind=party["kind"], name=party["name"]
                )
            )
        for one in memory.roster.pairs:
            pair(
                connection, installation, one.matching, one.left, one.right,
                first_day=one.first_day, last_day=one.last_day,
            )  # fmt: skip
        connection.execute(update(t.Installation).values(roster_version=t.Installation.roster_version + 1))


def test_links_come_back_from_both_ends(place: Any) -> None:
    first, second = place.submit().record, place.submit().record
    with place.database.write() as connection:
        world = SqlWorld(connection, place.database.shelf, writes=True)
        before = world.families([first])[first].record
        last = before.revision + 1
        after = replace(
            before, revision=last, links=(Link("like", second, {"order": 1}),), parts=(PartHeld("lead", "economy"),)
        )
        event = replace(timeline(connection, first)[-1], seq=last)
        world.write(Command("link", place.office, "link"), [Outcome(before, after, (event,))], place.now)
    with place.database.read() as connection:
        found = SqlWorld(connection, place.database.shelf).families([first, second, "nobody"])
    assert set(found) == {first, second}
    assert [one.id for one in found[first].linked["like"]] == [second]
    assert [one.id for one in found[second].linked["~like"]] == [first]
    assert found[first].record == after


def test_loading_takes_no_more_queries_for_more_records(place: Any) -> None:
    ids = [place.assigned() for _ in range(4)]

    def load_(some: list[str]) -> Callable[[], None]:
        def work() -> None:
            with place.database.read() as connection:
                SqlWorld(connection, place.database.shelf).families(some)

        return work

    assert len(place.statements(load_(ids))) == len(place.statements(load_(ids[:1]))) <= 8


def test_an_outcome_on_an_old_revision_is_stale(place: Any) -> None:
    id_ = place.submit().record
    stale = place.record(id_)
    assert place.do(id_, "accept")
    event = _event(place, id_)
    outcome = Outcome(stale, replace(stale, revision=2), (replace(event, seq=2),))
    with place.database.write() as connection:
        world = SqlWorld(connection, place.database.shelf, writes=True)
        with pytest.raises(StaleError) as caught:
            world.write(Command("late", place.office, "late"), [outcome], place.now)
        connection.rollback()
    assert (caught.value.record, caught.value.by, caught.value.event) == (id_, "李办", "受理")
    assert caught.value.at == place.now
    assert place.record(id_).revision == 2


def _event(place: Any, id_: str) -> Any:
    with place.database.read() as connection:
        return timeline(connection, id_)[-1]


def test_what_is_not_there_is_said_so(place: Any) -> None:
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        assert world.done("nothing") is None
        assert world.families([]) == {}
        for ask in (
            lambda: world.installation_of("nobody"),
            lambda: world.mechanism("nowhere"),
            lambda: world.neighbour(place.installation, "unknown"),
        ):
            with pytest.raises(KeyError):
                ask()
        assert world.neighbour(place.installation, "shunde") == place.installation
