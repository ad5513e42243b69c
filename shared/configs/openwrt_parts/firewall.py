"""OpenWrt's package ``firewall``: zones, forwardings, rules, redirects and source translation.

Source: OpenWrt's "Firewall configuration" (fw3 and fw4, 19.07 to 24.10). A rule with ``src`` alone is about traffic to the router, with
``dest`` alone (or neither) about what the router sends, with both about what it forwards. Without ``proto`` TCP and UDP are meant.
Rules come first, then forwardings, then the zones' policies, then the defaults. What a rule asks and has no field is a condition.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

from shared.configs import values
from shared.configs.openwrt_parts.router import Router, network
from shared.configs.uci import Section
from shared.device_config import AddressObject, Zone
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, SourceNat, SourceNatKind

_ACTIONS = {"ACCEPT": Action.ALLOW, "DROP": Action.DENY, "REJECT": Action.REJECT}
_FAMILIES = {"ipv4": "ipv4", "4": "ipv4", "ipv6": "ipv6", "6": "ipv6"}
_PROTOCOLS = {"tcpudp": ("tcp", "udp"), "icmpv6": ("icmpv6",), "ipv6-icmp": ("icmpv6",), "58": ("icmpv6",), "1": ("icmp",), "47": ("gre",)}
RULESET = "firewall"
"""The router walks all in one order: rules, forwardings, what port forwards imply, policies."""
_TIMES = ("start_date", "stop_date", "start_time", "stop_time", "weekdays", "monthdays", "utc_time")


class Rules:
    """Gives rules their order and their keys."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self.reading = router.reading
        self.order = 0
        self.seen = Counter[str]()
        self.let_in: list[PortForward] = []
        """Forwards, whose traffic is let through without a rule of its own."""

    def placed(self, section: Section) -> dict[str, object]:
        """Key, order and what every kind of rule has."""
        content = "\0".join(
            [section.kind, *(f"{n}={v}" for n, told in sorted(section.settings.items()) for v in told if n not in ("name", "enabled"))]
        )
        digest = hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).hexdigest()
        key = section.name or digest
        self.seen[key] += 1
        self.order += 1
        numbered = key if self.seen[key] == 1 else f"{key}-{self.seen[key]}"
        return {"key": numbered, "order": self.order, "name": section.text("name", "_name"),
        "enabled": section.is_on("enabled", default=True),
                "raw": section.raw(), "line": section.statement.line}  # fmt: skip

    def rule(self, section: Section) -> None:
        src, dest, target = section.text("src"), section.text("dest"), section.text("target").upper() or "DROP"
        scope = Scope.FORWARD if src and dest else Scope.INPUT if src else Scope.OUTPUT
        about = self.placed(section)
        device, direction = section.text("device"), section.text("direction")
        from_, to = _zone(src), _zone(dest)
        if device:  # beside a zone it is a condition more
            ends = to if direction == "out" else from_
            if ends in ([], [ANY]):
                ends[:] = [device]
            else:
                section.taken -= {"device", "direction"}
        sources, names, missing = _sources(self.router, section)
        schedule = ", ".join(f"{name} {' '.join(section.values(name))}" for name in _TIMES if name in section.settings)
        self.reading.firewall_rules.append(
            FirewallRule.model_validate(
                {
                    **about, "ruleset": RULESET, "scope": scope, "family": _FAMILIES.get(section.text("family"), ANY),
                    "action": _ACTIONS.get(target, Action.OTHER), "native_action": target, "from": tuple(from_ or [ANY]),
                    "to": tuple(to or [ANY]),
                    "sources": sources, "source_names": names, "destinations": _addresses(section, "dest_ip"),
                    "services": services(section),
                    "schedule": schedule, "log": bool(section.text("log") not in ("", "0")), "why_without_effect": missing,
                    "conditions": conditions(section),
                }
            )
        )  # fmt: skip

    def forwarding(self, section: Section) -> None:
        about = self.placed(section)
        self.reading.firewall_rules.append(
            FirewallRule.model_validate(
                {
                    **about, "ruleset": RULESET, "family": _FAMILIES.get(section.text("family"), ANY), "action": Action.ALLOW,
                    "native_action": "forwarding", "from": tuple(_zone(section.text("src")) or [ANY]),
                    "to": tuple(_zone(section.text("dest")) or [ANY]), "conditions": conditions(section),
                }
            )
        )  # fmt: skip

    def redirect(self, section: Section) -> None:
        if section.text("target").upper() == "SNAT":
            self._source_nat(section, section.text("src_dip"), section.text("src_dport"), "dest")
            return
        about = self.placed(section)
        protocol, ports = _protocol_and_ports(section, "src_dport")
        sources, _, missing = _sources(self.router, section)
        extra = (missing,) if missing else ()
        to = _zone(section.text("dest"))
        self.let_in.append(
            PortForward.model_validate(
                {
                    **about, "linked_rule": f"implied/{about['key']}", "protocol": protocol,
                    "from": tuple(_zone(section.text("src")) or [ANY]),
                    "public_address": ", ".join(_addresses(section, "src_dip")), "public_ports": ports, "sources": sources,
                    "to_address": section.text("dest_ip") or "self",
                    "to_ports": _port(section.text("dest_port")) if section.text("dest_port") else "",
                    "to": tuple(to or [ANY]), "conditions": (*conditions(section), *extra),
                }
            )
        )  # fmt: skip
        self.reading.port_forwards.append(self.let_in[-1])

    def nat(self, section: Section) -> None:
        self._source_nat(section, section.text("snat_ip"), section.text("snat_port"), "src")

    def _source_nat(self, section: Section, address: str, port: str, outgoing: str) -> None:
        about = self.placed(section)
        target = section.text("target").upper()
        kind = {"MASQUERADE": SourceNatKind.MASQUERADE, "ACCEPT": SourceNatKind.NONE}.get(target, SourceNatKind.SOURCE)
        to = [*_zone(section.text(outgoing)), *section.values("device")]
        sources, _, missing = _sources(self.router, section)
        extra = (missing,) if missing else ()
        self.reading.source_nat.append(
            SourceNat.model_validate(
                {
                    **about, "kind": kind, "to": tuple(to or [ANY]), "sources": sources, "destinations": _addresses(section, "dest_ip"),
                    "services": services(section, "all" if section.kind == "nat" else "tcpudp"),
                    "to_source": f"{address}:{port}" if port else address,
                    "from": tuple(_zone(section.text("src")) or [ANY]) if outgoing == "dest" else (ANY,),
                    "conditions": (*conditions(section), *extra),
                }
            )
        )  # fmt: skip

    def zone(self, section: Section) -> None:
        name = section.text("name") or section.name
        networks = section.values("network") or ([] if "network" in section.settings else [name])
        others = [*section.values("device"), *section.values("subnet")]
        intrazone = {"ACCEPT": "allow", "DROP": "deny", "REJECT": "deny"}.get(section.text("forward").upper(), "")
        self.router.zone_of.update(dict.fromkeys(networks, name))
        self.reading.zones.append(Zone.model_validate({"name": name, "interfaces": (*networks, *others), "intrazone": intrazone}))
        self.router.policies.append(section)
        for setting in ("masq", "masq6"):
            if section.is_on(setting):
                self._masquerade(section, name, "ipv6" if setting == "masq6" else "ipv4")

    def _masquerade(self, section: Section, zone: str, family: str) -> None:
        self.order += 1
        self.reading.source_nat.append(
            SourceNat.model_validate(
                {
                    "key": f"zone/{zone}/{'masq6' if family == 'ipv6' else 'masq'}", "order": self.order,
                    "name": f"masquerading of zone {zone}",
                    "enabled": section.is_on("enabled", default=True), "kind": SourceNatKind.MASQUERADE, "to": (zone,),
                    "sources": _addresses(section, "masq_src"),
                    "destinations": _addresses(section, "masq_dest"), "conditions": (family,) if family == "ipv6" else (),
                    "raw": section.raw(), "line": section.statement.line,
                }
            )
        )  # fmt: skip

    def ipset(self, section: Section) -> None:
        name = section.text("name") or section.name
        entries = tuple(network(value) for value in section.settings.get("entry", ()))
        section.taken.add("entry")
        if section.is_on("enabled", default=True):
            self.router.ipsets[name] = entries
        kind = " ".join(section.settings.get("match", ()))
        section.taken.add("match")
        from_file = section.text("loadfile")
        comment = ", ".join(filter(None, (kind, f"and what {from_file} holds" if from_file else "")))
        self.reading.address_objects.append(AddressObject(name=name, values=entries, comment=comment))

    def port_forwards(self) -> None:
        """What has been forwarded by a redirect is let through before the policies."""
        for forward in self.let_in:
            self.order += 1
            ports = (forward.to_ports or forward.public_ports).split(",")
            own = [values.service(p, port) for p in forward.protocol.split("+") for port in ports] if forward.protocol != ANY else [ANY]
            scope = Scope.INPUT if forward.to_address == "self" else Scope.FORWARD
            self.reading.firewall_rules.append(
                FirewallRule.model_validate(
                    {
                        "key": forward.linked_rule, "order": self.order, "ruleset": RULESET, "name": forward.name,
                        "enabled": forward.enabled,
                        "scope": scope, "implicit": True, "action": Action.ALLOW, "native_action": "accept port forwards",
                        "from": forward.from_,
                        "to": forward.to, "sources": forward.sources, "services": tuple(own), "line": forward.line,
                        "destinations": (ANY,) if scope is Scope.INPUT else (forward.to_address,),
                        "conditions": ("forwarded by its redirect",),
                    }
                )
            )  # fmt: skip

    def policies(self) -> None:
        """What the zones and, for traffic of no zone, the defaults do at the end."""
        for section in sorted(self.router.policies, key=lambda section: section.kind == "defaults"):
            name = section.text("name") or section.name if section.kind == "zone" else ""
            for chain, scope in (("input", Scope.INPUT), ("forward", Scope.FORWARD), ("output", Scope.OUTPUT)):
                told = section.text(chain).upper() or ("" if section.kind == "zone" else "REJECT" if chain == "forward" else "ACCEPT")
                if not told and section.kind == "zone":
                    continue
                self.order += 1
                # a zone's forward policy is about traffic between its own networks; to other zones the defaults decide
                ends = dict.fromkeys({"input": ("from",), "output": ("to",), "forward": ("from", "to")}[chain], (name,))
                self.reading.firewall_rules.append(
                    FirewallRule.model_validate(
                        {
                            "key": f"policy/{name or 'defaults'}/{chain}", "order": self.order, "ruleset": RULESET,
                            "name": f"{chain} policy of zone {name}" if name else f"default {chain} policy",
                            "scope": scope, "implicit": True, "action": _ACTIONS.get(told, Action.OTHER),
                            "native_action": f"{chain} {told}", "raw": f"option {chain} '{told}'",
                            "family": _FAMILIES.get(section.text("family"), ANY), "line": section.statement.line, **(ends if name else {}),
                        }
                    )
                )  # fmt: skip


def _zone(text: str) -> list[str]:
    """``*`` is every zone; nothing is the router itself."""
    return [ANY] if text == "*" else [text] if text else []


def _addresses(section: Section, name: str) -> tuple[str, ...]:
    return tuple(network(each) for each in section.values(name)) or (ANY,)


def _sources(router: Router, section: Section) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(values, names of sets, why it has no effect)"""
    found = [network(each) for each in section.values("src_ip")]
    macs = [f"!mac:{each[1:].lower()}" if each.startswith("!") else f"mac:{each.lower()}" for each in section.values("src_mac")]
    told = section.values("ipset")
    name, way = (told[0].lstrip("!"), "_".join(told[1:])) if told else ("", "")
    if not name or found or macs or (way and not way.startswith("src")):
        if told:
            section.taken.discard("ipset")  # becomes a condition
        if found and macs:
            section.taken.discard("src_mac")
        return tuple(found or macs or [ANY]), (), ""
    if name not in router.ipsets:
        return (name,), (name,), f"set {name} is not defined"
    entries = router.ipsets[name] or (name,)
    return (tuple(f"!{entry}" for entry in entries) if told[0].startswith("!") else entries), (name,), ""


def conditions(section: Section) -> tuple[str, ...]:
    """All settings without a field."""
    found = tuple(
        f"{name} {' '.join(section.settings[name])}" for name, _ in section.left() if name not in ("reflection", "reflection_src")
    )
    section.taken.update(section.settings)
    return found


def _protocols(section: Section, default: str) -> list[str]:
    told = section.values("proto") or [default]
    found = [each for word in told for each in _PROTOCOLS.get(word.lower(), (word.lower(),))]
    return [] if {"all", "any", "*", "0"} & set(found) else list(dict.fromkeys(found))


def services(section: Section, default: str = "tcpudp") -> tuple[str, ...]:
    protocols = _protocols(section, default)
    family = section.text("family")
    ports, source_ports = section.values("dest_port"), section.values("src_port")
    types = section.values("icmp_type")
    if not protocols:
        asked = [*(f"dest_port {port}" for port in ports), *(f"src_port {port}" for port in source_ports)]
        return tuple(asked) or (ANY,)
    found: list[str] = []
    for protocol in protocols:
        if protocol in ("icmp", "icmpv6"):
            six = protocol == "icmpv6" or family == "ipv6"
            found += [f"{'icmpv6' if six else 'icmp'}/{each}" for each in types] or ["icmpv6" if six else "icmp"]
        elif protocol in ("tcp", "udp", "sctp", "dccp", "udplite"):
            found += _with_ports(protocol, ports, source_ports)
        else:
            found.append(protocol)
    return tuple(found)


def _with_ports(protocol: str, ports: Sequence[str], source_ports: Sequence[str]) -> list[str]:
    own = [_port(each) for each in ports] or [ANY]
    theirs = [_port(each) for each in source_ports] or [ANY]
    return [f"!{values.service(protocol, o[1:], t)}" if o.startswith("!") else values.service(protocol, o, t) for o in own for t in theirs]


def _port(text: str) -> str:
    bare = text.lstrip("!").strip()
    try:
        spelled = values.port_range(bare)
    except ValueError:
        spelled = bare
    return f"!{spelled}" if text.startswith("!") else spelled


def _protocol_and_ports(section: Section, name: str) -> tuple[str, str]:
    return "+".join(_protocols(section, "tcpudp")) or ANY, ",".join(_port(each) for each in section.values(name)) or ANY
