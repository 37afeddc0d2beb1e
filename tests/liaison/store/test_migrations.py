"""The migrated schema is the one the code's tables say, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from harness.sources import ROOT
from liaison.definitions.model import FACETS
from liaison.store import Database, add_organisation, upgrade
from liaison.store.migrate import check
from liaison.store.tables import Base, Party, Record

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
