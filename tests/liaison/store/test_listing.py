"""Lists, search, inbox: what is seen, in which order, with how many queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from liaison.access import Actor, Scope, may_see, may_see_under, scope_of
from liaison.store import (
    Board,
    SqlWorld,
    UnfilterableError,
    Wanted,
    by_code,
    by_number,
    count,
    give_code,
    inbox,
    mark_read,
    on_hand,
    pressing,
    records,
    soonest,
    sweep_attempts,
    unread,
    work_list,
)
from liaison.store import tables as t
from liaison.store.grams import grams
from liaison.store.listing import in_scope

ALL = Scope(types=frozenset({"matter"}))


def page(place: Any, *, scope: Scope = ALL, offset: int = 0, limit: int = 50, facts: Any = None, **wanted: Any) -> Any:
    with place.database.read() as connection:
        return records(
            connection,
            place.database.shelf,
            {place.installation: scope},
            Wanted(place.installation, "matter", **wanted),
            place.now,
            facts=facts,
            offset=offset,
            limit=limit,
        )


def ids(place: Any, **wanted: Any) -> list[str]:
    return [record.id for record in page(place, **wanted).records]


def test_filters_facets_fields_terms_and_parts(place: Any) -> None:
    quiet = place.submit(category="A", company="安静公司").record
    running = place.assigned()
    cases: list[tuple[Any, list[str]]] = [
        ({"==": [{"var": "category"}, "A"]}, [quiet]),
        ({"==": [{"var": "level"}, "general"]}, [running]),
        ({"==": [{"var": "company"}, "安静公司"]}, [quiet]),
        ({"in": [{"var": "record.state"}, ["assigned", "handling"]]}, [running]),
        ({"==": [{"var": "part.lead"}, "economy"]}, [running]),
        ({"in": ["housing_water", {"var": "part.support"}]}, [running]),
        ({"var": "term.general_reply.running"}, [running]),
        ({"==": [{"var": "term.general_reply.due"}, "2026-09-20"]}, []),
        ({"<=": [{"var": "term.general_reply.due"}, {"var": "record.today"}]}, []),
        ({"missing": {"var": "term.general_reply.due"}}, [quiet]),
        ({"!": {"var": "term.general_reply.overdue"}}, [running, quiet]),
    ]
    for filter_, expected in cases:
        assert ids(place, filters=(filter_,)) == expected, filter_
    assert ids(place, filters=(cases[1][0], cases[3][0])) == [running]


def test_a_date_is_compared_with_a_date(place: Any) -> None:
    running = place.assigned()
    due = {"==": [{"var": "term.general_reply.due"}, {"var": "wanted"}]}
    assert ids(place, filters=(due,), facts={"wanted": date(2026, 9, 20)}) == [running]


def test_the_shipped_views_can_be_listed(place: Any) -> None:
    running = place.assigned()
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        views = world.mechanism(place.installation).definition.views
    shown = {
        key: ids(place, filters=(view.filter,) if view.filter else (), order=view.order)
        for key, view in views.items()
        if view.of == "matter"
    }
    assert shown["collected"] == shown["general"] == shown["handling"] == [running]
    assert shown["rated"] == []


def test_order_and_pages(place: Any) -> None:
    made = [place.submit(company=name).record for name in ("丙公司", "甲公司", "乙公司")]
    assert ids(place) == made[::-1]
    assert ids(place, order=("record.number",)) == made
    # Which of two Chinese names comes first is the database's collation; that both directions agree is ours.
    assert ids(place, order=("-company",)) == ids(place, order=("company",))[::-1]
    first, second = page(place, limit=2), page(place, limit=2, offset=2)
    assert [one.id for one in first.records + second.records] == made[::-1]
    assert (first.total, first.more) == (3, False)
    with pytest.raises(UnfilterableError):
        ids(place, order=("times.submit",))


def test_counts_stop(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liaison.store.listing.COUNTED", 2)
    for _ in range(4):
        place.submit()
    found = page(place)
    assert (found.total, found.more, len(found.records)) == (2, True, 4)
    with place.database.read() as connection:
        wanted = Wanted(place.installation, "matter")
        assert count(connection, place.database.shelf, {place.installation: ALL}, wanted, place.now) == 3
        assert count(connection, place.database.shelf, {}, wanted, place.now) == 0


def test_search_in_chinese_by_number_and_by_telephone(place: Any) -> None:
    loan = place.submit(problem="银行抽贷，希望协调续贷。").record
    road = place.submit(problem="厂区门口道路破损。", contact_phone="139-0013-9000", company="ABC物流").record
    number = place.record(road).number
    for search, expected in {
        "续贷": [loan],
        "道路 破损": [road],
        "道路破损": [road],
        "协调道路": [],
        "abc物": [road],
        "示例机械": [loan],
        number: [road],
        number.lower(): [road],
        "13900139000": [road],
        "1390013": [],
        "贷": [],
        "张三": [],
        "商会": [road, loan],
        "  ": [road, loan],
    }.items():
        assert ids(place, search=search) == expected, search
    with place.database.read() as connection:
        assert by_number(connection, f" {number} ") == [(road, place.installation)]


def test_search_follows_a_change_and_stays_in_scope(place: Any) -> None:
    id_ = place.submit(problem="噪声扰民，请协调。").record
    assert ids(place, search="噪声扰民") == [id_]
    assert place.do(id_, "return", reason="请补充")
    edited = place.do(
        id_, "correct", Actor("", "企业", "link", frozenset({id_})), values={"problem": "改为反映停电问题。"}
    )
    assert edited, edited.refusal
    assert ids(place, search="噪声扰民") == []
    assert ids(place, search="停电") == [id_]
    assert ids(place, search="停电", scope=Scope(units=frozenset({"economy"}))) == []


@given(st.text("企业融资贷款AbC09，。 １Ａ", min_size=2, max_size=40), st.data())
def test_grams_find_every_part_of_a_text(whole: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole) - 2))
    part = whole[start : data.draw(st.integers(start + 2, len(whole)))]
    assert set(grams(part)) <= set(grams(whole))
    assert all(len(gram) == 2 and gram.isalnum() for gram in grams(whole))


def test_what_may_be_opened_is_what_is_listed(place: Any) -> None:
    """The same answer as access.may_see, for every kind of actor and every record."""
    reporter = Actor("reporter", "企业报送人")
    with place.database.write() as connection:
        connection.execute(
            t.Person.__table__.insert().values(
                id="reporter", organisation_id="district", name="企业报送人", phone="", email=""
            )
        )
    place.submit()
    mine = place.submit(actor=reporter).record
    linked = place.submit().record
    place.assigned()
    handled = place.assigned()
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        types = world.mechanism(place.installation).definition.record_types
        today = world.surroundings(place.installation, place.now.date()).today
        families = world.families(connection.execute(select(t.Record.id)).scalars().all()).values()
        everything = [family.record for family in families]
        scopes = [
            scope_of(actor, types, today)
            for actor in (
                place.office,
                place.economy,
                reporter,
                Actor("", "", "guest"),
                Actor("", "企业", "link", frozenset({linked})),
                Actor("economy", "王经促", "person", frozenset({linked})),
                Actor(kind="system"),
            )
        ]
        scopes += [Scope(units=frozenset({unit})) for unit in ("economy", "housing_water", "federation")]
        scopes += [Scope(types=frozenset({"assignment"}), person="reporter"), Scope()]
        for scope in scopes:
            opened = {record.id for record in everything if may_see(scope, record.seen)}
            here = select(t.Record.id).where(in_scope(place.installation, scope))
            assert set(connection.execute(here).scalars()) == opened
            for type_ in types:
                by_type = select(t.Record.id).where(t.Record.type == type_, in_scope(place.installation, scope, type_))
                assert set(connection.execute(by_type).scalars()) == {
                    record.id for record in everything if record.id in opened and record.type == type_
                }
            under = {
                family.record.id
                for family in families
                if family.parent is not None and may_see_under(scope, family.record.seen, family.parent.seen)
            }
            below = select(t.Record.id).where(
                t.Record.type == "assignment", in_scope(place.installation, scope, "assignment", child=True)
            )
            assert set(connection.execute(below).scalars()) == under
    assert mine in ids(place, scope=Scope(person="reporter"))
    assert handled in ids(place, scope=Scope(units=frozenset({"economy"})))


def test_the_work_list_has_what_is_due_first(place: Any) -> None:
    quiet = place.submit().record
    late = place.assigned()
    early = place.submit().record
    reach = {place.installation: ALL}
    with place.database.read() as connection:
        assert [one.id for one in work_list(connection, reach).records] == [late, quiet, early]
        units = {place.installation: Scope(units=frozenset({"economy"}))}
        mine = work_list(connection, units, mine=True)
        assert {one.type for one in mine.records} == {"matter", "assignment"}
        assert [one.id for one in work_list(connection, units, types=["matter"]).records] == [late]
        assert work_list(connection, {}).records == ()


def test_what_went_to_another_unit_is_on_its_hands_and_presses_on_it(place: Any) -> None:
    id_ = place.assigned()
    due = place.record(id_).clock("general_reply").due_day
    board = Board(place.installation, ALL, ("matter",), {"general_reply": due}, place.now)
    assert place.do(id_, "reassign", values={"lead_unit": "transport", "support_units": []}, reason="示例：职责调整")
    with place.database.read() as connection:
        assert on_hand(connection, board) == {"transport": {"soon": 1}}
        for unit, pressed in (("transport", []), ("economy", [id_])):
            overseer = Scope(types=frozenset({"matter"}), units=frozenset({unit}), person="office")
            found = pressing(connection, place.installation, overseer, {unit}, {"general_reply": due}, limit=9)
            assert [one.record for one in found] == pressed


def test_no_list_asks_more_as_it_grows(place: Any) -> None:
    place.assigned()

    def work(search: str = "") -> Callable[[], None]:
        return lambda: page(place, search=search) and None

    work()()
    few, few_found = place.statements(work()), place.statements(work("续贷"))
    for _ in range(5):
        place.assigned()
    assert len(place.statements(work())) == len(few)
    assert len(place.statements(work("续贷"))) == len(few_found)


def test_lists_are_served_by_indexes(place: Any) -> None:
    for _ in range(3):
        place.assigned()
    sqlite = place.database.sqlite
    statements = place.statements(lambda: page(place, filters=({"==": [{"var": "level"}, "general"]},)))
    statements += place.statements(lambda: page(place, search="续贷 银行"))
    with place.database.read() as connection:
        if not sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plans = []
        for statement in statements:
            if not statement.startswith("SELECT record"):
                continue
            filled = re.sub(r"%\(\w+\)s(::\w+)?|\?|%s", "'1'", statement)
            explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
            plans.append("\n".join(str(row) for row in connection.exec_driver_sql(explain + filled)))
    assert plans
    for plan in plans:
        assert not re.search(r"SCAN record\b(?! USING)|Seq Scan on record\b", plan), plan


def test_the_inbox_of_a_person_and_of_a_unit(place: Any) -> None:
    id_ = place.assigned()
    with place.database.read() as connection:
        told = inbox(connection, "economy", {})
        assert [(one.record, one.template) for one in told] == [(id_, "assigned")]
        assert unread(connection, "economy", {}) == 1
        assert inbox(connection, "nobody", {}) == []
        assert inbox(connection, "", {place.installation: ["unknown"]}) == []
    with place.database.write() as connection:
        mark_read(connection, "office", {}, place.now, [told[0].id])
        assert unread(connection, "economy", {}) == 1
        mark_read(connection, "economy", {}, place.now)
        assert unread(connection, "economy", {}) == 0
        assert inbox(connection, "economy", {})[0].read_at == place.now
        assert inbox(connection, "economy", {}, unread=True) == []


def test_a_query_code_opens_its_record_only(place: Any) -> None:
    first, second = place.submit(), place.submit()
    with place.database.write() as connection:
        code = give_code(connection, first.record, place.now)
        other = give_code(connection, second.record, place.now)

    def enter(number: str, code: str, minutes: int = 0, address: str = "192.0.2.1") -> str:
        found = by_code(place.database, number, code, address, place.now + timedelta(minutes=minutes))
        return found if isinstance(found, str) else found.code

    assert enter(first.number, code.lower()) == first.record
    assert enter(first.number, other) == "store.wrong_code"
    for _ in range(3):
        assert enter(first.number, "WRONGWRONG") == "store.wrong_code"
    assert enter(first.number, "WRONGWRONG") == "store.code_held"
    assert enter(first.number, code) == "store.code_held"
    assert enter(first.number, code, address="192.0.2.2") == first.record, "nobody else is kept waiting"
    assert enter(second.number, other) == second.record
    assert enter(first.number, code, minutes=2) == first.record


def test_the_wait_for_a_code_grows_and_an_address_has_a_ceiling(place: Any) -> None:
    """Whether there is such a number makes no difference, and a code of one's own buys no further guesses."""
    mine = place.submit()
    with place.database.write() as connection:
        code = give_code(connection, mine.record, place.now)
    now = place.now
    waits = []
    for _ in range(15):
        found = by_code(place.database, "NO-SUCH-1", "WRONG", "192.0.2.1", now)
        if found.code == "store.code_held":
            waits.append(found.params["until"] - now)
            now = found.params["until"]
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert by_code(place.database, mine.number, code, "192.0.2.1", now) == mine.record
    for n in range(4):
        assert by_code(place.database, f"NO-SUCH-{n + 2}", "WRONG", "192.0.2.1", now).code == "store.wrong_code"
    held = by_code(place.database, "NO-SUCH-9", "WRONG", "192.0.2.1", now)
    assert held.params == {"until": now + timedelta(minutes=15)}
    assert by_code(place.database, mine.number, code, "192.0.2.1", now).code == "store.code_held"
    assert by_code(place.database, mine.number, code, "192.0.2.2", now) == mine.record
    assert by_code(place.database, mine.number, code, "192.0.2.1", now + timedelta(minutes=15)) == mine.record
    with place.database.write() as connection:
        assert sweep_attempts(connection, now) == 0
        assert sweep_attempts(connection, now + timedelta(days=1)) == 7


def test_the_soonest_of_several_ways_come_first_and_each_once(place: Any) -> None:
    late, early = place.assigned(), place.assigned(company="另一示例公司")
    with place.database.write() as connection:
        connection.execute(update(t.Record).where(t.Record.id == early).values(due_at=place.now))
    waiting = [place.submit().record for _ in range(3)]
    assigned: Any = {"==": [{"var": "record.state"}, "assigned"]}
    reported: Any = {"==": [{"var": "record.state"}, "reported"]}
    lead: Any = {"==": [{"var": "part.lead"}, "economy"]}

    def first(*ways: Any, limit: int = 50) -> list[str]:
        with place.database.read() as connection:
            found = soonest(
                connection, place.database.shelf, {place.installation: ALL}, place.installation, "matter", ways,
                limit=limit,
            )  # fmt: skip
        return [record.id for record in found]

    assert first(reported, assigned, {"and": [assigned, lead]}) == [early, late, *waiting]
    assert first(reported, assigned, limit=3) == [early, late, waiting[0]]
    assert first(reported) == waiting
    assert first() == []
    few = place.statements(lambda: first(reported, assigned))
    assert len(few) == len(place.statements(lambda: first(reported, assigned, limit=1)))
    for timed in ({"==": [{"var": "record.today"}, "2026-08-20"]}, {"var": "times.reply.overdue"}):
        with pytest.raises(UnfilterableError):
            first(timed)
