"""Addresses, groups of them and schedules: what the names in a rule stand for.

``firewall address`` (default type ``ipmask``, default subnet everything), ``address6``, ``addrgrp`` (with members that are excluded),
``wildcard-fqdn``, ``multicast-address``, threat feeds. Source: Fortinet's CLI reference, firewall > address, addrgrp, schedule.
"""

from collections.abc import Mapping, Sequence

from shared.address import normal_mac
from shared.configs import values
from shared.configs.fortios.box import Box, Names, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, network, taken
from shared.device_config import AddressObject
from shared.firewall import ANY

_ADDRESS = names("type subnet start-ip end-ip fqdn wildcard-fqdn country wildcard interface comment start-mac end-mac macaddr ip6 sub-type")
_ADDRESS_PART = names(
    "uuid color visibility associated-interface allow-routing fabric-object tagging cache-ttl clearpass-spt sdn fsso-group"
    " tenant organization epg-name subnet-name sdn-tag policy-group obj-tag obj-type tag-detection-level tag-type filter"
    " sdn-addr-type node-ip-only obj-id list hw-vendor hw-model os sw-version dirty template host-type host subnet-segment"
    " route-tag passive-fqdn-learning cache-size category pattern url host-regex path query method ua ua-min-ver ua-max-ver"
    " header header-name header-group case-sensitivity referrer application post-arg"
)
_GROUP = names("member exclude exclude-member comment type")
_GROUP_PART = names("uuid color visibility allow-routing fabric-object tagging category")
_BUILT_IN = {
    "all": (ANY,),
    "none": ("0.0.0.0",),  # noqa: S104 - no listener
    "FABRIC_DEVICE": (ANY,),
    "FIREWALL_AUTH_PORTAL_ADDRESS": (ANY,),
    "SSLVPN_TUNNEL_ADDR1": ("10.212.134.200-10.212.134.210",),
}
_BUILT_IN_6 = {"all": (ANY,), "none": ("::",), "SSLVPN_TUNNEL_IPv6_ADDR1": ("fdff:ffff::/120",)}
_SEVERAL = ("firewall address", "firewall multicast-address", "firewall wildcard-fqdn custom", "firewall proxy-address")
_GROUPS = ("firewall addrgrp", "firewall wildcard-fqdn group", "firewall proxy-addrgrp")


def read(box: Box, vdom: Vdom) -> None:
    _read_family(box, vdom, vdom.addresses, _SEVERAL, _GROUPS, _BUILT_IN)
    several6 = ("firewall address6", "firewall multicast-address6")
    _read_family(box, vdom, vdom.addresses6, several6, ("firewall addrgrp6",), _BUILT_IN_6)
    for feed in (*box.shared.table("system external-resource"), *vdom.table("system external-resource")):
        vdom.addresses.own.setdefault(feed, (feed,))
        vdom.addresses6.own.setdefault(feed, (feed,))
    for name, inside in vdom.forwards.items():
        vdom.addresses.own.setdefault(name, inside)
        vdom.addresses6.own.setdefault(name, inside)


def _read_family(
    box: Box, vdom: Vdom, names: Names, tables: Sequence[str], groups: Sequence[str], built_in: Mapping[str, tuple[str, ...]]
) -> None:
    names.own.update(built_in)
    names.told = any(vdom.table(name) for name in (*tables, *groups))
    for name in tables:
        for entry in vdom.table(name).values():
            account(box.reading, entry, _ADDRESS, _ADDRESS_PART, "settings of address objects")
            names.own[entry.name] = _address(box, entry) or (entry.name,)
    for name in groups:
        for entry in vdom.table(name).values():
            account(box.reading, entry, _GROUP, _GROUP_PART, "settings of address objects")
            names.members[entry.name] = _members(entry)
    for name in groups:
        _exclude(names, vdom.table(name))
    for name in tables:
        box.reading.address_objects += each(box.reading, vdom.table(name), lambda entry: _object(names, entry, ()))
    for name in groups:
        box.reading.address_objects += each(box.reading, vdom.table(name), lambda entry: _object(names, entry, tuple(entry.all("member"))))


def _object(names: Names, entry: Entry, members: tuple[str, ...]) -> AddressObject:
    return AddressObject(
        name=entry.name, kind="group" if entry.name in names.members else "address", values=names.resolved(entry.name), members=members,
        comment=entry.get("comment"),
    )  # fmt: skip


def _members(entry: Entry) -> list[str]:
    """Of a group; those that it excludes under a name that no object can have, which ``_exclude`` gives its values."""
    excluded = [f"!\n{name}" for name in entry.all("exclude-member")] if entry.on("exclude") else []
    return [*entry.all("member"), *excluded]


def _exclude(names: Names, groups: Mapping[str, Entry]) -> None:
    for entry in groups.values():
        if entry.on("exclude"):
            for name in entry.all("exclude-member"):
                names.own[f"!\n{name}"] = tuple(f"!{value.removeprefix('!')}" for value in names.resolved(name))
    names.forget()


def _address(box: Box, entry: Entry) -> tuple[str, ...] | None:
    """What one object stands for; None where only the device knows."""
    kind = entry.get("type", "ipmask")
    reading = box.reading
    if entry.all("ip6"):
        return taken(reading, entry, "ip6", lambda words: (values.network(words[0]),))
    if kind in ("ipprefix", "ipmask", "subnet"):
        return taken(reading, entry, "subnet", _network) or ((ANY,) if not entry.all("subnet") else None)
    if kind in ("iprange", "multicastrange", "broadcastmask"):
        return taken(reading, entry, "end-ip", lambda words: (values.span(entry.get("start-ip", words[0]), words[0]),))
    if kind in ("fqdn", "wildcard-fqdn") or entry.all("wildcard-fqdn"):
        return tuple(entry.all("fqdn") or entry.all("wildcard-fqdn")) or None
    if kind == "geography":
        return tuple(f"geo:{country}" for country in entry.all("country")) or None
    if kind == "interface-subnet":
        return taken(reading, entry, "subnet", _network) or tuple(f"net:{name}" for name in entry.all("interface")) or None
    if kind == "wildcard":
        return taken(reading, entry, "wildcard", _wildcard) or ((ANY,) if not entry.all("wildcard") else None)
    if kind == "mac":
        return _macs(box, entry)
    return None


def _network(words: Sequence[str]) -> tuple[str, ...]:
    return (network(words),)


def _wildcard(words: Sequence[str]) -> tuple[str, ...]:
    """FortiOS compares the bits that are set; Cisco's spelling, which we keep, those that are not."""
    inverted = ".".join(str(255 - int(part)) for part in words[1].split("."))
    return (values.wildcard(words[0], inverted),)


def _macs(box: Box, entry: Entry) -> tuple[str, ...] | None:
    if entry.all("macaddr"):
        return taken(box.reading, entry, "macaddr", lambda words: tuple(_mac_span(*word.partition("-")[::2]) for word in words))
    return taken(box.reading, entry, "start-mac", lambda words: (_mac_span(words[0], entry.get("end-mac")),))


def _mac_span(first: str, last: str) -> str:
    low, high = normal_mac(first), normal_mac(last or first)
    return f"mac:{low}" if low == high else f"mac:{low}-{high}"


_SCHEDULE = names("day start end start-utc end-utc member expiration-days")
_SCHEDULE_PART = frozenset(("color", "uuid", "fabric-object"))


def read_schedules(box: Box, vdom: Vdom) -> None:
    """What a schedule's name stands for, in words: ``monday tuesday 08:00-18:00``, ``until 18:00 2024/01/31``."""
    for kind in ("onetime", "recurring", "group"):
        for entry in vdom.table(f"firewall schedule {kind}").values():
            account(box.reading, entry, _SCHEDULE, _SCHEDULE_PART, "settings of schedules")
            vdom.schedules[entry.name] = _schedule(kind, entry)


def _schedule(kind: str, entry: Entry) -> str:
    start, end = entry.get("start"), entry.get("end")
    if kind == "group":
        return ", ".join(entry.all("member"))
    if kind == "onetime":
        return " ".join(part for part in (f"from {start}" if start else "", f"until {end}" if end else "") if part)
    # without days it is Sunday alone in old releases and never in new ones: said as it is
    days = entry.get("day", "no day")
    hours = "" if start in ("", "00:00") and end in ("", "00:00") else f" {start or '00:00'}-{end or '24:00'}"
    return f"{days}{hours}"
