"""What technicians correct of devices.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("valid_from_utc", MOMENT, nullable=False),
        sa.Column("valid_to_utc", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_correction_client_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_correction_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_device", "correction", ["site_id", "device_id"], unique=False)
    op.create_index(
        "uq_correction_in_force",
        "correction",
        ["site_id", "device_id", "field"],
        unique=True,
        sqlite_where=sa.text("valid_to_utc IS NULL"),
        postgresql_where=sa.text("valid_to_utc IS NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("a release is gone back from with its backup")
