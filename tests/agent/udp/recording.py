"""Recorded datagrams: a line ``# from ADDRESS``, then one datagram a line, in hex digits."""

from dataclasses import dataclass
from pathlib import Path

from agent.udp import UdpService, services
from tests.agent.goldens import recordings

RECORDINGS = recordings("udp", "*.hex")
BY_NAME: dict[str, UdpService] = {service.__name__.rsplit(".", 1)[1]: service for service in services()}  # type: ignore[attr-defined]  # a module


@dataclass(frozen=True)
class Recorded:
    service: UdpService
    address: str
    datagrams: tuple[bytes, ...]


def recorded(path: Path) -> Recorded:
    first, *lines = path.read_text(encoding="ascii").splitlines()
    return Recorded(BY_NAME[path.parent.name], first.removeprefix("# from "), tuple(bytes.fromhex(line) for line in lines))
