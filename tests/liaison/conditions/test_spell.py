"""Expressions in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from liaison.conditions import Label, spell

TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("truth_table.json").read_text(encoding="utf-8"))
LABELS = {
    "category": Label("问题类别", {"C": "历史遗留问题"}),
    "units": Label("涉及单位数"),
    "day": Label("报送日期"),
    "topics": Label("领域", {"tax": "税收"}),
    "linked.visits": Label("走访"),
    "linked.visits.result": Label("结果", {"good": "满意"}),
    "linked.visits.cost": Label("费用"),
    "slot.quota": Label("单位数上限"),
}


def v(path: str) -> Any:
    return {"var": path}


@pytest.mark.parametrize(
    ("expr", "zh"),
    [
        (
            {"and": [{"==": [v("category"), "C"]}, {">=": [v("units"), 3]}]},
            "当【问题类别】等于【历史遗留问题】且【涉及单位数】不小于3",
        ),
        (
            {"or": [{"and": [{"missing": v("units")}, {"!": {"in": [v("category"), ["A", "C"]]}}]}, v("urgent")]},
            "当（【涉及单位数】未填写且并非（【问题类别】属于【A】、【历史遗留问题】之一））或【urgent】",
        ),
        ({"<": [v("day"), {"date": "2026-01-26"}]}, "当【报送日期】早于2026年1月26日"),
        ({">": [v("units"), {"slot": "quota"}]}, "当【涉及单位数】大于【待填：单位数上限】"),
        ({"in": ["tax", v("topics")]}, "当【领域】包含【税收】"),
        ({"any": [v("linked.visits"), {"==": [v("result"), "good"]}]}, "当【走访】中有一项【结果】等于【满意】"),
        (
            {"any": [v("linked.visits"), {"==": [v("result"), v("outer.category")]}]},
            "当【走访】中有一项【结果】等于【问题类别】",
        ),
        ({"any": [v("topics"), {"==": [v(""), "x"]}]}, "当【领域】中有一项该项等于【x】"),
        (
            {"sum": [v("linked.visits"), v("cost"), {"==": [v("result"), "good"]}]},
            "【走访】中【结果】等于【满意】的各项的【费用】的合计",
        ),
        ({"*": [{"+": [v("units"), 1]}, 2]}, "（【涉及单位数】加1）乘以2"),
        ({"date_add": [v("day"), 3, "months"]}, "【报送日期】之后 3 个月"),
        ({"==": [v("units"), None]}, "当【涉及单位数】等于空"),
    ],
    ids=str,
)
def test_it_reads_like_a_sentence(expr: Any, zh: str) -> None:
    assert spell(expr, LABELS) == zh


def test_english_stands_beside() -> None:
    expr = {"and": [{"==": [v("category"), "C"]}, {"<": [v("day"), {"date": "2026-01-26"}]}]}
    labels = {"category": Label("category", {"C": "legacy"}), "day": Label("reported on")}
    assert spell(expr, labels, "en") == "when [category] is [legacy] and [reported on] is before 26 January 2026"


def test_everything_can_be_said() -> None:
    for case in TABLE:
        for lang in ("zh", "en"):
            assert spell(case["expr"], {}, lang)


def test_labels_are_text_not_templates() -> None:
    assert spell(v("a"), {"a": Label("{b}{0}")}) == "【{b}{0}】"
