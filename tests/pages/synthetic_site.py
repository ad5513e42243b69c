"""Synthetic: two scans of a made-up client, as its agent would push them. Between them a server went away, a port opened, a rule came.

Addresses are those kept for documentation and private use; nothing of it was recorded from a real network.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from shared.firewall import Action, DhcpPool, FirewallRule, PortForward, Route, Scope, SourceNat, SourceNatKind, VpnKind, VpnPeer, VpnTunnel
from shared.hardware import ModuleSeen, PortVlansSeen, PowerPortSeen, PowerSourceSeen, PrinterSeen, SupplySeen, SupplyState
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    CertificateSeen,
    DhcpPoolSeen,
    FirewallRuleSeen,
    InterfaceAddress,
    InterfaceSeen,
    NameSeen,
    NameSource,
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

SUBNET = "192.168.40.0/24"
EXAMINED = "21-23,25,53,80,110,143,161,443,445,465,587,873,993,3389,5000,8007,8080,9100"
NAMESPACE = UUID("8f0c2f3e-5d0f-4b53-9b8a-0c6f0d6e7a11")

HOSTS: dict[str, tuple[str, str, tuple[tuple[int, str, str], ...]]] = {
    # address: (MAC, name, (port, service, product))
    "192.168.40.1": ("00:1b:21:40:00:01", "fw01.officina-rossi.example", ((22, "ssh", "OpenSSH 9.2p1"), (53, "domain", "dnsmasq 2.90"))),
    "192.168.40.2": ("00:1b:21:40:00:02", "sw01", ((22, "ssh", ""), (80, "http", ""))),
    "192.168.40.5": ("00:1b:21:40:00:05", "laser-ufficio", ((80, "http", ""), (9100, "jetdirect", ""))),
    "192.168.40.10": (
        "00:1b:21:40:00:10",
        "srv01.officina-rossi.example",
        ((22, "ssh", "OpenSSH 9.2p1"), (445, "microsoft-ds", "Samba 4.17")),
    ),
    "192.168.40.11": (
        "00:1b:21:40:00:11",
        "mail.officina-rossi.example",
        (
            (25, "smtp", "Postfix smtpd"),
            (110, "pop3", "Dovecot pop3d"),
            (587, "submission", "Postfix smtpd"),
            (993, "imaps", "Dovecot imapd"),
        ),
    ),
    "192.168.40.12": ("00:1b:21:40:00:12", "www.officina-rossi.example", ((80, "http", "nginx 1.22.1"), (443, "https", "nginx 1.22.1"))),
    "192.168.40.20": ("00:1b:21:40:00:20", "nas01", ((80, "http", "nginx"), (445, "microsoft-ds", "Samba 4.15"), (873, "rsync", "rsync"))),
    "192.168.40.101": ("00:1b:21:40:01:01", "pc-amministrazione", ((3389, "ms-wbt-server", ""),)),
    "192.168.40.102": ("02:1b:21:40:01:02", "", ()),
}


def first_scan(agent: UUID, site: UUID, finished: datetime) -> Report:
    return _report("first", agent, site, finished, HOSTS, _firewall(extra=False))


def second_scan(agent: UUID, site: UUID, finished: datetime) -> Report:
    """www went away, telnet opened on the NAS, a rule that lets RDP in from anywhere came."""
    hosts = {address: host for address, host in HOSTS.items() if address != "192.168.40.12"}
    mac, name, ports = hosts["192.168.40.20"]
    hosts["192.168.40.20"] = (mac, name, ((23, "telnet", "BusyBox telnetd"), *ports))
    return _report("second", agent, site, finished, hosts, _firewall(extra=True))


def _report(
    name: str,
    agent: UUID,
    site: UUID,
    finished: datetime,
    hosts: dict[str, tuple[str, str, tuple[tuple[int, str, str], ...]]],
    firewall: tuple[Observation, ...],
) -> Report:
    started = finished - timedelta(minutes=3)

    def outcome(probe: str, target: str, observations: Iterable[Observation], state: State = State.ANSWERED, detail: str = "") -> Outcome:
        return Outcome(
            probe=probe, target=target, state=state, at_utc=started, duration_ms=40, detail=detail, observations=tuple(observations)
        )

    swept = [AddressSeen(address=a, mac=mac, provenance=Provenance.OWN_REPLY) for a, (mac, _, _) in hosts.items()]
    outcomes = [
        outcome("host", "site", (SubnetSeen(prefix=SUBNET, interface="eth0", gateway="192.168.40.1"),)),
        outcome("arp", SUBNET, swept),
        outcome("ssh", "192.168.40.1", firewall),
        outcome("ssh", "192.168.40.10", (), State.DENIED, "the account “netario” was refused: check the password in agent.toml"),
        outcome("snmp", "192.168.40.2", _switch()),
        outcome("snmp", "192.168.40.5", _printer()),
        outcome("snmp", "192.168.40.20", (), State.SILENT, "no answer to SNMP: switched off, or another community"),
    ]
    for address, (_, host, ports) in hosts.items():
        seen = [PortSeen(address=address, protocol="tcp", number=n, service=s, product=p, examined=bool(p)) for n, s, p in ports]
        outcomes.append(outcome("ports", address, [PortsExamined(address=address, protocol="tcp", ranges=EXAMINED), *seen]))
        outcomes.append(outcome("services", address, [one for one in seen if one.product]))
        if host:
            outcomes.append(outcome("names", address, (NameSeen(address=address, name=host, source=NameSource.DNS),)))
    shown = [c for c in _certificates(finished) if c.address in hosts]
    outcomes += [outcome("certificates", certificate.address, (certificate,)) for certificate in shown]
    return Report(
        id=uuid5(NAMESPACE, f"{site} {name}"),
        agent=AgentAbout(id=agent, site=site, version="0.1.0", hostname="netario-rossi", lacking=()),
        started_utc=started,
        finished_utc=finished,
        plan=Plan(subnets=(SUBNET,), probes=("host", "arp", "ports", "services", "snmp", "ssh", "names", "certificates")),
        outcomes=tuple(outcomes),
    )


def _certificates(now: datetime) -> tuple[CertificateSeen, ...]:
    def shown(address: str, port: int, name: str, days: int, digest: str, starttls: str = "") -> CertificateSeen:
        return CertificateSeen(
            address=address,
            port=port,
            starttls=starttls,
            protocol="TLSv1.3",
            subject=f"CN={name}",
            issuer="CN=Officina Rossi CA",
            names=(name,),
            serial="01",
            not_before_utc=now - timedelta(days=300),
            not_after_utc=now + timedelta(days=days),
            sha256=digest * 64,
        )

    return (
        shown("192.168.40.12", 443, "www.officina-rossi.example", 12, "a"),
        shown("192.168.40.11", 587, "mail.officina-rossi.example", 220, "b", "smtp"),
        shown("192.168.40.11", 993, "mail.officina-rossi.example", 220, "b"),
    )


def _printer() -> tuple[Observation, ...]:
    return (
        SystemSeen(
            description="HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24090012,CIDATE 02/24/2016",
            object_id="1.3.6.1.4.1.11.2.3.9.1",
            name="laser-ufficio",
            location="Ufficio, piano terra",
            contact="assistenza@officina-rossi.example",
        ),
        SupplySeen(index="1.1", name="Black Cartridge HP CF400X", kind="toner", color="black", percent=63, state=SupplyState.OK),
        SupplySeen(index="1.2", name="Cyan Cartridge HP CF401X", kind="toner", color="cyan", percent=4, state=SupplyState.LOW),
        SupplySeen(index="tray 1.1", name="Tray 1", kind="paper-tray", media="iso-a4-white", percent=0, state=SupplyState.EMPTY),
        PrinterSeen(problems=("low-toner", "no-paper"), pages=20480),
    )


def _switch() -> tuple[Observation, ...]:
    ports = [
        InterfaceSeen(
            index=n,
            name=f"GigabitEthernet0/{n}",
            kind="ethernetCsmacd",
            admin_up=n < 9,
            oper_up=n < 8,
            speed_bps=10**9 if n < 8 else None,
            alias="uplink fw01" if n == 1 else "",
            mac=f"00:1b:21:40:0a:{n:02x}",
        )
        for n in range(1, 11)
    ]
    behind = ["192.168.40.1", "192.168.40.10", "192.168.40.11", "192.168.40.12", "192.168.40.20", "192.168.40.5", "192.168.40.101"]
    learned = [BridgeEntrySeen(mac=HOSTS[address][0], port=f"GigabitEthernet0/{n}", vlan=1) for n, address in enumerate(behind, 1)]
    return (
        SystemSeen(
            description="Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)",
            object_id="1.3.6.1.4.1.9.1.1208", name="sw01", location="Armadio rete", bridge_ports=10,
        ),
        *ports,
        *learned,
        VlanSeen(vlan=1, name="default"),
        VlanSeen(vlan=20, name="ospiti"),
        ModuleSeen(index=1001, kind="chassis", name="1", description="WS-C2960X-24PS-L", model="WS-C2960X-24PS-L", serial="FOC1932X0Y1"),
        ModuleSeen(index=1010, kind="port", inside=1001, name="Gi0/10", model="SFP-10G-SR", serial="AVD2114K0AB"),
        PowerSourceSeen(group=1, state="on", budget_w=370, used_w=13),
        PowerPortSeen(port="GigabitEthernet0/6", enabled=True, status="delivering", power_class=3, draw_mw=6300),
        PowerPortSeen(port="GigabitEthernet0/8", enabled=False, status="disabled"),
        PortVlansSeen(port="GigabitEthernet0/1", untagged=1, tagged=(20, 30, 31, 32)),
        PortVlansSeen(port="GigabitEthernet0/2", untagged=20),
    )  # fmt: skip


def _rule(key: str, order: int, scope: Scope, action: Action = Action.ALLOW, **words: object) -> FirewallRuleSeen:
    ruleset = f"inet filter {scope.value}"
    return FirewallRuleSeen(
        rule=FirewallRule.model_validate({"key": key, "order": order, "scope": scope, "ruleset": ruleset, "action": action, **words})
    )


def _firewall(*, extra: bool) -> tuple[Observation, ...]:
    rules = [
        _rule("est-in", 1, Scope.INPUT, states=("established", "related")),
        _rule("ssh-lan", 2, Scope.INPUT, from_=("lan0",), services=("tcp/22",), comment="amministrazione"),
        _rule("dns-lan", 3, Scope.INPUT, from_=("lan0",), services=("tcp/53", "udp/53", "udp/67")),
        _rule("wg", 4, Scope.INPUT, from_=("wan0",), services=("udp/51820",), comment="VPN tecnici"),
        _rule("drop-in", 5, Scope.INPUT, Action.DENY, implicit=True),
        _rule("est-fw", 6, Scope.FORWARD, states=("established", "related")),
        _rule("out", 7, Scope.FORWARD, from_=("lan0",), to=("wan0",)),
        _rule("mail-in", 8, Scope.FORWARD, from_=("wan0",), destinations=("192.168.40.11",), services=("tcp/25", "tcp/587", "tcp/993")),
        _rule("drop-fw", 10, Scope.FORWARD, Action.DENY, implicit=True, log=True),
    ]
    if extra:
        rules.append(
            _rule(
                "rdp",
                9,
                Scope.FORWARD,
                from_=("wan0",),
                destinations=("192.168.40.101",),
                services=("tcp/3389",),
                comment="temporanea?",
            )
        )
    return (
        SystemSeen(description="Linux 6.1.0-25-amd64 x86_64", name="fw01", os="Debian GNU/Linux", os_version="12", forwards=True),
        _interface(2, "wan0", "203.0.113.14", 29, "00:1b:21:40:00:fe"),
        _interface(3, "lan0", "192.168.40.1", 24, "00:1b:21:40:00:01"),
        _interface(4, "wg0", "10.99.0.1", 24),
        *rules,
        _forward("smtp", 1, "25", "192.168.40.11"),
        _forward("imaps", 2, "993", "192.168.40.11"),
        _forward("web", 3, "443", "192.168.40.12"),
        SourceNatSeen(nat=SourceNat(key="masq", order=1, kind=SourceNatKind.MASQUERADE, to=("wan0",), sources=(SUBNET,))),
        _vpn(),
        RouteSeen(route=Route(destination="0.0.0.0/0", gateway="203.0.113.9", interface="wan0", origin="static")),
        RouteSeen(route=Route(destination=SUBNET, interface="lan0", origin="connected")),
        DhcpPoolSeen(
            pool=DhcpPool(
                key="lan", interface="lan0", prefix=SUBNET, first_address="192.168.40.100", last_address="192.168.40.199",
                gateway="192.168.40.1", dns_servers=("192.168.40.1",), domain="officina-rossi.example", lease_s=43200,
            )
        ),
    )  # fmt: skip


def _interface(index: int, name: str, address: str, prefix_length: int, mac: str | None = None) -> InterfaceSeen:
    held = (InterfaceAddress(address=address, prefix_length=prefix_length),)
    return InterfaceSeen(index=index, name=name, mac=mac, admin_up=True, oper_up=True, speed_bps=10**9 if mac else None, addresses=held)


def _forward(key: str, order: int, port: str, to: str) -> PortForwardSeen:
    words = {"key": key, "order": order, "protocol": "tcp", "from": ("wan0",), "public_ports": port, "to_address": to, "comment": key}
    return PortForwardSeen(forward=PortForward.model_validate(words))


def _vpn() -> VpnSeen:
    return VpnSeen(
        vpn=VpnTunnel(
            key="wg0",
            name="wg0",
            kind=VpnKind.WIREGUARD,
            interface="wg0",
            listen_port=51820,
            protocol="udp",
            local_addresses=("10.99.0.1/24",),
            public_key="2p6Jt0s1l9WcYc0Yk1Zr3kq1x9G6bq1c8JpX0aTt1Xk=",
            peers=(
                VpnPeer(public_key="hC3yG5s0Yb1q0v9v1Jq3m7c2bq0s5x1x0b8c4V1m2n0=", allowed_prefixes=("10.99.0.2/32",)),
                VpnPeer(public_key="Q9d0k2v7z3mX1c5b8n4L6p0a2s4d6f8g0h1j3k5l7Z8=", allowed_prefixes=("10.99.0.3/32",)),
            ),
        )
    )
