"""A store with any number of matters: true stories first, told by the engine, then copies of their rows.

Every story is carried out by `store.act`, at a moment of its own in the last two and a half years, and left in some
state; half of them are archived, more than a quarter wait for the office. A copy has ids, a number, a company and a
problem of its own, and its rows stand in every table in which the story's stand, the search's included. Hashes of the
copies' events are made up: no page that is measured reads them.
"""

from __future__ import annotations

import itertools
import random
import uuid
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import Connection, func, insert, or_, select, text

from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.engine import Command, Result
from liaison.store import Database, act, add_account, add_person, hold
from liaison.store import tables as t
from liaison.store.grams import grams

from .place import PASSWORD, installation_in

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
"""The moment of the pages that are measured."""
STORIES = 100
COMMON, RARE, NUMBER = "续贷", "鲲鹏", "SDMQ-2026-0001"
"""What is searched for: in one matter of ten; in twelve however many there are; one."""
RARELY = 12
_LEADS = ("economy", "housing_water", "market", "tax", "transport", "natural_resources", "science", "urban", "police")
HOLDER = "economy"
"""A unit that holds parts of many matters, and the login of its person."""
_STATES = ("reported",) * 16 + ("in_review",) * 12 + ("assigned",) * 8 + ("awaiting_rating",) * 8 + ("archived",) * 56
_WHERE = [
    "大良工业区",
    "容桂园区",
    "伦教片区",
    "勒流产业园",
    "陈村镇区",
    "北滘新城",
    "乐从市场",
    "龙江家具城",
    "杏坛基地",
    "均安服装城",
]
_WHAT = [
    "银行提前收回贷款，希望协调续贷",
    "周边道路积水，货车无法进出",
    "用电容量不足，扩产受阻",
    "新建厂房消防验收迟迟未办",
    "工业用地到期，手续办理缓慢",
    "出口退税未按期到账",
    "技术工人难招，员工子女入学难",
    "污水管网未接通，排放受限",
    "历史遗留宗地缺少产权证书",
    "展会补贴申报材料反复退回",
]
_DETAIL = [
    "已多次反映",
    "影响订单交付",
    "涉及职工三百余人",
    "今年以来更为突出",
    "相邻企业同样受困",
    "停工损失较大",
    "材料已经备齐",
]
_WISH = ["请尽快安排", "请有关单位现场察看", "请给予明确答复", "请协调解决", "请告知办理时限", "请组织专题会议"]
_NAMES = [
    "宏远",
    "利达",
    "华盛",
    "新辉",
    "恒基",
    "顺发",
    "德源",
    "美凯",
    "联创",
    "科锐",
    "泰和",
    "广信",
    "瑞丰",
    "金桥",
    "东升",
    "百年",
    "永兴",
    "嘉禾",
    "中天",
    "万通",
]
_TRADES = [
    "机械",
    "家电",
    "家具",
    "五金",
    "塑料",
    "电子",
    "服装",
    "食品",
    "涂料",
    "物流",
    "化工",
    "印刷",
    "玩具",
    "陶瓷",
    "模具",
    "照明",
    "包装",
    "医药",
    "钢材",
    "纺织",
]
_CHUNK = 1_000


def company(number: int) -> str:
    """A name of an enterprise that does not exist."""
    lot = random.Random(number)
    return f"示例{lot.choice(_NAMES)}{lot.choice(_NAMES)}{lot.choice(_TRADES)}有限公司"


def problem(number: int) -> str:
    """What it complains of."""
    lot = random.Random(-number)
    said = f"我司位于{lot.choice(_WHERE)}，{lot.choice(_WHAT)}。{lot.choice(_DETAIL)}，{lot.choice(_WISH)}。"
    return said + f"附：{RARE}项目。" if number <= RARELY else said


def fill(url: str, matters: int) -> None:
    """Bring the product that `place.set_up` left to this number of matters (at least `STORIES`)."""
    database = Database(url)
    try:
        stories = [_tell(database, number) for number in range(1, min(STORIES, matters) + 1)]
        with database.read() as connection:
            rows = [_rows_of(connection, record) for record in stories]
        _copy(database, rows, len(stories), matters)
        # A site that runs takes stock every quarter of an hour, and PostgreSQL by itself.
        database.take_stock()
        if not database.sqlite:
            with database.write() as connection:
                connection.execute(text("ANALYZE"))
    finally:
        database.close()


# ── Stories ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(database: Database, number: int) -> str:
    """A matter as far as its state; its id."""
    installation = installation_in(database)
    lot = random.Random(number * 7)
    state = _STATES[number * 37 % len(_STATES)]
    back = lot.randrange(120, 900) if state == "archived" else lot.randrange(1, 25)
    at = itertools.count()
    lead, support = lot.sample(_LEADS, 2)

    def do(action: str, actor: Actor, record: str = "", **rest: Any) -> Result:
        moment = NOW - timedelta(days=back, hours=-next(at))
        key = f"bench/{number}/{action}/{record}"
        result = act(database, Command(action, actor, key, record=record, **rest), moment)
        assert result, result.refusal
        return result

    report = {
        "reporting_unit": "示例区机械装备行业商会",
        "company": company(number),
        "category": lot.choice("ABC"),
        "problem": problem(number),
        "submitted_on": (NOW - timedelta(days=back)).date().isoformat(),
        "contact_name": "示例联系人",
        "contact_phone": "13800138000",
    }
    matter = do("submit", GUEST, type="matter", installation=installation, values=report).record
    if state == "reported":
        return matter
    office, unit = Actor("office", "示例办公室"), Actor(lead, f"示例{lead}")
    do("accept", office, matter)
    if state == "in_review":
        return matter
    _post(database, installation, lead)
    level = {"level": "general", "subject": problem(number)[7:20], "lead_unit": lead, "support_units": [support]}
    do("assign", office, matter, values=level, reason="一般问题")
    if state == "assigned":
        return matter
    with database.read() as connection:
        assignment = connection.execute(
            select(t.RecordPart.assignment).where(t.RecordPart.record_id == matter, t.RecordPart.part == "lead")
        ).scalar_one()
    do("sign", unit, assignment, values={"person": "示例承办人", "phone": "13900139000"})
    said = {"opinion": "已现场察看", "result": "已协调解决", "outcome_unit": "solved", "lead_contact": "示例承办人",
            "lead_phone": "13900139000"}  # fmt: skip
    do("reply", unit, matter, values=said)
    if state == "awaiting_rating":
        return matter
    judged = {"rating_unit": company(number), "outcome_company": "solved", "head_name": "示例负责人",
              "head_phone": "13700137000", "channels": ["telephone"], "satisfaction": "satisfied",
              "signature": "示例负责人", "rated_on": report["submitted_on"]}  # fmt: skip
    do("rate", Actor(kind="link", entitled=frozenset({matter})), matter, values=judged)
    do("archive", office, matter)
    return matter


def reported(database: Database) -> Iterator[str]:
    """Matters that wait for the office's first answer, the newest first."""
    with database.read() as connection:
        found = select(t.Record.id).where(t.Record.type == "matter", t.Record.state == "reported")
        return iter(connection.execute(found.order_by(t.Record.ordinal.desc()).limit(STORIES)).scalars().all())


def accept(database: Database, matter: str) -> Result:
    """The office takes a matter on."""
    result = act(
        database, Command("accept", Actor("office", "示例办公室"), f"bench/accept/{matter}", record=matter), NOW
    )
    assert result, result.refusal
    return result


def _post(database: Database, installation: str, unit: str) -> None:
    """Somebody to reply for the unit."""
    with database.write() as connection:
        if connection.execute(select(t.Person.id).where(t.Person.id == unit)).scalar() is None:
            add_person(connection, "district", f"示例{unit}", id_=unit)
            if unit == HOLDER:
                add_account(connection, "district", unit, unit, PASSWORD, datetime.now(UTC))
            hold(connection, installation, unit, "liaison", unit)


# ── Copies ───────────────────────────────────────────────────────────────────────────────────────────────────────

_ROWS = dict[str, list[dict[str, Any]]]
_OF_RECORD = (
    t.RecordValue, t.RecordPart, t.RecordLink, t.Clock, t.Override, t.CommandDone, t.RecordCode, t.Event, t.Outbox,
    t.Notice,
)  # fmt: skip
_COUNTED = ("id", "ordinal")
_IDS = ("id", "record_id", "parent_id", "to_id", "assignment", "key", "command")
"""Columns in which a record's id may stand."""


def _rows_of(connection: Connection, matter: str) -> _ROWS:
    """Table → the rows of a matter and its children, parents first."""
    records = connection.execute(
        select(t.Record.__table__).where(or_(t.Record.id == matter, t.Record.parent_id == matter)).order_by("ordinal")
    )
    rows: _ROWS = {"record": [dict(row._mapping) for row in records]}
    ids = [row["id"] for row in rows["record"]]
    for table in _OF_RECORD:
        found = connection.execute(select(table.__table__).where(table.record_id.in_(ids)))  # type: ignore[attr-defined]
        rows[table.__tablename__] = [dict(row._mapping) for row in found]
    return rows


def _copy(database: Database, stories: Sequence[_ROWS], first: int, matters: int) -> None:
    pairs: dict[str, array[int]] = defaultdict(lambda: array("q"))
    with database.read() as connection:
        last = connection.execute(select(func.max(t.Record.ordinal))).scalar_one()
    serials: dict[int, int] = defaultdict(lambda: 10_000)
    ordinals = itertools.count(last + 1)
    numbers = iter(range(first + 1, matters + 1))
    while chunk := list(itertools.islice(numbers, _CHUNK)):
        rows: _ROWS = defaultdict(list)
        for number in chunk:
            _one(stories[number % len(stories)], number, ordinals, serials, rows, pairs)
        with database.write() as connection:
            for table in (t.Record, *_OF_RECORD):
                if rows[table.__tablename__]:
                    connection.execute(insert(table.__table__), rows[table.__tablename__])
    _write_pairs(database, pairs)
    if not database.sqlite:
        with database.write() as connection:
            connection.execute(text("SELECT setval('record_ordinal_seq', (SELECT max(ordinal) FROM record))"))


def _one(story: _ROWS, number: int, ordinals: Iterator[int], serials: dict[int, int], rows: _ROWS, pairs: Any) -> None:
    """The story's rows once more, for another enterprise."""
    fresh = {row["id"]: str(uuid.UUID(int=number * 64 + place)) for place, row in enumerate(story["record"])}
    taken = {row["id"]: next(ordinals) for row in story["record"]}
    year = story["record"][0]["created_at"].astimezone(ZONE).year
    serials[year] += 1
    values = {"company": company(number), "problem": problem(number)}
    for name, those in story.items():
        for row in those:
            copy = {column: value for column, value in row.items() if column not in _COUNTED or name == "record"}
            for column in _IDS:
                if isinstance(value := copy.get(column), str):
                    copy[column] = _renamed(value, fresh, number)
            if name == "record":
                copy["ordinal"] = taken[row["id"]]
                if row["number"]:
                    copy |= {"number": f"SDMQ-{year}-{serials[year]}", "values": {**row["values"], **values}}
                    copy["applicant"] = values["company"]
                    for gram in grams(*(str(one) for one in copy["values"].values() if isinstance(one, str))):
                        pairs[gram].append(copy["ordinal"])
            elif name == "record_part":
                copy["ordinal"] = taken[row["record_id"]]
            elif name == "record_value" and row["key"] == "company":
                copy["text"] = values["company"]
            elif name == "event":
                copy["hash"] = f"{number:064x}"
            rows[name].append(copy)


def _renamed(value: str, fresh: dict[str, str], number: int) -> str:
    for old, new in fresh.items():
        if old in value:
            value = value.replace(old, new)
    return value.replace("bench/", f"bench/copy/{number}/")


def _write_pairs(database: Database, pairs: dict[str, array[int]]) -> None:
    """In the order of the index, so that it grows at its end."""
    rows: Iterable[tuple[str, int]] = ((gram, ordinal) for gram in sorted(pairs) for ordinal in pairs[gram])
    if database.sqlite:
        with database.write() as connection:
            cursor = connection.connection.cursor()
            cursor.executemany("INSERT INTO search_bigram (gram, ordinal) VALUES (?, ?)", rows)
        return
    url = urlsplit(database.engine.url.render_as_string(hide_password=False))._replace(scheme="postgresql").geturl()
    with psycopg.connect(url) as raw, raw.cursor().copy("COPY search_bigram (gram, ordinal) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
