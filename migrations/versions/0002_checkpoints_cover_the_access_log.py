"""checkpoints cover the access log

Revision ID: 0002
Revises: 0001

Checkpoints made before cover no line of it: the next one covers all there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("audit_checkpoint") as table:
        table.add_column(sa.Column("log_upto", _BIG, nullable=False, server_default="0"))
        table.add_column(sa.Column("log_count", _BIG, nullable=False, server_default="0"))
        table.add_column(sa.Column("log_hash", sa.String(64), nullable=False, server_default=""))
        table.drop_constraint("uq_audit_checkpoint_organisation_id_upto", type_="unique")
        table.create_unique_constraint(
            "uq_audit_checkpoint_organisation_id_upto_log_upto", ["organisation_id", "upto", "log_upto"]
        )
    with op.batch_alter_table("audit_checkpoint") as table:  # every later row says itself what it covers
        for column in ("log_upto", "log_count", "log_hash"):
            table.alter_column(column, server_default=None)
    with op.batch_alter_table("access_log") as table:
        table.create_index("ix_access_log_organisation_id_id", ["organisation_id", "id"])


def downgrade() -> None:
    with op.batch_alter_table("access_log") as table:
        table.drop_index("ix_access_log_organisation_id_id")
    with op.batch_alter_table("audit_checkpoint") as table:
        table.drop_constraint("uq_audit_checkpoint_organisation_id_upto_log_upto", type_="unique")
        table.create_unique_constraint("uq_audit_checkpoint_organisation_id_upto", ["organisation_id", "upto"])
        for column in ("log_upto", "log_count", "log_hash"):
            table.drop_column(column)
