"""What the collector keeps, and how it is asked for.

``tables.py`` holds the only tables; one file of queries stands beside it for each aggregate. A query takes a ``Session`` of
``collector.store.database`` first, and the moment where it matters; rows that it gives may be read after the session has ended, and
never go into a template. Two databases are served by the same statements: SQLite (the embedded default) and PostgreSQL.
"""
