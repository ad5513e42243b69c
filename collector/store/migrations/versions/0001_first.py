"""All tables, as of the first release.

Revision: 0001, after none
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_utc", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"], unique=False)
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.UniqueConstraint("name", name="uq_client_name"),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at_utc", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_in"),
    )
    op.create_index("ix_failed_sign_in_at_utc", "failed_sign_in", ["at_utc"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.Column("disabled_utc", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("name", name="uq_person_name"),
    )
    op.create_table(
        "person_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.Column("expires_utc", MOMENT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_session_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_person_session"),
    )
    op.create_index("ix_person_session_person_id", "person_session", ["person_id"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_site_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("client_id", "name", name="uq_site_client_id_name"),
    )
    op.create_index("ix_site_client_id", "site", ["client_id"], unique=False)
    op.create_table(
        "agent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("lacking", sa.JSON(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("enrolled_utc", MOMENT, nullable=False),
        sa.Column("last_contact_utc", MOMENT, nullable=True),
        sa.Column("last_address", sa.String(), nullable=False),
        sa.Column("revoked_utc", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_agent_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
        sa.UniqueConstraint("key_hash", name="uq_agent_key_hash"),
    )
    op.create_index("ix_agent_site_id", "agent", ["site_id"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("as_of_utc", MOMENT, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_checkpoint_site_id"),
        sa.PrimaryKeyConstraint("site_id", "as_of_utc", name="pk_checkpoint"),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_utc", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_credential_client_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_credential_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_credential"),
    )
    op.create_index("ix_credential_client_id", "credential", ["client_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("missing_since", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_device_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_device"),
    )
    op.create_table(
        "enrolment_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.Column("expires_utc", MOMENT, nullable=False),
        sa.Column("used_utc", MOMENT, nullable=True),
        sa.Column("used_by_agent", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_enrolment_token_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment_token"),
        sa.UniqueConstraint("token_hash", name="uq_enrolment_token_token_hash"),
    )
    op.create_index("ix_enrolment_token_site_id", "enrolment_token", ["site_id"], unique=False)
    op.create_table(
        "history_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("valid_from_utc", MOMENT, nullable=False),
        sa.Column("valid_to_utc", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_history_item_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_history_item"),
    )
    op.create_index("ix_history_item_device", "history_item", ["site_id", "device"], unique=False)
    op.create_index("ix_history_item_span", "history_item", ["site_id", "valid_to_utc", "valid_from_utc"], unique=False)
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("at_utc", MOMENT, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_look_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_look"),
    )
    op.create_index("ix_look_site_id", "look", ["site_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_utc", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_utc", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_record_client_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_record_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
    )
    op.create_index("ix_record_client_id", "record", ["client_id"], unique=False)
    op.create_table(
        "site_knowledge",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("newest_scan", sa.Uuid(), nullable=True),
        sa.Column("as_of_utc", MOMENT, nullable=True),
        sa.Column("failures", sa.Text(), nullable=False),
        sa.Column("scanned_subnets", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_site_knowledge_site_id"),
        sa.PrimaryKeyConstraint("site_id", name="pk_site_knowledge"),
    )
    op.create_table(
        "look_content",
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["look_id"], ["look.id"], name="fk_look_content_look_id"),
        sa.PrimaryKeyConstraint("look_id", name="pk_look_content"),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("started_utc", MOMENT, nullable=False),
        sa.Column("finished_utc", MOMENT, nullable=False),
        sa.Column("received_utc", MOMENT, nullable=False),
        sa.Column("as_of_utc", MOMENT, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("packed_bytes", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failed_by_probe", sa.JSON(), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_scan_agent_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_scan_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
        sa.UniqueConstraint("site_id", "as_of_utc", name="uq_scan_site_id_as_of_utc"),
    )
    op.create_index("ix_scan_agent_id", "scan", ["agent_id"], unique=False)
    op.create_table(
        "raw_report",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name="fk_raw_report_scan_id"),
        sa.PrimaryKeyConstraint("scan_id", name="pk_raw_report"),
    )
    _append_only("audit_entry")


def _append_only(table: str) -> None:
    """What was written down is neither changed nor deleted, also by a fault of ours."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("a release is gone back from with its backup")
