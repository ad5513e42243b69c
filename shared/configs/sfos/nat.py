"""NAT rules: NATRule. A rule that translates the destination is a port forward; any other is source translation, or an exception from it.

A linked rule has no match of its own: it translates what its firewall rule lets through.
"""

from functools import partial

from shared.configs.pf.listed import listed
from shared.configs.sfos.box import Box, Keys, attempt, known, members, on
from shared.configs.sfos.order import in_order
from shared.configs.xml_tree import Element
from shared.firewall import ANY, FirewallRule, PortForward, SourceNat, SourceNatKind

_SILENT = listed(
    "IPFamily Status Position After Before MoveTo Name Description NATMethod HealthCheck ProbeMethod Port ProbeInterval ResponseTimeOut",
    "DeactivateHostAfter monitorindex",
)
_ORIGINAL = ("", "original")


def read_nat(box: Box) -> None:
    keys = Keys()
    for family, element in in_order(box, "NATRule"):
        attempt(partial(_rule, box, keys, family), element)


def _rule(box: Box, keys: Keys, family: str, element: Element) -> None:
    name, status = element.get("Name"), element.get("Status").lower()
    if not name or status not in ("", "enable", "disable"):
        raise ValueError(f"a NAT rule with status {status}")
    source, destination, service = (element.get(f"Translated{part}") for part in ("Source", "Destination", "Service"))
    linked = element.get("LinkedFirewallrule")
    linked = "" if linked.lower() == "none" else linked
    rule = next((each for each in box.reading.firewall_rules if each.name == linked and not each.implicit), None) if linked else None
    networks = [members(element, f"Original{part}", "Network") for part in ("SourceNetworks", "DestinationNetworks")]
    services = members(element, "OriginalServices", "Service")
    conditions = [f"{family} only"] if family == "ipv6" else []
    conditions += [f"only what firewall rule {linked} lets through"] if linked else []
    conditions += _further(element)
    about = {
        "key": keys.of(name, ""), "name": name, "enabled": status != "disable", "comment": element.get("Description"),
        "sources": _values(box, networks[0], rule.sources if rule else None),
        "raw": box.tree.raw(element), "line": element.line,
    }  # fmt: skip
    known(element, _SILENT)
    asked = _services(box, services, rule)
    if destination.lower() not in _ORIGINAL:
        if source.lower() not in _ORIGINAL:
            conditions.append(f"the source becomes {source}")
        public = _values(box, networks[1], rule.destinations if rule else None)
        _forwards(box, keys, element, {**about, "conditions": tuple(conditions)}, asked, public, (destination, service))
        return
    if service.lower() not in _ORIGINAL:
        conditions.append(f"the service becomes {service}")
    kind = SourceNatKind.NONE if source.lower() in _ORIGINAL else SourceNatKind.SOURCE
    kind = SourceNatKind.MASQUERADE if source.lower() == "masq" else kind
    destinations = _values(box, networks[1], rule.destinations if rule else None)
    box.reading.source_nat.append(
        SourceNat.model_validate(
            {
                **about, "order": len(box.reading.source_nat) + 1, "kind": kind, "conditions": tuple(conditions),
                "from": tuple(members(element, "InboundInterfaces", "Interface")) or (rule.from_ if rule else (ANY,)),
                "to": tuple(members(element, "OutboundInterfaces", "Interface")) or (rule.to if rule else (ANY,)),
                "destinations": destinations, "services": asked,
                "to_source": ", ".join(box.network(source)) if kind is SourceNatKind.SOURCE else "",
            }
        )
    )  # fmt: skip


def _values(box: Box, names: list[str], of_rule: tuple[str, ...] | None) -> tuple[str, ...]:
    if not names:
        return of_rule or (ANY,)
    found = tuple(dict.fromkeys(value for name in names for value in box.network(name)))
    return (ANY,) if ANY in found else found


def _services(box: Box, names: list[str], rule: FirewallRule | None) -> tuple[str, ...]:
    if not names:
        return rule.services if rule else (ANY,)
    found = tuple(dict.fromkeys(value for name in names for value in box.service(name)))
    return (ANY,) if ANY in found else found


def _further(element: Element) -> list[str]:
    """Other translations by outgoing interface, and what the reader does not know."""
    found = []
    if on(element, "OverrideInterfaceNATPolicy"):
        for block in element.all("InterfaceNATPolicyList"):
            text = " ".join(leaf.text for leaf in block.mark().leaves() if leaf.text)
            found.append(f"InterfaceNATPolicyList {text}")
    for block in element.all("InterfaceNATPolicyList"):
        block.mark()
    return found


def _forwards(
    box: Box, keys: Keys, element: Element, about: dict[str, object], services: tuple[str, ...], public: tuple[str, ...],
    translated: tuple[str, str],
) -> None:  # fmt: skip
    """One for each protocol, as ports are told apart by it."""
    by_protocol: dict[str, list[str]] = {}
    for each in services:
        protocol, _, ports = each.partition("<")[0].partition("/")
        by_protocol.setdefault(protocol, []).append(ports or ANY)
    inside = ", ".join(box.network(translated[0]))
    to_service = box.service(translated[1]) if translated[1].lower() not in _ORIGINAL else ()
    first = True
    for protocol, asked in by_protocol.items():
        to_ports = [one.partition("/")[2] for one in to_service if one.partition("/")[0] == protocol]
        box.reading.port_forwards.append(
            PortForward.model_validate(
                {
                    **about, "key": about["key"] if first else keys.of(str(about["name"]), ""), "order": len(box.reading.port_forwards) + 1,
                    "protocol": protocol, "from": tuple(members(element, "InboundInterfaces", "Interface")) or (ANY,),
                    "to": tuple(members(element, "OutboundInterfaces", "Interface")) or (ANY,),
                    "public_address": ", ".join(public), "public_ports": ANY if ANY in asked else ",".join(asked),
                    "to_address": inside, "to_ports": ",".join(filter(None, to_ports)),
                }
            )
        )  # fmt: skip
        first = False
