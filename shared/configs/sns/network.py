"""Interfaces (``network``), the default route, name servers, SSH, and which slot is active.

Source: the maker's provisioning templates for clouds; deployment guides of hosters that show parts of these files. Keys that none of them
shows are unread.
"""

import ipaddress
from collections.abc import Iterator

from shared.configs import values
from shared.configs.sns.box import Box, Port
from shared.configs.sns.files import name_of, pair
from shared.configs.statement import Statement
from shared.device_config import ConfiguredInterface, ConfiguredVlan, RemoteAccess, Zone
from shared.firewall import Route

_KINDS = (("ethernet", "ethernet"), ("vlan", "vlan"), ("bridge", "bridge"), ("agg", "lag"), ("dialup", "ppp"), ("wifi", "wireless"),
          ("ipsec", "tunnel"), ("gretap", "tunnel"), ("gretun", "tunnel"), ("loopback", "loopback"))  # fmt: skip
_QUIET = frozenset(
    ("color", "media", "eee", "maxthroughput", "asyncpriority", "macaddress", "mac", "fastroute", "keepvlan", "gateway", "ipv6")
)


def read(box: Box, file: Statement) -> None:
    for section in file.children:
        name = name_of(section)
        kind = next((kind for start, kind in _KINDS if name.lower().startswith(start)), "")
        if not kind:
            box.reading.unread(section)
            continue
        _interface(box, section, name, kind)


def _interface(box: Box, section: Statement, section_name: str, kind: str) -> None:
    port = Port(section_name, section_name, kind)
    address = mask = ""
    for key, value, line in _pairs(box, section):
        small = key.lower()
        if small == "name":
            port.name = value
        elif small == "state":
            port.enabled = value not in ("0", "off")
        elif small == "protected":
            port.protected = value == "1"
        elif small == "address":
            address, port.dhcp = ("", True) if value.upper() == "DHCP" else (value, port.dhcp)
        elif small == "mask":
            mask = value
        elif small == "method":
            port.dhcp = value.upper() == "DHCP"
        elif small in ("comment", "bridge"):
            setattr(port, small, value)
        elif small in ("physical", "parent"):
            port.parent = value
        elif small in ("tag", "vlanid", "mtu") and value.isdigit():
            setattr(port, "mtu" if small == "mtu" else "vlan", int(value))
        elif small in _QUIET:
            box.reading.pass_over("interface settings", line)
        else:
            box.reading.unread(line)
    for own, length in zip(address.split(","), mask.split(","), strict=False):
        if own.strip() and length.strip():
            try:
                port.addresses.append(values.with_length(own.strip(), length.strip()))
            except ValueError:
                box.reading.unread(section)
    box.ports.setdefault(port.name.lower(), port)


def _pairs(box: Box, section: Statement) -> Iterator[tuple[str, str, Statement]]:
    for line in section.children:
        try:
            key, value, _ = pair(line)
        except ValueError:
            box.reading.unread(line)
            continue
        yield key, value, line


def read_route(box: Box, file: Statement) -> None:
    """``[Config]``, ``DefaultRoute=gateway``: an object. How other routes are written is not published."""
    for section in file.children:
        for key, value, line in _pairs(box, section):
            if name_of(section).lower() == "config" and key.lower() == "defaultroute":
                box.default_route = value
            else:
                box.reading.unread(line)


def read_dns(box: Box, file: Statement) -> None:
    """``[Servers]``: a name a line, ``dns1.example=``."""
    for section in file.children:
        if name_of(section).lower() == "servers":
            box.dns += [line.text.partition("=")[0].strip() for line in section.children]
        else:
            box.reading.pass_over("DNS proxy", section)


def read_system(box: Box, file: Statement) -> None:
    for section in file.children:
        if name_of(section).lower() != "ssh":
            box.reading.pass_over("system", section)
            continue
        said = {key.lower(): value for key, value, _ in _pairs(box, section)}
        port = int(said["port"]) if said.get("port", "").isdigit() else 22
        access = RemoteAccess.model_validate({"service": "ssh", "enabled": said.get("state") == "1", "port": port if port < 65_536 else 22})
        box.reading.remote_access.append(access)


def read_slotinfo(box: Box, file: Statement) -> None:
    folder = file.text.rpartition("/")[0]
    for section in file.children:
        name = name_of(section)
        for key, value, line in _pairs(box, section):
            if name.lower() == "global" and key.lower() == "active" and value.isdigit():
                box.active[folder] = f"{int(value):02d}"
            elif name.isdigit() and key.lower() == "name":
                box.slot_names[f"{folder}/{int(name):02d}"] = value
            else:
                box.reading.pass_over("slots", line)


def finish(box: Box) -> None:
    reading = box.reading
    for port in box.ports.values():
        role = "lan" if port.protected else "wan" if port.protected is False or port.name.lower() in ("out", "wan") else ""
        reading.interfaces.append(
            ConfiguredInterface.model_validate(
                {
                    "name": port.name, "label": port.section, "description": port.comment, "enabled": port.enabled, "kind": port.kind,
                    "addresses": tuple(port.addresses), "dhcp_client": port.dhcp, "role": role, "parent": port.parent or port.bridge,
                    "zone": port.name, "vlan": port.vlan if port.vlan is None or port.vlan < 4096 else None, "mtu_bytes": port.mtu,
                }
            )
        )  # fmt: skip
        reading.zones.append(Zone(name=port.name, interfaces=(port.name,), comment="protected" if port.protected else ""))
        if port.vlan is not None and port.vlan < 4096:
            reading.vlans.append(ConfiguredVlan(vlan=port.vlan, name=port.name, addresses=tuple(port.addresses)))
    if box.default_route:
        gateway = next((each for each in box.addresses.values(box.default_route) if values.is_address(each)), None)
        reading.routes.append(Route(destination="0.0.0.0/0", gateway=gateway, interface=_behind(box, gateway), origin="static"))
    reading.dns_servers += [each for name in box.dns for each in box.addresses.values(name) if values.is_address(each)]


def _behind(box: Box, gateway: str | None) -> str:
    if gateway is None:
        return ""
    where = ipaddress.ip_address(gateway)
    return next((p.name for p in box.ports.values() if any(where in ipaddress.ip_interface(a).network for a in p.addresses)), "")
