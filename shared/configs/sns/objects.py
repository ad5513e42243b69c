"""Objects: hosts, networks, ranges, services, protocols (``object``), and groups of them (``objectgroup``, ``servicegroup``).

``srv=10.0.0.5,resolve=static # comment``; ``lan=10.0.0.0/24``; ``https=443/tcp``; a group is a section of names. Source: the maker's own
provisioning templates for clouds and its documentation of network objects; what else a value may hold is not published and is unread.
"""

import re

from shared.configs import values
from shared.configs.sns.box import Box
from shared.configs.sns.files import name_of, pair, without_comment
from shared.configs.statement import Statement

_OPTIONS = frozenset(("resolve", "mac", "color", "type", "localfirst"))
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?/(tcp|udp|any|sctp)$")
_PROTOCOLS = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6"}
_PASSED = frozenset(("router", "time", "qos", "regiongroup", "geogroup", "iprepgroup", "mac", "certgroup", "internet"))


def read(box: Box, file: Statement) -> None:
    for section in file.children:
        kind = name_of(section).lower()
        if kind in _PASSED:
            box.reading.pass_over("other objects", section)
            continue
        for line in section.children:
            try:
                _object(box, kind, line)
            except (ValueError, LookupError):
                box.reading.unread(line)
        if not kind:
            box.reading.unread(section)


def _object(box: Box, kind: str, line: Statement) -> None:
    name, value, comment = pair(line)
    parts = [part.strip() for part in value.split(",") if part.strip()]
    options = {key.strip().lower(): word for part in parts if "=" in part for key, _, word in [part.partition("=")]}
    plain = [part for part in parts if "=" not in part]
    if options.keys() - _OPTIONS:
        raise ValueError("an option of an object that is not known")
    if kind in ("service", "protocol"):
        box.services.add(
            name, (_service(plain[0]) if kind == "service" else _PROTOCOLS.get(plain[0], str(int(plain[0])))).split(" "), comment
        )
    elif kind == "fqdn" or options.get("resolve") == "dynamic":
        box.addresses.add(name, (name,), comment)
    elif kind in ("host", "network", "range"):
        box.addresses.add(name, [_address(part) for part in plain], comment)
    else:
        raise ValueError("a kind of object that is not known")


def _address(text: str) -> str:
    first, dash, last = text.partition("-")
    if dash:
        return values.span(first, last)
    network, slash, mask = text.partition("/")
    return values.network(network, mask) if slash else values.network(network)


def _service(text: str) -> str:
    """``443/tcp`` -> ``tcp/443``; ``53/any`` -> two of them"""
    found = _PORTS.match(text.lower())
    if found is None:
        raise ValueError("a service of a form that is not known")
    ports = values.port_range(f"{found[1]}-{found[2] or found[1]}")
    kinds = ("tcp", "udp") if found[3] == "any" else (found[3],)
    return " ".join(values.service(kind, ports) for kind in kinds)


def read_groups(box: Box, file: Statement) -> None:
    """A section a group, a member a line."""
    table = box.services if file.text.endswith("servicegroup") else box.addresses
    for section in file.children:
        name = name_of(section)
        if not name:
            box.reading.unread(section)
            continue
        members = [body for line in section.children if (body := without_comment(line.text)[0].rstrip("=").strip())]
        table.group(name, members, without_comment(section.text)[1])
