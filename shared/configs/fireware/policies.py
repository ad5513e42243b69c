"""Policies: ``abs-policy-list`` as Policy Manager shows them, ``policy-list`` as the box works with them, each with From and To aliases.

First match decides, in the order of the file where the box is set to it by hand. From and To hold addresses and interfaces together: where
a list has both, an interface is written as the network behind it. A static NAT action stands in To, and the policy names the public
address.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.configs.fireware.box import Box, Member, attempt, known, switched
from shared.configs.fireware.objects import shown
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.firewall import ANY, Action, FirewallRule, Scope

_ACTIONS = {"allow": Action.ALLOW, "proxy": Action.ALLOW, "block": Action.DENY, "deny": Action.DENY, "reject": Action.REJECT}
_NUMBERED = {"1": "Allow", "2": "Block", "4": "Proxy"}
_SILENT = listed(
    "qos-marking traffic-mgmt forward-traffic-mgmt reverse-traffic-mgmt connection-rate-alarm auto-block-enabled snmp-enabled alarm nat",
    "notification-enabled notification-type launch-interval repeat-count idle-timeout using-global-sticky-setting policy-sticky-timer",
    "log-for-report non-compliant-drop apply-one-to-one-nat-rules send-tcp-reset global-1to1-nat global-dnat geo-deny-page",
    "tor-block-enabled user-firewall description property",
)
_SYSTEM = "32"
"""``property`` of what the box adds by itself: the last policies, that deny the rest, and its own traffic."""
_OFF = ("", "0", "false", "none", "global", "0.0.0.0")  # noqa: S104 - the file's own word for none


@dataclass(slots=True)
class Side:
    """From or To of a policy."""

    interfaces: tuple[str, ...] = (ANY,)
    values: tuple[str, ...] = (ANY,)
    names: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    conditions: list[str] = field(default_factory=list)
    forwards: tuple[str, ...] = ()
    """Static NAT actions among its members."""
    missing: str = ""
    """What keeps it from having any effect."""


@dataclass(frozen=True, slots=True)
class Policy:
    element: Element
    name: str
    rule: FirewallRule
    forwards: tuple[str, ...]


def read_policies(box: Box) -> list[Policy]:
    found: list[Policy] = []
    shown_by = box.each("abs-policy-list", "abs-policy")
    worked = {element.get("name"): element for element in box.each("policy-list", "policy")}
    used = {_text(each) for element in shown_by for holder in element.all("policy-list") for each in holder.all("policy")}
    for name, element in worked.items():
        if not shown_by or name not in used:
            attempt(lambda each: found.append(_policy(box, each, implicit=bool(shown_by))), element)
    for element in shown_by:
        attempt(lambda each: found.append(_policy(box, each, implicit=False)), element)
        _compare(box, element, worked)
    _order_by_itself(box)
    for number, each in enumerate(found, start=1):
        box.reading.firewall_rules.append(each.rule.model_copy(update={"order": number}))
    return found


def _text(element: Element) -> str:
    element.read = True
    return element.text


def _compare(box: Box, element: Element, worked: dict[str, Element]) -> None:
    """The two forms of a policy must say the same."""
    for holder in element.all("policy-list"):
        for each in holder.all("policy"):
            other = worked.get(each.text)
            if other is None:
                continue
            enabled = other.get("enable")
            if enabled and (enabled == "1") != switched(element, "enabled"):
                box.reading.warnings.append(f"policy {element.get('name')} is {'on' if enabled == '1' else 'off'} in policy-list only")
            other.mark()


def _order_by_itself(box: Box) -> None:
    setting = box.find("system-parameters", "misc-global-setting")
    told = setting.get("auto-order-enabled") if setting is not None else ""
    if told not in ("0", "false"):
        box.reading.warnings.append(
            "the box orders its policies by itself, or the file does not say: they stand here in the order of the file"
        )


def _policy(box: Box, element: Element, *, implicit: bool) -> Policy:
    settings = element.child("settings") or element
    name = element.get("name")
    if not name:
        raise ValueError("a policy without a name")
    source, target = _side(box, element, "from-alias-list"), _side(box, element, "to-alias-list")
    word = element.get("firewall")
    word = _NUMBERED.get(word, word)
    action = _ACTIONS.get(word.lower(), Action.OTHER)
    reject = element.get("reject-action")
    service = element.get("service")
    services = box.services.get(service)
    missing = source.missing or target.missing or ("" if services is not None else f"service {service} is not defined")
    translation = element.get("policy-nat")
    if translation in box.forwards:
        target.forwards = tuple(dict.fromkeys((*target.forwards, translation)))
    schedule = settings.get("schedule")
    conditions = [*source.conditions, *target.conditions, *_conditions(element, settings)]
    conditions += [f"policy-nat {translation}"] if translation and translation not in box.forwards else []
    known(element, _SILENT)
    known(settings, _SILENT)
    enabled = switched(element, "enabled") if element.child("enabled") is not None else switched(element, "enable")
    rule = FirewallRule.model_validate(
        {
            "key": box.keys.of(name, ""), "order": 1, "ruleset": "policies", "name": name, "action": action,
            "native_action": word if action is Action.ALLOW or not reject else f"{word} ({reject})",
            "scope": _scope(source, target), "enabled": enabled, "implicit": implicit or element.get("property") == _SYSTEM,
            "from": source.interfaces, "to": target.interfaces, "sources": source.values, "destinations": target.values,
            "services": services or (service or ANY,), "source_names": source.names, "destination_names": target.names,
            "service_names": (service,) if service else (), "users": (*source.users, *(f"to {user}" for user in target.users)),
            "profiles": _profiles(settings), "schedule": "" if schedule == "Always On" else schedule,
            "log": switched(settings, "log-enabled") or switched(settings, "log"), "nat": _translates(settings),
            "comment": element.get("description"), "conditions": tuple(conditions), "why_without_effect": missing,
            "raw": box.tree.raw(element), "line": element.line,
        }
    )  # fmt: skip
    return Policy(element, name, rule, target.forwards)


def _side(box: Box, element: Element, tag: str) -> Side:
    written = [_text(alias) for holder in element.all(tag) for alias in holder.all("alias")]
    names: list[str] = []
    for each in written:
        # the lists that Policy Manager makes behind a policy are opened; what is in them is what a person has written
        if each.endswith((".from", ".to")) and each in box.aliases:
            names += [name for one in box.aliases[each] for name in ((one,) if isinstance(one, str) else shown(box, one))]
        else:
            names.append(each)
    members = [member for each in written for member in box.members(each)]
    forwards = tuple(name.removesuffix(".snat") for name in names if name.removesuffix(".snat") in box.forwards and name.endswith(".snat"))
    side = Side(names=tuple(dict.fromkeys(names)), forwards=forwards, missing=box.missing(written))
    if not written:
        raise ValueError(f"{tag} is empty")
    if members:
        _fill(box, side, members)
    else:
        side.values = tuple(written)
        side.missing = side.missing or f"alias {written[0]} is empty"
    return side


def _fill(box: Box, side: Side, members: Iterable[Member]) -> None:
    listed_ = list(dict.fromkeys(members))
    side.users = tuple(dict.fromkeys(member.user for member in listed_ if member.user))
    side.conditions += [f"device {member.device}" for member in listed_ if member.device]
    if all(member.user for member in listed_):
        # one that is for users alone: the values say nothing more
        listed_ = [Member(each.address, each.interface) for each in listed_]
    elif side.users:
        side.conditions.append("users or the others in the list")
        side.users = ()
    if all(member.address == ANY and not member.user for member in listed_):
        side.interfaces = _any_alone(member.interface for member in listed_)
        return
    if all(member.interface == ANY for member in listed_):
        side.values = _any_alone(value for member in listed_ for value in shown(box, member))
        return
    interfaces = {member.interface for member in listed_}
    if len(interfaces) == 1:
        side.interfaces = tuple(interfaces)
    else:
        side.conditions += [
            f"{', '.join(box.address(m.address))} at {m.interface} only" for m in listed_ if m.address != ANY and m.interface != ANY
        ]
    side.values = _any_alone(value for member in listed_ for value in shown(box, member))


def _any_alone(found: Iterable[str]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(found))
    return (ANY,) if ANY in unique else unique


def _scope(source: Side, target: Side) -> Scope:
    if target.values == ("self",):
        return Scope.INPUT
    return Scope.OUTPUT if source.values == ("self",) else Scope.FORWARD


def _profiles(settings: Element) -> tuple[str, ...]:
    proxy, apps = settings.get("proxy"), settings.get("app-action")
    found = [f"proxy {proxy}" if proxy else "", f"application control {apps}" if apps else ""]
    found.append("ips" if switched(settings, "ips-monitor-enabled") else "")
    return tuple(filter(None, found))


def _conditions(element: Element, settings: Element) -> list[str]:
    kind = element.get("type")
    found = [f"type {kind}"] if kind not in ("", "Firewall") else []
    element.get("traffic-type")
    for name in ("policy-routing", "connection-rate", "quota-enabled", "compliance-check", "geo-action"):
        for place in {id(element): element, id(settings): settings}.values():
            text = place.get(name)
            if text.lower() not in _OFF:
                found.append(f"{name} {text}")
    for holder in element.all("tag-list"):
        for tag in holder.all("tag"):
            tag.read = True
    for holder in element.all("policy-list"):
        holder.mark()
    return found


def _translates(settings: Element) -> bool:
    """Whether all its traffic goes out as another address by a setting of its own."""
    settings.get("apply-dnat-global")
    settings.get("dnat-src-ip")
    return switched(settings, "apply-dnat-all-traffic")
