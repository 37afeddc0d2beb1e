"""many at once

Revision ID: 0016
Revises: 0015

Spreadsheets are brought row by row, and one action is taken on many records: each is a batch of commands.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("installation_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stopped", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_batch_organisation_id"),
        sa.ForeignKeyConstraint(["installation_id"], ["installation.id"], name="fk_batch_installation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_batch_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_index("ix_batch_organisation_id", "batch", ["organisation_id"])
    op.create_index("ix_batch_person_id_installation_id_created_at", "batch", ["person_id", "installation_id", "created_at"])
    op.create_index("ix_batch_installation_id_action_digest", "batch", ["installation_id", "action", "digest"])
    op.create_index("ix_batch_state_created_at", "batch", ["state", "created_at"])
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("wrong", JSON, nullable=False),
        sa.Column("alike", JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_row_batch_id"),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_batch_row"),
    )
    op.create_index("ix_batch_row_batch_id_state_position", "batch_row", ["batch_id", "state", "position"])


def downgrade() -> None:
    op.drop_table("batch_row")
    op.drop_table("batch")
