"""Address translation of PIX and of ASA before 8.3: ``nat`` with its ``global``, ``nat 0`` and ``static``.

Source: ASA 8.2 Configuration Guide using the CLI, "Configuring NAT"; PIX 6.3 command reference. ``nat 0`` is an exception; a ``nat`` of
another number appears as the ``global`` of that number at the interface that a packet leaves by. In ``static (inside,outside)`` the mapped
address stands before the real one. ``0`` is short for ``0.0.0.0``.
"""

from collections.abc import Sequence

from shared.configs import cisco_ports, values
from shared.configs.asa.state import Box
from shared.configs.cisco_ace import Entry, masked
from shared.configs.cisco_lists import Keys
from shared.configs.statement import Statement
from shared.firewall import ANY, Action, PortForward, SourceNat, SourceNatKind

_LIMITS = frozenset({"tcp", "udp", "norandomseq", "dns", "outside", "netmask"})


def finish(box: Box, statements: Sequence[Statement], keys: Keys) -> list[Statement]:
    """Fills the lists; gives the statements that are not understood. Exceptions are tried before all else."""
    strange = []
    pools = [statement for statement in statements if statement.words[0] == "global"]
    exceptions = [s for s in statements if s.words[0] == "nat" and s.words[2:3] == ["0"]]
    dynamic = [s for s in statements if s.words[0] == "nat" and s not in exceptions]
    for statement in (*exceptions, *dynamic, *(s for s in statements if s.words[0] == "static")):
        try:
            if statement.words[0] == "static":
                _static(box, statement, keys)
            else:
                _nat(box, statement, pools, keys)
        except (ValueError, LookupError):
            strange.append(statement)
    return strange


def _nat(box: Box, statement: Statement, pools: Sequence[Statement], keys: Keys) -> None:
    """``nat (inside) 1 10.0.0.0 255.0.0.0``, ``nat (inside) 0 access-list NONAT``"""
    words = statement.words
    side, number, rest = words[1].strip("()"), words[2], words[3:]
    sources, destinations, services, conditions = _chosen(box, rest)
    own = [pool for pool in pools if pool.words[2] == number]
    addresses = [_pool(pool.words) for pool in own]
    kind = SourceNatKind.NONE if number == "0" else SourceNatKind.MASQUERADE if set(addresses) == {"interface"} else SourceNatKind.SOURCE
    if kind is SourceNatKind.SOURCE and not own:
        conditions.append(f"there is no global {number}")
    if "outside" in rest:
        conditions.append("outside")
    box.reading.source_nat.append(
        SourceNat(
            key=keys.of(statement.text), order=len(box.reading.source_nat) + 1, name=number, kind=kind, from_=(side,), sources=sources,
            destinations=destinations, services=services, to=tuple(dict.fromkeys(pool.words[1].strip("()") for pool in own)) or (ANY,),
            to_source=",".join(addresses) if kind is SourceNatKind.SOURCE else "", conditions=tuple(conditions), raw=statement.text,
            line=statement.line,
        )
    )  # fmt: skip


def _pool(words: Sequence[str]) -> str:
    """``global (outside) 1 192.0.2.1-192.0.2.9 netmask ...``"""
    return words[3]


def _chosen(box: Box, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], list[str]]:
    if words[:1] == ["access-list"]:
        permitted, conditions = _listed(box, words[1])
        sources = tuple(dict.fromkeys(value for entry in permitted for value in entry.sources))
        destinations = tuple(dict.fromkeys(value for entry in permitted for value in entry.destinations))
        services = tuple(dict.fromkeys(value for entry in permitted for value in entry.services))
        if len(permitted) > 1 and destinations != (ANY,):
            conditions.append(f"pairs as in access list {words[1]}")
        return sources or (f"nothing: {words[1]} permits none",), destinations or (ANY,), services or (ANY,), conditions
    if len(words) > 1 and (values.is_address(words[1]) or words[1] == "0"):
        return (box.network(words),), (ANY,), (ANY,), []
    return (box.network([words[0], "255.255.255.255"] if words[0] != "0" else ["0", "0"]),), (ANY,), (ANY,), []


def _listed(box: Box, name: str) -> tuple[list[Entry], list[str]]:
    if name not in box.acls:
        return [], [f"access list {name} is not defined"]
    entries = [listed.entry for listed in box.acls[name].entries if listed.entry.enabled]
    denied = [entry for entry in entries if entry.action is not Action.ALLOW]
    told = [f"not from {', '.join(entry.sources)} to {', '.join(entry.destinations)}" for entry in denied]
    return [entry for entry in entries if entry.action is Action.ALLOW], told


def _static(box: Box, statement: Statement, keys: Keys) -> None:
    """``static (inside,outside) [tcp] 192.0.2.5 [80] 10.0.0.5 [8080] [netmask M] ...``; ``access-list X`` in the real address' place."""
    words = statement.words
    real_side, _, mapped_side = words[1].strip("()").partition(",")
    rest = list(words[2:])
    protocol = rest.pop(0) if rest[0] in ("tcp", "udp") else ANY
    mapped = rest.pop(0)
    public = box.address_of(mapped_side) if mapped == "interface" else box.address(mapped)
    public_port = str(cisco_ports.port(rest.pop(0), protocol)) if protocol != ANY else ANY
    sources: tuple[str, ...] = (ANY,)
    conditions: list[str] = []
    if rest[0] == "access-list":
        real, real_port, sources, conditions = _policy(box, rest[1])
        rest = rest[2:]
    else:
        real = public if rest[0] == "interface" else box.address(rest[0])
        rest.pop(0)
        real_port = str(cisco_ports.port(rest.pop(0), protocol)) if protocol != ANY else ""
    if "netmask" in rest:
        mask = rest[rest.index("netmask") + 1]
        real, public = (masked(real, mask), masked(public, mask)) if protocol == ANY and values.is_address(real) else (real, public)
    if real == public and protocol == ANY and sources == (ANY,):
        _exception(box, statement, real, real_side, mapped_side, keys)
        return
    box.reading.port_forwards.append(
        PortForward(
            key=keys.of(statement.text), order=len(box.reading.port_forwards) + 1, protocol=protocol, from_=(mapped_side,),
            public_address=public, public_ports=public_port, sources=sources, to_address=real,
            to_ports="" if real_port == public_port else real_port, to=(real_side,), bidirectional=protocol == ANY,
            conditions=tuple(conditions), raw=statement.text, line=statement.line,
        )
    )  # fmt: skip


def _policy(box: Box, name: str) -> tuple[str, str, tuple[str, ...], list[str]]:
    """The machine inside is the list's source; its port too. The list's destination is who comes from outside."""
    permitted, conditions = _listed(box, name)
    real = ",".join(dict.fromkeys(value for entry in permitted for value in entry.sources)) or name
    ports = [service.partition("<")[2] for entry in permitted for service in entry.services if "<" in service]
    sources = tuple(dict.fromkeys(value for entry in permitted for value in entry.destinations))
    return real, ",".join(dict.fromkeys(ports)), sources or (ANY,), conditions


def _exception(box: Box, statement: Statement, real: str, real_side: str, mapped_side: str, keys: Keys) -> None:
    box.reading.source_nat.append(
        SourceNat(
            key=keys.of(statement.text), order=len(box.reading.source_nat) + 1, kind=SourceNatKind.NONE, from_=(real_side,),
            to=(mapped_side,), sources=(real,), raw=statement.text, line=statement.line,
        )
    )  # fmt: skip
