"""What a platform's reader fills while it reads, and the document that comes of it.

Understood: the reader puts it into a list. Known and not modelled: ``passed_over``. Anything else: ``unread``. Nothing is dropped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.address import Ip
from shared.configs.statement import Statement
from shared.device_config import (
    AddressObject,
    AdminUser,
    ConfiguredInterface,
    ConfiguredVlan,
    Licence,
    PassedOver,
    ReadConfig,
    RemoteAccess,
    SecretPlace,
    SecretsRemoved,
    ServiceObject,
    SwitchPort,
    UnreadLine,
    Zone,
)
from shared.firewall import DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel

MAX_UNREAD = 10_000


@dataclass(slots=True)
class Reading:
    """The lists of ``ReadConfig``, to be filled in the order of the configuration."""

    hostname: str = ""
    domain: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    os: str = ""
    os_version: str = ""
    interfaces: list[ConfiguredInterface] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    vlans: list[ConfiguredVlan] = field(default_factory=list)
    switch_ports: list[SwitchPort] = field(default_factory=list)
    address_objects: list[AddressObject] = field(default_factory=list)
    service_objects: list[ServiceObject] = field(default_factory=list)
    firewall_rules: list[FirewallRule] = field(default_factory=list)
    port_forwards: list[PortForward] = field(default_factory=list)
    source_nat: list[SourceNat] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    vpns: list[VpnTunnel] = field(default_factory=list)
    dhcp: list[DhcpPool] = field(default_factory=list)
    dns_servers: list[Ip] = field(default_factory=list)
    ntp_servers: list[str] = field(default_factory=list)
    syslog_servers: list[str] = field(default_factory=list)
    users: list[AdminUser] = field(default_factory=list)
    remote_access: list[RemoteAccess] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    complete: bool = True
    lines: int = 0
    unread_lines: list[UnreadLine] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    def unread(self, statement: Statement) -> None:
        """The statement and all below it are not understood."""
        for each in statement.walk():
            self.unread_line(each.line, each.text)

    def unread_line(self, line: int, text: str) -> None:
        """``text`` has been through the redactor."""
        if len(self.unread_lines) < MAX_UNREAD:
            self.unread_lines.append(UnreadLine(line=line, text=text))

    def pass_over(self, section: str, statement: Statement) -> None:
        """The statement and all below it belong to a part that is known and not modelled."""
        self.passed[section] += sum(1 for _ in statement.walk()) if statement.children else 1

    def pass_over_lines(self, section: str, lines: int) -> None:
        self.passed[section] += lines

    def document(self, platform: str, experimental: bool, places: Iterable[SecretPlace]) -> ReadConfig:
        removed = tuple(places)
        about = {
            "platform": platform,
            "experimental": experimental,
            "secrets_removed": SecretsRemoved(count=len(removed), places=removed),
            "passed_over": tuple(PassedOver(section=section, lines=lines) for section, lines in self.passed.items()),
            "unread": tuple(sorted(self.unread_lines, key=lambda unread: unread.line)),
        }
        return ReadConfig.model_validate({**about, **dict(_lists(self))})


_ELSEWHERE = ("unread_lines", "passed")


def _lists(reading: Reading) -> Iterator[tuple[str, object]]:
    for name in Reading.__dataclass_fields__:
        if name not in _ELSEWHERE:
            value = getattr(reading, name)
            yield name, tuple(value) if isinstance(value, list) else value
