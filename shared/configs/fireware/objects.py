"""Addresses, aliases and services: ``address-group-list``, ``alias-list``, ``service-list``.

A member of an address group is a host (type 1), a network (2), a range (3) or a host name (8); of an alias a triple of user, address and
interface (1), or another alias (2); of a service a port (1) or a range (2) of an IP protocol's number.
"""

from shared.configs import values
from shared.configs.fireware.box import Box, Member, attempt, or_any
from shared.configs.xml_tree import Element
from shared.device_config import AddressObject, ServiceObject
from shared.firewall import ANY

_MADE = ("16", "32")
"""``property`` of what Policy Manager makes behind a policy: no object of an administrator's."""
_PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 41: "ipv6", 46: "rsvp", 47: "gre", 50: "esp", 51: "ah", 58: "icmpv6", 88: "eigrp",
              89: "ospf", 103: "pim", 112: "vrrp", 115: "l2tp", 132: "sctp"}  # fmt: skip
_ICMP = {"0": "echo-reply", "3": "destination-unreachable", "5": "redirect", "8": "echo-request", "11": "time-exceeded",
         "12": "parameter-problem"}  # fmt: skip


def read_objects(box: Box) -> None:
    for element in box.each("address-group-list", "address-group"):
        attempt(lambda each: _address_group(box, each), element)
    for element in box.each("service-list", "service"):
        attempt(lambda each: _service(box, each), element)
    for element in box.each("alias-list", "alias"):
        attempt(lambda each: _alias(box, each), element)
    _alias_objects(box)


def _address_group(box: Box, element: Element) -> None:
    name, made = element.get("name"), element.get("property")
    comment = element.get("description")
    found = tuple(value for holder in element.all("addr-group-member") for member in holder.all("member") if (value := _address(member)))
    box.addresses[name] = found
    if made not in _MADE and not name.endswith(".alm") and name not in ("Any", "Firebox"):
        box.reading.address_objects.append(AddressObject(name=name, values=found, comment=comment))


def _address(member: Element) -> str:
    kind = member.get("type")
    if kind == "1":
        return values.network(member.get("host-ip-addr"))
    if kind == "2":
        return values.network(member.get("ip-network-addr"), member.get("ip-mask"))
    if kind == "3":
        return values.span(member.get("start-ip-addr"), member.get("end-ip-addr"))
    if kind == "8" and (name := member.get("domain")):
        return name
    raise ValueError(f"a member of type {kind}")


def _service(box: Box, element: Element) -> None:
    name, comment = element.get("name"), element.get("description")
    known = element.get("property")
    element.get("idle-timeout")
    element.get("proxy-type")
    found = tuple(dict.fromkeys(_port(member) for holder in element.all("service-item") for member in holder.all("member")))
    box.services[name] = (ANY,) if ANY in found else found
    if known not in ("2", "4", *_MADE):
        box.reading.service_objects.append(ServiceObject(name=name, values=box.services[name], comment=comment))


def _port(member: Element) -> str:
    number = int(member.get("protocol"))
    protocol = _PROTOCOLS.get(number, f"protocol-{number}")
    member.get("tls-port")
    kind_of_port = member.get("type")
    if number == 0:
        member.get("server-port")
        return ANY
    if number in (1, 58):
        kind, code = member.get("icmp-type"), member.get("icmp-code")
        if kind in ("", "255"):
            return protocol
        named = _ICMP.get(kind, f"type-{kind}") if number == 1 else f"type-{kind}"
        return f"{protocol}/{named}" if code in ("", "255") else f"{protocol}/{named}/{code}"
    if kind_of_port == "2":
        return values.service(protocol, values.port_range(f"{member.get('start-server-port')}-{member.get('end-server-port')}"))
    port = member.get("server-port")
    return protocol if port == "0" else values.service(protocol, values.port_range(port))


def _alias(box: Box, element: Element) -> None:
    found: list[Member | str] = []
    for holder in element.all("alias-member-list"):
        for member in holder.all("alias-member"):
            kind = member.get("type")
            if kind == "2":
                found.append(member.get("alias-name"))
            elif kind == "1":
                user, device = or_any(member.get("user")), or_any(member.get("device"))
                address, interface = or_any(member.get("address")), or_any(member.get("interface"))
                # the box itself is an address, wherever one comes from
                interface = ANY if interface == "Firebox" else interface
                found.append(Member(address, interface, "" if user == ANY else user, "" if device == ANY else device))
            else:
                raise ValueError(f"an alias member of type {kind}")
    box.aliases[element.get("name")] = found
    element.get("description")
    element.get("property")


def _alias_objects(box: Box) -> None:
    """Those that an administrator has made, with what is behind them."""
    for element in box.each("alias-list", "alias"):
        name = element.get("name")
        if name not in box.aliases or element.get("property") not in ("0", ""):
            continue
        found = dict.fromkeys(value for member in box.members(name) for value in shown(box, member))
        names = tuple(member if isinstance(member, str) else member.address for member in box.aliases[name])
        nested = tuple(each for each in names if each in box.aliases)
        box.reading.address_objects.append(
            AddressObject(
                name=name, kind="group" if nested else "address", values=tuple(found), members=nested, comment=element.get("description")
            )
        )


def shown(box: Box, member: Member) -> tuple[str, ...]:
    """A member as values: its addresses, what is behind its interface, its user."""
    if member.user and member.address == ANY:
        return (f"user:{member.user}",)
    if member.address != ANY:
        return box.address(member.address)
    return (ANY,) if member.interface == ANY else (f"net:{member.interface}",)
