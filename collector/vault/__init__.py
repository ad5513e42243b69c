"""Secrets at rest: ``keys.py`` keeps the master key outside the database, ``cipher.py`` seals, ``access.py`` alone opens, and writes
down who asked before the value leaves."""
