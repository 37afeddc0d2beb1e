"""duties are owed

Revision ID: 0004
Revises: 0003

Installations there are already are looked at by the next tick: their duties begin with the occurrences not over then.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
_STILL = sa.text("next_look IS NOT NULL")


def _key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(64), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_duty_instance_{name}"))


def upgrade() -> None:
    op.create_table(
        "duty_instance",
        _key("id"),
        _key("organisation_id"),
        _key("installation_id"),
        _key("duty"),
        sa.Column("owner", sa.String(140), nullable=False),
        sa.Column("span", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("period", "since", "first", "due", "until")),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        _key("unit"),
        _key("person"),
        _key("record_id", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _moment("opened"),
        _moment("looked"),
        _moment("next_look", nullable=True),
        sa.Column("moves", _JSON, nullable=False),
        sa.Column("among", _JSON, nullable=True),
        _key("seed"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_instance")),
        sa.UniqueConstraint(
            "installation_id", "duty", "period", "owner",
            name=op.f("uq_duty_instance_installation_id_duty_period_owner"),
        ),
        _foreign("organisation_id", "organisation"),
        _foreign("installation_id", "installation"),
        _foreign("record_id", "record"),
    )  # fmt: skip
    with op.batch_alter_table("duty_instance") as table:
        table.create_index("ix_duty_instance_organisation_id", ["organisation_id"])
        table.create_index("ix_duty_instance_record_id", ["record_id"])
        for name, on in (("next_look", ["next_look"]), ("installation_id_due", ["installation_id", "due"])):
            table.create_index(f"ix_duty_instance_{name}", on, postgresql_where=_STILL, sqlite_where=_STILL)
    with op.batch_alter_table("installation") as table:
        table.add_column(_moment("duties_at", nullable=True))
        table.create_index("ix_installation_duties_at", ["duties_at"])
    op.execute("UPDATE installation SET duties_at = installed_at")
    for name in ("outbox", "notice"):
        with op.batch_alter_table(name) as table:
            table.alter_column("record_id", existing_type=sa.String(64), nullable=True)
            table.add_column(_key("duty_id", nullable=True))
            table.create_foreign_key(f"fk_{name}_duty_id", "duty_instance", ["duty_id"], ["id"])
            table.create_index(f"ix_{name}_duty_id", ["duty_id"])


def downgrade() -> None:
    for name in ("outbox", "notice"):
        told = sa.table(name, sa.column("record_id"))
        op.execute(told.delete().where(told.c.record_id.is_(None)))
        with op.batch_alter_table(name) as table:
            table.drop_index(f"ix_{name}_duty_id")
            table.drop_constraint(f"fk_{name}_duty_id", type_="foreignkey")
            table.drop_column("duty_id")
            table.alter_column("record_id", existing_type=sa.String(64), nullable=False)
    with op.batch_alter_table("installation") as table:
        table.drop_index("ix_installation_duties_at")
        table.drop_column("duties_at")
    op.drop_table("duty_instance")
