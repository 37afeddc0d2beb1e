"""Likeness over texts as companies write them: what is said again is found, another trouble of one company is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

import pytest

from liaison.calendars import ZONE
from liaison.definitions import Likeness
from liaison.engine import Alike, Record, alike

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
LIKENESS = Likeness(("category",), ("company", "problem"), 365)
FACTORY = "佛山市顺德区示例精密机械制造有限公司"
FOOD = "广东示例食品股份有限公司"
TROUBLES = {
    "loan": "我司应收账款周期拉长，银行在贷款到期后压缩授信额度，流动资金周转困难，希望协调银行给予续贷支持。",
    "road": "园区主干道路面破损严重，坑洼积水，大货车进出困难，员工上下班骑车多次摔伤，希望尽快修复路面并增设路灯。",
    "land": "公司计划增资扩产，现有厂房已满负荷，急需新增工业用地约30亩，希望在园区内协调解决用地指标。",
    "deed": "企业1998年购入的厂房因历史原因一直未办理不动产权证，影响抵押融资，多次向有关部门反映未果，希望协调解决。",
    "power": "近期用电高峰频繁限电，生产线停工损失较大，希望供电部门提前通知并保障企业正常生产用电。",
    "people": "企业招工困难，技术工人紧缺，外来员工子女入学难，影响员工稳定，希望有关部门协助解决员工子女入学问题。",
    "permit": "环评审批时间较长，项目迟迟不能投产，希望加快审批进度。",
}
REWORDED = {
    "loan": "银行贷款到期后不肯续贷，授信额度被压缩，公司流动资金周转十分困难，请求协调续贷。",
    "road": "厂区门口道路坑洼破损，下雨积水，货车进出困难，员工骑车摔伤，请求修复并加装路灯。",
}


def found(company: str, problem: str, then: str, said: str, *, days: int = 30, category: str = "B") -> Alike | None:
    """What is found of one earlier report."""
    values = {"company": then, "problem": said, "category": category}
    earlier = Record("old", "matter", "here", values=values, created_at=NOW - timedelta(days=days))
    return next(iter(alike(LIKENESS, {"company": company, "problem": problem, "category": "B"}, [earlier], NOW)), None)


@pytest.mark.parametrize("trouble", REWORDED)
def test_one_company_saying_it_in_other_words_is_found(trouble: str) -> None:
    one = found(FACTORY, REWORDED[trouble], "顺德示例精密机械公司", TROUBLES[trouble])
    again = found(FACTORY, REWORDED[trouble], FACTORY, TROUBLES[trouble])
    assert again is not None
    assert one is not None
    assert again.nearness > one.nearness
    assert again.parts["company"] == 1.0
    assert 0 < again.parts["problem"] < 1


def test_a_short_report_of_a_long_one_is_found() -> None:
    assert found(FACTORY, "道路破损积水，货车进出困难", FACTORY, TROUBLES["road"]) is not None


def test_another_company_with_the_same_words_is_found() -> None:
    one = found(FOOD, TROUBLES["road"], FACTORY, TROUBLES["road"])
    assert one is not None
    assert one.parts["problem"] == 1.0
    assert one.nearness < 1.0


@pytest.mark.parametrize(("one", "other"), list(combinations(TROUBLES, 2)))
def test_two_troubles_of_one_company_are_not_alike(one: str, other: str) -> None:
    assert found(FACTORY, TROUBLES[one], FACTORY, TROUBLES[other]) is None


def test_only_fields_with_text_on_both_sides_count() -> None:
    one = found("", TROUBLES["road"], FACTORY, TROUBLES["road"])
    assert one is not None
    assert (one.nearness, dict(one.parts)) == (1.0, {"problem": 1.0})
    assert found("", "", FACTORY, TROUBLES["road"]) is None, "nothing to compare is not near"


def test_the_same_fields_and_the_days_bound_it() -> None:
    assert found(FACTORY, TROUBLES["road"], FACTORY, TROUBLES["road"], category="A") is None
    assert found(FACTORY, TROUBLES["road"], FACTORY, TROUBLES["road"], days=366) is None
    same = Record("old", "matter", "here", values={"category": "B"}, created_at=NOW)
    assert [one.nearness for one in alike(Likeness(("category",), (), 30), {"category": "B"}, [same], NOW)] == [1.0]
