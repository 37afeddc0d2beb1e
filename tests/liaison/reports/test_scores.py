"""Scores from the database: the same as in memory, frozen when published, shown to whom they may be, each number with
the records behind it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError
from werkzeug.test import Client, TestResponse

from liaison.access import Actor
from liaison.calendars import ZONE, Span, period_of
from liaison.definitions import read_package
from liaison.engine import Command, Refusal
from liaison.engine.figures import measure
from liaison.engine.indicators import Assessment, Publication, assess, frozen, trees_of
from liaison.reports import assessment, publish_scores
from liaison.store import (
    Database,
    SqlWorld,
    access_log,
    act,
    add_account,
    add_organisation,
    add_person,
    checkpoint,
    grant,
    hold,
    install,
    keep_publication,
    publications,
    publish,
    upgrade,
    verify,
)
from liaison.store import tables as t
from liaison.store.loading import loaded, rows_where
from liaison.web import create_app

NOW = datetime(2027, 3, 20, 9, tzinfo=ZONE)
YEAR = period_of(date(2026, 1, 1), Span.YEAR)
PASSWORD = "a sentence to remember"
COUNTIES = ("first_county", "second_county")
LEAVES = [f"g{n:02}" for n in range(1, 14)]
RANKS = "/desk/scores/growth?period=2026"


def begin(url: str) -> None:
    """A city that assesses two counties."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "city", "示例市", NOW, level="city")
        digest = publish(connection, read_package("wenzhou"), "seed", NOW)
        installation = install(connection, "city", digest, "seed", NOW)
        for key, post, unit in (("office", "office_staff", "federation"), *((one, "liaison", one) for one in COUNTIES)):
            add_person(connection, "city", f"示例{key}", id_=key)
            add_account(connection, "city", key, key, PASSWORD, NOW)
            hold(connection, installation, key, post, unit, first_day=date(2026, 1, 1))
    database.close()


class City:
    """The database under test, and short ways to act in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self._keys = count()
        with database.read() as connection:
            self.installation: str = connection.execute(select(t.Installation.id)).scalar_one()

    def do(self, who: str, action: str, record: str = "", *, reason: str = "", **values: Any) -> str:
        key = str(next(self._keys))
        type_ = "" if record else "growth_return"
        command = Command(
            action, Actor(who, f"示例{who}"), key, record=record, type=type_, installation=self.installation,
            values=values, reason=reason,
        )  # fmt: skip
        result = act(self.database, command, NOW)
        assert result, result.refusal
        return result.record

    def filed(self, county: str, year: int = 2026, *, verified: bool = True, **values: Any) -> str:
        """What a county reported for a year."""
        about = {"returned": "示例填报", "county": county, "year_end": f"{year}-12-31"}
        record = self.do("office", "open_growth_return", **about)
        self.do(county, "file", record, **values)
        if verified:
            self.do("office", "verify", record)
        return record

    @property
    def tree(self) -> Any:
        with self.database.read() as connection:
            mechanism = SqlWorld(connection, self.database.shelf).mechanism(self.installation)
        return trees_of(mechanism.definition)["growth"]

    def assessed(self) -> Assessment:
        with self.database.read() as connection:
            world = SqlWorld(connection, self.database.shelf)
            today = world.surroundings(self.installation, NOW.date()).today
            mechanism = world.mechanism(self.installation)
            return assessment(connection, self.installation, mechanism, self.tree, YEAR, today, NOW)

    def in_memory(self) -> Assessment:
        with self.database.read() as connection:
            world = SqlWorld(connection, self.database.shelf)
            mechanism = world.mechanism(self.installation)
            rows = rows_where(connection, t.Record.installation_id == self.installation)
            records = [kept.record for kept in loaded(connection, rows).values()]
            today = world.surroundings(self.installation, NOW.date()).today
        return assess(self.tree, YEAR, lambda metric, period: measure(metric, mechanism, records, period, NOW), today)

    def publish(self, who: str = "office", reason: str = "") -> Publication | Refusal:
        actor = Actor(who, f"示例{who}")
        return publish_scores(self.database, self.installation, self.tree, YEAR, actor, reason, NOW)

    def published(self) -> list[Publication]:
        with self.database.read() as connection:
            return publications(connection, [self.installation], "growth", YEAR.first, YEAR.first)

    def signed_in(self, login: str) -> Client:
        app = create_app({
            "SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False,
            "DATABASE": self.database, "NOW": lambda: self.now,
        })  # fmt: skip
        client = app.test_client()
        assert client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
        return client


@pytest.fixture
def city(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[City]:
    """Nothing is reported yet."""
    database = Database(database_like(begin))
    yield City(database)
    database.close()


@pytest.fixture
def reported(city: City) -> City:
    """Both counties have reported everything; the first is better in every indicator but one."""
    city.filed("first_county", **dict.fromkeys(LEAVES, 10.5) | {"g01": 1})
    city.filed("second_county", **dict.fromkeys(LEAVES, 4) | {"g01": 2})
    return city


def test_the_database_and_memory_agree(reported: City) -> None:
    reported.filed("second_county", 2025, **dict.fromkeys(LEAVES, 99))
    found = reported.assessed()
    assert found == reported.in_memory()
    assert float(found.values["first_county"]["g02"] or 0) == 10.5
    # patriotic: two indicators, one for each county; in the seven others the first is best
    scores = {one: float(round(found.scores[one].whole or 0, 2)) for one in COUNTIES}
    assert scores == {"first_county": 93.75, "second_county": 6.25}
    assert [found.scores[one].rank for one in COUNTIES] == [1, 2]


def test_only_what_is_verified_counts(city: City) -> None:
    city.filed("first_county", **dict.fromkeys(LEAVES, 10))
    city.filed("second_county", verified=False, **dict.fromkeys(LEAVES, 20))
    found = city.assessed()
    assert set(found.values["second_county"].values()) == {None}
    assert (found.scores["first_county"].rank, found.scores["second_county"].rank) == (1, None)


def test_a_query_for_each_indicator_however_many_objects(reported: City) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(*told: Any) -> None:
            seen.append(told[2])

        event.listen(reported.database.engine, "before_cursor_execute", note)
        reported.assessed()
        event.remove(reported.database.engine, "before_cursor_execute", note)
        return sum("coalesce(sum" in one for one in seen)

    assert statements() == len(LEAVES)
    for county in COUNTIES:
        reported.filed(county, **dict.fromkeys(LEAVES, 3))
    assert statements() == len(LEAVES)


def test_what_is_published_stays_as_it_is(reported: City) -> None:
    first = reported.publish()
    assert isinstance(first, Publication)
    assert first.body == frozen(reported.tree, reported.assessed())
    with reported.database.read() as connection:
        record = connection.execute(select(t.Record.id).order_by(t.Record.ordinal)).scalars().first()
    reported.do("office", "correct", record, reason="示例：修订", **dict.fromkeys(LEAVES, 10.5))
    assert [one.body for one in reported.published()] == [first.body]
    unexplained = reported.publish()
    assert isinstance(unexplained, Refusal)
    assert unexplained.code == "engine.scores_reason_needed"
    second = reported.publish(reason="示例：统计数据修订")
    assert isinstance(second, Publication)
    assert [(one.edition, one.reason) for one in reported.published()] == [(1, ""), (2, "示例：统计数据修订")]
    assert reported.published()[0].body == first.body != second.body


def test_what_is_published_is_in_the_audit(reported: City) -> None:
    reported.publish()
    with reported.database.read() as connection:
        [line] = [one for one in access_log(connection, "city") if one.what == "scores_published"]
    assert (line.person, line.detail["tree"], line.detail["period"], line.detail["edition"]) == (
        "office", "growth", "2026", 1,
    )  # fmt: skip
    assert re.fullmatch("[0-9a-f]{64}", line.detail["hash"])
    checkpoint(reported.database, NOW)
    assert list(verify(reported.database)) == []


def test_an_edition_is_published_once(reported: City) -> None:
    first = reported.publish()
    assert isinstance(first, Publication)
    with pytest.raises(DBAPIError), reported.database.write() as connection:
        keep_publication(connection, first, "city")


def test_who_may_not_publish_changes_nothing(reported: City) -> None:
    refused = reported.publish("first_county")
    assert isinstance(refused, Refusal)
    assert (refused.code, reported.published()) == ("engine.scores_not_yours", [])


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_the_office_sees_the_ranks_as_they_are_now(reported: City) -> None:
    client = reported.signed_in("office")
    assert client.get("/desk/scores").location == "/desk/scores/economy"
    page = client.get("/desk/scores/growth")
    assert page.status_code == 200
    words = text_of(page)
    assert "2026年" in words
    assert "93.75" in words
    assert "尚未公布" in words
    assert words.index("待填（第1个县市区）") < words.index("待填（第2个县市区）")
    assert "公布本期得分" in words
    for odd in ("2026-Q5", "x", "1999", "2026-Q1"):
        assert client.get(f"/desk/scores/growth?period={odd}").status_code == 200
    assert client.get("/desk/scores/nothing").status_code == 404
    assert client.get("/desk/scores/growth?period=2099").status_code == 200


def test_each_value_opens_the_records_behind_it(reported: City) -> None:
    client = reported.signed_in("office")
    page = client.get("/desk/scores/growth/objects/first_county?period=2026")
    assert "爱国敬业" in text_of(page)
    links = re.findall(r'<td class="num"><a href="([^"]+)">([^<]+)</a>', page.text)
    assert len(links) == len(LEAVES)
    assert [shown for _, shown in links] == ["1", *["10.5"] * 12]
    for href, _ in links:
        there = client.get(unescape(href))
        assert there.status_code == 200
        assert "共 1 条" in text_of(there)
    assert client.get("/desk/scores/growth/objects/federation?period=2026").status_code == 404
    assert client.get("/desk/scores/growth/objects/first_county/patriotic?period=2026").status_code == 404
    assert client.get("/desk/scores/growth/objects/nobody/g01?period=2026").status_code == 404


def test_a_county_sees_what_was_published_and_nothing_before(reported: City) -> None:
    county = reported.signed_in("first_county")
    before = county.get(RANKS)
    assert before.status_code == 200
    assert "还没有公布" in text_of(before)
    assert "93.75" not in before.text
    assert county.get("/desk/scores/growth/objects/first_county?period=2026").status_code == 404
    assert county.get("/desk/scores/growth/objects/first_county/g01?period=2026").status_code == 404
    assert county.get("/desk/scores/growth/file?period=2026").status_code == 404
    reported.publish()
    assert "93.75" in county.get(RANKS).text
    assert "公布本期得分" not in text_of(county.get(RANKS))
    mine = county.get("/desk/scores/growth/objects/second_county?period=2026")
    assert mine.status_code == 200
    assert "/records" not in mine.text
    assert not re.findall(r'<td class="num"><a ', mine.text)
    refused = county.post("/desk/scores/growth/publish?period=2026", data={"reason": "x"})
    assert refused.status_code == 422
    assert "您不能公布" in text_of(refused)
    assert len(reported.published()) == 1


def test_publishing_and_restating(reported: City) -> None:
    client = reported.signed_in("office")
    assert client.post("/desk/scores/growth/publish?period=2026").status_code == 303
    again = client.post("/desk/scores/growth/publish?period=2026", data={"reason": "示例"})
    assert again.status_code == 422
    assert "没有要重述的" in text_of(again)
    with reported.database.read() as connection:
        record = connection.execute(select(t.Record.id).order_by(t.Record.ordinal)).scalars().first()
    reported.do("office", "correct", record, reason="示例：修订", **dict.fromkeys(LEAVES, 10.5))
    assert "93.75" in client.get(RANKS).text  # as published, whatever was corrected since
    now = client.get(f"{RANKS}&edition=0")
    assert "100.00" in now.text
    assert "93.75" not in now.text
    assert client.post("/desk/scores/growth/publish?period=2026", data={"reason": ""}).status_code == 422
    assert client.post("/desk/scores/growth/publish?period=2026", data={"reason": "示例：修订"}).status_code == 303
    words = text_of(client.get(RANKS))
    assert "重述理由：示例：修订" in words
    assert "第2次公布（重述）" in words
    assert "93.75" in client.get(f"{RANKS}&edition=1").text


# ── Of several places ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def several(reported: City) -> City:
    """The city, two places below it that run the same, and somebody who sees totals of all three."""
    database = reported.database
    with database.write() as connection:
        [digest] = connection.execute(select(t.Edition.digest)).scalars()
        for place in ("north", "south"):
            add_organisation(connection, place, f"示例{place}", NOW, parent="city")
            install(connection, place, digest, "seed", NOW)
        add_person(connection, "city", "示例上级", id_="above")
        add_account(connection, "city", "above", "above", PASSWORD, NOW)
        grant(connection, "above", "viewer", "organisation", "city", "seed", organisation="city")
    return reported


def publish_below(city: City, place: str, **changes: Any) -> None:
    """A place below publishes what the city did, but its first county is as bad as can be."""
    [mine] = city.published()
    body = copy.deepcopy(dict(mine.body)) | changes
    body["objects"][0]["values"] = dict.fromkeys(LEAVES, "4")
    with city.database.write() as connection:
        there = connection.execute(select(t.Installation.id).where(t.Installation.organisation_id == place))
        keep_publication(connection, replace(mine, installation=there.scalar_one(), body=body), place)


def test_who_is_above_sees_what_was_published_compared_anew(several: City) -> None:
    above = several.signed_in("above")
    home = above.get("/desk/scores").location
    assert re.fullmatch(r"/desk/scores/economy\?at=city&of=wenzhou", home)
    address = "/desk/scores/growth?at=city&of=wenzhou&period=2026"
    assert text_of(above.get(address)).count("这一期还没有公布") == 4
    several.publish()
    publish_below(several, "north")
    publish_below(several, "south", nodes=[])
    words = text_of(above.get(address))
    assert "1 示例市 · 待填（第1个县市区） 93.75" in words
    # the first indicator, half of one of 8, is 1, 2, 4, 2 now: the second of the city is no longer the best in it
    assert "合计 4 26.04" in words  # (93.75 + 2.08 + 6.25 + 2.08) / 4
    assert "示例市 2027年3月20日公布（第 1 次） 2 47.92" in words
    assert "指标或算法不同，未计入" in words
    assert "示例south ·" not in words
    assert "公布本期得分" not in words
    county = re.findall(r'href="(/desk/scores/growth/objects/[^"]+)"', above.get(address).text)[0]
    one = above.get(unescape(county))
    assert "共 4 个对象" in text_of(one)
    assert not re.findall(r'<td class="num"><a ', one.text)
    assert "示例north · " in above.get(address.replace("growth?", "growth/file?")).get_data(as_text=True)


def test_totals_of_scores_are_for_viewers_only(several: City) -> None:
    several.publish()
    for address in ("growth", "growth/objects/first_county", "growth/file"):
        assert several.signed_in("office").get(f"/desk/scores/{address}?at=city&of=wenzhou").status_code == 404
    above = several.signed_in("above")
    assert above.post("/desk/scores/growth/publish?at=city&of=wenzhou&period=2026").status_code in (302, 403, 404)
    assert above.get("/desk/scores/growth?at=north&of=wenzhou").status_code == 404
    assert len(several.published()) == 1


def test_too_early(reported: City) -> None:
    page = reported.signed_in("office").get("/desk/scores/growth?period=2027")
    assert re.search(r"<button[^>]* disabled[^>]*>公布本期得分</button>", page.text)
    assert "结束之后才能公布" in text_of(page)
    answer = reported.signed_in("office").post("/desk/scores/growth/publish?period=2027")
    assert answer.status_code == 422
    assert "结束之后才能公布" in text_of(answer)


def test_periods_stand_side_by_side(reported: City) -> None:
    reported.filed("first_county", 2025, **dict.fromkeys(LEAVES, 1))
    reported.filed("second_county", 2025, **dict.fromkeys(LEAVES, 2))
    words = text_of(reported.signed_in("office").get(RANKS))
    assert re.search(r"1 待填（第1个县市区） 93.75 0.00 第 2 名", words)
    assert re.search(r"2 待填（第2个县市区） 6.25 100.00 第 1 名", words)


def test_the_file(reported: City) -> None:
    answer = reported.signed_in("office").get("/desk/scores/growth/file?period=2026")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0] == "评价对象,名次,指标,权重,数值,得分"
    assert lines[1] == "待填（第1个县市区）,1,总分,,,93.75"
    assert len(lines) == 1 + 2 * (1 + 8 + 13)
    with reported.database.read() as connection:
        assert [one.detail["scores"] for one in access_log(connection, "city") if one.what == "export"] == ["growth"]


def test_in_english(reported: City) -> None:
    client = reported.signed_in("office")
    client.post("/language", data={"lang": "en", "next": "/desk/"})
    page = client.get(RANKS)
    assert "Scores and ranks" in text_of(page)
    assert "Publish this period" in text_of(page)
