"""Alembic's environment. The connection is handed in by `liaison.store.migrate`, which owns the transaction."""

from alembic import context

from liaison.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    user_module_prefix="columns.",
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
