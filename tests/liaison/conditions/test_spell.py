"""Expressions in words: clauses that stand after "only when" in good Chinese and good English."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from liaison.conditions import Label, spell
from liaison.texts import Message

TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("truth_table.json").read_text(encoding="utf-8"))
LABELS = {
    "category": Label("问题类别", {"C": "历史遗留问题"}),
    "units": Label("涉及单位数"),
    "day": Label("报送日期", nature="day"),
    "agreed": Label("是否同意"),
    "topics": Label("领域", {"tax": "税收"}),
    "linked.visits": Label("走访"),
    "linked.visits.result": Label("结果", {"good": "满意"}),
    "linked.visits.cost": Label("费用"),
    "slot.quota": Label("单位数上限"),
    "times_ever.urge": Label(Message("engine.fact.times_ever", {"action": "催办"}), nature="count"),
    "part.lead": Label(Message("engine.fact.part", {"part": "牵头单位"})),
    "actor.units": Label(Message("engine.fact.actor_units")),
    "term.reply.overdue": Label(
        Message("engine.fact.overdue", {"term": "答复"}), denied=Message("engine.fact.not_overdue", {"term": "答复"})
    ),
}


def v(path: str) -> Any:
    return {"var": path}


@pytest.mark.parametrize(
    ("expr", "zh", "en"),
    [
        (
            {"and": [{"==": [v("category"), "C"]}, {">=": [v("units"), 3]}]},
            "【问题类别】是【历史遗留问题】且【涉及单位数】不小于3",
            "[问题类别] is [历史遗留问题] and [涉及单位数] is at least 3",
        ),
        (
            {"or": [{"and": [{"missing": v("units")}, {"!": {"in": [v("category"), ["A", "C"]]}}]}, v("agreed")]},
            "（【涉及单位数】未填写且【问题类别】不在【A】、【历史遗留问题】之列）或【是否同意】成立",
            "([涉及单位数] is not filled in and [问题类别] is none of [A], [历史遗留问题]) or [是否同意] holds",
        ),
        ({"!": {"missing": v("day")}}, "【报送日期】已填写", "[报送日期] is filled in"),
        ({"==": [v("units"), None]}, "【涉及单位数】未填写", "[涉及单位数] is not filled in"),
        ({"!=": [v("category"), "C"]}, "【问题类别】不是【历史遗留问题】", "[问题类别] is not [历史遗留问题]"),
        ({"in": [v("category"), ["C"]]}, "【问题类别】是【历史遗留问题】", "[问题类别] is [历史遗留问题]"),
        (
            {"<": [v("day"), {"date": "2026-01-26"}]},
            "【报送日期】早于2026年1月26日",
            "[报送日期] is before 26 January 2026",
        ),
        ({"<=": [v("day"), v("record.today")]}, "【报送日期】不晚于【record.today】",
         "[报送日期] is not after [record.today]"),
        ({"<": [3, v("units")]}, "【涉及单位数】大于3", "[涉及单位数] is more than 3"),
        ({"!": {"<": [v("units"), 3]}}, "并非【涉及单位数】小于3", "it is not so that [涉及单位数] is less than 3"),
        ({"<": [v("times_ever.urge"), 2]}, "“催办”的总次数少于2", "the number of times “催办” was done is less than 2"),
        ({"!": {"<": [v("times_ever.urge"), 2]}}, "“催办”的总次数不少于2",
         "the number of times “催办” was done is at least 2"),
        ({"==": [v("term.reply.overdue"), True]}, "时限“答复”已逾期", "the term “答复” is overdue"),
        ({"!": v("term.reply.overdue")}, "时限“答复”没有逾期", "the term “答复” is not overdue"),
        ({"==": [v("term.reply.overdue"), False]}, "时限“答复”没有逾期", "the term “答复” is not overdue"),
        ({"!=": [v("agreed"), False]}, "【是否同意】不为“否”", "[是否同意] is not “no”"),
        ({"missing": v("part.lead")}, "没有牵头单位", "there is no 牵头单位"),
        ({"in": [v("part.lead"), v("actor.units")]}, "办理人所在单位包含牵头单位",
         "牵头单位 is among the units of the one who acts"),
        ({"==": [v("category"), v("other")]}, "【问题类别】与【other】相同", "[问题类别] is the same as [other]"),
        ({">": [v("units"), {"slot": "quota"}]}, "【涉及单位数】大于【待填：单位数上限】",
         "[涉及单位数] is more than [to be filled: 单位数上限]"),
        ({"in": ["tax", v("topics")]}, "【领域】包含【税收】", "[税收] is among [领域]"),
        ({"!": {"in": ["tax", v("topics")]}}, "【领域】不包含【税收】", "[税收] is not among [领域]"),
        ({">=": [{"count": v("linked.visits")}, 1]}, "【走访】的数目不少于1", "the number of [走访] is at least 1"),
        (
            {"any": [v("linked.visits"), {"==": [v("result"), "good"]}]},
            "【走访】中有一项符合“【结果】是【满意】”",
            "for one of [走访], [结果] is [满意]",
        ),
        (
            {"!": {"any": [v("linked.visits"), {"==": [v("result"), v("outer.category")]}]}},
            "【走访】中没有一项符合“【结果】与【问题类别】相同”",
            "for none of [走访], [结果] is the same as [问题类别]",
        ),
        ({"any": [v("topics"), {"==": [v(""), "x"]}]}, "【领域】中有一项符合“该项是【x】”",
         "for one of [领域], the item is [x]"),
        ({"!": {"or": [v("agreed"), {"==": [v("category"), "C"]}]}},
         "并非（【是否同意】成立或【问题类别】是【历史遗留问题】）",
         "it is not so that ([是否同意] holds or [问题类别] is [历史遗留问题])"),
        (
            {"sum": [v("linked.visits"), v("cost"), {"==": [v("result"), "good"]}]},
            "【走访】中【结果】是【满意】的各项的【费用】的合计",
            "the sum of [费用] of those of [走访] where [结果] is [满意]",
        ),
        ({"*": [{"+": [v("units"), 1]}, 2]}, "（【涉及单位数】加1）乘以2", "([涉及单位数] plus 1) times 2"),
        ({"date_add": [v("day"), 3, "months"]}, "【报送日期】之后 3 个月", "3 months after [报送日期]"),
    ],
    ids=str,
)  # fmt: skip
def test_it_reads_like_a_sentence(expr: Any, zh: str, en: str) -> None:
    assert (spell(expr, LABELS), spell(expr, LABELS, "en")) == (zh, en)


def test_everything_can_be_said() -> None:
    for case in TABLE:
        for lang in ("zh", "en"):
            assert spell(case["expr"], {}, lang)


def test_labels_are_text_not_templates() -> None:
    assert spell(v("a"), {"a": Label("{b}{0}")}) == "【{b}{0}】"
