"""One database, SQLite or PostgreSQL, and the transactions on it.

SQLite: WAL, so that pages are read while a report is written; ``synchronous=FULL``, since a receipt tells the agent to delete its
copy and NORMAL may lose the last commits when the power fails; foreign keys on; a writer takes its lock when it begins
(``BEGIN IMMEDIATE``), as a reader that becomes a writer half-way fails at once instead of waiting. Source: sqlite.org/wal.html,
pragma.html. PostgreSQL: READ COMMITTED, the default; what must not be lost to a race is written with a condition and counted.

Raises BadInput for a URL that is none, Unreachable where the database does not answer.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlmodel import Session

from shared.errors import BadInput, NetarioError, Unreachable

BUSY_TIMEOUT_MS = 30_000
POOL_SIZE = 20
POOL_OVERFLOW = 30
CONNECT_TIMEOUT_S = 10
DATABASE_FILE = "netario.sqlite3"


class NotFound(NetarioError):
    """There is no such row, or no longer."""


class Database:
    def __init__(self, url: str) -> None:
        self.url = _parsed(url)
        self.engine = _engine(self.url)
        self._site_locks: dict[UUID, Lock] = {}
        self._site_locks_guard = Lock()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one state of the database throughout, and writes nothing."""
        isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options=isolation)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed when the block ends, and rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"netario_writes": True})
            yield session
            session.commit()

    def lock_of_site(self, site_id: UUID) -> Lock:
        """One merge at a time for each site; between processes, ``SiteKnowledge.revision`` does the same."""
        with self._site_locks_guard:
            return self._site_locks.setdefault(site_id, Lock())

    def close(self) -> None:
        self.engine.dispose()


def default_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / DATABASE_FILE}"


def _parsed(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise BadInput("the database URL cannot be read. Write it like postgresql+psycopg://user@host/netario.") from None
    if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise BadInput(f"{url.drivername}: no such database here. SQLite and postgresql+psycopg:// are known.")
    return url


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000} if sqlite else {"connect_timeout": CONNECT_TIMEOUT_S}
    try:
        engine = create_engine(
            url, connect_args=arguments, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=not sqlite, hide_parameters=True
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        raise BadInput("PostgreSQL needs another package. Install it: pip install 'netario[postgres]'") from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # else the driver writes BEGIN itself, and only before the first change
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("netario_writes") else "BEGIN")


@contextmanager
def reachable(database: Database) -> Iterator[None]:
    """For commands: what the driver says when there is no database, in one line without the password."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
        raise Unreachable(f"the database {database.url.render_as_string(hide_password=True)} cannot be used: {reason}") from None
