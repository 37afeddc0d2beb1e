"""Who and what the tests of the scheme that ships have in common: its people, and a report of an enterprise."""

from __future__ import annotations

from typing import Any

from liaison.access import Actor

PASSWORD = "a sentence to remember"
PEOPLE = {
    "office": ("李办", "office_staff", "federation"),
    "director": ("周主任", "office_director", "federation"),
    "convenor": ("郑召集", "convenor_government", ""),
    "economy": ("王经促", "liaison", "economy"),
    "housing": ("赵住建", "liaison", "housing_water"),
    "tax": ("孙税务", "liaison", "tax"),
    "secretary": ("钱秘书", "secretary", "chamber_daliang"),
    "company": ("吴老板", "", ""),
}
"""Person → name, post and unit; who holds no post is an enterprise."""
_REPORT = {
    "reporting_unit": "示例商会",
    "company": "示例机械有限公司",
    "category": "B",
    "problem": "银行抽贷，流动资金周转困难，希望协调续贷。",
    "submitted_on": "2026-08-20",
    "contact_name": "张三",
    "contact_phone": "13800138000",
}


def actor(person: str) -> Actor:
    """The person with this id."""
    return Actor(person, PEOPLE[person][0])


def report(**values: Any) -> dict[str, Any]:
    """What an enterprise fills in to report a matter, with some of it in other words."""
    return {**_REPORT, **values}
