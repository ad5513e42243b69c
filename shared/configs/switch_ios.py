"""The statements that Cisco-like access switches share: what stands below a port, an interface of a VLAN, and on top.

Cisco Small Business, Dell (FASTPATH, OS10 and the older PowerConnect) and TP-Link all took the words of Cisco IOS and added their own. A
make's file takes these tables and puts its own words beside them. Sources: Cisco 350/CBS350 CLI guide, Dell N-Series 6.6 CLI reference,
Dell OS10 user guide 10.5, TP-Link T2600G CLI guide.
"""

from collections.abc import Set as AbstractSet

from shared.configs import values, vlan_list
from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.configs.switch_box import ALL_VLANS, Box, Port, dns_servers, marks, nothing, number_of, on_ports, text_from, word_of

MODES = {"access": "access", "trunk": "trunk", "general": "general", "hybrid": "general", "customer": "access", "dot1q-tunnel": "access"}


def hostname(box: Box, statement: Statement) -> None:
    box.reading.hostname = statement.words[-1]


def domain(box: Box, statement: Statement) -> None:
    box.reading.domain = statement.words[-1]


def gateway(box: Box, statement: Statement) -> None:
    box.route("0.0.0.0/0", statement.words[-1])


def route(box: Box, statement: Statement) -> bool | None:
    """``ip route 10.0.0.0 255.0.0.0 10.1.1.1 [METRIC]``, ``/8`` and ``10.0.0.0/8`` alike; ``Null0`` or an interface for a gateway."""
    words = statement.words[2:]
    if words[0] == "default":
        box.route("0.0.0.0/0", words[1])
        return None
    table = ""
    if words[0] == "vrf":
        table, words = words[1], words[2:]
    if "/" in words[0]:
        destination, rest = words[0], words[1:]
    else:
        destination, rest = f"{words[0]}/{values.prefix_length(words[1])}", words[2:]
    metric = next((word for word in rest[1:] if word.isdigit()), "")
    if values.is_address(rest[0]):
        box.route(destination, rest[0], table=table, metric=metric)
    elif rest[0].lower() in ("interface", "vlan") and len(rest) > 1:
        more = rest[2:] if rest[0] == "interface" and rest[1] == "vlan" else rest[1:]
        name = f"vlan {more[0]}" if "vlan" in rest[:2] else rest[1]
        onward = rest[-1] if values.is_address(rest[-1]) else ""
        box.route(destination, onward, name, table=table)
    else:
        box.route(destination, "", rest[0], table=table, metric=metric)
    return None


def name_servers(box: Box, statement: Statement) -> None:
    dns_servers(box, [word for words in statement.words for word in words.split(",")])


def time_server(index: int) -> Handler[Box]:
    def handle(box: Box, statement: Statement) -> None:
        box.reading.ntp_servers.append(statement.words[index])

    return handle


def syslog_server(index: int) -> Handler[Box]:
    def handle(box: Box, statement: Statement) -> bool | None:
        found = statement.words[index]
        box.reading.syslog_servers.append(found)
        return None if values.is_address(found) or "." in found else False

    return handle


def address(box: Box, statement: Statement) -> None:
    """``ip address 10.0.0.1 255.255.255.0``, ``10.0.0.1/24``, ``dhcp``; on a management port a gateway may follow."""
    words = statement.words[2:]
    for port in box.here:
        if words[0] in ("dhcp", "dhcp-alloc", "autoconfig"):
            port.dhcp_client = True
        elif words[0] == "none":
            continue
        elif "/" in words[0]:
            port.addresses.append(values.with_length(words[0]))
        else:
            port.addresses.append(values.with_length(words[0], words[1]))
    if len(words) > 2 and values.is_address(words[2]):
        own = box.here[0] if box.here else None
        box.route("0.0.0.0/0", words[2], own.name if own else "", table="management" if own and own.management else "")


def mode(box: Box, statement: Statement) -> bool | None:
    for port in box.here:
        port.mode = MODES.get(statement.words[2], "")
    return None if statement.words[2] in MODES else False


def _numbers(text: str) -> AbstractSet[int]:
    return ALL_VLANS if text == "all" else vlan_list.members(text)


def trunk_allowed(box: Box, statement: Statement) -> None:
    """``switchport trunk allowed vlan [add|remove|except] 5,10-20``, ``all``, ``none``."""
    words = statement.words[4:]
    for port in box.here:
        if words[0] == "remove":
            port.tagged = (port.tagged or box.trunk_carries) - _numbers(words[1])
        elif words[0] == "except":
            port.tagged = ALL_VLANS - _numbers(words[1])
        elif words[0] == "none":
            port.tagged = frozenset()
        else:
            carried = _numbers(words[-1] if words[0] == "add" else "".join(words))
            port.tagged = port.tagged | carried if port.tagged else carried


def general_allowed(box: Box, statement: Statement) -> None:
    """``switchport general allowed vlan add 10,20 tagged``; TP-Link writes it without ``add``."""
    words = statement.words[4:]
    if words[0] == "remove":
        gone = _numbers(words[1])
        for port in box.here:
            port.tagged, port.untagged = port.tagged - gone, port.untagged - gone
        return
    listed = _numbers(words[1] if words[0] == "add" else words[0])
    for port in box.here:
        if words[-1] == "untagged":
            port.untagged, port.tagged = port.untagged | listed, port.tagged - listed
        else:
            port.tagged, port.untagged = port.tagged | listed, port.untagged - listed


def member_of(prefix: str) -> Handler[Box]:
    """``channel-group 1 mode active``: the aggregate's name is the prefix and the number."""

    def handle(box: Box, statement: Statement) -> None:
        name = f"{prefix}{int(statement.words[1])}"
        box.port(name, "lag")
        for port in box.here:
            port.lag = name

    return handle


def access_group(box: Box, statement: Statement) -> None:
    """``ip access-group NAME in``: where a list holds."""
    words = statement.words
    direction = next((word for word in words[3:] if word in ("in", "out")), "in")
    for port in box.here:
        box.lists.apply(words[2], "out" if direction == "out" else "in", port.name)
        setattr(port, "list_out" if direction == "out" else "list_in", words[2])


def relay(box: Box, statement: Statement) -> None:
    for port in box.here:
        port.relays.append(statement.words[2])


def _max_macs(port: Port, words: list[str]) -> None:
    number = next((word for word in words if word.isdigit()), "")
    port.security.append(f"{number} MAC addresses" if number else "port security")


PORT: dict[str, Handler[Box]] = {
    "description": text_from("description", 1),
    "name": text_from("description", 1),
    "shutdown": marks("enabled", False),
    "no shutdown": marks("enabled", True),
    "switchport mode": mode,
    "switchport access vlan": number_of("access", 3),
    "switchport trunk native vlan": number_of("native", 4),
    "switchport trunk allowed vlan": trunk_allowed,
    "switchport general allowed vlan": general_allowed,
    "switchport general pvid": number_of("native", 3),
    "switchport voice vlan": nothing,
    "ip address": address,
    "no ip address": nothing,
    "ip helper-address": relay,
    "ip access-group": access_group,
    "mtu": number_of("mtu", 1),
    "speed": word_of("speed", 1),
    "duplex": word_of("duplex", 1),
    "spanning-tree portfast": marks("spanning_tree", "edge"),
    "spanning-tree disable": marks("spanning_tree", "off"),
    "no spanning-tree": marks("spanning_tree", "off"),
    "spanning-tree guard root": marks("spanning_tree", "root guard"),
    "spanning-tree bpduguard": marks("spanning_tree", "bpdu guard"),
    "spanning-tree bpduguard enable": marks("spanning_tree", "bpdu guard"),
    "spanning-tree bpduguard disable": nothing,
    "dot1x port-control auto": marks("security", "802.1X"),
    "port security max": on_ports(_max_macs),
    "switchport port-security maximum": on_ports(_max_macs),
}
"""Below a port or an interface of a VLAN."""

PORT_PASSED = {
    **dict.fromkeys(("spanning-tree", "no spanning-tree"), "spanning tree"),
    **dict.fromkeys(
        ("storm-control", "no storm-control", "port", "no port", "dot1x", "no dot1x", "authentication", "no authentication", "mab",
         "loopback-detection", "no loopback-detection", "protected-port", "switchport protected", "switchport port-security",
         "no switchport port-security", "ip source", "ip verify", "ip arp", "ip dhcp", "no ip dhcp", "udld", "link-flap", "macsec",
         "ipv6 nd", "mac access-group", "rate-limit", "traffic-shape", "switchport protected-port", "keepalive"),
        "port protection",
    ),
    **dict.fromkeys(
        ("negotiation", "no negotiation", "flowcontrol", "no flowcontrol", "mdix", "no eee", "eee", "green-ethernet", "no green-ethernet",
         "back-pressure", "media-type", "fec", "no fec", "load-balance", "link", "no link", "carrier-delay", "jumbo-frame",
         "auto-negotiate", "negotiate", "no negotiate", "snmp trap", "no snmp", "logging", "no logging", "bandwidth"),
        "link",
    ),
    **dict.fromkeys(
        ("lldp", "no lldp", "cdp", "no cdp", "isdp", "no isdp", "macro", "voice", "no voice", "switchport voice", "service-acl"),
        "neighbour protocols",
    ),
    **dict.fromkeys(
        ("qos", "no qos", "service-policy", "classofservice", "cos-queue", "priority-flow-control", "ets", "dcbx", "qos-map", "trust-map",
         "wrr-queue", "priority-queue", "random-detect", "datacenter-bridging", "lacp", "no lacp", "hashing-mode"),
        "quality of service",
    ),
    **dict.fromkeys(
        ("ip igmp", "no ip igmp", "ip pim", "ipv6 mld", "igmp", "bridge multicast", "switchport forbidden", "switchport multicast",
         "multicast", "ip multicast", "ip mroute"),
        "multicast",
    ),
    **dict.fromkeys(
        ("ip ospf", "ip rip", "ip vrrp", "vrrp", "vrrp-group", "ip redirects", "no ip redirects", "ip unreachables", "no ip unreachables",
         "ip proxy-arp", "no ip proxy-arp", "ip local-proxy-arp", "ip mtu", "bfd", "ip directed-broadcast", "arp", "ip policy", "no arp"),
        "routing",
    ),
    **dict.fromkeys(("ipv6", "no ipv6"), "IPv6"),
}  # fmt: skip
