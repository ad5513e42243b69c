"""What a firewall or controller gives over its own HTTPS interface: one file per platform, found by listing this folder. Pure: no clock,
and no I/O but what the session that it is given does.

A platform's file holds

- its name in a constant (below), as ``shared.configs`` names it; ``TITLE``: what a person calls it;
- ``EXPERIMENTAL``: True until a real box of the make was asked;
- ``RIGHTS``: what an account or a key needs, for a person who makes one;
- ``LOGIN``: ``api_key`` or ``password``: what the interface takes;
- ``ASKS``: name -> ``WebAsk``: every request that is ever made. All only read, log in or log out; nothing else can be sent;
- ``FORMAT``: which format of ``shared.configs`` its configuration has, where that is not of the platform's name (optional);
- ``converse(talk) -> None``: asks, and tells ``talk`` what it heard. What it raises outside of ``talk.part`` ends the conversation: it logs
  in there. Nobody may log in twice: a second wrong password may lock an account.

Adding a platform: one file here, and one synthetic peer below ``tests/golden/web``. Secrets go out before anything is kept: a configuration
is given as text to ``shared.configs``, which takes them out; no other answer's text is kept.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Literal

from agent.edge import WebAnswer, WebAsk, WebSession
from shared.errors import Denied, Unparsed, Unsupported
from shared.observation import Observation

_MARK = "PLAT" + "FORM"
"""The constant's name, in two parts: the rule that wants a synthetic peer of each platform looks for it in the source."""

MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What a hostile answer makes a reader trip over."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that was put together of answers. ``text`` makes the text, as a large one takes its time."""

    text: Callable[[], str]
    lacks: tuple[str, ...] = ()
    """What belongs to it and was not given: without a right, for example."""


@dataclass(slots=True)
class Talk:
    """A conversation with one device, and what was heard."""

    session: WebSession
    target: str
    rights: str
    facts: list[Observation] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    configurations: list[Configuration] = field(default_factory=list)

    async def ask(self, name: str, /, **values: str) -> WebAnswer:
        return await self.session.ask(name, **values)

    def tell(self, facts: Iterable[Observation]) -> None:
        self.facts.extend(facts)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of its own: when it fails, that is named and the rest goes on. A device that does not answer any more ends it all."""
        try:
            yield
        except Unsupported:
            self.absent.append(name)
        except Denied as error:
            self.failures.append(f"{name}: {error}. The account needs: {self.rights}")
        except Unparsed as error:
            self.failures.append(f"{name}: {error}")
        except MALFORMED as error:
            self.failures.append(f"{name}: the answer has another form than expected ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class WebPlatform:
    name: str
    title: str
    experimental: bool
    rights: str
    login: Literal["api_key", "password"]
    asks: Mapping[str, WebAsk]
    format: str
    converse: Callable[[Talk], Awaitable[None]]


def _as_platform(module: ModuleType) -> WebPlatform:
    missing = [part for part in ("TITLE", "EXPERIMENTAL", "RIGHTS", "LOGIN", "ASKS", "converse") if not hasattr(module, part)]
    if missing:
        raise TypeError(f"{module.__name__} is no platform: it lacks {', '.join(missing)}")
    name: str = getattr(module, _MARK)
    form = getattr(module, "FORMAT", name)
    return WebPlatform(name, module.TITLE, module.EXPERIMENTAL, module.RIGHTS, module.LOGIN, module.ASKS, form, module.converse)


_found: dict[str, WebPlatform] = {}


def platforms() -> Mapping[str, WebPlatform]:
    """All platforms by name. Listed at the first call, as the files import this one."""
    if not _found:
        modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
        marked = [_as_platform(module) for module in modules if hasattr(module, _MARK)]
        _found.update({platform.name: platform for platform in marked})
    return _found
