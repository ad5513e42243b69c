"""Synthetic reports: what an agent would say of a small made-up network. Nothing here was recorded from a device."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.firewall import Action, FirewallRule, PortForward, Route, Scope, SourceNat, SourceNatKind, VpnKind, VpnPeer, VpnTunnel
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    CertificateSeen,
    FirewallRuleSeen,
    HostKeySeen,
    InterfaceAddress,
    InterfaceSeen,
    LeaseSeen,
    ListenerSeen,
    NameSeen,
    NameSource,
    NeighbourSeen,
    Observation,
    PortForwardSeen,
    PortSeen,
    PortsExamined,
    Provenance,
    RouteSeen,
    SourceNatSeen,
    SubnetSeen,
    SystemSeen,
    VlanSeen,
    VpnSeen,
)
from shared.outcome import Outcome, State
from shared.report import AgentAbout, Plan, Report

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SUBNET = "10.9.0.0/24"
NAMESPACE = UUID("00000000-0000-0000-0000-000000000001")
RANGES = "1-1024,5000,8080,9100"


@dataclass(frozen=True)
class Host:
    name: str
    address: str
    mac: str | None
    ports: tuple[tuple[int, str, str, str], ...] = ()
    """(number, service, product, version)"""


FW, SWITCH, WEB, MAIL, PC, AGENT = (
    Host("fw", "10.9.0.1", "00:0d:b9:00:00:01", ((22, "ssh", "OpenSSH", "9.2"),)),
    Host("sw", "10.9.0.2", "fc:15:b4:00:00:02"),
    Host("web", "10.9.0.30", "3c:ec:ef:00:00:30", ((80, "http", "nginx", "1.22"), (443, "https", "nginx", "1.22"))),
    Host("mail", "10.9.0.20", "ac:1f:6b:00:00:20", ((25, "smtp", "Postfix smtpd", ""), (993, "imaps", "Dovecot imapd", ""))),
    Host("pc", "10.9.0.101", "f8:db:88:00:00:65"),
    Host("agent", "10.9.0.250", "e4:5f:01:00:00:fa"),
)
OFFICE = (FW, SWITCH, WEB, MAIL, PC, AGENT)


def moment(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def outcome(
    probe: str, target: str, *observations: Observation, state: State = State.ANSWERED, minute: float = 0, detail: str = ""
) -> Outcome:
    return Outcome(
        probe=probe, target=target, state=state, at_utc=moment(minute), duration_ms=5, detail=detail, observations=tuple(observations)
    )


def report(*outcomes: Outcome, minute: float = 0, complete: bool = True, name: str = "") -> Report:
    return Report(
        id=uuid5(NAMESPACE, f"{minute} {name}"),
        agent=AgentAbout(version="0", hostname="agent"),
        started_utc=moment(minute - 5),
        finished_utc=moment(minute),
        complete=complete,
        plan=Plan(subnets=(SUBNET,), probes=("arp", "ports")),
        outcomes=outcomes,
    )


def arp(hosts: Iterable[Host], subnet: str = SUBNET, state: State = State.ANSWERED) -> Outcome:
    seen = (AddressSeen(address=h.address, mac=h.mac, provenance=Provenance.OWN_REPLY) for h in hosts if h.address)
    return outcome("arp", subnet, *seen, state=state)


def ports(host: Host, ranges: str = RANGES, state: State = State.ANSWERED) -> Outcome:
    found = [PortSeen(address=host.address, protocol="tcp", number=n, service=s, examined=False) for n, s, _, _ in host.ports]
    return outcome("ports", host.address, PortsExamined(address=host.address, protocol="tcp", ranges=ranges), *found, state=state)


def services(host: Host, state: State = State.ANSWERED) -> Outcome:
    found = [PortSeen(address=host.address, protocol="tcp", number=n, service=s, product=p, version=v) for n, s, p, v in host.ports]
    return outcome("services", host.address, *found, state=state)


def names(host: Host) -> Outcome:
    seen = NameSeen(address=host.address, name=f"{host.name}.office.example", source=NameSource.DNS, provenance=Provenance.THIRD_PARTY)
    return outcome("names", host.address, seen)


def from_outside(hosts: Sequence[Host]) -> list[Outcome]:
    """What anyone on the segment sees."""
    found = [arp(hosts)]
    for host in hosts:
        found += [ports(host), names(host)] + ([services(host)] if host.ports else [])
    return found


def rule(key: str, order: int, **fields: Any) -> FirewallRule:
    return FirewallRule.model_validate({"key": key, "order": order, "ruleset": "filter forward", "action": Action.ALLOW, **fields})


RULES = (
    rule("r-established", 1, states=("established",), comment="Answers"),
    rule("r-web", 2, services=("tcp/443",), destinations=("10.9.0.30",), comment="Web"),
    rule("r-policy", 3, action=Action.DENY, implicit=True, scope=Scope.FORWARD),
)


def host_probe(host: Host = AGENT) -> list[Outcome]:
    card = InterfaceSeen(index=2, name="eth0", mac=host.mac, addresses=(InterfaceAddress(address=host.address, prefix_length=24),))
    return [
        outcome("host", host.address, card, SystemSeen(os="Debian GNU/Linux", os_version="12")),
        outcome("host", "site", SubnetSeen(prefix=SUBNET, interface="eth0", gateway=FW.address)),
    ]


def interface(index: int, name: str, mac: str | None, *addresses: str) -> InterfaceSeen:
    held = tuple(InterfaceAddress(address=a.split("/")[0], prefix_length=int(a.split("/")[1])) for a in addresses)
    return InterfaceSeen(index=index, name=name, mac=mac, addresses=held)


def ssh(
    rules: Sequence[FirewallRule] = RULES, minute: float = 0, state: State = State.ANSWERED, extra: Sequence[Observation] = ()
) -> Outcome:
    """The firewall's own account; ``minute`` moves what changes by itself."""
    peer = VpnPeer(name="Laptop", public_key="k1", endpoint=f"198.51.100.7:{40000 + int(minute)}", last_handshake_utc=moment(minute))
    return outcome(
        "ssh",
        FW.address,
        SystemSeen(os="Debian GNU/Linux", os_version="12", name="fw", forwards=True, uptime_s=1000 + int(minute * 60)),
        interface(1, "lo", None, "127.0.0.1/8"),
        interface(2, "lan0", FW.mac, "10.9.0.1/24"),
        interface(3, "wan0", "00:0d:b9:00:00:02", "203.0.113.2/24"),
        RouteSeen(
            route=Route.model_validate({"destination": "0.0.0.0/0", "gateway": "203.0.113.1", "interface": "wan0", "origin": "static"})
        ),
        HostKeySeen(address=FW.address, algorithm="ssh-ed25519", sha256="abc"),
        ListenerSeen(address="127.0.0.1", protocol="tcp", number=33000 + int(minute), program="something"),
        *(FirewallRuleSeen(rule=each) for each in rules),
        PortForwardSeen(
            forward=PortForward.model_validate(
                {"key": "f-web", "order": 1, "protocol": "tcp", "public_ports": "443", "to_address": "10.9.0.30", "to_ports": "443"}
            )
        ),
        SourceNatSeen(nat=SourceNat(key="n-1", order=1, kind=SourceNatKind.MASQUERADE, to=("wan0",))),
        VpnSeen(vpn=VpnTunnel(key="wg0", name="wg0", kind=VpnKind.WIREGUARD, interface="wg0", listen_port=51820, peers=(peer,))),
        LeaseSeen(address=PC.address, mac=PC.mac, name="pc", expires_utc=moment(minute + 600)),
        *extra,
        state=state,
    )


def snmp_switch(entries: Iterable[tuple[str, str]], minute: float = 0) -> Outcome:
    """``entries``: (port, MAC address)."""
    return outcome(
        "snmp",
        SWITCH.address,
        SystemSeen(
            description="HP J9776A 2530-24G Switch, revision YA.16.11.0015, ROM YA.15.20",
            object_id="1.3.6.1.4.1.11.2.3.7.11.157",
            name="sw",
            uptime_s=500 + int(minute * 60),
            bridge_ports=24,
            serial="CN00SYNTH1",
        ),
        interface(100, "mgmt", SWITCH.mac, "10.9.0.2/24"),
        VlanSeen(vlan=1, name="DEFAULT_VLAN"),
        NeighbourSeen(local_port="1", chassis_mac=FW.mac, port_id="lan0", name="fw"),
        *(BridgeEntrySeen(mac=mac, port=port, vlan=1) for port, mac in entries),
        AddressSeen(address="10.9.0.77", mac="00:11:22:33:44:55", provenance=Provenance.THIRD_PARTY),
    )


FORWARDING_TABLE = (("1", FW.mac or ""), ("3", WEB.mac or ""), ("4", MAIL.mac or ""), ("11", PC.mac or ""), ("24", AGENT.mac or ""))


def certificate(host: Host = WEB, sha256: str = "c1", minute: float = 0, days: int = 90, port: int = 443) -> Outcome:
    seen = CertificateSeen(
        address=host.address,
        port=port,
        names=("www.office.example",),
        not_before_utc=START - timedelta(days=1),
        not_after_utc=START + timedelta(days=days),
        sha256=sha256,
    )
    return outcome("certificates", host.address, seen, minute=minute)


def office(
    minute: float = 0,
    hosts: Sequence[Host] = OFFICE,
    rules: Sequence[FirewallRule] = RULES,
    entries: Iterable[tuple[str, str]] = FORWARDING_TABLE,
    complete: bool = True,
) -> Report:
    """One whole scan of the synthetic office at ``minute``."""
    known = {host.name for host in hosts}
    outcomes = from_outside(hosts)
    if "fw" in known:
        outcomes.append(ssh(rules, minute))
    if "sw" in known:
        outcomes.append(snmp_switch(entries, minute))
    if "web" in known:
        outcomes.append(certificate(next(host for host in hosts if host.name == "web")))
    outcomes.append(outcome("snmp", MAIL.address, state=State.SILENT, detail="no answer"))
    return report(*outcomes, *host_probe(), minute=minute, complete=complete)


def without(name: str, hosts: Sequence[Host] = OFFICE) -> tuple[Host, ...]:
    return tuple(host for host in hosts if host.name != name)


def changed(name: str, hosts: Sequence[Host] = OFFICE, **fields: Any) -> tuple[Host, ...]:
    return tuple(replace(host, **fields) if host.name == name else host for host in hosts)
