"""The probes: one file a question, found by listing this folder. ``agent.probe`` says what each must have."""

from importlib import import_module
from pkgutil import iter_modules

from agent.probe import Probe, as_probe


def all_probes() -> list[Probe]:
    """Every probe, by name. TypeError, naming the file, where one lacks a part."""
    return [as_probe(import_module(f"{__name__}.{found.name}")) for found in sorted(iter_modules(__path__), key=lambda m: m.name)]
