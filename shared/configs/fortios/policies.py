"""Firewall policies in file order, which is the order in which they act: the number is only a name.

``firewall policy`` (both families since 6.4), ``policy6``, ``security-policy``, ``local-in-policy``, ``proxy-policy`` and their kin. What a
policy does not say has its default: deny, enabled. A policy for a virtual IP sees the address inside, as destination translation comes
first. What an attribute narrows stands in ``conditions``, and what is not known stands there and is unread. Source: Fortinet's CLI
reference, firewall policy; Administration Guide, "Policies" and "Central NAT".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from shared.configs.fortios.box import IPV4, IPV6, ROOT, Box, Vdom, shown
from shared.configs.fortios.entries import OFF, Entry, each, raw
from shared.configs.fortios.entries import names as row
from shared.configs.fortios.known import POLICY_CONDITIONS, POLICY_QUIET
from shared.firewall import ANY, Action, FirewallRule, Scope


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of policies. ``prefix`` goes before its numbers, which begin anew in each table."""

    table: str
    prefix: str = ""
    scope: Scope = Scope.FORWARD
    family: str = ANY
    denies_at_end: bool = False


KINDS = (
    Kind("firewall policy", denies_at_end=True),
    Kind("firewall policy6", "policy6/", family=IPV6, denies_at_end=True),
    Kind("firewall consolidated policy", "consolidated/", denies_at_end=True),
    Kind("firewall security-policy", "security-policy/", denies_at_end=True),
    Kind("firewall policy64", "policy64/", family=IPV6),
    Kind("firewall policy46", "policy46/", family=IPV4),
    Kind("firewall proxy-policy", "proxy-policy/"),
    Kind("firewall explicit-proxy-policy", "explicit-proxy-policy/"),
    Kind("firewall multicast-policy", "multicast-policy/", family=IPV4),
    Kind("firewall multicast-policy6", "multicast-policy6/", family=IPV6),
    Kind("firewall local-in-policy", "local-in/", Scope.INPUT, IPV4),
    Kind("firewall local-in-policy6", "local-in6/", Scope.INPUT, IPV6),
)
_TWO_FAMILIES = frozenset(("firewall policy64", "firewall policy46"))
"""One side is IPv4, the other IPv6."""
_READ = row(
    "srcintf dstintf srcaddr dstaddr srcaddr6 dstaddr6 service action status schedule logtraffic nat groups users"
    " fsso-groups intf srcaddr-negate dstaddr-negate srcaddr6-negate dstaddr6-negate service-negate application app-category"
    " app-group protocol start-port end-port srcaddr4 dstaddr4"
)
_INTERNET = {
    f"internet-service{six}{side}-{what}": f"internet-service{six}{side}"
    for six in ("", "6") for side in ("", "-src") for what in ("name", "id", "group", "custom", "custom-group", "fortiguard")
}  # fmt: skip
_DYNAMIC = {"network-service-dynamic": "internet-service", "network-service-src-dynamic": "internet-service-src"}
_SWITCHES = frozenset((*_INTERNET.values(), *_INTERNET, *_DYNAMIC))
_PROFILES = {
    "av-profile": "antivirus", "webfilter-profile": "web filter", "dnsfilter-profile": "DNS filter", "emailfilter-profile": "e-mail filter",
    "spamfilter-profile": "e-mail filter", "dlp-profile": "DLP", "dlp-sensor": "DLP", "ips-sensor": "IPS",
    "application-list": "application control",
    "voip-profile": "VoIP", "ips-voip-filter": "VoIP IPS", "waf-profile": "web application firewall", "icap-profile": "ICAP",
    "cifs-profile": "CIFS", "file-filter-profile": "file filter", "videofilter-profile": "video filter", "ssh-filter-profile": "SSH filter",
    "sctp-filter-profile": "SCTP filter", "diameter-filter-profile": "Diameter filter", "virtual-patch-profile": "virtual patching",
    "casb-profile": "CASB", "telemetry-profile": "telemetry", "ssl-ssh-profile": "SSL inspection", "profile-group": "profile group",
    "profile-protocol-options": "protocol options",
}  # fmt: skip
_ACTIONS = {
    "accept": Action.ALLOW, "allow": Action.ALLOW, "deny": Action.DENY, "ipsec": Action.ALLOW, "ssl-vpn": Action.ALLOW,
    "learn": Action.ALLOW, "redirect": Action.OTHER, "isolate": Action.OTHER,
}  # fmt: skip
_DEFAULTS = {
    "geoip-match": "physical-location", "reputation-direction": "destination", "reputation-direction6": "destination",
    "ztna-tags-match-logic": "or", "sslvpn-cipher": "any", "sslvpn-auth": "any", "policy-expiry-date": "0000-00-00 00:00:00",
    "wsso": "enable", "srcaddr-type": "address", "virtual-patch": "enable",
}  # fmt: skip
QUIET = _READ | POLICY_QUIET | _SWITCHES | frozenset(_PROFILES)
UNDERSTOOD = QUIET | POLICY_CONDITIONS
_SOURCES = ("srcaddr", "srcaddr4", "srcaddr6", "internet-service-src", "internet-service6-src")


def read(box: Box, vdom: Vdom) -> None:
    for kind in _in_file_order(vdom):
        entries = vdom.table(kind.table)
        for rule in each(box.reading, entries, partial(_rule, box, vdom, kind)):
            box.reading.firewall_rules.append(rule)
        if kind.denies_at_end:
            box.reading.firewall_rules.append(_implicit(box, vdom, kind))
        elif kind.scope is Scope.INPUT:
            box.reading.firewall_rules.append(_allowaccess(box, vdom, kind))


def _in_file_order(vdom: Vdom) -> Iterator[Kind]:
    by_table = {kind.table: kind for kind in KINDS}
    yield from (by_table[name] for name in vdom.tables if name in by_table)


def _ruleset(vdom: Vdom, kind: Kind) -> str:
    name = vdom.name or ROOT
    return name if kind.table == "firewall policy" else f"{name}/{kind.table.removeprefix('firewall ')}"


def rule_key(box: Box, vdom: Vdom, prefix: str, entry: Entry) -> str:
    return box.key(vdom, f"{prefix}{entry.name}")


def _rule(box: Box, vdom: Vdom, kind: Kind, entry: Entry) -> FirewallRule:
    sources, source_names = _side(box, vdom, kind, entry, "src")
    destinations, destination_names = _side(box, vdom, kind, entry, "dst")
    action = entry.get("action", "deny")
    return FirewallRule.model_validate(
        {
            "key": rule_key(box, vdom, kind.prefix, entry), "order": len(box.reading.firewall_rules) + 1, "ruleset": _ruleset(vdom, kind),
            "name": entry.get("name"), "scope": kind.scope, "family": _family(kind, entry),
            "enabled": entry.get("status", "enable") == "enable",
            "action": Action.REJECT if action == "deny" and entry.on("send-deny-packet") else _ACTIONS.get(action, Action.OTHER),
            "native_action": action, "from": _interfaces(entry, "intf" if kind.scope is Scope.INPUT else "srcintf"),
            "to": (ANY,) if kind.scope is Scope.INPUT else _interfaces(entry, "dstintf"),
            "sources": sources, "destinations": destinations, "source_names": source_names, "destination_names": destination_names,
            **_services(box, vdom, entry), "application": _application(entry),
            "users": tuple(dict.fromkeys([*entry.all("groups"), *entry.all("users"), *entry.all("fsso-groups")])),
            "profiles": tuple(_profiles(kind, entry)), "schedule": entry.get("schedule"),
            "log": entry.get("logtraffic") in ("all", "enable"), "nat": entry.on("nat") and not vdom.central_nat,
            "comment": entry.get("comments") or entry.get("comment"), "why_without_effect": _why_without_effect(vdom, kind, entry),
            "conditions": tuple(_conditions(box, vdom, entry)), "raw": raw(entry), "line": entry.statement.line,
        }
    )  # fmt: skip


def _implicit(box: Box, vdom: Vdom, kind: Kind) -> FirewallRule:
    return FirewallRule.model_validate(
        {
            "key": box.key(vdom, f"{kind.prefix}implicit-deny"), "order": len(box.reading.firewall_rules) + 1,
            "ruleset": _ruleset(vdom, kind), "name": "Implicit Deny", "family": kind.family, "implicit": True, "action": Action.DENY,
            "native_action": "deny",
        }
    )  # fmt: skip


def _allowaccess(box: Box, vdom: Vdom, kind: Kind) -> FirewallRule:
    """What no local policy decides is as the interface's ``allowaccess`` has it: open where the service is."""
    return FirewallRule.model_validate(
        {
            "key": box.key(vdom, f"{kind.prefix}allowaccess"), "order": len(box.reading.firewall_rules) + 1,
            "ruleset": _ruleset(vdom, kind), "name": "allowaccess of the interfaces", "scope": kind.scope, "family": kind.family,
            "implicit": True, "action": Action.ALLOW, "native_action": "accept",
        }
    )  # fmt: skip


def _interfaces(entry: Entry, attribute: str) -> tuple[str, ...]:
    found = entry.all(attribute)
    return (ANY,) if not found or "any" in found else tuple(dict.fromkeys(found))


def _family(kind: Kind, entry: Entry) -> str:
    if kind.family != ANY:
        return kind.family
    has4 = any(entry.all(name) for name in ("srcaddr", "dstaddr", "srcaddr4", "dstaddr4"))
    has6 = any(entry.all(name) for name in ("srcaddr6", "dstaddr6"))
    return IPV6 if has6 and not has4 else IPV4 if has4 and not has6 else ANY


def _side(box: Box, vdom: Vdom, kind: Kind, entry: Entry, side: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where a packet comes from, or goes to: values and names. Internet services stand in the place of addresses."""
    suffix = "-src" if side == "src" else ""
    services = [name for six in ("", "6") if entry.on(f"internet-service{six}{suffix}") for name in _service_names(entry, six, suffix)]
    if services:
        negated = entry.on(f"internet-service{suffix}-negate") or entry.on(f"internet-service6{suffix}-negate")
        return shown([f"internet-service:{name}" for name in services], negated=negated), tuple(services)
    plain = vdom.addresses6 if kind.family == IPV6 else vdom.addresses
    names: list[str] = []
    found: list[str] = []
    for attribute, objects in ((f"{side}addr", plain), (f"{side}addr4", vdom.addresses), (f"{side}addr6", vdom.addresses6)):
        if wanted := entry.all(attribute):
            names += wanted
            found += box.resolve(objects, wanted, negated=entry.on(f"{attribute}-negate"))
    return shown(tuple(dict.fromkeys(found))) or (ANY,), tuple(dict.fromkeys(names))


def _service_names(entry: Entry, six: str, suffix: str) -> list[str]:
    switch = f"internet-service{six}{suffix}"
    return [name for attribute, of in (*_INTERNET.items(), *_DYNAMIC.items()) if of == switch for name in entry.all(attribute)]


def _services(box: Box, vdom: Vdom, entry: Entry) -> Mapping[str, tuple[str, ...]]:
    """A policy for internet services does not ask for services of its own: theirs are meant."""
    if isdb := [name for six in ("", "6") if entry.on(f"internet-service{six}") for name in _service_names(entry, six, "")]:
        return {"services": tuple(f"internet-service:{name}" for name in isdb), "service_names": ()}
    names = entry.all("service")
    found = box.resolve(vdom.services, names, negated=entry.on("service-negate"))
    if not names and entry.get("protocol", "0") != "0":
        ports = f"/{entry.get('start-port')}-{entry.get('end-port')}" if entry.get("start-port", "0") != "0" else ""
        found = (f"protocol/{entry.get('protocol')}{ports}",)
    return {"services": found or (ANY,), "service_names": tuple(names)}


def _application(entry: Entry) -> str:
    words = (("application", "application"), ("app-category", "category"), ("app-group", "group"))
    return ", ".join(f"{word} {' '.join(found)}" for attribute, word in words if (found := entry.all(attribute)))


def _profiles(kind: Kind, entry: Entry) -> Iterator[str]:
    """They count where ``utm-status`` is on; a security policy has no such switch."""
    if kind.table in ("firewall policy", "firewall policy6", "firewall consolidated policy") and not entry.on("utm-status"):
        return
    for attribute, word in _PROFILES.items():
        if (name := entry.get(attribute)) and not (attribute == "ssl-ssh-profile" and name == "no-inspection"):
            yield f"{word} {name}"


def _conditions(box: Box, vdom: Vdom, entry: Entry) -> Iterator[str]:
    if (schedule := entry.get("schedule")) not in ("", "always") and (meaning := vdom.schedules.get(schedule)):
        yield f"schedule {schedule}: {meaning}"
    if not any(entry.all(name) or entry.on(name) for name in _SOURCES) and not entry.all("intf"):
        yield "srcaddr is not set"
    for statement in entry.own_statements:
        words = statement.words
        if words[0] == "config":
            yield " ".join(" ".join(below.words) for below in statement.walk())[:900]
        elif len(words) < 2 or (words[1] not in UNDERSTOOD and words[0] != "unset"):
            box.reading.unread(statement)
    for attribute, found in entry.values.items():
        value = " ".join(found)
        if attribute not in QUIET and value not in OFF and value != _DEFAULTS.get(attribute):
            yield f"{attribute} {value}"


def _why_without_effect(vdom: Vdom, kind: Kind, entry: Entry) -> str:
    schedule = entry.get("schedule")
    if kind.table in _TWO_FAMILIES:
        return ""
    if schedule == "none" or vdom.schedules.get(schedule) == "none":
        return f"schedule {schedule} never applies"
    plain = vdom.addresses6 if kind.family == IPV6 else vdom.addresses
    for attribute, names, what in (
        ("srcaddr", plain, "address"), ("dstaddr", plain, "address"), ("srcaddr6", vdom.addresses6, "address"),
        ("dstaddr6", vdom.addresses6, "address"), ("service", vdom.services, "service"),
    ):  # fmt: skip
        for name in entry.all(attribute):
            if unknown := names.undefined(name):
                return f"{what} {unknown} is not defined"
    return ""
