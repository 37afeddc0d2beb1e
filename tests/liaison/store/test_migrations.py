"""The migrated schema is the one the code's tables say, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from harness.sources import ROOT
from liaison.definitions.model import FACETS
from liaison.store import Database, add_organisation, upgrade
from liaison.store.migrate import check
from liaison.store.tables import Base, Installation, Pair, Party, Record

CODE = "91440606MA4W7L6X5G"


def snapshot(engine: Engine) -> dict[str, Any]:
    """Everything an inspector sees of a database, in an order of our own."""
    look = inspect(engine)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], str(column["default"]).split("(")[0])
                for column in look.get_columns(name)
            },
            "key": look.get_pk_constraint(name),
            "foreign": sorted(look.get_foreign_keys(name), key=str),
            "unique": sorted(look.get_unique_constraints(name), key=str),
            "indexes": sorted(
                (
                    (index["name"], index["column_names"], index["unique"], _options(index))
                    for index in look.get_indexes(name)
                ),
                key=str,
            ),
        }
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def _options(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def test_migrated_equals_models(database_url: str) -> None:
    migrated = Database(database_url)
    upgrade(migrated.engine)
    check(migrated.engine)
    found = snapshot(migrated.engine)
    Base.metadata.drop_all(migrated.engine)
    Base.metadata.create_all(migrated.engine)
    assert found == snapshot(migrated.engine)
    migrated.close()


def test_who_stood_twice_stands_once(database_url: str) -> None:
    """Before, a closed party could be opened again beside its successor."""
    database = Database(database_url)
    upgrade(database.engine, "0011")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with database.write() as connection:
        for organisation in ("district", "next"):
            add_organisation(connection, organisation, organisation, now)
        rows = [("a", "district", CODE), ("b", "district", CODE), ("c", "next", CODE), ("d", "district", None),
                ("e", "district", None)]  # fmt: skip
        for id_, organisation, code in rows:
            party = {"id": id_, "organisation_id": organisation, "kind": "other", "name": "同名", "credit_code": code}
            connection.execute(insert(Party).values(party))
    upgrade(database.engine)
    check(database.engine)
    with database.read() as connection:
        standing = select(Party.id).where(Party.last_day.is_(None)).order_by(Party.id)
        assert connection.execute(standing).scalars().all() == ["a", "c", "d", "e"]
    with database.write() as connection, pytest.raises(IntegrityError):
        connection.execute(update(Party).values(last_day=None))
    database.close()


def test_pairs_that_stood_twice_stand_once(database_url: str) -> None:
    """Before, two who joined the same partners at once both could."""
    database = Database(database_url)
    upgrade(database.engine, "0014")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    later, ended = date(2026, 3, 9), date(2026, 3, 5)
    with database.write() as connection:
        add_organisation(connection, "district", "district", now)
        here = {"id": "here", "organisation_id": "district", "key": "care"}
        connection.execute(insert(Installation).values(**here, edition_id=1, in_force=True, installed_at=now))
        rows = [(1, "a", later, None), (2, "a", None, None), (3, "a", None, None), (4, "a", None, ended),
                (5, "b", later, None), (6, "b", later, None), (7, "c", later, None)]  # fmt: skip
        for id_, left, first, last in rows:
            two = {"id": id_, "organisation_id": "district", "matching": "serves", "left": left, "right": "x"}
            connection.execute(insert(Pair).values(installation_id="here", first_day=first, last_day=last, **two))
    upgrade(database.engine)
    check(database.engine)
    with database.read() as connection:
        standing = select(Pair.id).where(Pair.last_day.is_(None)).order_by(Pair.id)
        assert connection.execute(standing).scalars().all() == [2, 5, 7]
        assert connection.execute(select(Pair.last_day).where(Pair.id == 4)).scalar() == ended
    database.close()


def test_check_finds_a_difference(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database.engine)
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE party DROP COLUMN region")
    with pytest.raises(Exception, match="region"):
        check(database.engine)
    database.close()


def test_two_upgrades_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda database: upgrade(database.engine), databases))
    check(databases[0].engine)
    for database in databases:
        database.close()


def test_a_migration_does_not_change_with_the_code() -> None:
    scripts = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert scripts
    assert [path.name for path in scripts if "liaison" in path.read_text(encoding="utf-8")] == []


def test_every_facet_is_a_column() -> None:
    columns = Record.__table__.columns
    for facet, kind in FACETS.items():
        assert columns[facet].type.python_type is (float if kind == "number" else str)
