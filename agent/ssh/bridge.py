"""Which MAC addresses and VLANs the kernel's bridges know, as ``bridge -j`` prints them.

Source: bridge(8) of iproute2 5.9 to 6.1. Raw: one JSON list. Of the forwarding table only learned entries are told: those that are
permanent are the bridge's own. Raises Unparsed where the text is no such list.
"""

from collections.abc import Iterator
from typing import Any

from agent.ssh.iproute2 import entries
from shared.address import MacKind, mac_kind, normal_mac
from shared.observation import BridgeEntrySeen, Observation, VlanSeen


def read_macs(text: str) -> Iterator[Observation]:
    for entry in entries(text):
        own = entry.get("state") in ("permanent", "static") or "self" in (entry.get("flags") or ()) or "master" not in entry
        mac, port, vlan = entry.get("mac"), entry.get("ifname"), entry.get("vlan")
        if own or not isinstance(mac, str) or not isinstance(port, str):
            continue
        normal = normal_mac(mac)
        if mac_kind(normal) is not MacKind.EXCLUDED:
            yield BridgeEntrySeen(mac=normal, port=port, vlan=vlan if isinstance(vlan, int) else None)


def read_vlans(text: str) -> Iterator[Observation]:
    found: set[int] = set()
    for entry in entries(text):
        for vlan in entry.get("vlans") or ():
            found |= set(_numbers(vlan))
    yield from (VlanSeen(vlan=number) for number in sorted(found))


def _numbers(vlan: Any) -> Iterator[int]:
    """``{"vlan": 10, "vlanEnd": 20}``"""
    first = vlan.get("vlan") if isinstance(vlan, dict) else None
    last = vlan.get("vlanEnd", first) if isinstance(vlan, dict) else None
    if isinstance(first, int) and isinstance(last, int) and 1 <= first <= last <= 4094:
        yield from range(first, last + 1)
