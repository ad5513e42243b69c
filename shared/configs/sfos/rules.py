"""Firewall rules: FirewallRule with its NetworkPolicy, UserPolicy or HTTPBasedPolicy (a web server that the box publishes itself).

A list that is not there means any. Exclusions: a rule is passed by for traffic that meets all kinds of its exclusions; where there is one
kind they are written as negated values, else as a condition. What the reader does not know in a rule is a condition as well. The box denies
what no rule allows.
"""

from functools import partial

from shared.configs.pf.listed import listed
from shared.configs.sfos.box import Box, Keys, attempt, known, members, on
from shared.configs.sfos.order import in_order
from shared.configs.xml_tree import Element
from shared.device_config import RemoteAccess
from shared.firewall import ANY, Action, FirewallRule, Scope

_LIST = "firewall rules"
_ACTIONS = {"accept": Action.ALLOW, "drop": Action.DENY, "reject": Action.REJECT}
_RULE = listed("Name Description IPFamily Status Position PolicyType After Before Section MoveTo")
_MATCH = listed(
    "Action LogTraffic SourceZones DestinationZones Schedule SourceNetworks DestinationNetworks Services Exclusions MatchIdentity Identity",
)
_PROFILES = listed(
    "WebFilter ApplicationControl IntrusionPrevention ScanVirus ZeroDayProtection Sandstorm ProxyMode DecryptHTTPS ScanHTTP ScanHTTPS "
    "ScanFTP",
    "ScanSMTP ScanSMTPS ScanIMAP ScanIMAPS ScanPOP3 ScanPOP3S",
)
_SILENT = listed(
    "BlockQuickQuic TrafficShappingPolicy TrafficShapingPolicy DSCPMarking WebCategoryBaseQoSPolicy ApplicationBaseQoSPolicy "
    "DataAccounting",
    "ApplicationControlInternetScheme WebFilterInternetScheme ShowCaptivePortal PrimaryGateway BackupGateway",
)
_NO_CONDITION = ("", "none", "disable", "disabled", "off", "no restriction", "norestriction", "-1", "0", "null")
_KINDS = {"SourceZones": "Zone", "DestinationZones": "Zone", "SourceNetworks": "Network", "DestinationNetworks": "Network",
          "Services": "Service"}  # fmt: skip


def read_rules(box: Box) -> None:
    keys = Keys()
    for family, element in in_order(box, "FirewallRule"):
        attempt(partial(_rule, box, keys, family), element)
    box.reading.firewall_rules.append(
        FirewallRule(
            key="default", order=len(box.reading.firewall_rules) + 1, ruleset=_LIST, name="Default Drop", implicit=True, action=Action.DENY,
            native_action="Drop",
        )
    )  # fmt: skip


def _rule(box: Box, keys: Keys, family: str, element: Element) -> None:
    name = element.get("Name")
    if (published := element.child("HTTPBasedPolicy")) is not None and element.child("NetworkPolicy") is None:
        _published(box, keys, family, element, published)
        return
    policy = element.child("NetworkPolicy") or element.child("UserPolicy")
    if policy is None or not name:
        raise ValueError("a rule without a policy")
    sides = {tag: members(policy, tag, child) for tag, child in _KINDS.items()}
    words = element.get("Status").lower()
    conditions, negated = _exclusions(box, policy)
    schedule = policy.get("Schedule")
    action = policy.get("Action")
    users = members(policy, "Identity", "Member") if on(policy, "MatchIdentity") else []
    asks_who = on(policy, "MatchIdentity")
    conditions += [] if words in ("", "enable", "disable") else [f"status {words}"]
    known(element, _RULE)
    known(policy, _SILENT)
    to = tuple(sides["DestinationZones"])
    rule = FirewallRule.model_validate(
        {
            "key": keys.of(name, ""), "order": len(box.reading.firewall_rules) + 1, "ruleset": _LIST, "name": name, "family": family,
            "scope": Scope.INPUT if to == ("LOCAL",) else Scope.FORWARD, "enabled": words in ("", "enable"),
            "action": _ACTIONS.get(action.lower(), Action.OTHER), "native_action": action,
            "from": _some(sides["SourceZones"], negated.get("SourceZones")), "to": _some(to, negated.get("DestinationZones")),
            "sources": _some(_networks(box, sides["SourceNetworks"]), negated.get("SourceNetworks")),
            "destinations": _some(_networks(box, sides["DestinationNetworks"]), negated.get("DestinationNetworks")),
            "services": _some(_services(box, sides["Services"]), negated.get("Services")),
            "source_names": tuple(sides["SourceNetworks"]), "destination_names": tuple(sides["DestinationNetworks"]),
            "service_names": tuple(sides["Services"]), "users": tuple(users) or (("known users",) if asks_who else ()),
            "profiles": _profiles(policy), "schedule": "" if schedule.lower() == "all the time" else schedule, "log": on(policy,
            "LogTraffic"),
            "comment": element.get("Description"), "conditions": (*conditions, *_further(element, policy)),
            "why_without_effect": box.missing((*sides["SourceNetworks"], *sides["DestinationNetworks"]), sides["Services"]),
            "raw": box.tree.raw(element), "line": element.line,
        }
    )  # fmt: skip
    box.reading.firewall_rules.append(rule)


def _networks(box: Box, names: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value for name in names for value in box.network(name)))
    return (ANY,) if ANY in found or not names else found


def _services(box: Box, names: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value for name in names for value in box.service(name)))
    return (ANY,) if ANY in found or not names else found


def _some(found: tuple[str, ...] | list[str], negated: tuple[str, ...] | None) -> tuple[str, ...]:
    given = tuple(each for each in found if each.lower() != ANY)
    return (*given, *(f"!{each}" for each in negated or ())) or (ANY,)


def _exclusions(box: Box, policy: Element) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Conditions, and the negated values of the one kind that there is."""
    block = policy.child("Exclusions")
    if block is None:
        return [], {}
    named = {tag: members(block, tag, child) for tag, child in _KINDS.items() if block.child(tag) is not None}
    named = {tag: names for tag, names in named.items() if names}
    if len(named) > 1:
        return ["except where all of these fit: " + "; ".join(f"{tag} {', '.join(names)}" for tag, names in named.items())], {}
    resolved: dict[str, tuple[str, ...]] = {}
    for tag, names in named.items():
        resolved[tag] = _networks(box, names) if "Networks" in tag else _services(box, names) if tag == "Services" else tuple(names)
    return [], resolved


def _profiles(policy: Element) -> tuple[str, ...]:
    found = []
    for tag in _PROFILES:
        text = policy.get(tag)
        if text.lower() not in _NO_CONDITION:
            found.append(tag if text.lower() == "enable" else f"{tag} {text}")
    return tuple(found)


def _further(element: Element, policy: Element) -> list[str]:
    """What else the rule asks: the health of its machines, and whatever the reader does not know."""
    found = []
    known_here = {*_RULE, *_MATCH, *_PROFILES, *_SILENT, policy.tag}
    for place in (element, policy):
        for child in place.children:
            if child.tag in known_here:
                continue
            text = " ".join(leaf.text for leaf in child.leaves() if leaf.text)
            child.mark()
            if text.lower() not in _NO_CONDITION:
                found.append(f"{child.tag} {text}")
    return found


def _published(box: Box, keys: Keys, family: str, element: Element, published: Element) -> None:
    """The box answers for a web server itself."""
    name, port = element.get("Name"), published.get("ListenPort") or "80"
    hosted = element.get("HostedAddress") or published.get("HostedAddress")
    sources, besides = members(published, "SourceNetworks", "Network"), members(published, "ExceptionNetworks", "Network")
    domains = members(published, "Domains", "Domain")
    paths = [
        f"{path.get('path')} to {', '.join(path.texts('backend'))}"
        for block in published.all("AccessPaths")
        for path in block.all("AccessPath")
    ]
    enabled = element.get("Status").lower() in ("", "enable")
    known(element, (*_RULE, "HTTPBasedPolicy"))
    conditions = [f"web server protection for {', '.join(domains)}"] if domains else ["web server protection"]
    negated = tuple(value for each in besides for value in box.network(each))
    box.reading.firewall_rules.append(
        FirewallRule.model_validate(
            {
                "key": keys.of(name, ""), "order": len(box.reading.firewall_rules) + 1, "ruleset": _LIST, "name": name, "family": family,
                "scope": Scope.INPUT, "enabled": enabled, "action": Action.ALLOW, "native_action": "HTTPBased",
                "sources": _some(_networks(box, sources), negated), "destinations": _networks(box, [hosted]),
                "services": (f"tcp/{int(port)}",), "source_names": tuple(sources), "destination_names": (hosted,) if hosted else (),
                "comment": element.get("Description"), "conditions": (*conditions, *paths), "raw": box.tree.raw(element),
                "line": element.line,
                "why_without_effect": box.missing((*sources, *besides), ()),
            }
        )
    )  # fmt: skip
    box.reading.remote_access.append(
        RemoteAccess(service="web server protection", enabled=enabled, port=int(port), sources=_some(_networks(box, sources), negated),
                     detail=f"rule {name}")
    )  # fmt: skip
