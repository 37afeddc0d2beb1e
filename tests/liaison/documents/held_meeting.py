"""The scheme that ships with documents for its meetings, and a meeting that has been held."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from liaison.calendars import ZONE
from liaison.definitions import Package, load, read_package
from liaison.engine import Clock, Family, Link, Mechanism, PartHeld, Record, compile_mechanism

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
FILE = "rules/shunde/documents.json"
DOCUMENTS = json.loads(read_package("shunde").files[FILE])
"""Minutes and the list of what is to be done, as the office would have them."""


def with_documents(*more: dict[str, Any]) -> Package:
    """The scheme that ships, with these documents beside the two."""
    files = dict(read_package("shunde").files)
    content = {**DOCUMENTS, "documents": [*DOCUMENTS["documents"], *more]}
    files[FILE] = json.dumps(content, ensure_ascii=False).encode()
    return Package(files)


def compiled(*more: dict[str, Any]) -> Mechanism:
    loaded = load(with_documents(*more))
    assert loaded.definition is not None, loaded.findings
    return compile_mechanism(loaded.definition)


CLOSES = Clock(
    "key_close", 1, 0, owed_by=(), anchor=NOW, original_anchor=NOW, due=datetime(2026, 11, 5, 23, 59, tzinfo=ZONE),
    original_due=datetime(2026, 11, 5, 23, 59, tzinfo=ZONE), certain=True, why=(),
)  # fmt: skip
MATTERS = [
    Record(
        f"matter{n}", "matter", "here", state="assigned", number=f"甲2026-{n}",
        values={"subject": subject, "company": company, "category": "B", "level": "key", "problem": "略",
                "contact_name": "张三丰", "contact_phone": "13800138000", "advice": "只给办公室看",
                "lead_unit": "economy", "support_units": ["housing_water", "tax"]},
        clocks=(CLOSES,),
        parts=(PartHeld("lead", "economy"), PartHeld("support", "housing_water"), PartHeld("support", "tax")),
    )
    for n, (subject, company) in enumerate([("道路修复", "乙机械厂"), ("续贷", "丙电器公司")], 1)
]  # fmt: skip
ATTENDANCES = [
    Record(f"a{n}", "attendance", "here", state=state, parent="meeting", values={"attendees": who} if who else {})
    for n, (state, who) in enumerate(
        [("present", "王局长"), ("on_leave", ""), ("present", "孙科长、周科员"), ("invited", "")]
    )
]
MEETING = Record(
    "meeting", "meeting", "here", state="held", number="",
    values={
        "meeting_title": "“政企面对面”联络协作工作会议", "held_on": "2026-08-05", "held_at": "15:00",
        "place": "区工商联会议室", "host": "convenor_federation", "summary": "会议听取了有关情况。\n会议要求抓紧办理。",
        "guests": [{"name": "吴老板", "post": "乙机械厂总经理", "role": "company"},
                   {"name": "郑代表", "post": "区人大代表", "role": "observer"},
                   {"name": "何常委", "post": "区委常委", "role": "leader"}],
        "conclusions": [
            {"matter": "matter2", "conclusion": "answered", "opinion": "现场已答复。"},
            {"matter": "matter1", "conclusion": "assign", "opinion": "年内修复。", "lead": "economy",
             "support": ["housing_water", "tax"], "until": "2026-11-05"},
        ],
    },
    parts=tuple(PartHeld("attendee", unit, f"a{n}") for n, unit in enumerate(
        ["economy", "tax", "housing_water", "transport"])),
    links=(Link("agenda", "matter1"), Link("agenda", "matter2")),
)  # fmt: skip
FAMILY = Family(MEETING, tuple(ATTENDANCES), linked={"agenda": tuple(MATTERS)})
