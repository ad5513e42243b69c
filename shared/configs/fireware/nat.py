"""Translation: static NAT actions as policies use them, ``dnat-list`` (dynamic NAT of networks), and dynamic NAT of a policy's own.

WatchGuard says dynamic NAT (``dnat``) for what others call masquerading, and SNAT for static NAT: a port forward. An action that no policy
uses forwards nothing; it is kept, switched off.
"""

from functools import partial

from shared.configs import values
from shared.configs.fireware.box import Box, Keys, attempt, or_any
from shared.configs.fireware.policies import Policy
from shared.configs.xml_tree import Element
from shared.firewall import ANY, FirewallRule, PortForward, SourceNat, SourceNatKind

_FORWARD = "7"


def find_forwards(box: Box) -> None:
    """Before the policies are read, which name them."""
    for element in box.each("nat-list", "nat"):
        if element.get("type") == _FORWARD:
            box.forwards[element.get("name")] = element
        elif element.get("property") == "4":
            # the built-in entry of dynamic NAT
            element.mark()


def read_nat(box: Box, policies: list[Policy]) -> None:
    keys = Keys()
    used: set[str] = set()
    for policy in policies:
        for name in policy.forwards:
            used.add(name)
            attempt(partial(_forward, box, keys, name, policy.rule), box.forwards[name])
    for name, element in box.forwards.items():
        if name not in used:
            attempt(partial(_forward, box, keys, name, None), element)
    source_keys = Keys()
    for element in box.each("dnat-list", "dnat"):
        attempt(lambda each: _dynamic(box, source_keys, each), element)
    for policy in policies:
        _own_dynamic(box, source_keys, policy)


def _forward(box: Box, keys: Keys, name: str, rule: FirewallRule | None, element: Element) -> None:
    for tag in ("name", "description", "property", "type", "algorithm", "proxy-arp"):
        element.get(tag)
    members = [member for holder in element.all("nat-item") for member in holder.all("member")]
    if not members:
        raise ValueError("a static NAT action without a member")
    for member in members:
        if member.get("addr-type") != "4":
            raise ValueError("a member of another kind")
        public = _one(box, member.get("ext-addr-name"))
        interface, inside, port = or_any(member.get("interface")), _one(box, member.get("addr-name")), member.get("port")
        for protocol, ports in _protocols(rule.services if rule else (ANY,)):
            box.reading.port_forwards.append(
                PortForward.model_validate(
                    {
                        "key": keys.of(f"{name} in {rule.name}" if rule else name, ""),
                        "order": len(box.reading.port_forwards) + 1,
                        "name": name,
                        "enabled": rule is not None and rule.enabled,
                        "protocol": protocol,
                        "from": (interface,),
                        "public_address": public,
                        "public_ports": ports,
                        "sources": rule.sources if rule else (ANY,),
                        "to_address": inside,
                        "to_ports": "" if port in ("", "0") else values.port_range(port),
                        "linked_rule": rule.key if rule else "",
                        "comment": rule.comment if rule else "no policy uses it",
                        "conditions": ("one of several machines",) if len(members) > 1 else (),
                        "raw": box.tree.raw(element),
                        "line": element.line,
                    }
                )
            )


def _one(box: Box, name: str) -> str:
    """The value that an address group stands for."""
    found = box.address(name) if name in box.addresses else tuple(dict.fromkeys(m.address for m in box.members(name)))
    if found == (ANY,):
        return f"interface:{name}"
    return found[0] if len(found) == 1 else ", ".join(found)


def _protocols(services: tuple[str, ...]) -> list[tuple[str, str]]:
    """``tcp/80, tcp/443, udp/443`` -> tcp with 80,443 and udp with 443."""
    found: dict[str, list[str]] = {}
    for service in services:
        protocol, _, ports = service.partition("/")
        found.setdefault(protocol, []).append(ports or ANY)
    return [(protocol, ANY if ANY in ports else ",".join(ports)) for protocol, ports in found.items()]


def _dynamic(box: Box, keys: Keys, element: Element) -> None:
    source, target, own = element.get("from-alias"), element.get("to-alias"), element.get("dnat-src-ip")
    sources = tuple(dict.fromkeys(value for m in box.members(source) for value in _values(box, m.address, m.interface)))
    own = "" if own == "0.0.0.0" else own  # noqa: S104 - the file's own word for none
    box.reading.source_nat.append(
        SourceNat(
            key=keys.of("", f"{source} {target} {own} {sources}"), order=len(box.reading.source_nat) + 1,
            kind=SourceNatKind.SOURCE if own else SourceNatKind.MASQUERADE, to=(or_any(target),), sources=sources or (ANY,), to_source=own,
            raw=box.tree.raw(element), line=element.line,
        )
    )  # fmt: skip


def _values(box: Box, address: str, interface: str) -> tuple[str, ...]:
    if address != ANY:
        return box.address(address)
    return (ANY,) if interface == ANY else (f"net:{interface}",)


def _own_dynamic(box: Box, keys: Keys, policy: Policy) -> None:
    """``apply-dnat-all-traffic``: the policy's own traffic goes out as one address."""
    settings = policy.element.child("settings")
    if settings is None or settings.get("apply-dnat-all-traffic").lower() not in ("1", "true"):
        return
    own = settings.get("dnat-src-ip")
    box.reading.source_nat.append(
        SourceNat.model_validate(
            {
                "key": keys.of(policy.rule.key, ""),
                "order": len(box.reading.source_nat) + 1,
                "name": policy.name,
                "enabled": policy.rule.enabled,
                "kind": SourceNatKind.MASQUERADE if own in ("", "0.0.0.0") else SourceNatKind.SOURCE,  # noqa: S104 - as above
                "from": policy.rule.from_,
                "to": policy.rule.to,
                "sources": policy.rule.sources,
                "destinations": policy.rule.destinations,
                "services": policy.rule.services,
                "to_source": "" if own == "0.0.0.0" else own,  # noqa: S104 - as above
                "line": policy.element.line,
            }
        )
    )
