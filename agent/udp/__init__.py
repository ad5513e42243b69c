"""UDP services: one file per protocol, found by listing this folder. Each file says what to ask and how to read what comes. Pure.

A file has

- ``PORT`` and ``SERVICE`` (IANA's name of the service);
- ``ask(address, token) -> tuple[bytes, ...]``: the questions for one address, none for a protocol that only a group is asked by; ``token``
  is 16 bytes of chance, so that nobody who did not hear the question can answer it;
- ``answers(datagram, token) -> bool``: whether it is an answer to such a question, as far as the protocol lets one tell;
- ``read(address, datagram) -> Iterator[Observation]``: what it says; raises Unparsed and nothing else.

It may have ``ask_more(address, token)``: questions for a service that has answered the first; and, where a group can be asked,
``GROUP``, ``search(token)`` and ``search_more(datagrams, token)``, the questions that arise from what the first brought.

There is no file for WireGuard: a server answers nothing that is not signed with a key which it knows (WireGuard's protocol, "silence is
a virtue"), so from outside it cannot be told from a closed port behind a firewall, and nothing is sent to it. Where a device lets the
agent in, its own list of listeners tells it (``agent.ssh.wireguard``).

Every payload is a single small datagram that changes nothing on the far side. A time server's ``monlist`` is not asked, no key exchange
is carried through, and DNS questions do not ask for recursion, so that nobody asks the Internet on the agent's behalf.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from shared.observation import Observation

TOKEN_BYTES = 16


class UdpService(Protocol):
    PORT: int
    SERVICE: str

    def ask(self, address: str, token: bytes) -> tuple[bytes, ...]: ...
    def answers(self, datagram: bytes, token: bytes) -> bool: ...
    def read(self, address: str, datagram: bytes) -> Iterator[Observation]: ...


class GroupService(UdpService, Protocol):
    GROUP: str

    def search(self, token: bytes) -> tuple[bytes, ...]: ...
    def search_more(self, datagrams: Sequence[bytes], token: bytes) -> tuple[bytes, ...]: ...


class TalkativeService(UdpService, Protocol):
    def ask_more(self, address: str, token: bytes) -> tuple[bytes, ...]: ...


def as_service(module: ModuleType) -> UdpService:
    """The module as a service; TypeError, naming what is missing, where it is none."""
    parts = ("PORT", "SERVICE", "ask", "answers", "read", *(("search", "search_more") if hasattr(module, "GROUP") else ()))
    missing = [part for part in parts if not hasattr(module, part)]
    if missing:
        raise TypeError(f"{module.__name__} is no UDP service: it lacks {', '.join(missing)}")
    return cast(UdpService, module)


@cache
def services() -> tuple[UdpService, ...]:
    """Every service, by port."""
    found = (as_service(import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__))
    return tuple(sorted(found, key=lambda service: service.PORT))


def groups() -> tuple[GroupService, ...]:
    """Those that a group can be asked by."""
    return tuple(cast(GroupService, service) for service in services() if hasattr(service, "GROUP"))


def more_questions(service: UdpService, address: str, token: bytes) -> tuple[bytes, ...]:
    """What is asked of a service that has answered."""
    return cast(TalkativeService, service).ask_more(address, token) if hasattr(service, "ask_more") else ()
