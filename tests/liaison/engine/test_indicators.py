"""Scores worked out by hand and by the engine, ranks, what is missing, and who publishes what when."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from harness.sources import ROOT
from liaison.access import Actor
from liaison.calendars import ZONE, Period, Span, period_of
from liaison.definitions import load, read_package, schemas, violations
from liaison.engine import Refusal
from liaison.engine.figures import Counts, Figure, Metric
from liaison.engine.indicators import (
    WHOLE,
    Publication,
    Tree,
    Values,
    assess,
    fits,
    frozen,
    publish,
    score,
    tree_from,
    trees_of,
)
from liaison.engine.indicators.model import Assessment
from liaison.engine.indicators.normalising import WAYS
from liaison.roster import Holding, Person, Roster, RosterDay

PAGE = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
[EXAMPLE] = (json.loads(text) for text in re.findall(r"```json tree\n(.*?)```", PAGE, re.DOTALL))
YEAR = period_of(date(2026, 6, 1), Span.YEAR)
NOW = datetime(2027, 2, 1, 9, tzinfo=ZONE)


def tree(**changes: Any) -> Tree:
    return tree_from({**EXAMPLE, **changes})


def values(**objects: tuple[Any, Any, Any]) -> Values:
    """Growth, complaints and visits of each object."""
    leaves = ("growth", "complaints", "visits")
    return {
        one: {leaf: None if told is None else Decimal(str(told)) for leaf, told in zip(leaves, given, strict=True)}
        for one, given in objects.items()
    }


def shown(found: Any) -> dict[str, float | None]:
    return {key: value if value is None else float(round(value, 2)) for key, value in found.nodes.items()}


def test_the_example_of_the_page_is_sound() -> None:
    whole = {"$schema": "urn:liaison:format:1:indicators", "trees": [EXAMPLE]}
    assert violations("indicators", whole, "") == []


def test_the_page_explains_every_key_and_every_way() -> None:
    [tree_schema] = [schemas()["indicators"]["properties"]["trees"]["items"]]
    node = tree_schema["properties"]["nodes"]["items"]
    ways = node["properties"]["normalise"]["properties"]
    assert list(ways) == list(WAYS)
    for name in ({**tree_schema["properties"], **node["properties"], **ways}).keys() - {
        "key",
        "title",
        "source",
        "note",
    }:
        assert f"`{name}`" in PAGE, name


def test_by_hand() -> None:
    """East: growth 6 is half way from 2 to 10: 80; complaints 5 of 1…9 (less is better): 50; vigour 80·75+50·25 = 72.5;
    3 visits: 100; whole 72.5·60+100·40 = 83.5. West: growth 12 is above satisfactory: 100; complaints 9 are the most:
    0; vigour 75; 2 visits: 60; whole 45+24 = 69. South: growth 0 is below unacceptable: 60-10 = 50; fewest complaints:
    100; vigour 62.5; no visits: 0; whole 37.5."""
    found = score(tree(), values(east=(6, 5, 3), west=(12, 9, 2), south=(0, 1, 0)))
    assert shown(found["east"]) == {
        "growth": 80.0, "complaints": 50.0, "visits": 100.0, "vigour": 72.5, "service": 100.0, WHOLE: 83.5,
    }  # fmt: skip
    assert shown(found["west"]) == {
        "growth": 100.0, "complaints": 0.0, "visits": 60.0, "vigour": 75.0, "service": 60.0, WHOLE: 69.0,
    }  # fmt: skip
    assert shown(found["south"]) == {
        "growth": 50.0, "complaints": 100.0, "visits": 0.0, "vigour": 62.5, "service": 0.0, WHOLE: 37.5,
    }  # fmt: skip
    assert {one: scores.rank for one, scores in found.items()} == {"east": 1, "west": 2, "south": 3}


def test_what_reads_alike_ranks_alike() -> None:
    found = score(tree(), values(a=(6, 5, 3), b=(6, 5, 4), c=(2, 5, 0), d=(2, 5, 0)))
    assert [found[one].rank for one in "abcd"] == [1, 1, 3, 3]


def test_all_alike_are_all_best() -> None:
    assert score(tree(), values(a=(6, 5, 3), b=(6, 5, 3)))["a"].nodes["complaints"] == 100


@pytest.mark.parametrize(
    ("way", "body", "scores"),
    [
        ("efficacy", {"satisfactory": 10, "unacceptable": 2}, {-10: 0, 2: 60, 4: 70, 10: 100, 11: 100}),
        ("efficacy", {"satisfactory": 2, "unacceptable": 10}, {2: 100, 4: 90, 10: 60, 30: 0}),
        ("min_max", {"better": "more"}, {4: 0, 5: 50, 6: 100}),
        ("min_max", {"better": "less"}, {4: 100, 5: 50, 6: 0}),
        ("min_max", {"better": "more", "lowest": 0, "highest": 5}, {-1: 0, 4: 80, 6: 100}),
        ("bands", {"bands": [{"from": 1, "score": 60}, {"from": 3, "score": 100}]}, {0.9: 0, 1: 60, 2.9: 60, 3: 100}),
    ],
)
def test_each_way(way: str, body: dict[str, Any], scores: dict[float, float]) -> None:
    known = [Decimal(4), Decimal(5), Decimal(6)]
    assert {value: float(WAYS[way](Decimal(str(value)), body, known)) for value in scores} == scores


def test_geometric_punishes_what_is_weak() -> None:
    weak, even = (score(tree(aggregate="geometric"), values(a=(given, 5, 3)))["a"] for given in (-10, 6))
    assert weak.whole == 0  # growth scores nothing at all
    # one object has the fewest complaints: vigour 80^0.75·100^0.25, whole vigour^0.6·100^0.4
    assert even.whole is not None
    assert float(even.whole) == pytest.approx((80**0.75 * 100**0.25) ** 0.6 * 100**0.4)


def test_without_weights_all_weigh_the_same() -> None:
    nodes = [{name: value for name, value in node.items() if name != "weight"} for node in EXAMPLE["nodes"]]
    found = score(tree(nodes=nodes), values(a=(6, 1, 3), b=(6, 9, 3)))
    assert (found["a"].whole, found["b"].whole) == (95, 70)


@pytest.mark.parametrize(
    ("missing", "vigour", "whole", "rank"),
    [("zero", 25.0, 55.0, 1), ("skip", 100.0, 100.0, 1), ("void", None, None, None)],
)
def test_what_is_missing(missing: str, vigour: float | None, whole: float | None, rank: int | None) -> None:
    found = score(tree(missing=missing), values(a=(None, 1, 3)))["a"]
    assert (shown(found)["vigour"], shown(found)[WHOLE], found.rank) == (vigour, whole, rank)


def test_where_everything_is_missing_there_is_no_score() -> None:
    found = score(tree(), values(a=(None, None, None), b=(6, 1, 3)))
    assert (found["a"].whole, found["a"].rank, found["b"].rank) == (None, None, 1)


def test_a_value_that_is_missing_is_no_end() -> None:
    """West does not report complaints: east alone is compared with itself."""
    assert score(tree(), values(east=(6, 5, 3), west=(6, None, 3)))["east"].nodes["complaints"] == 100


# ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def today() -> RosterDay:
    definition = load(read_package("wenzhou")).definition
    assert definition is not None
    plan, people = definition.roster, {"office": Person("office", "示例"), "county": Person("county", "示例")}
    holdings = (Holding("office", "office_staff", "federation"), Holding("county", "liaison", "first_county"))
    return RosterDay(Roster(plan.units, plan.posts, people, holdings), NOW.date())


def counting(counts: dict[str, dict[str, Figure]]) -> Any:
    def count(metric: Metric, period: Period) -> Counts:
        return Counts(lines=counts.get(metric.key, {}))

    return count


def said(today: RosterDay, who: str, period: Period = YEAR, reason: str = "", **more: Any) -> Publication | Refusal:
    changes = {name: more.pop(name) for name in ("missing", "nodes") if name in more}
    one = tree(published_by=[{"post": "office_staff"}], **changes)
    figures = {"growth": {"first_county": Figure(1, 1, 1, Decimal(more.pop("growth", 6)))}}
    done = assess(one, period, counting(more.pop("figures", figures)), today)
    return publish(one, "i", period, done, more.pop("earlier", ()), Actor(who, "示例"), reason, today, NOW)


def test_a_count_of_nothing_is_none_and_a_mean_of_nothing_is_missing(today: RosterDay) -> None:
    done = assess(tree(), YEAR, counting({}), today)
    assert done.objects == {"first_county": "待填（第1个县市区）", "second_county": "待填（第2个县市区）"}
    assert done.values["first_county"] == {"growth": None, "complaints": None, "visits": 0}


def test_publishing(today: RosterDay) -> None:
    first = said(today, "office")
    assert isinstance(first, Publication)
    assert (first.edition, first.reason, first.by) == (1, "", "office")
    county = first.body["objects"][0]
    assert (county["title"], county["values"]["growth"], county["rank"]) == ("待填（第1个县市区）", "6", 1)
    assert county["scores"]["vigour"] == "80.00"
    assert json.loads(json.dumps(first.body)) == first.body
    again = said(today, "office", growth=8, earlier=[first], reason=" 示例：更正 ")
    assert isinstance(again, Publication)
    assert (again.edition, again.reason) == (2, "示例：更正")


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("county", {}, "engine.scores_not_yours"),
        ("office", {"period": YEAR.shifted(1)}, "engine.scores_too_early"),
        ("office", {"missing": "void"}, "engine.scores_lack"),
        ("office", {"figures": {}, "nodes": EXAMPLE["nodes"][:3]}, "engine.scores_nothing"),
    ],
)
def test_not_published(today: RosterDay, who: str, more: dict[str, Any], code: str) -> None:
    found = said(today, who, **more)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_a_restatement_says_why_and_changes_something(today: RosterDay) -> None:
    first = said(today, "office")
    for more, code in (({"growth": 8}, "engine.scores_reason_needed"), ({"reason": "示例"}, "engine.scores_unchanged")):
        found = said(today, "office", earlier=[first], **more)
        assert isinstance(found, Refusal)
        assert found.code == code


def test_the_shipped_trees_have_the_shape_the_source_says() -> None:
    definition = load(read_package("wenzhou")).definition
    assert definition is not None
    shapes = {
        key: [sum(one.depth(node) == level for node in one.nodes.values()) for level in range(len(one.levels))]
        for key, one in trees_of(definition).items()
    }
    assert shapes == {"economy": [5, 35], "growth": [8, 13]}


@pytest.mark.parametrize(
    ("change", "fitting"),
    [({}, True), ({"title": "another name"}, True), ({"missing": "void"}, False), ({"aggregate": "geometric"}, False)],
)
def test_places_are_compared_where_they_score_alike(change: Any, fitting: bool) -> None:
    mine = tree()
    body = frozen(mine, Assessment({}, {}, {}))
    published = Publication("there", "index", YEAR, 1, "office", "", NOW, body=body)
    assert fits(mine, tree(**change), published) is fitting
    assert not fits(mine, None, published)
    renamed = [{**one, "title": "another indicator"} for one in body["nodes"]]
    assert not fits(mine, mine, Publication("there", "index", YEAR, 1, "office", "", NOW, body={"nodes": renamed}))
