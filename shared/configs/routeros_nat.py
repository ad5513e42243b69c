"""RouterOS's address translation: ``/ip firewall nat``.

``dst-nat`` and ``redirect`` are port forwards (to the box itself, for ``redirect``); ``netmap`` in dstnat is one that keeps the rest of the
address; ``masquerade`` and ``src-nat`` are source translation; ``accept`` and ``return`` are exceptions. What a chain of one's own asks,
the rule that jumps to it has asked before: its matchers are conditions of every rule there. Source: MikroTik's documentation, "NAT".
"""

from collections.abc import Sequence

from shared.configs.reading import Reading
from shared.configs.routeros_match import Lists, Match, match, ports, protocol, written_matchers
from shared.configs.routeros_rules import Keys, raw, reached, told, why_without_effect
from shared.configs.routeros_text import Entry
from shared.firewall import ANY, PortForward, Scope, SourceNat, SourceNatKind

_CHAINS = {"dstnat": Scope.FORWARD, "srcnat": Scope.OUTPUT, "output": Scope.OTHER, "input": Scope.OTHER}
_SOURCE = {
    "masquerade": SourceNatKind.MASQUERADE,
    "src-nat": SourceNatKind.SOURCE,
    "same": SourceNatKind.SOURCE,
    "endpoint-independent-nat": SourceNatKind.SOURCE,
    "accept": SourceNatKind.NONE,
    "return": SourceNatKind.NONE,
}
_NOT_TRANSLATING = frozenset({"jump", "log", "passthrough", "add-src-to-address-list", "add-dst-to-address-list"})
MAX_JUMPS = 5


def read_nat(reading: Reading, entries: Sequence[Entry], lists: Lists) -> None:
    keys = Keys()
    for menu in dict.fromkeys(entry.menu for entry in entries):
        table = [entry for entry in entries if entry.menu == menu]
        chains = reached(table, _CHAINS)
        jumps = _jumps(table)
        for entry in table:
            try:
                _read(reading, entry, lists, keys.of(entry), chains, jumps)
            except (ValueError, LookupError):
                reading.unread(entry.statement)


def _jumps(table: Sequence[Entry]) -> dict[str, list[str]]:
    """Chain -> what the rules ask that jump to it."""
    jumps: dict[str, list[str]] = {}
    for entry in table:
        if entry.get("action") == "jump":
            state = " disabled" if entry.disabled else ""
            asked = written_matchers(entry.attrs)
            jumps.setdefault(entry.get("jump-target"), []).append(f"reached{state} from {entry.get('chain')}: {asked or 'everything'}")
    return jumps


def _read(reading: Reading, entry: Entry, lists: Lists, key: str, chains: dict[str, Scope], jumps: dict[str, list[str]]) -> None:
    action, chain = entry.get("action") or "accept", entry.attrs["chain"]
    if action in _NOT_TRANSLATING:
        reading.pass_over("jumps and notes in address translation", entry.statement)
        return
    found = match(entry, lists, "ipv6" if entry.menu.startswith("ipv6") else "ipv4")
    if found.application:
        found.conditions.append(f"layer7-protocol={found.application}")
    found.conditions += [f"{name}={','.join(asked)}" for name, asked in (("connection-state", found.states),) if asked]
    if found.schedule:
        found.conditions.append(f"time={found.schedule}")
    if chain not in _CHAINS:
        found.conditions += jumps.get(chain, ())[:MAX_JUMPS] if chain in chains else [f"nothing jumps to chain {chain}"]
    if why := why_without_effect(entry) or found.why:
        found.conditions.append(f"without effect: {why}")
    is_destination = action in ("dst-nat", "redirect") or (action == "netmap" and chain != "srcnat")
    if is_destination:
        reading.port_forwards.append(_forward(entry, found, key, len(reading.port_forwards) + 1, action))
        return
    if action not in _SOURCE and action != "netmap":
        raise ValueError("an action that is not known")
    if action in ("accept", "return") and chain != "srcnat":
        found.conditions.append(f"chain={chain}")
    if action not in ("masquerade", "src-nat", "accept"):
        found.conditions.append(f"action={action}")
    reading.source_nat.append(_source(entry, found, key, len(reading.source_nat) + 1, action))


def _public(found: Match, entry: Entry) -> str:
    return ",".join(found.destinations) if found.destinations else entry.get("dst-address", ANY)


def _forward(entry: Entry, found: Match, key: str, order: int, action: str) -> PortForward:
    asked = protocol(entry.get("protocol")) or ANY
    public_ports = ",".join(ports(entry.get("dst-port")))
    to_ports = entry.get("to-ports").removesuffix("-0")
    if either := entry.get("port"):
        found.conditions.append(f"port={either}")
    if since := entry.get("src-port"):
        found.conditions.append(f"src-port={since}")
    if icmp := entry.get("icmp-options"):
        found.conditions.append(f"icmp-options={icmp}")
    to_address = "self" if action == "redirect" else entry.get("to-addresses") or entry.get("to-address") or _public(found, entry)
    return PortForward.model_validate(
        told({
            "key": key, "order": order, "name": entry.get("comment"), "enabled": not entry.disabled, "protocol": asked,
            "from": found.from_, "public_address": _public(found, entry), "public_ports": public_ports, "sources": found.sources,
            "to_address": to_address.removesuffix("/32"), "to_ports": "" if to_ports == public_ports else to_ports, "to": found.to,
            "bidirectional": action == "netmap", "comment": entry.get("comment"), "conditions": tuple(found.conditions), "raw": raw(entry),
            "line": entry.line,
        })
    )  # fmt: skip


def _source(entry: Entry, found: Match, key: str, order: int, action: str) -> SourceNat:
    to_source = entry.get("to-addresses") or entry.get("to-address")
    if to_source and (numbers := entry.get("to-ports")):
        to_source = f"{to_source}:{numbers}"
    return SourceNat.model_validate(
        told({
            "key": key, "order": order, "name": entry.get("comment"), "enabled": not entry.disabled,
            "kind": _SOURCE.get(action, SourceNatKind.SOURCE), "from": found.from_, "to": found.to, "sources": found.sources,
            "destinations": found.destinations, "services": found.services, "to_source": to_source, "comment": entry.get("comment"),
            "conditions": tuple(found.conditions), "raw": raw(entry), "line": entry.line,
        })
    )  # fmt: skip
