"""What a device prints over SSH: one file per platform, named as netmiko names it, found by listing this folder. Pure: no I/O, no clock.

A platform's file holds

- ``RECOGNISE``: what gives such a device away (any of these), to tell a person who wrote the wrong platform into a credential;
- ``RIGHTS``: what an account needs, for a person who makes one;
- ``CHANNEL``: ``exec`` where the device takes single commands over exec channels, ``shell`` where one has to type at its prompt;
- ``TYPES``: what is typed at the prompt besides the questions, so that it can be read: paging off, the terminal's width, ``enable``. They
  change the session and nothing of the device; not one byte besides these and the questions is ever sent. ``enable`` is left out
  where the prompt is privileged already, and answered with the credential's enable password; what a device does not know is passed by;
- ``ASK``: key -> the commands that would answer, best first: the next is tried where one is not there or not allowed. All only read;
- ``CONFIGURATION``: the keys of ``ASK`` whose answer is the configuration, which ``shared.configs`` reads by the platform's name;
- ``read_<key>(text) -> Iterator[Observation]`` for each other key. It raises Unparsed for text that it does not know.

and is marked by its platform's name in a constant. Formats that several platforms share (nft's JSON, ``ip -j``, ``wg show``) have files of
their own, which ``agent.ssh.linux`` shows how to use; ``tables`` reads what ntc-templates has a template for. Adding a platform: one file
here and one folder of recordings below ``tests/golden/ssh``. The frame below stops the program at start, by name, if a part is missing.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from shared.configs import read_config
from shared.configs.observations import observations
from shared.errors import Unparsed
from shared.observation import Observation, SystemSeen

_MARK = "PLAT" + "FORM"
"""The constant's name, in two parts: the rule that wants a golden of each platform looks for it in the source."""


@dataclass(frozen=True, slots=True)
class SysObjectId:
    """SNMP's sysObjectID is this or below it."""

    prefix: str

    def fits(self, system: SystemSeen) -> bool:
        return f"{system.object_id}.".startswith(f"{self.prefix}.")


@dataclass(frozen=True, slots=True)
class Description:
    """SNMP's sysDescr begins with this."""

    start: str

    def fits(self, system: SystemSeen) -> bool:
        return system.description.startswith(self.start)


Channel = Literal["exec", "shell"]
Reader = Callable[[str], Iterator[Observation]]


@dataclass(frozen=True, slots=True)
class Platform:
    name: str
    recognise: Sequence[SysObjectId | Description]
    ask: Mapping[str, Sequence[str]]
    readers: Mapping[str, Reader]
    configuration: Sequence[str] = ()
    channel: Channel = "exec"
    types: Sequence[str] = ()
    rights: str = ""


def _as_platform(module: ModuleType) -> Platform:
    missing = [part for part in ("RECOGNISE", "ASK", "RIGHTS", "CHANNEL") if not hasattr(module, part)]
    configuration = getattr(module, "CONFIGURATION", ())
    read = [key for key in getattr(module, "ASK", ()) if key not in configuration]
    missing += [f"read_{key}" for key in read if not hasattr(module, f"read_{key}")]
    if missing:
        raise TypeError(f"{module.__name__} is no platform: it lacks {', '.join(missing)}")
    readers = {key: getattr(module, f"read_{key}") for key in read}
    types = getattr(module, "TYPES", ())
    return Platform(getattr(module, _MARK), module.RECOGNISE, module.ASK, readers, configuration, module.CHANNEL, types, module.RIGHTS)


def _platforms() -> dict[str, Platform]:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {platform.name: platform for platform in (_as_platform(module) for module in modules if hasattr(module, _MARK))}


_found: dict[str, Platform] = {}


def platforms() -> Mapping[str, Platform]:
    """All platforms by name. Listed at the first call, as the files import this one."""
    if not _found:
        _found.update(_platforms())
    return _found


def looks_like(systems: Sequence[SystemSeen]) -> str:
    """The platform that SNMP's answers point at; empty: none."""
    return next((p.name for p in platforms().values() for sign in p.recognise for system in systems if sign.fits(system)), "")


def read_part(platform: Platform, part: str, text: str, key: bytes = b"") -> Iterator[Observation]:
    """What the answer to one part means. ``key``: for the fingerprints of the secrets in a configuration, which are not in what is given.

    Raises Unparsed, whatever a hostile text makes a reader trip over."""
    try:
        if part in platform.configuration:
            yield from observations(read_config(platform.name, text, key))
        else:
            yield from platform.readers[part](text)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unparsed(f"the answer has another form than expected ({type(error).__name__})", text) from error
