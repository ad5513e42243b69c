"""The texts of devices' configurations.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configuration_text",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("stable_sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_configuration_text_site_id"),
        sa.PrimaryKeyConstraint("site_id", "stable_sha256", name="pk_configuration_text"),
    )


def downgrade() -> None:
    raise NotImplementedError("a release is gone back from with its backup")
