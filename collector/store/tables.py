"""The tables, and nothing else. The migrations in ``migrations/`` make them; a test holds the two together.

Words of a network or of a person have no length limit here: they are bounded where they come in (``shared.text``,
``shared.report``). Only names of at most 200 characters are part of an index, since PostgreSQL refuses index entries above 2.7 kB.
Moments are aware and in UTC. A secret is only ever a hash or a sealed value.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from collector.store.moment import Moment

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Client(SQLModel, table=True):
    __tablename__ = "client"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    note: str = ""
    created_utc: datetime = Field(sa_type=Moment)


class Site(SQLModel, table=True):
    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    name: str
    created_utc: datetime = Field(sa_type=Moment)


class Agent(SQLModel, table=True):
    __tablename__ = "agent"

    id: UUID = Field(primary_key=True)
    site_id: UUID = Field(foreign_key="site.id", index=True)
    name: str
    """The host name that it gave at enrolment."""
    version: str
    """As its newest report, or its enrolment, says."""
    lacking: list[str] = Field(default_factory=list, sa_type=JSON)
    """What it cannot do there and why, as its newest report says."""
    key_hash: str = Field(unique=True)
    """SHA-256 (hex) of its key: the key is 256 random bits, so that a slow hash adds nothing."""
    enrolled_utc: datetime = Field(sa_type=Moment)
    last_contact_utc: datetime | None = Field(default=None, sa_type=Moment)
    last_address: str = ""
    revoked_utc: datetime | None = Field(default=None, sa_type=Moment)


class EnrolmentToken(SQLModel, table=True):
    __tablename__ = "enrolment_token"

    id: UUID = Field(primary_key=True)
    site_id: UUID = Field(foreign_key="site.id", index=True)
    token_hash: str = Field(unique=True)
    created_by: str
    """The person's name, or ``command line``."""
    created_utc: datetime = Field(sa_type=Moment)
    expires_utc: datetime = Field(sa_type=Moment)
    used_utc: datetime | None = Field(default=None, sa_type=Moment)
    used_by_agent: UUID | None = None


class Scan(SQLModel, table=True):
    """One report that was taken. ``id`` is the report's own, so that the same report twice is one row."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("site_id", "as_of_utc"),)

    id: UUID = Field(primary_key=True)
    site_id: UUID = Field(foreign_key="site.id")
    agent_id: UUID = Field(foreign_key="agent.id", index=True)
    started_utc: datetime = Field(sa_type=Moment)
    finished_utc: datetime = Field(sa_type=Moment)
    """By the agent's clock."""
    received_utc: datetime = Field(sa_type=Moment)
    """By the collector's clock."""
    as_of_utc: datetime = Field(sa_type=Moment)
    """``finished_utc``, made unique within the site: the scan's place in the site's history."""
    complete: bool
    merged: bool = True
    """False where it came so late that the reports around it were no longer kept: then only the raw report is."""
    digest: str
    """SHA-256 (hex) of the report's JSON."""
    packed_bytes: int
    answered: int
    """Outcomes that are answered or partial."""
    failed: int
    """All others."""
    failed_by_probe: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    devices: int
    """Devices known after it that were not missing."""


class RawReport(SQLModel, table=True):
    """The report as it was pushed, gzip: conclusions can be computed again from it until its retention ends."""

    __tablename__ = "raw_report"

    scan_id: UUID = Field(primary_key=True, foreign_key="scan.id")
    packed: bytes


class SiteKnowledge(SQLModel, table=True):
    """What is known of a site as a whole; with its devices and looks this is ``collector.core.knowledge.KnownSite``."""

    __tablename__ = "site_knowledge"

    site_id: UUID = Field(primary_key=True, foreign_key="site.id")
    revision: int
    """Counts every write. Whoever merged from a copy writes only if it has not moved, and begins again otherwise."""
    newest_scan: UUID | None = None
    as_of_utc: datetime | None = Field(default=None, sa_type=Moment)
    """The newest scan's."""
    failures: str = Field(default="[]", sa_type=Text)
    scanned_subnets: list[str] = Field(default_factory=list, sa_type=JSON)


class Device(SQLModel, table=True):
    __tablename__ = "device"

    site_id: UUID = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    first_seen: datetime = Field(sa_type=Moment)
    last_seen: datetime = Field(sa_type=Moment)
    missing_since: datetime | None = Field(default=None, sa_type=Moment)


class Look(SQLModel, table=True):
    """When a probe last saw a target, and what: narrow, since ``at_utc`` of every row changes with every scan."""

    __tablename__ = "look"

    id: int | None = Field(default=None, primary_key=True)
    site_id: UUID = Field(foreign_key="site.id", index=True)
    device_id: str
    """``collector.core.knowledge.SITE`` (empty) for the site as a whole."""
    probe: str
    target: str
    at_utc: datetime = Field(sa_type=Moment)
    digest: str


class LookContent(SQLModel, table=True):
    """A look's observations, JSON; written only when the look's digest changes."""

    __tablename__ = "look_content"

    look_id: int = Field(primary_key=True, foreign_key="look.id")
    observations: str = Field(sa_type=Text)


class HistoryItem(SQLModel, table=True):
    """One item of a site's inventory, valid from one scan until (not with) another. See ``collector.store.history``."""

    __tablename__ = "history_item"
    __table_args__ = (
        Index("ix_history_item_span", "site_id", "valid_to_utc", "valid_from_utc"),
        Index("ix_history_item_device", "site_id", "device"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site_id: UUID = Field(foreign_key="site.id")
    kind: str
    """The inventory's list that it stands in: ``devices``, ``firewall_rules`` ..."""
    key: str
    device: str
    digest: str
    document: str = Field(sa_type=Text)
    valid_from_utc: datetime = Field(sa_type=Moment)
    valid_to_utc: datetime | None = Field(default=None, sa_type=Moment)


class ConfigurationText(SQLModel, table=True):
    """A device's configuration, secrets removed, zlib; once for all that differ only in lines that change by themselves."""

    __tablename__ = "configuration_text"

    site_id: UUID = Field(primary_key=True, foreign_key="site.id")
    stable_sha256: str = Field(primary_key=True)
    size_bytes: int
    packed: bytes
    first_seen_utc: datetime = Field(sa_type=Moment)


class Checkpoint(SQLModel, table=True):
    """All that was known of a site after one scan: an older report that comes late is folded in from here."""

    __tablename__ = "checkpoint"

    site_id: UUID = Field(primary_key=True, foreign_key="site.id")
    as_of_utc: datetime = Field(primary_key=True, sa_type=Moment)
    packed: bytes


class Person(SQLModel, table=True):
    __tablename__ = "person"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    """What is typed to sign in, lower case."""
    password_hash: str
    language: str = ""
    """``en``, ``it``; empty: as the browser asks."""
    created_utc: datetime = Field(sa_type=Moment)
    disabled_utc: datetime | None = Field(default=None, sa_type=Moment)


class PersonSession(SQLModel, table=True):
    __tablename__ = "person_session"

    token_hash: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    created_utc: datetime = Field(sa_type=Moment)
    expires_utc: datetime = Field(sa_type=Moment)
    address: str


class FailedSignIn(SQLModel, table=True):
    """What the limit on guessing counts: an account's name (hashed, as people type passwords there) and an address."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_at_utc", "at_utc"),)

    id: int | None = Field(default=None, primary_key=True)
    name_hash: str
    address: str
    at_utc: datetime = Field(sa_type=Moment)


class Credential(SQLModel, table=True):
    """A login that a technician stored. Only ``sealed`` is secret; ``collector.vault`` alone can open it."""

    __tablename__ = "credential"

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    device_id: str | None = None
    """Not a foreign key: a replay by better rules may give another device, and must not be held up by what people wrote."""
    area: str = ""
    """``remote_access``, ``security``, ``email``, ``backup`` or empty."""
    name: str
    username: str = ""
    url: str = ""
    note: str = ""
    sealed: bytes
    key_id: str
    created_by: str
    created_utc: datetime = Field(sa_type=Moment)
    updated_by: str
    updated_utc: datetime = Field(sa_type=Moment)


class Record(SQLModel, table=True):
    """What a technician wrote about one area of a client. The area's section says which fields there are."""

    __tablename__ = "record"

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    device_id: str | None = None
    area: str
    title: str
    fields: dict[str, str] = Field(sa_type=JSON)
    created_by: str
    created_utc: datetime = Field(sa_type=Moment)
    updated_by: str
    updated_utc: datetime = Field(sa_type=Moment)


class Correction(SQLModel, table=True):
    """What a technician says that a device is, whatever was seen: at most one for a field at a time. What was withdrawn stays as a row."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_device", "site_id", "device_id"),
        Index(
            "uq_correction_in_force",
            "site_id",
            "device_id",
            "field",
            unique=True,
            sqlite_where=text("valid_to_utc IS NULL"),
            postgresql_where=text("valid_to_utc IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id")
    site_id: UUID = Field(foreign_key="site.id")
    device_id: str
    """Not a foreign key, as a credential's."""
    field: str
    """One of ``collector.core.corrections.FIELDS``."""
    value: str
    made_by: str
    valid_from_utc: datetime = Field(sa_type=Moment)
    valid_to_utc: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
    """Who withdrew or replaced it; empty: nobody, or the device turned out to be another that has its own."""


class AuditEntry(SQLModel, table=True):
    """Who did what, when, from where. Append-only: triggers refuse UPDATE and DELETE. No foreign keys, so that it outlives all."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    at_utc: datetime = Field(sa_type=Moment)
    actor: str
    """The person's name, ``agent NAME`` or ``command line``."""
    action: str
    """``credential.reveal``, ``agent.revoke`` ...: stable words, made a sentence for the reader elsewhere."""
    client_id: UUID | None = None
    subject: str
    """The id of what it was done to."""
    detail: str = ""
    address: str = ""
