"""Alembic's environment. The connection is handed in by `liaison.store.migrate`, which owns the transaction."""

from typing import Any

from alembic import context

from liaison.store.columns import UtcDateTime
from liaison.store.tables import Base


def spelt_out(kind: str, item: Any, _context: Any) -> str | bool:
    """A type of our own as the type it is in the database: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=spelt_out,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
