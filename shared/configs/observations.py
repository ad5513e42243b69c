"""A configuration that was read, as observations of the device that it is of."""

from collections.abc import Iterator

from shared.configs import Understood
from shared.configuration_seen import ConfigurationSeen, SettingsSeen
from shared.device_config import Settings
from shared.observation import (
    DhcpPoolSeen,
    FirewallRuleSeen,
    Observation,
    PortForwardSeen,
    RouteSeen,
    SourceNatSeen,
    SystemSeen,
    VlanSeen,
    VpnSeen,
)


def observations(understood: Understood) -> Iterator[Observation]:
    document = understood.document
    yield SystemSeen(
        name=document.hostname, vendor=document.vendor, model=document.model, serial=document.serial, os=document.os,
        os_version=document.os_version,
    )  # fmt: skip
    yield ConfigurationSeen(
        platform=document.platform, stable_sha256=understood.stable_sha256, text=understood.text, complete=document.complete,
        lines=document.lines, unread=len(document.unread), secrets=document.secrets_removed.places, warnings=document.warnings,
    )  # fmt: skip
    yield SettingsSeen(settings=Settings.model_validate({name: getattr(document, name) for name in Settings.model_fields}))
    yield from (FirewallRuleSeen(rule=rule) for rule in document.firewall_rules)
    yield from (PortForwardSeen(forward=forward) for forward in document.port_forwards)
    yield from (SourceNatSeen(nat=nat) for nat in document.source_nat)
    yield from (VpnSeen(vpn=vpn) for vpn in document.vpns)
    yield from (RouteSeen(route=route) for route in document.routes)
    yield from (DhcpPoolSeen(pool=pool) for pool in document.dhcp)
    yield from (VlanSeen(vlan=vlan.vlan, name=vlan.name) for vlan in document.vlans if 1 <= vlan.vlan <= 4094)
