"""(d) Pages of the desk, and an action, with 100,000 matters in the store beside 1,000; and how many queries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from flask import url_for
from sqlalchemy import event, select

from liaison.store import Database
from liaison.store import tables as t
from liaison.web import create_app

from . import crowd, place
from .ratio import Ratio, in_turn, over

TARGET = 1.3
SMALL, LARGE = 1_000, 100_000
FEW, MANY = 10, 1_000
"""Matters in the stores whose queries are compared."""
_DEEP = "台账第三页 its third page"
"""There is none where there are few."""
ACTION = "受理一件 an action"
_OF_A_UNIT = "一个单位的人 somebody of a unit: "
"""Told without a target: with 100,000 matters the unit holds a hundred times as many, and more than a page waits."""
_COUNTED = {
    "我发起的 started by me": ("desk.started", {}),
    "我处理的 handled by me": ("desk.handled", {}),
    "抄送我的 copied to me": ("desk.copied", {}),
    "通知 notices": ("desk.notices", {}),
    "临期与逾期 what presses": ("desk.pressing_list", {}),
    "台账清单 ledgers": ("desk.ledgers", {}),
    "各单位 units' boards": ("desk.units", {}),
    "定期义务 duties": ("desk.duties", {}),
    "季度报告 a report": ("desk.report", {"report": "quarter"}),
}
"""Pages whose queries are counted as well: their time may grow with what they add up or write out."""


class Desk:
    """The desk of somebody of the office, on a store with a number of matters. Pages are asked of the WSGI application
    itself, without a network."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        app = create_app(
            {"SECRET_KEY": "bench", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False,
             "DATABASE": self.database, "NOW": lambda: crowd.NOW}
        )  # fmt: skip
        self._client = app.test_client()
        self._client.post("/accounts/sign-in", data={"login": "office", "password": place.PASSWORD})
        with self.database.read() as connection:
            shown = (
                connection.execute(
                    select(t.Record.id).where(t.Record.type == "matter", t.Record.state == "archived").limit(1)
                ).scalar()
                or connection.execute(select(t.Record.id).where(t.Record.type == "matter").limit(1)).scalar()
            )
            held = connection.execute(
                select(t.RecordPart.record_id)
                .join(t.Record, t.Record.ordinal == t.RecordPart.ordinal)
                .where(t.RecordPart.unit == crowd.HOLDER, t.Record.type == "matter")
                .limit(1)
            ).scalar_one()
            busy = connection.execute(
                select(t.RecordPart.unit).where(t.RecordPart.active).order_by(t.RecordPart.ordinal).limit(1)
            ).scalar_one()
        with app.test_request_context():
            self.addresses = {
                "我的待办 work list": url_for("desk.todo"),
                "台账 ledger": url_for("desk.ledger", view="collected"),
                _DEEP: url_for("desk.ledger", view="collected", page=3),
                "检索常见词 search, a common word": url_for("desk.search", q=crowd.COMMON),
                "检索少见词 search, a rare word": url_for("desk.search", q=crowd.RARE),
                "按编号检索 search by number": url_for("desk.search", q=crowd.NUMBER),
                "一件事项 record": url_for("desk.record", record=shown),
            }
            self.counted = self.addresses | {
                "一个单位 a unit's board": url_for("desk.unit", unit=busy),
                **{name: url_for(endpoint, **values) for name, (endpoint, values) in _COUNTED.items()},
            }

            self.of_unit = {
                _OF_A_UNIT + "待办 work list": url_for("desk.todo"),
                _OF_A_UNIT + "台账 ledger": url_for("desk.ledger", view="collected"),
                _OF_A_UNIT + "检索 search": url_for("desk.search", q=crowd.COMMON),
                _OF_A_UNIT + "一件事项 record": url_for("desk.record", record=held),
            }
        self._unit = app.test_client()
        self._unit.post("/accounts/sign-in", data={"login": crowd.HOLDER, "password": place.PASSWORD})
        self._reported = crowd.reported(self.database)

    def open(self, name: str) -> Any:
        """Ask for a page, or carry out the action."""
        if name == ACTION:
            return crowd.accept(self.database, next(self._reported))
        client, address = (
            (self._unit, self.of_unit[name]) if name in self.of_unit else (self._client, self.counted[name])
        )
        answer = client.get(address)
        assert answer.status_code in (200, 302), f"{name}: {answer.status_code} {answer.text[:300]}"
        return answer

    def seconds(self, name: str, times: int = 3) -> float:
        """Seconds of this process for a page, the median of `times`."""
        spent = []
        for _ in range(times):
            begun = time.perf_counter()
            self.open(name)
            spent.append(time.perf_counter() - begun)
        return median(spent)

    def queries(self, name: str) -> int:
        """Statements that a page sends to the database, once everything is warm."""
        self.open(name)
        count = 0

        def note(*_: Any) -> None:
            nonlocal count
            count += 1

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            self.open(name)
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)
        return count


@contextmanager
def desk_with(kind: str, matters: int) -> Iterator[Desk]:
    """A desk on a store of its own with so many matters."""
    with place.empty(kind) as url:
        place.set_up(url)
        crowd.fill(url, matters)
        desk = Desk(url)
        try:
            yield desk
        finally:
            desk.database.close()


def measure(kind: str, *, small: int = SMALL, large: int = LARGE, rounds: int = 9) -> list[Ratio]:
    """For each page and the action, its time with `large` over its time with `small`."""
    with ExitStack() as stack:
        little, much = (stack.enter_context(desk_with(kind, size)) for size in (small, large))
        found = []
        for name in (*little.addresses, ACTION, *little.of_unit):
            for desk in (little, much):
                desk.open(name)

            def runner(desk: Desk, name: str = name) -> Callable[[], float]:
                return lambda: desk.seconds(name)

            times = in_turn({"large": runner(much), "small": runner(little)}, rounds)
            value, spread = over(times["large"], times["small"])
            target = None if name in little.of_unit else TARGET
            found.append(Ratio("scale", f"{name}, {large:,} : {small:,}", kind, value, target, False, spread))
        return found


def queries(kind: str, *, few: int = FEW, many: int = MANY) -> list[Ratio]:
    """For each page, its number of queries with `many` matters over that with `few`: it must not grow."""
    with ExitStack() as stack:
        little, much = (stack.enter_context(desk_with(kind, size)) for size in (few, many))
        return [
            Ratio(
                "queries", f"{name}: {much.queries(name)} : {little.queries(name)} 次查询 queries", kind,
                much.queries(name) / little.queries(name), 1.0,
            )
            for name in little.counted
            if name != _DEEP
        ]  # fmt: skip
