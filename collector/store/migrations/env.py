"""Run by Alembic: migrates on the connection that ``collector.store.migrate`` gives."""

from alembic import context
from sqlmodel import SQLModel

from collector.store import tables

assert tables  # noqa: S101  # imported for its tables
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite changes a column only by copying its table
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
