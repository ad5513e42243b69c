"""Asks every MIB's reader what the answers mean, and makes one device of it.

``MIBS`` are the files of this folder, in order of rank; a file that lacks a part stops the program at start, by name. A MIB of a maker's
own has ``ENTERPRISES``, so that others' devices are not asked for it; ``ASK_FIRST`` spares a device without the first tables the rest.
Pure.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

import agent.snmp
from agent.edge import Oid, VarBind
from agent.join import join
from agent.snmp.rows import Rows
from shared.observation import Observation

Table = tuple[Oid, ...]


@dataclass(frozen=True, slots=True)
class Mib:
    name: str
    rank: int
    scalars: Sequence[Oid]
    tables: Sequence[Table]
    read: Callable[[Rows], Iterator[Observation]]
    enterprises: Sequence[int] = ()
    """The makers whose devices have it, by their enterprise number; none: anybody's may."""
    ask_first: int | None = None
    """So many tables are always asked; the rest only where one of these had rows. None: all are."""

    def fits(self, object_id: Oid) -> bool:
        """Whether a device of this sysObjectID may have it: nobody else is asked."""
        return not self.enterprises or (
            object_id[: len(_ENTERPRISES)] == _ENTERPRISES and object_id[6:7] in {(n,) for n in self.enterprises}
        )


_ENTERPRISES = (1, 3, 6, 1, 4, 1)


def _as_mib(module: ModuleType) -> Mib:
    missing = [part for part in ("RANK", "GET", "WALK", "read") if not hasattr(module, part)]
    if missing:
        raise TypeError(f"{module.__name__} is no MIB: it lacks {', '.join(missing)}")
    name = module.__name__.rsplit(".", 1)[1]
    makers, ask_first = getattr(module, "ENTERPRISES", ()), getattr(module, "ASK_FIRST", None)
    return Mib(name, module.RANK, module.GET, module.WALK, module.read, makers, ask_first)


def _mibs() -> list[Mib]:
    names = [module.name for module in pkgutil.iter_modules(agent.snmp.__path__) if module.name.endswith("_mib")]
    return sorted((_as_mib(importlib.import_module(f"agent.snmp.{name}")) for name in names), key=lambda mib: (mib.rank, mib.name))


MIBS = _mibs()


@dataclass(frozen=True, slots=True)
class Reading:
    observations: tuple[Observation, ...]
    passed_over: str
    """What could not be read, for a person: ``2 routes, 1 LLDP neighbours``. Empty: nothing."""


def read(binds: Iterable[VarBind], mibs: Sequence[Mib] = MIBS) -> Reading:
    """All that the answers say of one device."""
    rows = Rows(binds)
    observations = join(fact for mib in mibs for fact in mib.read(rows))
    passed_over = ", ".join(f"{count} {name}" for name, count in sorted(rows.passed_over.items()))
    return Reading(observations, passed_over)
