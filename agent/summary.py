"""A report as a person reads it in a terminal: who is there, what is open; and which of its outcomes are shortfalls."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.address import address_order
from shared.observation import AddressSeen, FirewallRuleSeen, NameSeen, PortForwardSeen, PortSeen, Provenance, SystemSeen, VpnSeen
from shared.outcome import Outcome, State
from shared.report import Report

_FAULTS = frozenset({State.DENIED, State.UNPARSED, State.BROKEN, State.PARTIAL})


@dataclass(slots=True)
class _Host:
    macs: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ports: dict[tuple[str, int], PortSeen] = field(default_factory=dict)


def shortfalls(report: Report) -> list[Outcome]:
    """The outcomes that make a scan one done in part. A host without SNMP or DNS is no shortfall; a subnet out of reach is one."""
    return [
        outcome
        for outcome in report.outcomes
        if outcome.state in _FAULTS
        or (outcome.state is State.UNSUPPORTED and outcome.target in report.plan.subnets)
        or (outcome.state is State.SILENT and outcome.probe == "ssh")
    ]


def nothing_seen(report: Report) -> bool:
    """True where not one look at the network was answered: then ``scan`` has done nothing."""
    done = (State.ANSWERED, State.PARTIAL)
    return not any(outcome.state in done for outcome in report.outcomes if outcome.probe != "host")


def show(report: Report, console: Console) -> None:
    hosts = _hosts(report.outcomes)
    table = Table("Address", "MAC address", "Name", "Open ports", title=_title(report, len(hosts)), title_justify="left", expand=False)
    for address in sorted(hosts, key=address_order):
        host = hosts[address]
        ports = ", ".join(_port(host.ports[key]) for key in sorted(host.ports))
        table.add_row(*(Text(cell) for cell in (address, "\n".join(host.macs), "\n".join(host.names), ports)))
    console.print(table)
    if rest := _rest(report):
        console.print(Text(rest))


def _title(report: Report, hosts: int) -> Text:
    duration_s = (report.finished_utc - report.started_utc).total_seconds()
    return Text(f"{', '.join(report.plan.subnets)}: {hosts} addresses in use, {duration_s:.0f} s")


def _hosts(outcomes: Iterable[Outcome]) -> dict[str, _Host]:
    """First-hand facts by address: what a router or switch tells of others is left to the collector."""
    facts = [observation for outcome in outcomes for observation in outcome.observations]
    hosts: dict[str, _Host] = {}
    for seen in facts:
        if isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY:
            macs = hosts.setdefault(seen.address, _Host()).macs
            if seen.mac and seen.mac not in macs:
                macs.append(seen.mac)
    for seen in facts:
        if isinstance(seen, NameSeen) and seen.address in hosts and seen.name not in hosts[seen.address].names:
            hosts[seen.address].names.append(seen.name)
        if isinstance(seen, PortSeen) and seen.address in hosts:
            known = hosts[seen.address].ports.get((seen.protocol, seen.number))
            if known is None or seen.examined:
                hosts[seen.address].ports[(seen.protocol, seen.number)] = seen
    return hosts


def _port(port: PortSeen) -> str:
    service = f"/{port.service}" if port.service else ""
    return f"{port.number}{service}" if port.protocol == "tcp" else f"{port.protocol} {port.number}{service}"


def _rest(report: Report) -> str:
    facts = [observation for outcome in report.outcomes for observation in outcome.observations]
    kinds = (
        (SystemSeen, "systems described themselves"),
        (FirewallRuleSeen, "firewall rules"),
        (PortForwardSeen, "port forwards"),
        (VpnSeen, "VPN tunnels"),
    )
    counts = [(sum(isinstance(fact, kind) for fact in facts), noun) for kind, noun in kinds]
    return ", ".join(f"{count} {noun}" for count, noun in counts if count)
