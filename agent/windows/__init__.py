"""What Windows says of itself in WMI: one file a group of classes, found by listing this folder. Pure: no I/O, no clock.

A group's file holds

- ``QUERIES``: the WQL queries that it needs, all of them reads of named properties;
- ``read(peer, *answers) -> Iterator[Observation]``: who was asked, and one answer a query: a list of objects as property -> value.

and is marked by the group's name in a constant. ``wsman`` and ``sealed`` say how queries and answers travel.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from shared.errors import Unparsed
from shared.observation import Observation

_MARK = "GRO" + "UP"

Answers = list[dict[str, str]]
"""The objects that one query found."""

CIMV2 = "root/cimv2"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who was asked, by which TCP port."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Query:
    wql: str
    namespace: str = CIMV2


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    queries: Sequence[Query]
    read: Callable[..., Iterator[Observation]]


def groups() -> list[Group]:
    """All groups, by name. TypeError, naming the file, where one lacks a part."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    marked = [module for module in modules if hasattr(module, _MARK)]
    for module in marked:
        if not (hasattr(module, "QUERIES") and hasattr(module, "read")):
            raise TypeError(f"{module.__name__} is no group of classes: it lacks QUERIES or read")
    return sorted((Group(getattr(m, _MARK), m.QUERIES, m.read) for m in marked), key=lambda group: group.name)


def read_group(group: Group, peer: Peer, answers: Sequence[Answers]) -> list[Observation]:
    """What the answers mean. Raises Unparsed, whatever a hostile answer makes a reader trip over."""
    try:
        return list(group.read(peer, *answers))
    except (ValueError, LookupError, TypeError) as error:
        raise Unparsed(f"{group.name} has another form than expected ({type(error).__name__})", str(answers)[:200]) from error
