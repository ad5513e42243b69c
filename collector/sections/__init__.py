"""The areas of a client's book, one file an area: what was found, what people wrote, what is missing and how to get it.

A module of this folder is an area when it holds

- ``AREA``: its name in addresses and in stored records; ``ORDER``: its place in the book; ``TITLE``: its message id;
- ``FIELDS``: what a technician fills in, see ``parts.model.Field``;
- ``build(inventory, records, credentials, client) -> Section``: a pure function. ``records`` and ``credentials`` are those of this area.

``areas()`` finds them by listing the folder and stops at start-up, by name, where a part is missing.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from collector.sections.parts.model import Build, Field


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    order: int
    title: str
    fields: tuple[Field, ...]
    build: Build

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


def _area(module: ModuleType) -> Area:
    missing = [part for part in ("AREA", "ORDER", "TITLE", "FIELDS", "build") if not hasattr(module, part)]
    if missing:
        raise TypeError(f"{module.__name__} is no section: it lacks {', '.join(missing)}")
    return Area(module.AREA, module.ORDER, module.TITLE, module.FIELDS, module.build)


@cache
def areas() -> tuple[Area, ...]:
    """All areas, in the order of the book."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg]
    found = (_area(importlib.import_module(f"{__name__}.{name}")) for name in names)
    return tuple(sorted(found, key=lambda area: area.order))


def area_named(name: str) -> Area | None:
    return next((area for area in areas() if area.name == name), None)
