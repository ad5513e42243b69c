"""Which addresses does the device give out? ``access address-assignment`` with ``dhcp-local-server``, the older ``system services dhcp``,
and relays. Source: Junos "DHCP user guide"; "dhcp (System Services)" for the older form."""

import ipaddress
import re

from shared.configs import values
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.firewall import DhcpPool, DhcpReservation

_Serving = list[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]]
_OPTIONS = ("next-server", "tftp-server", "boot-file", "boot-server", "server-identifier", "netbios-node-type", "wins-server", "sip-server",
            "propagate-settings", "propagate-ppp-settings", "grace-period", "ztp", "t1-percentage", "t2-percentage",
            "cpe-name")  # fmt: skip


def read(box: Box) -> None:
    access = box.at("access")
    serving = _interfaces(box)
    for pool in access.each("address-assignment", "pool", inactive=True):
        for family in pool.each("family"):
            if family.name == "inet":
                _pool(box, pool, family, serving)
            else:
                family.leave("DHCP for IPv6")
        pool.pass_over("DHCP server options", "link", "active-drain", "hold-down", "linked-pool-aggregation")
    access.pass_over("access profiles", *(set(access.children) - {"address-assignment"}))
    (access.children.get("address-assignment") or Node("")).pass_over("DHCP server options", "neighbor-discovery-router-advertisement",
                                                                     "abated-utilization", "high-utilization")  # fmt: skip
    _old(box, box.at("system", "services", "dhcp"))
    _relays(box)


def _interfaces(box: Box) -> _Serving:
    """The interfaces that a server listens on, with their networks."""
    named = {
        interface.name: interface.active
        for group in box.at("system", "services", "dhcp-local-server").each("group", inactive=True)
        for interface in group.each("interface", inactive=True)
    }
    return _networks(box, {name for name, active in named.items() if active})


def _networks(box: Box, names: set[str] | None = None) -> _Serving:
    return [(each.name, ipaddress.ip_interface(text).network) for each in box.reading.interfaces
            if names is None or each.name in names for text in each.addresses]  # fmt: skip


def _at(address: str, serving: _Serving) -> str:
    try:
        first = ipaddress.ip_network(address, strict=False).network_address
    except ValueError:
        return ""
    return next((name for name, network in serving if first in network), "")


def _address(text: str) -> str | None:
    return text if values.is_address(text) else None


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _pool(box: Box, pool: Node, family: Node, serving: _Serving) -> None:
    network = family.value("network")
    said = family.get("dhcp-attributes") or Node("")
    reservations = []
    for host in family.each("host"):
        mac, address = host.value("hardware-address"), host.value("ip-address")
        if re.fullmatch(r"[0-9A-Fa-f:.-]{12,17}", mac) and values.is_address(address):
            reservations.append(DhcpReservation(mac=mac, address=address, name=host.name))
        host.pass_over("DHCP server options", "user-name", "id")
    interface = _at(network, serving)
    ranges = [(each.name, each.value("low"), each.value("high")) for each in family.each("range")] or [("", "", "")]
    for each in family.each("range"):
        each.pass_over("DHCP server options", "prefix-length")
    options = [f"option {each.name} {' '.join(words[1:])}".strip() for each in said.each("option") for words in each.taken()]
    options += [f"{name} {' '.join(child.taken_words())}".strip() for name in _OPTIONS if (child := said.get(name)) is not None]
    options += [f"excluded {word}" for each in family.each("excluded-range") for word in [f"{each.value('low')}-{each.value('high')}"]]
    options += [f"excluded {name}" for name in family.values("excluded-address")]
    router = [name for name in said.values("router") if values.is_address(name)]
    lease = said.value("maximum-lease-time")
    said.pass_over("DHCP server options", "option-match", "option-82", "exclude-prefix-len", "valid-lifetime", "preferred-lifetime")
    family.pass_over("DHCP server options", "xauth-attributes", "dhcp-attributes") if said.name == "" else None
    family.pass_over("DHCP server options", "xauth-attributes")
    for at, (name, low, high) in enumerate(ranges):
        box.reading.dhcp.append(
            DhcpPool.model_validate(
                {
                    "key": f"{pool.name}/{name}" if len(ranges) > 1 else pool.name, "interface": interface,
                    "prefix": network if values.is_network(network) else None, "first_address": _address(low),
                    "last_address": _address(high),
                    "gateway": router[0] if router else None, "dns_servers": tuple(filter(values.is_address, said.values("name-server"))),
                    "domain": said.value("domain-name"), "lease_s": _seconds(lease), "options": tuple(options),
                    "enabled": pool.active and bool(interface), "reservations": tuple(reservations) if at == 0 else (),
                }
            )
        )  # fmt: skip


def _old(box: Box, top: Node) -> None:
    """``system services dhcp``: what is said on top holds of every pool that does not say otherwise."""
    serving = _networks(box)
    bindings = []
    for binding in top.each("static-binding"):
        if re.fullmatch(r"[0-9A-Fa-f:.-]{12,17}", binding.name):
            addresses = filter(values.is_address, binding.values("fixed-address"))
            bindings += [DhcpReservation(mac=binding.name, address=each, name=binding.value("host-name")) for each in addresses]
        binding.pass_over("DHCP server options", "client-identifier", "host-name")
    for pool in top.each("pool", inactive=True):
        network = pool.name
        reserved = tuple(each for each in bindings if values.is_network(network)
                         and ipaddress.ip_address(each.address) in ipaddress.ip_network(network, strict=False))  # fmt: skip
        spread = pool.get("address-range") or Node("")
        router, dns = pool.values("router") or top.values("router"), pool.values("name-server") or top.values("name-server")
        options = [
            f"option {' '.join(words[1:])}" for name in ("option",) if (child := pool.get(name)) is not None for words in child.taken()
        ]
        options += [f"excluded {name}" for name in pool.values("exclude-address")]
        options += [f"{name} {' '.join(child.taken_words())}".strip() for name in _OPTIONS if (child := pool.get(name)) is not None]
        lease = pool.value("default-lease-time") or pool.value("maximum-lease-time") or top.value("default-lease-time")
        pool.values("maximum-lease-time")
        pool.pass_over("DHCP server options", "domain-search")
        box.reading.dhcp.append(
            DhcpPool.model_validate(
                {
                    "key": network, "prefix": network if values.is_network(network) else None, "interface": _at(network, serving),
                    "first_address": _address(spread.value("low")), "last_address": _address(spread.value("high")),
                    "gateway": next(filter(values.is_address, router), None), "dns_servers": tuple(filter(values.is_address, dns)),
                    "domain": pool.value("domain-name") or top.value("domain-name"), "lease_s": _seconds(lease),
                    "enabled": pool.active, "options": tuple(options), "reservations": reserved,
                }
            )
        )  # fmt: skip


def _relays(box: Box) -> None:
    options = box.at("forwarding-options")
    relay = box.at("forwarding-options", "dhcp-relay")
    servers = {group.name: tuple(filter(values.is_address, group.values())) for group in relay.each("server-group")}
    everywhere = relay.value("active-server-group")
    for group in relay.each("group", inactive=True):
        to = servers.get(group.value("active-server-group") or everywhere, ())
        for interface in group.each("interface"):
            box.reading.dhcp.append(DhcpPool(key=f"relay {interface.name}", interface=interface.name, relay_to=to, enabled=group.active))
            interface.pass_over("DHCP relay options", *interface.children)
        group.pass_over("DHCP relay options", *(set(group.children) - {"interface", "active-server-group"}))
    relay.pass_over("DHCP relay options", *(set(relay.children) - {"group", "server-group", "active-server-group"}))
    bootp = box.at("forwarding-options", "helpers", "bootp")
    general = tuple(filter(values.is_address, bootp.values("server")))
    for server in bootp.each("server"):
        server.pass_over("DHCP relay options", *server.children)
    for interface in bootp.each("interface"):
        own = tuple(filter(values.is_address, interface.values("server"))) or general
        box.reading.dhcp.append(DhcpPool(key=f"relay {interface.name}", interface=interface.name, relay_to=own))
        interface.pass_over("DHCP relay options", *(set(interface.children) - {"server"}))
    bootp.pass_over("DHCP relay options", *(set(bootp.children) - {"interface", "server"}))
    helpers = box.at("forwarding-options", "helpers")
    helpers.pass_over("forwarding options", *(set(helpers.children) - {"bootp"}))
    options.pass_over("forwarding options", *(set(options.children) - {"dhcp-relay", "helpers"}))
