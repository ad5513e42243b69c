"""What a switch's reader fills while it reads: its ports, VLANs, services and lists, whatever the make; and the models that come of it.

A port is described as its make does it (access and trunk, general or hybrid, or as a member under each VLAN) and brought into the one
form of ``SwitchPort`` at the end. A member of an aggregate has no VLANs of its own: the aggregate's hold. Source: IEEE 802.1Q-2022,
clause 8.8 for untagged and tagged membership; the makes' own pages stand in their files.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from shared.configs import values, vlan_list
from shared.configs.dispatch import Handler
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.configs.switch_acl import AccessLists
from shared.device_config import AdminUser, ConfiguredInterface, ConfiguredVlan, RemoteAccess, SwitchPort
from shared.firewall import DhcpPool, Route

ALL_VLANS = frozenset(range(1, 4095))
_NEARLY_ALL = 4000
MAX_PORTS = 20_000
MEMBER = "member"
"""The mode of a port whose membership stands under the VLANs (ProCurve, D-Link)."""
BY_DEFAULT = "on unless switched off; the configuration does not mention it"


@dataclass(slots=True, eq=False)
class Port:
    """A port, an aggregate, or an interface of a VLAN or of the device itself."""

    name: str
    kind: str = "ethernet"
    description: str = ""
    enabled: bool = True
    mode: str = ""
    access: int | None = None
    native: int | None = None
    native_tagged: bool = False
    tagged: AbstractSet[int] = frozenset()
    untagged: AbstractSet[int] = frozenset()
    voice: int | None = None
    lag: str = ""
    poe: bool | None = None
    speed: str = ""
    duplex: str = ""
    security: list[str] = field(default_factory=list)
    spanning_tree: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dhcp_client: bool = False
    mtu: int | None = None
    vlan: int | None = None
    zone: str = ""
    management: bool = False
    list_in: str = ""
    list_out: str = ""
    relays: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Vlan:
    name: str = ""
    addresses: list[str] = field(default_factory=list)
    voice: bool = False


@dataclass(slots=True)
class Box:
    reading: Reading
    first_vlan: int | None = 1
    """The VLAN of a port that the text says nothing about; None where that is not known."""
    trunk_carries: AbstractSet[int] = frozenset()
    """What a trunk without a list carries."""
    vlans: dict[int, Vlan] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    here: list[Port] = field(default_factory=list)
    """The ports that the statements of the present block are about."""
    vlans_here: list[int] = field(default_factory=list)
    lists: AccessLists = field(default_factory=AccessLists)
    services: dict[str, RemoteAccess] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Service (or ``any``) -> from where it may be used."""
    guarded: list[tuple[str, str]] = field(default_factory=list)
    """Service (or ``any``) and the access list that says from where."""
    memberships: dict[Port, "Membership"] = field(default_factory=dict)
    """Of each port, once all is read."""

    def guard(self, service: str, access_list: str, place: str) -> None:
        """The service may be used from where the access list permits."""
        self.guarded.append((service, access_list))
        self.lists.apply(access_list, "self", place)

    def port(self, name: str, kind: str = "ethernet") -> Port:
        if name not in self.ports:
            if len(self.ports) >= MAX_PORTS:
                raise ValueError("more ports than a switch can have")
            self.ports[name] = Port(name, kind)
        return self.ports[name]

    def vlan(self, number: int) -> Vlan:
        if not 0 <= number <= 4095:
            raise ValueError(f"{number} is no VLAN")
        return self.vlans.setdefault(number, Vlan())

    def svi(self, number: int, name: str) -> Port:
        """The device's own interface in a VLAN."""
        self.vlan(number)
        port = self.port(name, "vlan")
        port.vlan = number
        return port

    def service(self, name: str, port: int | None, *, protocol: str = "tcp", enabled: bool = True, detail: str = "") -> None:
        self.services[name] = RemoteAccess.model_validate(
            {"service": name, "port": port, "protocol": protocol, "enabled": enabled, "detail": detail}
        )

    def default_service(self, name: str, port: int) -> None:
        """On in this make unless the text says otherwise."""
        if name not in self.services:
            self.service(name, port, detail=BY_DEFAULT)

    def user(self, name: str, role: str = "", *, has_password: bool | None = None, has_key: bool = False) -> None:
        """A user who stands there twice (password here, role or key there) is one."""
        users = self.reading.users
        known = next((each for each in users if each.name == name), None)
        if known is None:
            users.append(AdminUser(name=name, role=role, has_password=has_password, has_ssh_key=has_key))
            return
        password = known.has_password if has_password is None else has_password
        changed = {"role": role or known.role, "has_password": password, "has_ssh_key": known.has_ssh_key or has_key}
        users[users.index(known)] = known.model_copy(update=changed)

    def route(
        self, destination: str, gateway: str = "", interface: str = "", *, table: str = "", metric: str = "", comment: str = ""
    ) -> None:
        self.reading.routes.append(
            Route.model_validate(
                {
                    "destination": destination, "gateway": gateway or None, "interface": interface, "origin": "static", "table": table,
                    "metric": int(metric) if metric else None, "comment": comment,
                }
            )
        )  # fmt: skip

    def finish(self) -> None:
        """Brings all that was gathered into the reading's lists."""
        reading = self.reading
        self.memberships = {port: membership(self, port) for port in self.ports.values() if _has_vlans(port)}
        _finish_vlans(self)
        voice_vlans = [number for number, vlan in self.vlans.items() if vlan.voice]
        members: dict[str, list[str]] = defaultdict(list)
        for port in self.ports.values():
            members[port.lag].append(port.name)
        for port in self.ports.values():
            if port.kind != "vlan" or port.addresses or port.dhcp_client or port.relays or port.list_in or not port.enabled:
                reading.interfaces.append(_interface(port, members[port.name] if port.kind == "lag" else ()))
            if _has_vlans(port):
                reading.switch_ports.append(switch_port(self, port, voice_vlans))
            if relays := [address for address in port.relays if values.is_address(address)]:
                reading.dhcp.append(
                    DhcpPool.model_validate(
                        {"key": f"relay {port.name}", "interface": port.name, "relay_to": relays, "enabled": port.enabled}
                    )
                )
        for name, access_list in self.guarded:
            self.sources[name] += self.lists.allowed_sources(access_list)
        for service in self.services.values():
            sources = tuple(dict.fromkeys((*self.sources.get(service.service, ()), *self.sources.get("any", ()))))
            reading.remote_access.append(service.model_copy(update={"sources": sources}) if sources else service)
        self.lists.finish(reading)


Membership = tuple[str, int | None, AbstractSet[int], AbstractSet[int]]


def _has_vlans(port: Port) -> bool:
    return port.kind in ("ethernet", "lag") and not port.management


def membership(box: Box, port: Port) -> Membership:
    """The mode, the VLAN of untagged frames that come in, the untagged and the tagged VLANs."""
    if port.lag or port.mode == "routed":
        return ("" if port.lag else "routed"), None, frozenset(), frozenset()
    if port.mode == MEMBER:
        untagged = next(iter(sorted(port.untagged)), None)
        return ("trunk" if port.tagged else "access" if port.untagged else ""), untagged, port.untagged, port.tagged
    if port.mode == "general":
        pvid = port.native if port.native is not None else next(iter(sorted(port.untagged)), None)
        return "general", pvid, port.untagged, port.tagged - port.untagged
    if port.mode == "trunk":
        native = port.native if port.native is not None else box.first_vlan
        carried = port.tagged or box.trunk_carries
        if port.native_tagged:
            return "trunk", None, frozenset(), carried
        return "trunk", native, frozenset(() if native is None else (native,)), _without(frozenset(carried), native)
    access = port.access if port.access is not None else box.first_vlan
    return ("access" if port.mode or access is not None else ""), access, frozenset(() if access is None else (access,)), frozenset()


@lru_cache(maxsize=128)
def _without(carried: frozenset[int], native: int | None) -> frozenset[int]:
    """Many trunks carry the same VLANs, often all of them."""
    return carried - {native}


def switch_port(box: Box, port: Port, voice_vlans: Sequence[int]) -> SwitchPort:
    mode, untagged, plain, tagged = box.memberships[port]
    voice = port.voice
    if voice is None and port.kind == "ethernet":
        voice = next((number for number in voice_vlans if number in tagged), None)
    return SwitchPort.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "mode": mode, "untagged_vlan": untagged,
            "tagged_vlans": "all" if _is_all(tagged, plain) else vlan_list.written(tagged), "voice_vlan": voice, "lag": port.lag,
            "poe": port.poe, "speed": port.speed, "duplex": port.duplex, "port_security": ", ".join(dict.fromkeys(port.security)),
            "spanning_tree": ", ".join(dict.fromkeys(port.spanning_tree)),
        }
    )  # fmt: skip


def _is_all(tagged: AbstractSet[int], plain: AbstractSet[int]) -> bool:
    return len(tagged) + len(plain) >= len(ALL_VLANS) and not ALL_VLANS - tagged - plain


def _interface(port: Port, members: Sequence[str]) -> ConfiguredInterface:
    return ConfiguredInterface.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "kind": port.kind,
            "addresses": port.addresses, "dhcp_client": port.dhcp_client, "role": "management" if port.management else "",
            "zone": port.zone, "members": tuple(members), "vlan": port.vlan, "mtu_bytes": port.mtu, "access_list_in": port.list_in,
            "access_list_out": port.list_out,
        }
    )  # fmt: skip


def _finish_vlans(box: Box) -> None:
    tagged: dict[int, list[str]] = defaultdict(list)
    untagged: dict[int, list[str]] = defaultdict(list)
    for port in box.ports.values():
        if _has_vlans(port):
            _, _, plain, marked = box.memberships[port]
            for number in plain:
                untagged[number].append(port.name)
            for number in marked if len(marked) < _NEARLY_ALL else marked & box.vlans.keys():
                tagged[number].append(port.name)
    addresses = {port.vlan: port.addresses for port in box.ports.values() if port.vlan is not None}
    for number in sorted({*box.vlans, *tagged, *untagged}):
        vlan = box.vlans.get(number, Vlan())
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=vlan.name, addresses=(*vlan.addresses, *addresses.get(number, ())),
                tagged_ports=tuple(tagged[number]), untagged_ports=tuple(untagged[number]),
            )
        )  # fmt: skip


def listed(text: str) -> list[str]:
    """The ports of a list, all or none: ValueError before any of too long a list is made."""
    return list(vlan_list.ports(text))


# --- handlers that several makes share ---


def service(name: str, port: int, *, protocol: str = "tcp", enabled: bool = True) -> Handler[Box]:
    def handle(box: Box, statement: Statement) -> None:
        box.service(name, port, protocol=protocol, enabled=enabled)

    return handle


def nothing(box: Box, statement: Statement) -> None:
    """Understood, and has no field of its own."""


def on_ports(change: Callable[[Port, list[str]], None]) -> Handler[Box]:
    """Does the same to each port of the present block."""

    def handle(box: Box, statement: Statement) -> None:
        for port in box.here:
            change(port, statement.words)

    return handle


def marks(attribute: str, value: object) -> Handler[Box]:
    """Sets a port's attribute; adds to it where it is a list."""

    def change(port: Port, words: list[str]) -> None:
        held = getattr(port, attribute)
        if isinstance(held, list):
            held.append(value)
        else:
            setattr(port, attribute, value)

    return on_ports(change)


def word_of(attribute: str, index: int) -> Handler[Box]:
    """Sets a port's attribute to a word of the statement."""

    def change(port: Port, words: list[str]) -> None:
        setattr(port, attribute, words[index])

    return on_ports(change)


def number_of(attribute: str, index: int) -> Handler[Box]:
    """As ``word_of``, for a number; ``none`` and ``default`` take it away."""

    def change(port: Port, words: list[str]) -> None:
        setattr(port, attribute, None if words[index] in ("none", "default") else int(words[index]))

    return on_ports(change)


def text_from(attribute: str, index: int) -> Handler[Box]:
    """Sets a port's attribute to the rest of the statement."""

    def change(port: Port, words: list[str]) -> None:
        setattr(port, attribute, " ".join(words[index:]))

    return on_ports(change)


def dns_servers(box: Box, found: Iterable[str]) -> None:
    box.reading.dns_servers += [each for each in found if values.is_address(each) and each not in box.reading.dns_servers]
