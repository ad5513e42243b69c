"""The migrations make what the tables say, on both databases, and a database is refused where it is not ours to use."""

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from collector.store import migrate
from collector.store.database import Database
from shared.errors import BadInput


def test_migrations_make_what_the_tables_say(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert migrate.upgrade(database) == migrate.newest()
    assert migrate.upgrade(database) == migrate.newest(), "again changes nothing"
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_an_empty_database_is_refused_until_it_is_migrated(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(BadInput, match="netario-collector migrate"):
        migrate.require_current(database)
    database.close()


def test_a_database_of_a_newer_release_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (migrate.upgrade, migrate.require_current):
        with pytest.raises(BadInput, match="newer release"):
            use(database)
    database.close()


def test_the_audit_can_only_grow(database_url: str) -> None:
    database = Database(database_url)
    insert = (
        "INSERT INTO audit_entry (at_utc, actor, action, subject, detail, address) VALUES ('2026-01-01 00:00:00', 'a', 'b', 'c', '', '')"
    )
    with database.writing() as session:
        session.connection().execute(text(insert))
    for change in ("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"), database.writing() as session:
            session.connection().execute(text(change))
    with database.reading() as session:
        assert session.connection().execute(text("SELECT actor FROM audit_entry")).scalars().all() == ["a"]
    database.close()


def test_sqlite_is_opened_so_that_a_receipt_survives_a_power_cut(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    with database.reading() as session:
        pragmas = {
            name: session.connection().execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()
