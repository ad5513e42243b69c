"""Synthetic reports: small networks that nobody has, made of the real models. Names and addresses are of documentation ranges."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5

from shared.firewall import Action, FirewallRule
from shared.observation import (
    AddressSeen,
    FirewallRuleSeen,
    InterfaceSeen,
    NameSeen,
    NameSource,
    Observation,
    PortSeen,
    PortsExamined,
    Provenance,
    SystemSeen,
)
from shared.outcome import Outcome, State
from shared.report import AgentAbout, Plan, Report

SUBNET = "192.0.2.0/24"
FIRST_SCAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Host:
    number: int
    ports: tuple[int, ...] = (22, 443)
    rules: tuple[str, ...] = ()
    interfaces: int = 0

    @property
    def address(self) -> str:
        return f"192.0.2.{self.number}" if self.number < 255 else f"198.18.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def mac(self) -> str:
        return f"00:1b:21:00:{self.number // 256:02x}:{self.number % 256:02x}"


HOSTS = (Host(1, rules=("ssh", "web")), Host(10), Host(11, (445,)), Host(20, (9100,)))


def with_port(hosts: Sequence[Host], number: int, port: int) -> tuple[Host, ...]:
    return tuple(replace(host, ports=(*host.ports, port)) if host.number == number else host for host in hosts)


def report_id(name: str) -> UUID:
    return uuid5(NAMESPACE_DNS, f"{name}.synthetic.example")


def report(
    name: str, hosts: Iterable[Host] = HOSTS, *, after: timedelta = timedelta(0), agent: UUID | None = None, site: UUID | None = None,
    complete: bool = True, failed: Iterable[tuple[str, str]] = (),
) -> Report:  # fmt: skip
    """A scan of ``hosts`` that took five minutes and ended ``after`` the first scan's end."""
    finished = FIRST_SCAN + after
    at = finished - timedelta(minutes=1)
    hosts = tuple(hosts)
    sweep = tuple(AddressSeen(address=host.address, mac=host.mac, provenance=Provenance.OWN_REPLY) for host in hosts)
    outcomes = [Outcome(probe="arp", target=SUBNET, state=State.ANSWERED, at_utc=at, duration_ms=2000, observations=sweep)]
    for host in hosts:
        outcomes.append(_answered("ports", host, at, _ports(host)))
        outcomes.append(_answered("names", host, at, (_name(host),)))
        if host.rules or host.interfaces:
            outcomes.append(_answered("ssh", host, at, _told_by_itself(host)))
    outcomes += [
        Outcome(probe=probe, target=target, state=State.SILENT, at_utc=at, duration_ms=10, detail="no answer") for probe, target in failed
    ]
    return Report(
        id=report_id(name), agent=AgentAbout(id=agent, site=site, version="0.1.0", hostname="agent.synthetic.example"),
        started_utc=finished - timedelta(minutes=5), finished_utc=finished, complete=complete,
        plan=Plan(subnets=(SUBNET,), probes=("arp", "ports", "names", "ssh")), outcomes=tuple(outcomes),
    )  # fmt: skip


def document(made: Report) -> bytes:
    return made.model_dump_json(by_alias=True).encode()


def packed(made: Report) -> bytes:
    return gzip.compress(document(made), mtime=0)


def _answered(probe: str, host: Host, at: datetime, observations: tuple[Observation, ...]) -> Outcome:
    return Outcome(probe=probe, target=host.address, state=State.ANSWERED, at_utc=at, duration_ms=100, observations=observations)


def _ports(host: Host) -> tuple[Observation, ...]:
    seen = (PortSeen(address=host.address, protocol="tcp", number=port, service=f"service-{port}") for port in host.ports)
    return PortsExamined(address=host.address, protocol="tcp", ranges="1-10000"), *seen


def _name(host: Host) -> NameSeen:
    return NameSeen(address=host.address, name=f"host-{host.number}.synthetic.example", source=NameSource.DNS)


def _told_by_itself(host: Host) -> tuple[Observation, ...]:
    system = SystemSeen(description="Synthetic 1.0", name=f"host-{host.number}", serial=f"SYN{host.number:06}")
    interfaces = (InterfaceSeen(index=index, name=f"port{index}", oper_up=True) for index in range(1, host.interfaces + 1))
    rules = (
        FirewallRuleSeen(rule=FirewallRule(key=f"key-{name}", order=order, name=name, action=Action.ALLOW, services=(f"tcp/{name}",)))
        for order, name in enumerate(host.rules, 1)
    )
    return system, *interfaces, *rules
