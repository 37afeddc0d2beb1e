"""What is owed for periods in the store: by several tickers at once, at a cost that follows what is due, listed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from liaison.access import Actor
from liaison.calendars import ZONE
from liaison.definitions import Package, Unit, read_package
from liaison.engine import Command
from liaison.engine.duties import Instance, Verdict
from liaison.messages import letters
from liaison.store import (
    Database,
    access_log,
    act,
    add_organisation,
    add_person,
    add_unit,
    calendars,
    checkpoint,
    duties,
    hold,
    import_notice,
    inbox,
    install,
    installations,
    pair,
    publish,
    put_in_force,
    recompute,
    upgrade,
    verify,
)
from liaison.store import tables as t

SOURCE = Path(__file__).parents[1] / "engine" / "mechanisms" / "duties"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PEOPLE = (
    ("office", "office", ""),
    ("chief", "chief", ""),
    ("north", "liaison", "north"),
    ("south", "liaison", "south"),
)
OFFICE = Actor("office", "示例办公室")

Change = Callable[[dict[str, Any]], None]


def package(**changes: Change) -> Package:
    """The mechanism with some of its files in `rules/` changed, by their names without ending."""
    files = dict(read_package(SOURCE).files)
    for name, change in changes.items():
        path = f"rules/duties/{name.replace('__', '/')}.json"
        content = json.loads(files[path])
        change(content)
        files[path] = json.dumps(content, ensure_ascii=False).encode()
    return Package(files)


def fill(url: str) -> None:
    """An organisation with the mechanism in force, and a few people."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        _install(connection, package())
    database.close()


def _install(connection: Any, made: Package, organisation: str = "district") -> str:
    installation = install(connection, organisation, publish(connection, made, "seed", NOW), "seed", NOW)
    for person, post, unit in PEOPLE:
        if connection.execute(select(t.Person.id).where(t.Person.id == person)).scalar() is None:
            add_person(connection, organisation, f"示例{person}", id_=person)
        hold(connection, installation, person, post, unit)
    for right in ("north", "south"):
        pair(connection, installation, "hand_in_hand", "chief", right)
    return installation


@dataclass
class Site:
    url: str
    database: Database
    installation: str
    now: datetime = NOW
    _count: int = 0

    def tend(self, day: str = "") -> duties.Looked:
        if day:
            self.now = datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=ZONE)
        return duties.tend(self.database, self.now)

    def begin(self, type_: str, finish: bool = True, **values: Any) -> str:
        self._count += 1
        result = act(self.database, Command(
            f"begin_{type_}", OFFICE, f"{type_}/{self._count}", type=type_, installation=self.installation,
            values=values,
        ), self.now)  # fmt: skip
        assert result, result.refusal
        if finish:
            assert act(self.database, Command("finish", OFFICE, f"finish/{self._count}", result.record), self.now)
        return str(result.record)

    def board(self, key: str, limit: int = 1) -> dict[tuple[str, str], Instance]:
        """(period, owner) → instance, of the last periods."""
        with self.database.read() as connection:
            last = duties.periods(connection, self.installation, key, limit=limit)
            found = duties.board(connection, self.installation, key, last)
        return {(one.period.key, one.owner): one for one in found}

    def statements(self, work: Callable[[], object]) -> list[str]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", note)
        work()
        event.remove(self.database.engine, "before_cursor_execute", note)
        return seen


@pytest.fixture
def site(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Site]:
    url = database_like(fill)
    database = Database(url)
    with database.read() as connection:
        [here] = installations(connection)
    yield Site(url, database, here.id)
    database.close()


# ── The ticker ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_tickers_at_once_open_one_instance_and_tell_once(site: Site) -> None:
    days = ["2026-03-02", "2026-03-05", "2026-03-07", "2026-04-01"]
    databases = [Database(site.url), Database(site.url)]
    start, failures = threading.Barrier(2), []

    def run(database: Database) -> None:
        try:
            for day in days:
                start.wait()
                duties.tend(database, datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=ZONE))
        except Exception as error:
            failures.append(error)
            start.abort()

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert failures == []
    site.tend("2026-04-01")
    with site.database.read() as connection:
        owed = connection.execute(select(t.DutyInstance.duty, t.DutyInstance.owner, t.DutyInstance.period)).all()
        told = connection.execute(select(t.Outbox.template, func.count()).group_by(t.Outbox.template)).all()
    assert len(owed) == len(set(owed))
    weeks = {period for duty, _, period in owed if duty == "weekly_visits"}
    assert len(weeks) == 5
    # Each of two bureaus is reminded before and after each of four weeks; on the first of April, of the fifth.
    assert dict(tuple(row) for row in told)["late"] == 8


def test_nothing_due_costs_two_looks_into_indexes(site: Site) -> None:
    site.tend()
    statements = site.statements(lambda: site.tend())
    selects = [one for one in statements if one.lstrip().startswith("SELECT")]
    assert len(selects) == 2, statements


def test_opening_and_looking_take_no_more_statements_for_more_owners(site: Site) -> None:
    def weekly(content: dict[str, Any]) -> None:
        content["duties"] = content["duties"][:1]

    with site.database.write() as connection:
        install(connection, "district", publish(connection, package(duties=weekly), "seed", NOW), "seed", NOW)
    site.tend()
    site.tend("2026-03-07")
    few = [len(site.statements(lambda day=day: site.tend(day))) for day in ("2026-03-09", "2026-03-14")]  # type: ignore[misc]
    with site.database.write() as connection:
        for at in range(40):
            add_unit(connection, site.installation, Unit(f"bureau_{at}", f"示例第{at}局", "bureau"))
    site.tend("2026-03-16")
    site.tend("2026-03-21")
    assert len(site.board("weekly_visits")) == 42
    many = [len(site.statements(lambda day=day: site.tend(day))) for day in ("2026-03-23", "2026-03-28")]  # type: ignore[misc]
    assert {one.state for one in site.board("weekly_visits").values()} == {Verdict.MISSED}
    assert many == few


def test_a_mechanism_that_is_not_in_force_owes_nothing(site: Site) -> None:
    site.tend()
    with site.database.write() as connection:
        put_in_force(connection, site.installation, False, site.now)
    site.tend("2026-05-10")
    assert {period for period, _ in site.board("session", 9)} == {"2026-03"}
    assert site.board("session", 9)["2026-03", "office"].state is Verdict.OPEN
    with site.database.write() as connection:
        put_in_force(connection, site.installation, True, site.now)
    site.tend()
    assert {period for period, _ in site.board("session", 9)} == {"2026-03", "2026-05"}, "April was never owed"
    assert site.board("session", 9)["2026-03", "office"].state is Verdict.MISSED


def test_a_duty_of_a_new_version_is_owed_from_then_on(site: Site) -> None:
    site.tend()

    def more(content: dict[str, Any]) -> None:
        content["duties"].append({**content["duties"][1], "key": "second", "schedule": {"end_of": "month"}})

    site.now = datetime(2026, 3, 20, 9, 0, tzinfo=ZONE)
    with site.database.write() as connection:
        digest = publish(connection, package(duties=more), "seed", site.now)
        install(connection, "district", digest, "seed", site.now)
    site.tend()
    assert set(site.board("second", 9)) == {("2026-03", "office")}


def test_a_duty_the_new_version_dropped_is_let_off(site: Site) -> None:
    site.tend()

    def fewer(content: dict[str, Any]) -> None:
        content["duties"] = [one for one in content["duties"] if one["key"] != "session"]

    with site.database.write() as connection:
        install(connection, "district", publish(connection, package(duties=fewer), "seed", NOW), "seed", NOW)
    site.tend("2026-04-02")
    [one] = site.board("session", 9).values()
    assert (one.state, one.next_look) == (Verdict.LAPSED, None)


def test_what_cannot_be_counted_keeps_nothing_else_from_it(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    def wrong(content: dict[str, Any]) -> None:
        content["duties"][1]["counts"] = {"==": [{"var": "of_nothing"}, "x"]}

    with site.database.write() as connection:
        add_organisation(connection, "other", "别的示例区", NOW)
        broken = _install(connection, package(duties=wrong), "other")
    site.tend()
    looked = site.tend("2026-03-10")
    assert {one.code for one in looked.refused} == {"store.duty_not_done"}
    assert "could not be looked at" in caplog.text
    assert site.board("session")["2026-03", "office"].state is Verdict.MISSED
    with site.database.read() as connection:
        assert duties.board(connection, broken, "session", duties.periods(connection, broken, "session"))


def test_a_record_that_is_refused_is_tried_again(site: Site) -> None:
    def guarded(content: dict[str, Any]) -> None:
        content["actions"][0]["guard"] = {">=": [{"var": "record.today"}, {"date": "2026-03-25"}]}

    with site.database.write() as connection:
        made = package(lifecycle__report=guarded)
        install(connection, "district", publish(connection, made, "seed", NOW), "seed", NOW)
    site.tend()
    looked = site.tend("2026-03-22")
    assert {one.code for one in looked.refused} == {"engine.guard"}
    assert site.board("report")["2026-Q1", "office"].record == ""
    assert not site.tend("2026-03-25").refused
    assert site.board("report")["2026-Q1", "office"].record


# ── The calendar ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_moves_what_is_not_settled(site: Site) -> None:
    agreement = site.begin("agreement", finish=False, unit="north", visits=1)
    site.tend()
    site.tend("2026-04-01")
    assert site.board("promised")["2026-04", agreement].due == date(2026, 4, 30)
    local = {"days": [{"name": "示例活动日", "date": "2026-04-30", "isOffDay": True}]}
    notice = import_notice(site.database, "district", local, "office", site.now, "local").id
    moved = recompute(site.database, "district", notice, site.now).duties
    assert [(one.instance.duty, one.instance.owner, one.old, one.instance.due) for one in moved] == [
        ("promised", agreement, date(2026, 4, 30), date(2026, 4, 29))
    ]
    assert recompute(site.database, "district", notice, site.now).duties == ()
    assert site.board("promised")["2026-04", agreement].due == date(2026, 4, 29)
    site.tend()
    assert site.board("promised")["2026-04", agreement].due == date(2026, 4, 29)


def test_an_installation_that_cannot_be_counted_is_named_and_nothing_of_it_moves(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = site.begin("agreement", finish=False, unit="north", visits=1)
    site.tend()
    site.tend("2026-04-01")
    before = site.board("promised")["2026-04", agreement]

    def fails(*_: Any) -> Any:
        raise ValueError("示例")

    monkeypatch.setattr(calendars, "recount", fails)
    local = {"days": [{"name": "示例活动日", "date": before.due.isoformat(), "isOffDay": True}]}
    notice = import_notice(site.database, "district", local, "office", site.now, "local").id
    done = recompute(site.database, "district", notice, site.now)
    assert [(one.id, one.why.code) for one in done.uncounted] == [(before.installation, "store.could_not_count")]
    assert done.duties == ()
    assert site.board("promised")["2026-04", agreement] == before
    monkeypatch.undo()
    done = recompute(site.database, "district", notice, site.now)
    assert done.uncounted == ()
    assert [(one.instance.id, one.old) for one in done.duties] == [(before.id, before.due)]


def test_a_notice_leaves_what_somebody_moved(site: Site) -> None:
    site.tend()
    one = site.board("session")["2026-03", "office"]
    assert isinstance(duties.move(site.database, one.id, date(2026, 3, 11), OFFICE, "示例", site.now), Instance)
    local = {"days": [{"name": "示例活动日", "date": "2026-03-11", "isOffDay": True}]}
    notice = import_notice(site.database, "district", local, "office", site.now, "local").id
    assert recompute(site.database, "district", notice, site.now).duties == ()
    site.tend()
    assert site.board("session")["2026-03", "office"].due == date(2026, 3, 11)


# ── The audit ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_moves_and_lots_are_in_the_log_the_audit_covers(site: Site) -> None:
    companies = [site.begin("company", finish=False, name=f"示例{at}", unit="club") for at in range(4)]
    site.tend()
    one = site.board("session")["2026-03", "office"]
    assert isinstance(duties.move(site.database, one.id, date(2026, 3, 11), OFFICE, "示例：撞期", site.now), Instance)
    with site.database.read() as connection:
        lines = {line.what: line for line in access_log(connection, "district")}
    assert lines["duty_moved"].person == "office"
    assert lines["duty_moved"].detail == {
        "installation": site.installation, "duty": "session", "owner": "office", "period": "2026-03",
        "was": "2026-03-08", "to": "2026-03-11", "reason": "示例：撞期",
    }  # fmt: skip
    drawn = lines["duty_drawn"].detail
    assert (drawn["duty"], drawn["owner"], drawn["period"]) == ("by_lot", "club", "2026")
    assert set(drawn["drawn"]) < set(companies)
    with site.database.read() as connection:
        kept = duties.one(connection, site.board("by_lot")["2026", "club"].id)
    assert kept is not None
    assert (list(kept.among or ()), kept.seed) == (drawn["drawn"], drawn["seed"])
    checkpoint(site.database, site.now)
    assert verify(site.database) == []
    with site.database.write() as connection:
        changed = t.AccessLog.__table__.update().where(t.AccessLog.what == "duty_moved")
        connection.execute(changed.values(detail={**lines["duty_moved"].detail, "reason": "别的理由"}))
    assert verify(site.database), "a reason that was changed is found"


def test_a_move_nobody_may_make_leaves_no_trace(site: Site) -> None:
    site.tend()
    one = site.board("session")["2026-03", "office"]
    duties.move(site.database, one.id, date(2026, 3, 11), Actor("north", "示例北局"), "示例", site.now)
    with site.database.read() as connection:
        assert not [line for line in access_log(connection, "district") if line.what == "duty_moved"]


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reminder_reads_as_it_was_meant(site: Site) -> None:
    site.begin("visit", unit="north", visited_on="2026-03-02", company="甲")
    site.tend()
    site.tend("2026-03-05")
    with site.database.read() as connection:
        [received] = inbox(connection, "north", {})
        made = letters(connection, site.database.shelf, [received])
    assert made[received.id].text == ("示例北局：2026年第10周“每周走访两家企业”于2026年3月6日到期，已有1，至少2。")
    assert received.record == ""
    with site.database.read() as connection:
        one = duties.one(connection, received.duty)
    assert one is not None
    assert (one.duty, one.owner) == ("weekly_visits", "north")


def test_a_reminder_whose_template_is_gone_is_still_told(site: Site) -> None:
    site.tend()
    site.tend("2026-03-05")

    def without(content: dict[str, Any]) -> None:
        content["templates"] = content["templates"][1:]

    def unreminded(content: dict[str, Any]) -> None:
        del content["duties"][0]["remind"]

    with site.database.write() as connection:
        made = package(messages=without, duties=unreminded)
        install(connection, "district", publish(connection, made, "seed", NOW), "seed", NOW)
    with site.database.read() as connection:
        [received] = inbox(connection, "south", {})
        letter = letters(connection, site.database.shelf, [received])[received.id]
    assert letter.title == "每周走访两家企业"
    assert "示例南局2026年第10周" in letter.text


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_periods_are_listed_the_newest_first(site: Site) -> None:
    site.tend()
    for day in ("2026-03-10", "2026-03-17", "2026-03-24"):
        site.tend(day)
    with site.database.read() as connection:
        last = duties.periods(connection, site.installation, "weekly_visits", limit=2)
        earlier = duties.periods(connection, site.installation, "weekly_visits", before=last[-1].first)
    assert [one.key for one in last] == ["2026-W13", "2026-W12"]
    assert [one.key for one in earlier] == ["2026-W11", "2026-W10"]


def test_what_somebody_owes_is_listed_what_is_due_first_on_top(site: Site) -> None:
    agreement = site.begin("agreement", finish=False, unit="north", visits=1)
    site.tend()
    site.tend("2026-04-01")
    with site.database.read() as connection:
        mine = duties.owed(connection, site.installation, ["north", "chief/north"], ["north"], "north")
        nobody = duties.owed(connection, site.installation, ["elsewhere"], [], "elsewhere")
    assert [(one.duty, one.owner) for one in mine] == [
        ("weekly_visits", "north"), ("hand_in_hand", "chief/north"), ("promised", agreement)
    ]  # fmt: skip
    assert nobody == []


def test_counts_say_how_it_goes(site: Site) -> None:
    for company in "甲乙":
        site.begin("visit", unit="north", visited_on="2026-03-02", company=company)
    site.tend()
    site.tend("2026-03-08")
    with site.database.read() as connection:
        counted = duties.counts(connection, site.installation)
    assert counted["weekly_visits"] == {Verdict.MET: 1, Verdict.MISSED: 1}
    assert counted["session"] == {Verdict.OPEN: 1}


def test_each_list_is_served_by_an_index(site: Site) -> None:
    if not site.database.sqlite:
        pytest.skip("SQLite says by which index it goes, however few rows there are")
    site.tend()
    one = t.DutyInstance

    def plan(statement: Any) -> str:
        spelt = str(statement.compile(site.database.engine, compile_kwargs={"literal_binds": True}))
        with site.database.read() as connection:
            return " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {spelt}"))

    soon = site.now + timedelta(days=1)
    assert "ix_duty_instance_next_look" in plan(select(one.id).where(one.next_look <= soon))
    here = one.installation_id == site.installation
    assert "ix_duty_instance_installation_id_due" in plan(
        select(one.id).where(here, one.next_look.is_not(None)).order_by(one.due)
    )
    board = plan(select(one.id).where(here, one.duty == "session", one.period.in_([date(2026, 3, 1)])))
    assert "sqlite_autoindex_duty_instance" in board
    assert "ix_installation_duties_at" in plan(select(t.Installation.id).where(t.Installation.duties_at <= soon))
