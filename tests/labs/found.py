"""Found against truth: what an inventory of the demo network has of what is there, category by category."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import TypeVar

from shared.address import MacKind, mac_kind
from shared.fingerprints.maker_names import usual_name
from shared.inventory import Device, Inventory
from tests.labs.demo.truth import Host, Truth

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Tally:
    """``expected`` and ``found`` are in the words that a person would compare."""

    category: str
    expected: frozenset[str]
    found: frozenset[str]

    @property
    def missing(self) -> list[str]:
        return sorted(self.expected - self.found)

    @property
    def invented(self) -> list[str]:
        return sorted(self.found - self.expected)

    @property
    def right(self) -> bool:
        return not self.missing and not self.invented


def tally(category: str, expected: Iterable[str], found: Iterable[str]) -> Tally:
    return Tally(category, frozenset(expected), frozenset(found))


def compare(truth: Truth, inventory: Inventory) -> list[Tally]:
    named = {address.address: device for device in inventory.devices for address in device.addresses}
    of_host = {host.name: named.get(host.address) for host in truth.lan_hosts}
    host_of = {device.id: name for name, device in of_host.items() if device}
    rules = [rule for rule in inventory.firewall_rules if not rule.implicit]
    chains = [rule for rule in inventory.firewall_rules if rule.implicit]
    firewall = truth.firewall
    web = {(c.host, truth.host(c.host).address): sorted(c.names) for c in truth.certificates}
    return [
        tally("hosts", (f"{h.name} {h.address} {h.mac}" for h in truth.lan_hosts), _hosts(truth, inventory)),
        tally(
            "open TCP ports",
            _true_ports(truth),
            (f"{host_of.get(d.id, d.title)} {p.number}" for d in inventory.devices for p in d.ports if p.protocol == "tcp"),
        ),
        tally(
            "host names",
            (f"{h.address} {h.name}" for h in truth.lan_hosts),
            (f"{h.address} {d.title.split('.')[0]}" for h in truth.lan_hosts if (d := of_host[h.name])),
        ),
        tally(
            "kinds of devices that tell",
            (f"{h.name} {h.kind}" for h in truth.lan_hosts if h.snmp or h.name == firewall.host),
            (f"{h.name} {d.kind}" for h in truth.lan_hosts if (h.snmp or h.name == firewall.host) and (d := of_host[h.name])),
        ),
        tally(
            "kinds",
            (f"{h.name} {h.kind}" for h in truth.lan_hosts),
            (f"{h.name} {d.kind}" for h in truth.lan_hosts if (d := of_host[h.name])),
        ),
        tally(
            "makers",
            (f"{h.name} {usual_name(h.vendor)}" for h in truth.lan_hosts),
            (f"{h.name} {_maker(d)}" for h in truth.lan_hosts if (d := of_host[h.name])),
        ),
        tally(
            "firewall rules, in order",
            (f"{n} {r.chain}: {r.action} {','.join(r.services)} # {r.comment}" for n, r in _numbered(firewall.rules)),
            (f"{n} {r.ruleset.split()[-1]}: {r.action} {','.join(r.services)} # {r.comment}" for n, r in _numbered(rules)),
        ),
        tally(
            "firewall policies",
            (f"{c.name} {c.policy}" for c in firewall.chains if c.hook),
            (f"{r.ruleset.split()[-1]} {r.action}" for r in chains if r.bound and firewall.table in r.ruleset.split()),
        ),
        tally(
            "port-forwards",
            (f"{f.protocol}/{f.public_port} {f.to_host} {f.to_port} from {','.join(f.sources)}" for f in firewall.port_forwards),
            (
                f"{f.protocol}/{f.public_ports} {_name(host_of, named, f.to_address)} {f.to_ports or f.public_ports}"
                f" from {','.join(f.sources)}"
                for f in inventory.port_forwards
            ),
        ),
        tally("source NAT", (f"{n.kind} {n.to}" for n in firewall.source_nat), (f"{n.kind} {n.to}" for n in inventory.source_nat)),
        tally(
            "VPN peers",
            (f"{truth.vpn.interface}:{truth.vpn.listen_port} {sorted(p.allowed_prefixes)} {p.endpoint}" for p in truth.vpn.peers),
            (f"{v.interface}:{v.listen_port} {sorted(p.allowed_prefixes)} {p.endpoint}" for v in inventory.vpns for p in v.peers),
        ),
        tally(
            "routes of the firewall",
            (f"{r.destination} {r.gateway or ''} {r.interface}" for r in truth.routes),
            (f"{r.destination} {r.gateway or ''} {r.interface}" for r in inventory.routes if host_of.get(r.device) == firewall.host),
        ),
        tally(
            "switch ports",
            _true_links(truth),
            (
                f"{link.port} {host_of.get(link.to_device, link.to_mac or '')}"
                for link in inventory.links
                if host_of.get(link.device) == truth.switch.name
            ),
        ),
        tally("subnets", _true_subnets(truth), (f"{s.prefix} {'scanned' if s.scanned else 'known'}" for s in inventory.subnets)),
        tally(
            "seen by the firewall, not contacted",
            (f"{h.address} {h.mac} by {firewall.host}" for h in (*truth.phone_hosts, *_neighbours_outside(truth))),
            (f"{n.address} {n.mac} by {','.join(host_of.get(by, by) for by in n.told_by)}" for n in inventory.not_contacted),
        ),
        tally(
            "certificates",
            (f"{host} {names}" for (host, _), names in web.items()),
            (f"{host_of.get(c.device, c.device)} {sorted(c.names)}" for c in inventory.certificates),
        ),
    ]


def _hosts(truth: Truth, inventory: Inventory) -> list[str]:
    """Each device in the truth's words, so that one device too many shows as such."""
    lan_macs = {host.address: host for host in truth.lan_hosts}

    def words(device: Device) -> str:
        own = next((a for a in device.addresses if a.address in lan_macs), None)
        return f"{lan_macs[own.address].name} {own.address} {own.mac}" if own else f"invented: {device.title}"

    return [words(device) for device in inventory.devices]


def _true_subnets(truth: Truth) -> list[str]:
    """The agent's own and those of the firewall's interfaces, of which the agent sweeps the LAN."""
    legs = [ip_interface(each) for leg in truth.host(truth.firewall.host).interfaces for each in leg.addresses]
    prefixes = [truth.lan_ipv6, *(str(leg.network) for leg in legs if leg.network.prefixlen < leg.max_prefixlen)]
    return [f"{prefix} {'scanned' if prefix == truth.lan else 'known'}" for prefix in prefixes]


def _true_links(truth: Truth) -> list[str]:
    """A host that the agent did not reach shows by its MAC address, a virtual router's not at all: it is on whatever port wins."""
    links = [(port, host, interface.mac or "") for port, (host, interface) in truth.links.items()]
    return [f"{port} {host.name if host.lan else mac}" for port, host, mac in links if mac_kind(mac) is not MacKind.VIRTUAL_ROUTER]


def _neighbours_outside(truth: Truth) -> list[Host]:
    return [host for host in truth.hosts if host.interfaces[0].segment == "wan"]


def _maker(device: Device) -> str:
    """The device's, or its network card's where nothing tells the device's."""
    return device.vendor or next((held.mac_maker for held in device.addresses if held.mac_maker), "")


def _true_ports(truth: Truth) -> list[str]:
    return [f"{host.name} {port.number}" for host in truth.lan_hosts for port in host.ports]


def _numbered(rows: Iterable[Row]) -> list[tuple[int, Row]]:
    return list(enumerate(rows, start=1))


def _name(host_of: dict[str, str], named: dict[str, Device], address: str) -> str:
    device = named.get(address)
    return host_of.get(device.id, device.title) if device else address
