"""The rules as the device prints those that are in force: ``show running security-policy``.

Every rule with its values instead of names; a service as ``application/protocol/source-port/port``, which newer releases number
(``0:web-browsing/tcp/any/80``). Source: PAN-OS CLI; ntc-templates' template of the command.
"""

import re

from shared.configs import values
from shared.configs.panos.box import Box, literal
from shared.configs.panos.security import ACTIONS
from shared.configs.word_tree import Node
from shared.firewall import Action, FirewallRule

_NAME = re.compile(r"^(.*?)(?:;\s*index:\s*\d+)?$", re.DOTALL)
_NUMBERED = re.compile(r"^\d+:")
_QUIET = ("id", "terminal", "icmp-unreachable:", "icmp-unreachable", "name", "index", "log", "log-start", "log-end")
_DEFAULTS = ("intrazone-default", "interzone-default")


def is_running(text: str) -> bool:
    return bool(re.search(r"^\s+application/service\s", text, re.MULTILINE))


def read(box: Box) -> None:
    for node in box.tree.root.each():
        if "action" in node.children:
            box.attempt(_rule, node)
        elif node.name in ("dynamic", "pol", "Rule", "vsys", "DP", "Total"):
            node.leave("the command's own remarks")


def _rule(box: Box, node: Node) -> None:
    found = _NAME.match(node.name)
    name = found[1] if found else node.name
    services: dict[str, None] = {}
    applications: dict[str, None] = {}
    for text in node.values("application/service"):
        application, _, rest = _NUMBERED.sub("", text).partition("/")
        applications.update({application: None} if application != "any" else {})
        services[_service(rest)] = None
    sides = {
        side: tuple(dict.fromkeys(value for each in node.values(side) for value in (literal(each) or (each,))))
        for side in ("source", "destination")
    }
    regions = {side: node.values(f"{side}-region") for side in sides}
    for side, named in regions.items():
        more = tuple(f"geo:{region}" for region in named if region not in ("none", "any"))
        sides[side] = (*(value for value in sides[side] if value != "any" or not more), *more) or ("any",)
    action = node.value("action")
    kind = node.value("type")
    for quiet in _QUIET:
        if (child := node.get(quiet)) is not None:
            child.take_rest()
    conditions = [f"rule-type {kind}"] if kind and kind != "universal" else []
    conditions += [f"category {each}" for each in node.values("category") if each != "any"]
    users = tuple(each for field in ("user", "source-user") for each in node.values(field) if each != "any")
    for field in ("source-device", "destination-device", "destinataion-device"):
        conditions += [f"{field} {each}" for each in node.values(field) if each != "any"]
    zones = {side: tuple(node.values(side)) or ("any",) for side in ("from", "to")}
    conditions += node.take_rest()
    box.reading.firewall_rules.append(
        FirewallRule.model_validate(
            {
                "key": f"vsys1/{name}", "order": len(box.reading.firewall_rules) + 1, "ruleset": "vsys1", "name": name,
                "implicit": name in _DEFAULTS, "action": ACTIONS.get(action, Action.OTHER), "native_action": action, **zones,
                "sources": sides["source"], "destinations": sides["destination"], "services": tuple(services) or ("any",),
                "application": ",".join(applications), "users": users, "conditions": tuple(conditions),
                "raw": box.tree.raw(node), "line": box.tree.line(node),
            }
        )
    )  # fmt: skip


def _service(text: str) -> str:
    """``tcp/any/80`` (protocol, source port, port)"""
    protocol, _, ports = text.partition("/")
    source, _, target = ports.partition("/")
    if protocol in ("any", "") or target == "application-default":
        return "any" if target in ("any", "") and source in ("any", "") else target if protocol in ("any", "") else f"{protocol}/{target}"
    if protocol not in ("tcp", "udp", "sctp"):
        return protocol
    return values.service(protocol, target or "any", source or "any")
