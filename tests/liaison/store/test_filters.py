"""List filters against the Python back end, on SQLite and PostgreSQL: the truth table and random expressions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    insert,
    not_,
    select,
)

from liaison.conditions import PLACES, compile_condition, dependencies
from liaison.store.filters import CodedColumn, SideValues, UnfilterableError, to_clause

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "conditions" / "truth_table.json").read_text(encoding="utf-8")
)
CHINA = timezone(timedelta(hours=8))
Row = dict[str, Any]


class Instant(TypeDecorator[datetime]):
    """Moments in UTC, aware on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=value.tzinfo or UTC)


METADATA = MetaData()
EXACT = Numeric(18, 6).with_variant(Float(), "sqlite")
# Sorts "a" before "B", which code points do not: the clause has to ask for its own order.
BY_LANGUAGE = Text().with_variant(Text(collation="und-x-icu"), "postgresql")
RECORD = Table(
    "record",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("title", BY_LANGUAGE),
    Column("level", String(5), index=True),
    Column("amount", EXACT),
    Column("units", Integer),
    Column("urgent", Boolean),
    Column("day", Date),
    Column("since", Instant),
)
SIDE = Table(
    "record_value",
    METADATA,
    Column("record_id", Integer),
    Column("key", String(40)),
    Column("text", Text),
    Column("num", Float),
    Column("day", Date),
    Index("by_text", "key", "text"),
)


def side(key: str, kind: Any, *, many: bool = False) -> SideValues:
    return SideValues(RECORD.c.id, SIDE, key, kind, many)


SAID: Mapping[str, tuple[str, Any, Mapping[str, Any]]] = {
    "level.word": ("level", "text", {"": "é", "a": "B", "ab": "a", "abcde": None}),
    "level.open": ("level", "boolean", {"a": True, "ab": False, "abcde": None}),
    "street.rank": ("street", "number", {"a": 1, "B": Decimal("2.5"), "税": 3, "é": None}),
    "street.since": ("street", "date", {"a": date(2026, 1, 26), "B": date(2024, 1, 31), "ab": None}),
    "level.nothing": ("level", "text", {"a": None}),
}
"""What codes say: the path → the field of the code, the kind, and code → value; of other codes nothing is said."""
COLUMNS: Mapping[str, Any] = {
    "title": RECORD.c.title,
    "level": RECORD.c.level,
    "amount": RECORD.c.amount,
    "units": RECORD.c.units,
    "urgent": RECORD.c.urgent,
    "day": RECORD.c.day,
    "record.since": RECORD.c.since,
    "street": side("street", "text"),
    "loan": side("loan", "number"),
    "insured": side("insured", "boolean"),
    "signed": side("signed", "date"),
    "met": side("met", "moment"),
    "topics": side("topics", "text", many=True),
    "sums": side("sums", "number", many=True),
    "level.word": CodedColumn(RECORD.c.level, *SAID["level.word"][1:]),
    "level.open": CodedColumn(RECORD.c.level, *SAID["level.open"][1:]),
    "street.rank": CodedColumn(side("street", "text"), *SAID["street.rank"][1:]),
    "street.since": CodedColumn(side("street", "text"), *SAID["street.since"][1:]),
    "level.nothing": CodedColumn(RECORD.c.level, *SAID["level.nothing"][1:]),
}
PATHS: Mapping[str, tuple[str, ...]] = {
    "text": ("title", "level", "street", "level.word", "level.nothing"),
    "number": ("amount", "units", "loan", "street.rank"),
    "boolean": ("urgent", "insured", "level.open"),
    "date": ("day", "signed", "street.since"),
    "moment": ("record.since", "met"),
}
SIDE_COLUMNS = {
    "street": "text", "loan": "num", "insured": "num", "signed": "day", "met": "text", "topics": "text", "sums": "num",
}  # fmt: skip
VALUES: Mapping[str, list[Any]] = {
    "text": ["", "a", "B", "ab", "税", "é", "\uffff", "\U0001f600", "1", "2026-01-26"],
    "number": [0, 1, -1, 2, 3, 10],
    "boolean": [True, False],
    "date": [date(2026, 1, 26), date(2024, 1, 31), date(1999, 12, 31)],
    "moment": [
        datetime(2026, 1, 26, 10, tzinfo=CHINA),
        datetime(2026, 1, 26, 1, tzinfo=UTC),
        datetime(2026, 1, 26, 10, 0, 30, tzinfo=CHINA),
        datetime(2026, 1, 26, 2, tzinfo=UTC),
    ],
}
LITERALS: Mapping[str, list[Any]] = {
    **VALUES,
    "text": [*VALUES["text"], "abcde", "abcdefghij"],
    "number": [*VALUES["number"], 2.5, 0.1, 3_000_000_000, 10**14],
}
FACTS: Row = {"record.today": date(2026, 1, 26), "actor.unit": "a", "actor.units": ["a", "税"], "actor.nothing": None}


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        yield connection
    engine.dispose()


def random_rows(rng: Random, size: int) -> list[Row]:
    def value(path: str) -> Any:
        kind = next(kind for kind, paths in PATHS.items() if path in paths)
        if rng.random() < 0.25:
            return None
        if path == "level":
            return rng.choice(["", "a", "ab", "abcde"])
        if path in ("amount", "loan") and rng.random() < 0.5:
            return rng.choice([Decimal("2.5"), Decimal("0.1"), Decimal("99999999.99"), Decimal("-2.5")])
        return rng.choice(VALUES[kind])

    found = [{path: value(path) for paths in PATHS.values() for path in paths if path not in SAID} for _ in range(size)]
    for row in found:
        row |= {path: values.get(row[field]) for path, (field, _, values) in SAID.items()}
        row["topics"] = rng.sample(VALUES["text"][1:], rng.randrange(3))
        row["sums"] = rng.sample(VALUES["number"], rng.randrange(3))
    return found


def store(connection: Connection, rows: list[Row]) -> None:
    """Write `rows` under the ids 0, 1, 2…"""
    names = {path: column.name for path, column in COLUMNS.items() if isinstance(column, Column)}
    connection.execute(
        insert(RECORD),
        [{"id": id_, **{name: row[path] for path, name in names.items()}} for id_, row in enumerate(rows)],
    )
    values = [
        {
            "record_id": id_,
            "key": key,
            "text": None,
            "num": None,
            "day": None,
            name: written(key, value),
        }
        for id_, row in enumerate(rows)
        for key, name in SIDE_COLUMNS.items()
        for value in (row[key] if isinstance(row[key], list) else [row[key]])
        if value is not None
    ]
    connection.execute(insert(SIDE), values)


def written(key: str, value: Any) -> Any:
    """As the side table has it: yes and no as numbers, moments as texts, to the minute where there is no more."""
    if key == "insured":
        return int(value)
    return value.isoformat(timespec="auto" if value.second else "minutes") if key == "met" else value


def literal(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


class Maker:
    """Makes conditions that a list filter takes; one part in six is of another kind than its place asks for."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def condition(self, depth: int) -> Any:
        rng = self.rng
        roll = rng.random()
        if depth and roll < 0.45:
            if rng.random() < 0.4:
                return {"!": self.condition(depth - 1)}
            return {rng.choice(["and", "or"]): [self.condition(depth - 1) for _ in range(rng.randrange(1, 4))]}
        kind = rng.choice(list(PATHS))
        if roll < 0.53:
            return {"missing": rng.choice([self.value(kind), {"var": "topics"}])}
        if roll < 0.58:
            return self.value("boolean")
        if roll < 0.7:
            listed = [literal(rng.choice(LITERALS[kind])) for _ in range(rng.randrange(4))]
            return {"in": [self.value(kind), listed + [None] * (rng.random() < 0.2)]}
        if roll < 0.78:
            return {"in": [self.value(kind), {"var": rng.choice(["topics", "sums", "actor.units", "title"])}]}
        other = rng.choice(list(PATHS)) if rng.random() < 0.17 else kind
        operator = rng.choice(["==", "!=", "<", "<=", ">", ">="])
        return {operator: [self.value(kind), self.value(other)]}

    def value(self, kind: str) -> Any:
        rng = self.rng
        roll = rng.random()
        if roll < 0.5:
            return {"var": rng.choice(PATHS[kind])}
        if roll < 0.6:
            return {"var": rng.choice([*FACTS, "topics"])}
        if roll < 0.65:
            return {"date_add": [{"var": "record.today"}, rng.randrange(-800, 10), "days"]}
        if roll < 0.7 and kind == "boolean":
            return self.condition(1)
        return None if roll < 0.75 else literal(rng.choice(LITERALS[kind]))


def ids(connection: Connection, clause: ColumnElement[bool]) -> list[int]:
    return list(connection.execute(select(RECORD.c.id).where(clause).order_by(RECORD.c.id)).scalars())


def test_sql_and_python_agree(connection: Connection) -> None:
    rng = Random(7)
    rows = random_rows(rng, 40)
    store(connection, rows)
    maker = Maker(rng)
    some = 0
    for _ in range(1200):
        expr = maker.condition(3)
        holds = compile_condition(expr)
        wanted = [id_ for id_, row in enumerate(rows) if holds({**FACTS, **row})]
        clause = to_clause(expr, COLUMNS, FACTS)
        assert ids(connection, clause) == wanted, expr
        # A clause that were NULL for a record would be missing from both lists.
        others = [id_ for id_ in range(len(rows)) if id_ not in wanted]
        assert ids(connection, not_(clause)) == others, expr
        some += bool(wanted) and bool(others)
    assert some > 300, "expressions that hold for all or for none prove little"


def test_sql_keeps_the_truth_table(connection: Connection) -> None:
    """Each case whose facts fit a column of their kind; the column takes the fact's place."""
    tried = 0
    for case in TABLE:
        columns = fitting(case)
        if columns is None or not isinstance(case["value"], bool):
            continue
        facts = {path: value for path, (_, value) in columns.items() if path == "record.today"}
        columns = {path: column for path, column in columns.items() if path not in facts}
        row = {RECORD.c[name]: value for name, value in columns.values()}
        connection.execute(RECORD.delete())
        connection.execute(insert(RECORD).values({RECORD.c.id: 0, **row}))
        clause = to_clause(case["expr"], {path: RECORD.c[name] for path, (name, _) in columns.items()}, facts)
        assert ids(connection, clause) == ([0] if case["value"] else []), case
        tried += 1
    assert tried > 100


def fitting(case: dict[str, Any]) -> dict[str, tuple[str, Any]] | None:
    """For each path of the case the name of a column and its value; None where there is none."""
    if not operators(case["expr"]) <= PLACES["filter"].operators:
        return None
    taken: dict[str, tuple[str, Any]] = {}
    for path in dependencies(case["expr"]):
        match case["facts"].get(path):
            case None:
                fits: tuple[str, Any] = ("title", None)
            case bool(value):
                fits = ("urgent", value)
            case int(value) | float(value):
                fits = ("amount", value)
            case str(value):
                fits = ("title", value)
            case {"date": str(value)}:
                fits = ("day", date.fromisoformat(value))
            case {"moment": str(value)}:
                fits = ("since", datetime.fromisoformat(value))
            case _:
                return None
        taken[path] = fits
    return taken


def operators(expr: Any) -> set[str]:
    if isinstance(expr, list):
        return {name for each in expr for name in operators(each)}
    if not isinstance(expr, dict) or {"date", "moment"} & expr.keys():
        return set()
    return {*expr, *(name for argument in expr.values() for name in operators(argument))}


@pytest.mark.parametrize(
    "expr",
    [
        {"==": [{"var": "nobody_knows"}, 1]},
        {"==": [{"+": [{"var": "amount"}, 1]}, 2]},
        {"<": [{"date_add": [{"var": "day"}, 1, "days"]}, {"var": "record.today"}]},
        {"any": [{"var": "topics"}, {"==": [{"var": ""}, "a"]}]},
    ],
)
def test_what_sql_lacks_is_refused(expr: Any) -> None:
    with pytest.raises(UnfilterableError):
        to_clause(expr, COLUMNS, FACTS)


@pytest.mark.parametrize(
    "expr",
    [
        {"==": [{"var": "level"}, "a"]},
        {"in": [{"var": "level"}, ["a", "b"]]},
        {"==": [{"var": "street"}, "a"]},
        {"in": ["a", {"var": "topics"}]},
        {"==": [{"var": "level.open"}, True]},
        {">=": [{"var": "street.rank"}, 2]},
    ],
    ids=["column", "column in list", "side", "many", "code in a column", "code at the side"],
)
def test_an_index_serves_equality(expr: Any, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'plan.sqlite'}")
    with engine.begin() as connection:
        METADATA.create_all(connection)
        query = select(RECORD.c.id).where(to_clause(expr, COLUMNS))
        compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    engine.dispose()
    assert [step for step in plan if step.startswith("SCAN")] == [], plan
