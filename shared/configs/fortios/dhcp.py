"""DHCP servers with their reservations. Source: Fortinet's CLI reference, system > dhcp > server."""

import ipaddress
from collections.abc import Iterator, Mapping

from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, table
from shared.firewall import DhcpPool, DhcpReservation

_SERVER = names(
    "status interface default-gateway netmask ip-range dns-server1 dns-server2 dns-server3 dns-server4 domain lease-time"
    " exclude-range options reserved-address ntp-server1 ntp-server2 ntp-server3 tftp-server next-server filename"
    " wins-server1 wins-server2 vci-match vci-string dns-service ntp-service"
)
_SERVER_PART = names(
    "mac-acl-default-action forticlient-on-net-status wifi-ac1 wifi-ac2 wifi-ac3 wifi-ac-service timezone-option timezone"
    " server-type ip-mode conflicted-ip-timeout ipsec-lease-hold auto-configuration ddns-update ddns-update-override"
    " ddns-server-ip ddns-zone ddns-auth ddns-keyname ddns-key ddns-ttl dhcp-settings-from-fortiipam auto-managed-status"
    " shared-subnet relay-agent uci-match uci-string enable option1 option2 option3 option4 option5 option6 ipsec-lease-hold"
)
_RESERVED = names("ip mac description action type circuit-id remote-id circuit-id-type remote-id-type")
_AS_OPTIONS = (
    "ntp-server1",
    "ntp-server2",
    "ntp-server3",
    "tftp-server",
    "next-server",
    "filename",
    "wins-server1",
    "wins-server2",
    "vci-string",
)
_NOTHING = ("", "0.0.0.0")  # noqa: S104 - no listener


def read_dhcp(box: Box, vdom: Vdom) -> None:
    box.reading.dhcp += each(box.reading, vdom.table("system dhcp server"), lambda entry: _pool(box, vdom, entry))


def _pool(box: Box, vdom: Vdom, entry: Entry) -> DhcpPool:
    account(box.reading, entry, _SERVER, _SERVER_PART, "settings of DHCP servers")
    ranges = list(_ranges(box, entry, "ip-range"))
    lease_s = int(entry.get("lease-time", "604800"))
    options = [f"range {first}-{last}" for first, last in ranges[1:]]
    options += [f"exclude {first}-{last}" for first, last in _ranges(box, entry, "exclude-range")]
    options += [f"{name} {entry.get(name)}" for name in _AS_OPTIONS if entry.get(name) not in _NOTHING]
    gateway = entry.get("default-gateway")
    reserved = table(box.reading, entry.tables["reserved-address"]) if "reserved-address" in entry.tables else {}
    for one in reserved.values():
        account(box.reading, one, _RESERVED)
    return DhcpPool.model_validate(
        {
            "key": box.key(vdom, entry.name), "interface": entry.get("interface"),
            "prefix": _pool_prefix(gateway if gateway not in _NOTHING else ranges[0][0] if ranges else "", entry.get("netmask")),
            "first_address": ranges[0][0] if ranges else None, "last_address": ranges[0][1] if ranges else None,
            "gateway": gateway if gateway not in _NOTHING else None,
            "dns_servers": tuple(s for n in range(1, 5) if (s := entry.get(f"dns-server{n}")) not in _NOTHING),
            "domain": entry.get("domain"), "lease_s": lease_s or None, "enabled": entry.get("status", "enable") == "enable",
            "options": (*options, *_options(box, entry), *_odd_reservations(reserved)), "reservations": tuple(_reservations(box, reserved)),
        }
    )  # fmt: skip


def _pool_prefix(address: str, netmask: str) -> str | None:
    if not values.is_address(address) or not netmask:
        return None
    return str(ipaddress.ip_network(f"{address}/{values.prefix_length(netmask)}", strict=False))


def _ranges(box: Box, entry: Entry, name: str) -> Iterator[tuple[str, str]]:
    for each_range in (table(box.reading, entry.tables[name]) if name in entry.tables else {}).values():
        known = ("vci-match", "vci-string", "lease-time", "uci-match", "uci-string")
        account(box.reading, each_range, ("start-ip", "end-ip"), known, "settings of DHCP servers")
        if values.is_address(each_range.get("start-ip")) and values.is_address(each_range.get("end-ip")):
            yield each_range.get("start-ip"), each_range.get("end-ip")


def _options(box: Box, entry: Entry) -> Iterator[str]:
    for option in (table(box.reading, entry.tables["options"]) if "options" in entry.tables else {}).values():
        known = ("vci-match", "vci-string", "uci-match", "uci-string")
        account(box.reading, option, ("code", "type", "value", "ip"), known, "settings of DHCP servers")
        yield f"{option.get('code')} {option.get('value') or option.get('ip')}"


def _reservations(box: Box, reserved: Mapping[str, Entry]) -> Iterator[DhcpReservation]:
    plain = {
        name: own
        for name, own in reserved.items()
        if own.get("mac") and own.get("action", "reserved") == "reserved" and own.get("ip") not in _NOTHING
    }
    yield from each(box.reading, plain, lambda own: DhcpReservation(mac=own.get("mac"), address=own.get("ip"), name=own.get("description")))


def _odd_reservations(reserved: Mapping[str, Entry]) -> Iterator[str]:
    """Clients that get no address, or a free one by name, and those that are known by their port (option 82)."""
    for own in reserved.values():
        if (action := own.get("action", "reserved")) != "reserved" and own.get("mac"):
            yield f"{action} {own.get('mac')} {own.get('description')}".strip()
        elif not own.get("mac") and own.get("ip") not in _NOTHING:
            yield f"reserved {own.get('ip')} circuit {own.get('circuit-id')} {own.get('remote-id')}".strip()
