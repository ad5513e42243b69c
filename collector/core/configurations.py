"""Which configuration is in force on each device, and what is reachable from outside through it?

What is reachable is a conclusion: it is computed here from what each device said of itself, so that a better rule needs no new scan. A
device without a configuration that was read (a Linux host whose rule set was asked for) has its interfaces, routes and listeners.
"""

from collections.abc import Iterable, Iterator, Sequence

from collector.core.facts import DeviceFacts
from shared.configs import formats
from shared.configuration_seen import ConfigurationSeen, SettingsSeen
from shared.device_config import ConfiguredInterface, DeviceConfiguration, ExposedPort, RemoteAccess, Settings
from shared.exposure import Box, exposed_ports
from shared.firewall import ANY, FirewallRule, PortForward, VpnTunnel
from shared.observation import InterfaceSeen, ListenerSeen, RouteSeen

_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - no socket is bound
_VPN_PROGRAMS = frozenset({"openvpn", "charon", "charon-systemd", "starter", "pluto"})
"""Their ports are told as tunnels."""


def configurations(devices: Sequence[DeviceFacts]) -> Iterator[DeviceConfiguration]:
    for facts in devices:
        settings = next((seen.settings for seen in facts.of(SettingsSeen)), Settings())
        for seen in facts.of(ConfigurationSeen):
            yield DeviceConfiguration(
                device=facts.id, platform=seen.platform, stable_sha256=seen.stable_sha256, complete=seen.complete, lines=seen.lines,
                unread=seen.unread, secrets=seen.secrets, warnings=seen.warnings, settings=settings,
            )  # fmt: skip


def exposed(
    devices: Sequence[DeviceFacts], rules: Iterable[FirewallRule], forwards: Iterable[PortForward], vpns: Iterable[VpnTunnel]
) -> Iterator[ExposedPort]:
    """Of the devices that filter or forward: a host without a rule of its own is behind somebody else's."""
    rules, forwards, vpns = tuple(rules), tuple(forwards), tuple(vpns)
    filtering = {rule.device for rule in rules} | {forward.device for forward in forwards}
    for facts in devices:
        if facts.id in filtering:
            yield from exposed_ports(_box(facts, rules, forwards, vpns))


def _box(facts: DeviceFacts, rules: Sequence[FirewallRule], forwards: Sequence[PortForward], vpns: Sequence[VpnTunnel]) -> Box:
    settings = next((seen.settings for seen in facts.of(SettingsSeen)), Settings())
    known = next((formats()[seen.platform] for seen in facts.of(ConfigurationSeen) if seen.platform in formats()), None)
    interfaces = settings.interfaces or tuple(_interfaces(facts))
    return Box(
        interfaces=interfaces,
        zones=settings.zones,
        rules=[rule for rule in rules if rule.device == facts.id],
        forwards=[forward for forward in forwards if forward.device == facts.id],
        services=[*settings.remote_access, *_listeners(facts, interfaces)],
        vpns=[vpn for vpn in vpns if vpn.device == facts.id],
        routes=[seen.route for seen in facts.of(RouteSeen)],
        rules_see=known.rules_see if known else "inside",
        device=facts.id,
    )


def _interfaces(facts: DeviceFacts) -> Iterator[ConfiguredInterface]:
    for seen in facts.of(InterfaceSeen):
        held = tuple(f"{entry.address}/{entry.prefix_length}" for entry in seen.addresses if entry.prefix_length is not None)
        yield ConfiguredInterface(name=seen.name, addresses=held, enabled=seen.admin_up is not False)


def _listeners(facts: DeviceFacts, interfaces: Sequence[ConfiguredInterface]) -> Iterator[RemoteAccess]:
    """What the device says that listens on it; each port once, by the interfaces whose addresses it listens on."""
    held = {address.partition("/")[0]: each.name for each in interfaces for address in each.addresses}
    ways: dict[tuple[str, int, str], set[str]] = {}
    for seen in facts.of(ListenerSeen):
        if seen.program in _VPN_PROGRAMS or seen.address.startswith("127.") or seen.address == "::1":
            continue
        by = ANY if seen.address in _WILDCARDS else held.get(seen.address, "")
        if by:
            ways.setdefault((seen.protocol, seen.number, seen.program), set()).add(by)
    for (protocol, number, program), by_interfaces in sorted(ways.items()):
        interfaces_told = (ANY,) if ANY in by_interfaces else tuple(sorted(by_interfaces))
        yield RemoteAccess.model_validate(
            {"service": program or f"{protocol}/{number}", "protocol": protocol, "port": number, "interfaces": interfaces_told}
        )
