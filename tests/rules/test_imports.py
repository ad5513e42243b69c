"""Imports point one way, and the pure rooms import nothing that touches the world. Read from the source, nothing is run."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SIDES = {"agent", "collector", "shared"}

# room -> what it may import besides the standard library and itself
SHARED_MAY = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "netaddr"}

IMPURE = {
    *("socket", "ssl", "subprocess", "asyncio", "threading", "selectors", "multiprocessing", "signal", "urllib", "http", "smtplib"),
    *("os", "shutil", "tempfile", "glob", "pathlib", "sqlite3", "time", "random", "secrets", "logging"),
    *(
        "scapy",
        "pysnmp",
        "nmap",
        "netmiko",
        "paramiko",
        "httpx",
        "apscheduler",
        "fastapi",
        "starlette",
        "uvicorn",
        "sqlmodel",
        "sqlalchemy",
    ),
    *("alembic", "jinja2", "cryptography", "rich"),
}
PURE_PATHS = {"PurePath", "PurePosixPath"}
"""Paths as text, which never touch a disk."""
# listing a folder for plugins and reading a rule table beside the code is how the house finds its parts, not I/O on the world
PURE_ROOMS = {
    "collector/core": set(),
    "collector/sections": set(),
    "agent/snmp": set(),
    "agent/ssh": set(),
    "agent/web": set(),
    "shared/configs": set(),
}


def sources(room: str) -> list[Path]:
    return sorted((TOP / room).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names that a file imports, with their lines; relative imports are refused elsewhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "pathlib" and {alias.name for alias in node.names} <= PURE_PATHS:
            continue
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides which way it points"
            yield node.module or "", node.lineno


def offences(room: str, forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(TOP)}:{line} imports {name}"
        for path in sources(room)
        for name, line in imported(path)
        if name.split(".")[0] in forbidden or any(name == f or name.startswith(f + ".") for f in forbidden)
    ]


def test_shared_imports_only_the_standard_library_and_pydantic() -> None:
    allowed = SHARED_MAY | set(sys.stdlib_module_names) | {"shared"}
    strangers = [
        f"{p.relative_to(TOP)}:{line} imports {n}" for p in sources("shared") for n, line in imported(p) if n.split(".")[0] not in allowed
    ]
    assert strangers == []


@pytest.mark.parametrize(("side", "other"), [("agent", "collector"), ("collector", "agent"), ("shared", "agent"), ("shared", "collector")])
def test_the_sides_never_import_each_other(side: str, other: str) -> None:
    assert offences(side, {other, "tests"}) == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_import_nothing_that_touches_the_world(room: str) -> None:
    assert sources(room), f"{room} is empty: the rule would hold of nothing"
    assert offences(room, IMPURE - PURE_ROOMS[room]) == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_read_no_clock(room: str) -> None:
    clock = [
        f"{path.relative_to(TOP)}:{node.lineno}"
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "uuid4"}
    ]
    assert clock == [], "time and randomness come in as arguments"


def test_only_the_edge_opens_sockets_raw_frames_and_processes() -> None:
    libraries = {"scapy", "pysnmp", "nmap", "netmiko", "paramiko", "socket", "ssl", "subprocess"}
    outside = [
        f"{path.relative_to(TOP)}:{line} imports {name}"
        for path in sources("agent")
        if path.parent.name != "edge" and path.name != "uplink.py"  # the way to the collector
        for name, line in imported(path)
        if name.split(".")[0] in libraries
    ]
    assert outside == []


def test_tables_are_made_and_read_in_the_store_alone() -> None:
    outside = [
        f"{path.relative_to(TOP)}:{line} imports {name}"
        for room in ("collector/pages", "collector/sections", "collector/core")
        for path in sources(room)
        for name, line in imported(path)
        if name.startswith("collector.store.tables") or name.split(".")[0] in {"sqlmodel", "sqlalchemy"}
    ]
    assert outside == [], "a page declares the context that it renders; rows stay in the store"
    tables = [
        path.relative_to(TOP).as_posix()
        for path in sources("collector")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(k.arg == "table" for k in node.keywords)
    ]
    assert set(tables) == {"collector/store/tables.py"}
