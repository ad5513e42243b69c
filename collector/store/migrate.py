"""Brings a database to the form that this release knows, by the migrations that ship inside the package (Alembic).

Raises BadInput for a database of a newer release, or one that needs ``netario-collector migrate`` first.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from collector.store.database import Database, reachable
from shared.errors import BadInput

MIGRATIONS = Path(__file__).parent / "migrations"


def opened(url: str) -> Database:
    """The database, in the form that this release knows: the embedded one is brought to it, another must be. Raises NetarioError."""
    database = Database(url)
    with reachable(database):
        if database.is_sqlite:
            upgrade(database)
        require_current(database)
    return database


def upgrade(database: Database) -> str:
    """The revision that the database now has. All of it happens, or nothing."""
    current = revision(database)
    if current is not None and current not in known():
        raise BadInput(_newer(current))
    with database.engine.connect().execution_options(netario_writes=True) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return newest()


def require_current(database: Database) -> None:
    current = revision(database)
    if current is None:
        raise BadInput("the database is empty. Run: netario-collector migrate, with the same --data and --database.")
    if current not in known():
        raise BadInput(_newer(current))
    if current != newest():
        raise BadInput("the database is of an older release. Back it up, then run: netario-collector migrate")


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    return _scripts().get_current_head() or ""


def known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _newer(current: str) -> str:
    return f"the database has the form {current}, which a newer release made. Install that release, or go back to a backup."
