"""lists are saved

Revision ID: 0010
Revises: 0009

People keep what they ask of a ledger under names of their own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("installation_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("view", sa.String(64), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("asked", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_saved_list_organisation_id"),
        sa.ForeignKeyConstraint(["installation_id"], ["installation.id"], name="fk_saved_list_installation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_saved_list_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_list"),
        sa.UniqueConstraint(
            "person_id", "installation_id", "view", "title", name="uq_saved_list_person_id_installation_id_view_title"
        ),
    )
    op.create_index("ix_saved_list_organisation_id", "saved_list", ["organisation_id"])
    op.create_index("ix_saved_list_installation_id", "saved_list", ["installation_id"])


def downgrade() -> None:
    op.drop_table("saved_list")
