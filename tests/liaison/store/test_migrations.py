"""The migrated schema is the one the code's tables say, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from harness.sources import ROOT
from liaison.definitions.model import FACETS
from liaison.store import Database, upgrade
from liaison.store.migrate import check
from liaison.store.tables import Base, Record


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


def test_check_finds_a_difference(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database.engine)
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE party DROP COLUMN last_day")
    with pytest.raises(Exception, match="last_day"):
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
