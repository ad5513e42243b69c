"""What FreeBSD's own tools print, which pfSense and OPNsense are built on: ``ifconfig``, ``arp``, ``netstat``, and files of DHCP leases.

Sources: the manual pages of FreeBSD 14 (ifconfig(8), arp(8), netstat(1)), dhcpd.leases(5), Netgate's manual on the routing table.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from shared.address import normal_ip, normal_mac, normal_prefix
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import AddressSeen, InterfaceAddress, InterfaceSeen, LeaseSeen, Observation, Provenance, RouteSeen
from shared.text import one_line

_HEAD = re.compile(r"^(\S+): flags=[0-9a-f]+<([A-Z0-9_,]*)>(?:.*?\bmtu (\d+))?", re.MULTILINE)
_INET = re.compile(r"^\s+inet (\S+)(?: --> \S+)? netmask 0x([0-9a-f]{8})", re.MULTILINE)
_INET6 = re.compile(r"^\s+inet6 ([0-9a-fA-F:.]+)(?:%\S+)?(?: --> \S+)? prefixlen (\d+)", re.MULTILINE)
_ETHER = re.compile(r"^\s+(?:ether|lladdr) ([0-9a-fA-F:]{17})\s*$", re.MULTILINE)
_STATUS = re.compile(r"^\s+status: (.+)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"^\s+description: (.+)$", re.MULTILINE)
_MEDIA = re.compile(r"^\s+media: .*?\((\d+)(G?)[bB]ase", re.MULTILINE)


def read_interfaces(text: str) -> Iterator[Observation]:
    """ifconfig(8): a head per interface, its lines indented by a tab. The order is the kernel's, which counts from 1."""
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise Unparsed("this is no answer of ifconfig", text)
    for index, head in enumerate(heads, 1):
        end = heads[index].start() if index < len(heads) else len(text)
        yield _interface(index, head, text[head.end() : end])


def _interface(index: int, head: re.Match[str], body: str) -> InterfaceSeen:
    flags = head[2].split(",")
    mac, status, speed = _ETHER.search(body), _STATUS.search(body), _MEDIA.search(body)
    description = _DESCRIPTION.search(body)
    addresses = [InterfaceAddress(address=a, prefix_length=int(mask, 16).bit_count()) for a, mask in _INET.findall(body)]
    addresses += [InterfaceAddress(address=a, prefix_length=int(length)) for a, length in _INET6.findall(body)]
    return InterfaceSeen(
        index=index, name=head[1], alias=one_line(description[1]) if description else "", mac=normal_mac(mac[1]) if mac else None,
        admin_up="UP" in flags, oper_up=status[1] in ("active", "associated", "running") if status else None,
        speed_bps=int(speed[1]) * (10**9 if speed[2] else 10**6) if speed else None, mtu_bytes=int(head[3]) if head[3] else None,
        addresses=tuple(addresses),
    )  # fmt: skip


_ARP = re.compile(r"^\S+ \(([\d.]+)\) at ([0-9a-fA-F:]{11,17}) on (\S+)(.*)$", re.MULTILINE)


def read_arp(text: str) -> Iterator[Observation]:
    """arp(8): ``? (10.0.0.5) at 00:1b:21:aa:bb:cc on igb1 expires in 1174 seconds [ethernet]``; the box's own are ``permanent``."""
    if text.strip() and " at " not in text:
        raise Unparsed("this is no answer of arp", text)
    for address, mac, interface, more in _ARP.findall(text):
        own = "permanent" in more
        yield AddressSeen(
            address=address, mac=normal_mac(mac), interface=interface, provenance=Provenance.OWN_TABLE if own else Provenance.THIRD_PARTY
        )


_ROW = re.compile(r"^(\S+)\s+(\S+)\s+([A-Za-z0-9]*U[A-Za-z0-9]*)\s+(.*)$", re.MULTILINE)


def read_routes(text: str) -> Iterator[Observation]:
    """netstat(1): destination, gateway, flags, then counters, and the interface as the first word that is no number."""
    if "Netif" not in text:
        raise Unparsed("this is no answer of netstat", text)
    for part in re.split(r"^(?=Internet6?:)", text, flags=re.MULTILINE)[1:]:
        default = "::/0" if part.startswith("Internet6:") else "0.0.0.0/0"
        for destination, gateway, flags, rest in _ROW.findall(part):
            # the box's own addresses and multicast are no routes
            if (found := _destination(destination, default)) and ("H" not in flags or "G" in flags):
                words = [word for word in rest.split() if not word.isdigit()]
                via = gateway.partition("%")[0]
                next_hop = via if "G" in flags and re.fullmatch(r"[0-9a-fA-F.:]+", via) else None
                route = Route(destination=found, gateway=next_hop, interface=words[0] if words else "", origin=_origin(flags))
                yield RouteSeen(route=route)


def _destination(text: str, default: str) -> str:
    if text == "default":
        return default
    bare, _, length = text.partition("/")
    address = bare.partition("%")[0]
    if not re.fullmatch(r"[0-9a-fA-F.:]+", address) or address.lower().startswith(("ff", "fe80")):
        return ""
    return normal_prefix(f"{address}/{length}" if length else address)


def _origin(flags: str) -> str:
    return "static" if "S" in flags else "dynamic" if "D" in flags or "1" in flags else "" if "G" in flags else "connected"


_LEASE = re.compile(r"^lease ([\d.]+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_ENDS = re.compile(r"ends \d (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)")


def read_leases(text: str) -> Iterator[Observation]:
    """dhcpd.leases(5): the last entry of an address holds; or Kea's ``kea-leases4.csv``. Times in UTC."""
    if text.startswith("address,hwaddr,"):
        yield from _kea(text)
        return
    if text.strip() and "lease " not in text and not text.lstrip().startswith("#"):
        raise Unparsed("these are no leases", text)
    last = {found[1]: found[2] for found in _LEASE.finditer(text)}
    for address, body in last.items():
        mac = re.search(r"hardware ethernet ([0-9a-fA-F:]+);", body)
        name = re.search(r'client-hostname "([^"]*)";', body)
        state = re.search(r"^\s*binding state (\w+);", body, re.MULTILINE)
        ends = _ENDS.search(body)
        if mac and (state is None or state[1] == "active"):
            expires = datetime.strptime(f"{ends[1]}+0000", "%Y/%m/%d %H:%M:%S%z") if ends else None
            yield LeaseSeen(address=normal_ip(address), mac=normal_mac(mac[1]), name=one_line(name[1]) if name else "", expires_utc=expires)


def _kea(text: str) -> Iterator[Observation]:
    head, *rows = text.splitlines()
    columns = head.split(",")
    last: dict[str, dict[str, str]] = {}
    for row in rows:
        cells = dict(zip(columns, row.split(","), strict=False))
        if cells.get("address"):
            last[cells["address"]] = cells
    for address, cells in last.items():
        if cells.get("hwaddr") and cells.get("state", "0") == "0":
            expires = cells.get("expire", "")
            yield LeaseSeen(
                address=normal_ip(address), mac=normal_mac(cells["hwaddr"]), name=one_line(cells.get("hostname", "").rstrip(".")),
                expires_utc=datetime.fromtimestamp(int(expires), UTC) if expires.isdigit() else None,
            )  # fmt: skip
