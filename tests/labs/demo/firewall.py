"""The firewall's rules of ``truth.toml`` as an nftables rule set.  Source: nft(8), nftables 1.0.6 and 1.0.9."""

from collections.abc import Iterator, Sequence

from shared.firewall import ANY, Action
from tests.labs.demo.truth import Firewall, PortForward, Rule, Truth

_VERDICTS = {Action.ALLOW: "accept", Action.DENY: "drop", Action.REJECT: "reject", Action.RETURN: "return", Action.LOG: ""}


def _one_of(values: Sequence[str], *, quoted: bool = False) -> str:
    words = [f'"{value}"' if quoted else value for value in values]
    return words[0] if len(words) == 1 else "{ " + ", ".join(words) + " }"


def _match(what: str, values: Sequence[str], *, quoted: bool = False) -> Iterator[str]:
    if tuple(values) != (ANY,):
        yield f"{what} {_one_of(values, quoted=quoted)}"


def _services(services: Sequence[str]) -> Iterator[str]:
    """``tcp/443``, ``icmp/echo-request``: all of one rule have one protocol. ValueError otherwise."""
    if tuple(services) == (ANY,):
        return
    protocols = {service.partition("/")[0] for service in services}
    if len(protocols) != 1:
        raise ValueError(f"services of several protocols in one rule: {', '.join(services)}")
    protocol = protocols.pop()
    yield from _match("icmp type" if protocol == "icmp" else f"{protocol} dport", [service.partition("/")[2] for service in services])


def rule_text(rule: Rule) -> str:
    parts = [
        *_match("iifname", rule.from_, quoted=True),
        *_match("oifname", rule.to, quoted=True),
        *([f"ip saddr @{rule.source_set}"] if rule.source_set else _match("ip saddr", rule.sources)),
        *_match("ip daddr", rule.destinations),
        *_services(rule.services),
        *([f"ct state {','.join(rule.states)}"] if rule.states else []),
        *rule.conditions,
        *([f'log prefix "{rule.log_prefix}"'] if rule.log_prefix else []),
        _VERDICTS[rule.action],
        f'comment "{rule.comment}"',
    ]
    return " ".join(part for part in parts if part)


def _forward_text(forward: PortForward, to_address: str) -> str:
    parts = [
        *_match("iifname", forward.from_, quoted=True),
        *_match("ip saddr", forward.sources),
        f"{forward.protocol} dport {forward.public_port}",
        f"dnat to {to_address}:{forward.to_port}",
        f'comment "{forward.comment}"',
    ]
    return " ".join(parts)


def _filter_table(firewall: Firewall) -> Iterator[str]:
    yield f"table inet {firewall.table} {{"
    for each in firewall.sets:
        flags = "flags interval; " if any("/" in element for element in each.elements) else ""
        yield f"  set {each.name} {{ type ipv4_addr; {flags}elements = {{ {', '.join(each.elements)} }}; }}"
    for chain in firewall.chains:
        yield f"  chain {chain.name} {{"
        if chain.hook:
            yield f"    type filter hook {chain.hook} priority filter; policy {_VERDICTS[chain.policy]};"
        yield from (f"    {rule_text(rule)}" for rule in firewall.rules if rule.chain == chain.name)
        yield "  }"
    yield "}"


def _nat_table(truth: Truth) -> Iterator[str]:
    yield "table ip nat {"
    yield "  chain prerouting {"
    yield "    type nat hook prerouting priority dstnat; policy accept;"
    for forward in truth.firewall.port_forwards:
        yield f"    {_forward_text(forward, truth.host(forward.to_host).address)}"
    yield "  }"
    yield "  chain postrouting {"
    yield "    type nat hook postrouting priority srcnat; policy accept;"
    for each in truth.firewall.source_nat:
        yield f'    {" ".join(_match("oifname", each.to, quoted=True))} {each.kind} comment "{each.comment}"'
    yield "  }"
    yield "}"


def ruleset(truth: Truth) -> str:
    """What ``/etc/nftables.conf`` holds."""
    return "\n".join(["flush ruleset", *_filter_table(truth.firewall), *_nat_table(truth), ""])
