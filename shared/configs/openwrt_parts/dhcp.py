"""OpenWrt's package ``dhcp``: pools and reservations of dnsmasq and odhcpd.

Source: OpenWrt's "DHCP and DNS configuration" (22.03 to 24.10). A pool begins at the network's address plus ``start`` and has ``limit``
addresses; the gateway and the name server are the router itself unless an option says otherwise.
"""

import ipaddress
import re

from shared.configs import values
from shared.configs.openwrt_parts.router import Router, number
from shared.configs.uci import Section
from shared.firewall import DhcpPool, DhcpReservation

_TIME = re.compile(r"(\d{1,9})([smhdw]?)")
_UNIT_S = {"": 60, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_ROUTER, _DNS = ("3", "option:router"), ("6", "option:dns-server")
_DEFAULT_START, _DEFAULT_LIMIT, _DEFAULT_LEASE_S = 100, 150, 12 * 3600


def host(router: Router, section: Section) -> None:
    address = section.text("ip")
    name = section.text("name") or section.name
    for mac in section.values("mac"):
        if values.is_address(address) and _MAC.fullmatch(mac):
            router.reservations.append(DhcpReservation(mac=mac, address=address, name=name))


def dnsmasq(router: Router, section: Section) -> None:
    router.reading.domain = router.reading.domain or section.text("domain")


def pool(router: Router, section: Section) -> None:
    """Kept until all interfaces are known."""
    router.pools.append(section)
    for name in ("interface", "start", "limit", "leasetime", "ignore", "dhcpv4", "dhcp_option", "networkid", "netmask"):
        section.taken.add(name)


def relay(router: Router, section: Section) -> None:
    server = section.text("server_addr")
    router.reading.dhcp.append(
        DhcpPool(
            key=f"relay/{section.name or section.text('interface') or server}", interface=section.text("interface"),
            relay_to=tuple(filter(values.is_address, (server,))), options=(f"local_addr {section.text('local_addr')}",),
        )
    )  # fmt: skip


def finish(router: Router) -> None:
    for section in router.pools:
        try:
            found = _pool(router, section)
        except ValueError:
            router.reading.unread(section.statement)
            continue
        if found:
            router.reading.dhcp.append(found)
    known = [reservation for pool in router.reading.dhcp for reservation in pool.reservations]
    if left := tuple(reservation for reservation in router.reservations if reservation not in known):
        router.reading.dhcp.append(DhcpPool(key="reservations of no known network", reservations=left))


def _pool(router: Router, section: Section) -> DhcpPool | None:
    name = section.text("interface") or section.name
    own = router.prefix_of(name)
    off = section.is_on("ignore") or section.text("dhcpv4") in ("disabled", "0")
    if own is None and (off or not section.text("start")):
        return None
    options = [value.split(",") for value in section.settings.get("dhcp_option", ())]
    gateway = next(
        (each for option in options if option[0] in _ROUTER for each in option[1:] if _is_ipv4(each)), str(own.ip) if own else None
    )
    servers = [each for option in options if option[0] in _DNS for each in option[1:] if values.is_address(each)] or (
        [str(own.ip)] if own else []
    )
    first, last = _range(own, section)
    others = [" ".join((option[0], ",".join(option[1:]))) for option in options if option[0] not in (*_ROUTER, *_DNS)]
    inside = [r for r in router.reservations if own and ":" not in r.address and ipaddress.IPv4Address(r.address) in own.network]
    return DhcpPool(
        key=section.name or name, interface=name, prefix=str(own.network) if own else None, first_address=first, last_address=last,
        gateway=gateway, dns_servers=tuple(servers), domain=router.reading.domain, lease_s=_lease_s(section.text("leasetime")),
        enabled=not off, options=tuple(others), reservations=tuple(inside),
    )  # fmt: skip


def _range(own: ipaddress.IPv4Interface | None, section: Section) -> tuple[str | None, str | None]:
    if own is None:
        return None, None
    start, limit = number(section.text("start")), number(section.text("limit"))
    first = int(own.network.network_address) + (_DEFAULT_START if start is None else start)
    last = min(first + (_DEFAULT_LIMIT if limit is None else limit) - 1, int(own.network.broadcast_address) - 1)
    if not first <= last:
        return None, None
    return str(ipaddress.IPv4Address(first)), str(ipaddress.IPv4Address(last))


def _lease_s(text: str) -> int:
    """A bare number is minutes; 0 for ever."""
    found = _TIME.fullmatch(text)
    return int(found[1]) * _UNIT_S[found[2]] if found else 0 if text == "infinite" else _DEFAULT_LEASE_S


def _is_ipv4(text: str) -> bool:
    return values.is_address(text) and ":" not in text
