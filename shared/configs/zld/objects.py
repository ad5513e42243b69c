"""Address and service objects, and groups of them. Source: Zyxel's ZLD CLI reference guide 4.x, "Addresses", "Services"."""

from shared.configs import values
from shared.configs.named_objects import Named
from shared.configs.statement import Statement
from shared.configs.zld.box import Box


def address(box: Box, statement: Statement) -> bool | None:
    """``address-object LAN1_SUBNET interface-subnet lan1``, ``... 10.0.0.0/24``, ``... 10.0.0.1-10.0.0.9``, ``... fqdn www.example.com``"""
    words = statement.words
    table = box.addresses6 if words[0].startswith("address6") else box.addresses
    try:
        table.add(words[1], (_address(box, words[2:]),))
    except (ValueError, LookupError):
        table.add(words[1], ())
        return False
    return None


def _address(box: Box, words: list[str]) -> str:
    """Objects of an interface are told by its name, until its address is known."""
    first = words[0]
    if first == "interface-ip":
        return f"interface:{words[1]}"
    if first == "interface-subnet":
        return f"net:{words[1]}"
    if first == "interface-gateway":
        return f"gateway of {words[1]}"
    if first in ("fqdn", "FQDN"):
        return words[1]
    if first in ("geo-ip", "geography", "geo", "country", "region"):
        return f"geo:{words[-1]}"
    if len(words) == 2 and values.is_address(first):
        return values.network(first, words[1])
    if len(words) > 1:
        raise ValueError("an address object of a kind that is not known")
    low, dash, high = first.partition("-")
    if dash:
        return values.span(low, high)
    network, slash, mask = first.partition("/")
    return values.network(network, mask) if slash else values.network(first)


def group(box: Box, statement: Statement) -> bool | None:
    """``object-group address NAME``, ``address6``, ``service``, with a member a line."""
    kind, name = statement.words[1], statement.words[2]
    tables: dict[str, Named] = {
        "address": box.addresses, "address6": box.addresses6, "service": box.services, "fqdn": box.addresses, "geo-ip": box.addresses,
    }  # fmt: skip
    if kind not in tables:
        return False
    members, comment = list[str](), ""
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("address-object", "address6-object", "service-object", "object-group", "fqdn-object", "geo-ip-object"):
            members.append(words[-1])
        elif words[0] == "description":
            comment = " ".join(words[1:])
        elif words[0] not in ("group-type", "exit"):
            box.reading.unread(child)
    tables[kind].group(name, members, comment)
    return None


def service(box: Box, statement: Statement) -> bool | None:
    """``service-object HTTPS tcp eq 443``, ``... udp range 5000 5010``, ``... icmp echo``, ``... protocol 47``"""
    words = statement.words
    try:
        box.services.add(words[1], (_service(words[2:]),))
    except (ValueError, LookupError):
        box.services.add(words[1], ())
        return False
    return None


_PROTOCOLS = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6", "89": "ospf"}


def _service(words: list[str]) -> str:
    kind = words[0].lower()
    if kind in ("tcp", "udp"):
        ports = words[2] if words[1] == "eq" else f"{words[2]}-{words[3]}" if words[1] == "range" else ""
        return values.service(kind, values.port_range(ports))
    if kind in ("icmp", "icmpv6"):
        return f"{kind}/{words[1]}" if len(words) > 1 and words[1] != "any" else kind
    if kind == "protocol":
        return _PROTOCOLS.get(words[1], str(int(words[1])))
    raise ValueError(f"{kind} is no protocol of a service object")
