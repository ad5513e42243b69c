"""Which certificates do the TLS services of a host show?

Asked are services that speak TLS from the first byte, by what version detection heard or by their IANA number, and mail and FTP services
that start it on demand (STARTTLS, AUTH TLS). Only the leaf certificate is read; nothing is verified.
"""

import asyncio
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.probe import Answer, Seen, Target
from shared.errors import Unsupported
from shared.observation import CertificateSeen, PortSeen
from shared.outcome import State

NAME = "certificates"
AFTER = ("greetings", "http", "services")
AT_ONCE = 8
DEADLINE_S = 30.0
CREDENTIALS = False

_ANSWER_S = 8.0
_PACKETS_A_HOST = 10
_TLS_PORTS = frozenset({443, 465, 636, 990, 992, 993, 995, 4443, 5061, 5986, 8443, 9443, 10443})
_TLS_SERVICES = frozenset({"https", "imaps", "pop3s", "smtps", "ldaps", "ftps", "ssl"})
_STARTTLS_PORTS = {21: "ftp", 25: "smtp", 587: "smtp", 143: "imap", 110: "pop3"}
_STARTTLS_SERVICES = {"ftp": "ftp", "smtp": "smtp", "submission": "smtp", "imap": "imap", "pop3": "pop3"}


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    found: dict[str, set[int]] = {}
    for port in seen.facts(PortSeen):
        if port.protocol == "tcp" and (_is_tls(port) or _starttls(port)):
            found.setdefault(port.address, set()).add(port.number)
    return [Target(address, tuple(sorted(ports))) for address, ports in found.items()]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    dialects = _dialects(target, seen)
    results = await asyncio.gather(*(_one(edges, target.name, number, starttls) for number, starttls in dialects.items()))
    certificates = tuple(result for result in results if isinstance(result, CertificateSeen))
    silent = [str(number) for number, result in zip(dialects, results, strict=True) if result is None]
    without = [result for result in results if isinstance(result, str)]
    if silent and len(silent) == len(results):
        return Answer(state=State.SILENT, detail="no TLS handshake in time")
    if silent:
        return Answer(certificates, State.PARTIAL, f"no TLS handshake in time on port {', '.join(silent)}")
    return Answer(certificates, detail="; ".join(without))


async def _one(edges: Edges, address: str, port: int, starttls: str) -> CertificateSeen | str | None:
    """The certificate; a sentence where the port has none to show; None where it is silent."""
    try:
        return await edges.tls.certificate(address, port, starttls, _ANSWER_S)
    except Unsupported as none_there:
        return str(none_there)


def _dialects(target: Target, seen: Seen) -> dict[int, str]:
    """Port -> the protocol that STARTTLS is asked in; empty: TLS from the first byte. What was heard outweighs the number."""
    dialects: dict[int, str] = {}
    heard = sorted(seen.open_ports(target.name), key=lambda port: port.examined)
    for port in heard:
        if port.number in target.ports:
            dialects[port.number] = "" if _is_tls(port) else _starttls(port)
    return dialects


def _is_tls(port: PortSeen) -> bool:
    return port.number in _TLS_PORTS or port.service in _TLS_SERVICES or port.service.startswith("ssl/")


def _starttls(port: PortSeen) -> str:
    return _STARTTLS_SERVICES.get(port.service) or _STARTTLS_PORTS.get(port.number, "")
