"""What the system adds to the rules that people write, and the order in which all of them are asked.

First what protects people from locking themselves out and what keeps private and bogus senders from outside; then forwards that pass by
themselves; then people's rules; then what lets tunnels come up; at last, in a list of its own, that everything else is blocked. Source:
``filter_rules_generate`` of pfSense, ``filter_core_rules_system`` of OPNsense.
"""

from collections.abc import Iterator, Sequence

from shared.configs.pf.box import Box, Keys
from shared.configs.pf.rules import RULESET, Placed, built
from shared.device_config import ConfiguredInterface
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, VpnKind

DEFAULT_DENY = "default deny"
_PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_PRIVATE_OPNSENSE = ("10.0.0.0/8", "127.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_ASIDE = ("natreflection ", "poolopts ", "tag ")
"""What a forward does besides, and does not ask."""
_SWITCHED_OFF = "the packet filter is switched off (disablefilter)"


def finish(box: Box, placed: Sequence[Placed], passing: Sequence[PortForward]) -> dict[str, str]:
    """Fills ``firewall_rules``. ``passing``: forwards whose traffic no rule is asked for. Gives the keys of rules by what links them to a
    forward."""
    keys = Keys()
    linked: dict[str, str] = {}
    rules = box.reading.firewall_rules
    for before in (*_anti_lockout(box), *_from_outside(box), *(_passed(forward) for forward in passing)):
        rules.append(_implied(before, len(rules) + 1))
    for each in sorted(placed, key=lambda each: each.place):
        native = str(each.rule["native"])
        key = keys.of(native, "" if native else box.content(each.element))
        rules.append(built(box, each, key, len(rules) + 1))
        if each.rule["linked"]:
            linked.setdefault(str(each.rule["linked"]), key)
    for after in (*_tunnels(box), _DEFAULT_DENY):
        rules.append(_implied(after, len(rules) + 1))
    system = box.find("system")
    if system is not None and system.flag("disablefilter"):
        rules[:] = [rule.model_copy(update={"why_without_effect": rule.why_without_effect or _SWITCHED_OFF}) for rule in rules]
    return linked


_DEFAULT_DENY: dict[str, object] = {
    "key": DEFAULT_DENY, "ruleset": DEFAULT_DENY, "action": Action.DENY, "scope": Scope.EITHER, "comment": "default deny rule",
}  # fmt: skip


def _implied(fields: dict[str, object], order: int) -> FirewallRule:
    return FirewallRule.model_validate({"ruleset": RULESET, "implicit": True, "action": Action.ALLOW, **fields, "order": order})


def _anti_lockout(box: Box) -> Iterator[dict[str, object]]:
    web = box.find("system", "webgui")
    ways = [way for way in box.reading.remote_access if way.service in ("https", "http", "ssh") and way.enabled and way.port]
    label = "lan" if "lan" in box.interfaces else next(iter(box.interfaces), "")
    if (web is not None and web.flag("noantilockout")) or not label or not ways:
        return
    yield {
        "key": "anti-lockout", "from": (label,), "destinations": (f"interface:{label}",),
        "services": tuple(f"tcp/{way.port}" for way in ways), "scope": Scope.INPUT, "comment": "anti-lockout rule",
    }  # fmt: skip


def _from_outside(box: Box) -> Iterator[dict[str, object]]:
    bridged = {member for interface in box.interfaces.values() if interface.kind == "bridge" for member in interface.members}
    for label, interface in box.interfaces.items():
        element = box.find("interfaces", label)
        if element is None or not interface.enabled:
            continue
        if element.flag("blockbogons"):
            yield _blocked(interface, "bogon", ("table:bogons", "table:bogonsv6"))
        if element.flag("blockpriv") and label not in bridged:
            yield _blocked(interface, "private", _PRIVATE_OPNSENSE if box.opnsense else _PRIVATE)


def _blocked(interface: ConfiguredInterface, what: str, sources: tuple[str, ...]) -> dict[str, object]:
    return {
        "key": f"block-{what}-{interface.label}", "from": (interface.label,), "sources": sources, "action": Action.DENY,
        "scope": Scope.EITHER, "comment": f"block {what} networks from {interface.description or interface.label}",
    }  # fmt: skip


def _passed(forward: PortForward) -> dict[str, object]:
    ports = forward.to_ports or forward.public_ports
    protocols = () if forward.protocol == ANY else forward.protocol.split("+")
    services = tuple(f"{name}/{port}" if port != ANY else name for name in protocols for port in ports.split(",")) or (ANY,)
    return {
        "key": f"pass-{forward.key}", "enabled": forward.enabled, "from": forward.from_, "sources": forward.sources,
        "destinations": tuple(forward.to_address.split(", ")), "services": services,
        "conditions": tuple(each for each in forward.conditions if not each.startswith(_ASIDE)),
        "comment": f"passed by the forward: {forward.comment}" if forward.comment else "passed by the forward",
    }  # fmt: skip


def _tunnels(box: Box) -> Iterator[dict[str, object]]:
    """IPsec's key exchange is let in from each peer, unless this is switched off."""
    system, ipsec = box.find("system"), box.find("ipsec")
    off = any(place is not None and place.flag("disablevpnrules") for place in (system, ipsec, box.find("OPNsense", "IPsec", "general")))
    for vpn in () if off else box.reading.vpns:
        if vpn.kind not in (VpnKind.IPSEC, VpnKind.IPSEC_CLIENTS) or not vpn.enabled:
            continue
        peers = tuple(peer.endpoint for peer in vpn.peers if peer.endpoint) or (ANY,)
        yield {
            "key": f"ipsec-{vpn.key}", "from": (vpn.interface or ANY,), "sources": peers, "destinations": ("self",), "scope": Scope.INPUT,
            "services": ("udp/500", "udp/4500", "esp"), "comment": f"IPsec {vpn.name}",
        }  # fmt: skip
