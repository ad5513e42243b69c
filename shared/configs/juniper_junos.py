"""Juniper Junos: SRX firewalls, EX switches, MX routers. ``show configuration`` in braces, or as commands with ``| display set``.

What is inherited from groups is applied first, so that every part reads what is in force. Source: Junos OS CLI reference, releases 12.1
to 23.4; the parts are read in ``shared.configs.junos``.
"""

import re
from collections.abc import Callable

from shared.configs import Kept, braces, set_lines
from shared.configs.junos import addresses, applications, dhcp, filters, groups, interfaces, nat, policies, routes, system, vpns
from shared.configs.junos.box import Box
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.sieve import Sieve
from shared.configs.statement import Document, Statement
from shared.errors import Unparsed

PLATFORM = "juniper_junos"
ALSO = ("juniper",)
TITLE = "Juniper Junos"
_WORD = r"(?!\{|\[\s)(?P<secret>\"(?:[^\"\\]|\\.)*(?:\"|$)|[^\s;\"]+)"
_AT = r"(?:^|\s)"
_GROUP = r"(?:groups (?:\"[^\"]*\"|\S+) )?"
# public keys for SSH carry the mark as well, and are none
_MARKED = (
    r"(?<!ssh-rsa )(?<!ssh-dsa )(?<!ssh-ecdsa )(?<!ssh-ed25519 )(?<!from )(?<![^\s;\"])(?P<secret>\"(?:[^\"\\]"
    r"|\\.)*(?:\"|$)|[^\s;\"#][^\s;\"]*)"
    r"\s*;?\s*#+ ?SECRET-DATA"
)
SECRETS = SecretRules(
    (
        rule(_MARKED),
        rule(rf"{_AT}(?:encrypted|plain-text)-password(?:-value)? {_WORD}", "hash"),
        rule(rf"{_AT}pre-shared-key (?:ascii-text|hexadecimal) {_WORD}", "key"),
        rule(rf"^(?:ascii-text|hexadecimal) {_WORD}", "key", within="pre-shared-key"),
        rule(rf"{_AT}(?:ascii-text|hexadecimal)(?:-key)? {_WORD}", "key"),
        rule(rf"{_AT}(?:[a-z-]{{1,30}}-)?(?:(?:authentication|privacy)-(?:key|password)|simple-password|md5-key) {_WORD}", "key"),
        rule(rf"{_AT}authentication-key \d+ type \S+ value {_WORD}", "key"),
        rule(rf"{_AT}(?:md5|key) \d+ key {_WORD}", "key"),
        rule(rf"^set {_GROUP}snmp (?:.* )?(?:community|community-name) {_WORD}", "community"),
        rule(rf"^(?:inactive: |protect: )*community(?:-name)? {_WORD}", "community", within=r"^(?:inactive: |protect: )*(?:snmp|v3) \{"),
        rule(rf"^set {_GROUP}snmp v3 .*(?:community-name|security-name) {_WORD}", "community"),
        rule(rf"^(?:deactivate|delete) snmp (?:.* )?community {_WORD}", "community"),
        rule(rf"{_AT}(?:secret|password|passphrase|secret-key|shared-secret|chap-secret|default-chap-secret|pap-password"
             rf"|default-pap-password|local-password|secret-string|wpa-pre-shared-key|key-string) (?!\]|radius|tacplus|ldaps){_WORD}"),
        rule(rf"{_AT}(?:trap-group|trap-community) {_WORD}", "community"),
        rule(rf"(?i)\b(?:password|passwd|pwd|psk|secret|segreto|chiave)\b[^:=\"\n]{{0,40}}?(?:[:=]|\bè\b|\bis\b)\s*{_WORD}"),
        rule(rf"^set {_GROUP}system license keys key {_WORD}", "licence"),
        rule(rf"^key {_WORD}", "licence", within=r"^(?:license|keys) \{"),
    ),
    (
        re.compile(r"^(?:set .* )?ssh-(?:rsa|dsa|ecdsa|ed25519) \""),
        re.compile(r"^set policy-options (?:\S+ )*?(?:community|community-set)(?= )"),
        re.compile(r"authentication-order|load-key-file|password-change|retry-options"),
    ),
)  # fmt: skip
_RULE_WORDS = re.compile(
    r"(?i)password|passphrase|secret|key|ascii-text|hexadecimal|communit|security-name|trap-|passwd|pwd|psk|segreto|chiave"
)
"""One of these is in every statement that a rule above fits."""
VOLATILE = (
    re.compile(r"^## Last (?:changed|commit): "),
    re.compile(r"^(?:set )?\s*# ?(?:Last changed|Last commit)"),
)
_SET = re.compile(
    r"^(?:set|deactivate) (?:version \d|groups \S+ |apply-groups |system |interfaces \S+-\d"
    r"|security (?:zones|policies|nat|ike|ipsec|address-book)|routing-options |protocols |firewall (?:family"
    r"|filter) |policy-options |vlans \S+ |applications |chassis |snmp |access )",
    re.MULTILINE,
)
_SET_OF_OTHERS = re.compile(
    r"^set (?:deviceconfig|mgt-config|shared|rulebase|network (?:interface|virtual-router|profiles|ike)|vsys|system (?:login user \S+"
    r" authentication (?:plaintext|encrypted)-password \S+ *'|config-management|conntrack|offload)"
    r"|interfaces (?:ethernet|bonding|loopback|openvpn|wireguard|switch|bridge) |firewall (?:all-ping|name|ipv4"
    r"|group|ipv6-name|global-options)|service (?:ssh|gui|dns|nat))",
    re.MULTILINE,
)
_BRACES = re.compile(
    r"^(?:(?:inactive: )?(?:groups|system|chassis|interfaces|security|policy-options|routing-options|protocols|firewall"
    r"|vlans|applications|snmp|access|routing-instances|class-of-service|event-options|forwarding-options"
    r"|ethernet-switching-options) \{|version \d\S*;"
    r"|apply-groups \S.*;|## Last (?:changed|commit): )",
    re.MULTILINE,
)
_BRACES_OF_OTHERS = re.compile(
    r"^\s*(?:mgt-config|deviceconfig|ethernet eth\d\S*|host-name \S+[^;]|vyos-config.*) ?\{?$|^config \{", re.MULTILINE
)
_PUBLIC_PARTS = frozenset({"policy-options", "protocols", "routing-options", "routing-instances"})
"""Where ``community`` is BGP's, which is no secret."""
_TOP_PASSED = {
    **dict.fromkeys(("chassis", "virtual-chassis", "multi-chassis", "poe"), "chassis"),
    **dict.fromkeys(("class-of-service",), "class of service"),
    **dict.fromkeys(("protocols", "policy-options", "bridge-domains", "multicast-snooping-options", "l2-learning"), "routing"),
    **dict.fromkeys(("event-options", "accounting-options", "services", "schedulers", "smtp", "wlan", "dynamic-profiles", "unified-edge",
                     "diameter", "jsrc", "jsrc-partition", "session-limit-group", "logical-systems", "tenants", "fabric", "jnx-example",
                     "access-profile", "switch-options", "ethernet-switching-options", "openconfig-system", "processes",
                     "rcsid"), "other parts"),
}  # fmt: skip
_SECURITY_PASSED = {
    **dict.fromkeys(("screen",), "screens"),
    **dict.fromkeys(("alg",), "application gateways"),
    **dict.fromkeys(("flow", "forwarding-options", "forwarding-process", "resource-manager", "datapath-debug", "traceoptions"),
    "flow options"),
    **dict.fromkeys(("utm", "idp", "application-firewall", "application-tracking", "application-traffic-control", "advanced-anti-malware",
                     "security-intelligence", "ssl", "services", "user-identification", "dynamic-application", "advanced-services",
                     "dynamic-address", "macsec", "advance-policy-based-routing", "gprs", "metadata-streaming"), "inspection"),
    **dict.fromkeys(("pki", "certificates", "ssh-known-hosts", "authentication-key-chains", "keychains"), "keys and certificates"),
    **dict.fromkeys(("alarms", "analysis", "firewall-authentication", "group-vpn", "ipsec-policy", "softwires", "remote-access",
    "tcp-encap",
                     "dynamic-vpn", "ngfw", "cloud", "distribution-profile", "internal-security-association"), "other security parts"),
}  # fmt: skip


def looks_like(text: str) -> bool:
    # what other makes write in the same grammars is looked for as well
    if any(mark.search(text) for mark in (_SET_OF_OTHERS, _BRACES_OF_OTHERS)) and not re.search(r"^set version \d|^version \d", text, re.M):
        return False
    return bool(_SET.search(text) or _BRACES.search(text))


def read(text: str, redactor: Redactor) -> Kept:
    if not looks_like(text):
        raise Unparsed("no statement of a Junos configuration was found", "")
    by_command = len(re.findall(r"^\s*(?:set|deactivate) \S", text, re.MULTILINE)) > len(re.findall(r"[;{]\s*$", text, re.MULTILINE))
    document = set_lines.parse(text) if by_command else braces.parse(text)
    _take_out_secrets(document, redactor)
    tree = set_lines.tree(document) if by_command else braces.tree(document)
    reading = Reading(vendor="Juniper", os="Junos", lines=document.lines(), complete=document.complete)
    if not document.complete:
        reading.warnings.append("the text ends in the middle: a block or a text in quotes is not closed")
    groups.inherit(tree, reading)
    _parts(Box(reading, tree))
    tree.account(reading)
    return Kept(reading, document.text())


def _take_out_secrets(document: Document, redactor: Redactor) -> None:
    """Communities of BGP are no secrets: in these parts only what looks like one is taken out."""
    kept = SecretRules(tuple(each for each in SECRETS.rules if each.kind != "community"), (re.compile(""),))
    of_bgp = Sieve(_RULE_WORDS, Redactor(redactor.key, kept, redactor.places).text)
    of_all = Sieve(_RULE_WORDS, redactor.text)
    tops: dict[Statement, bool] = {}
    for statement in document.statements:
        above = statement.parent
        if above is None:
            tops[statement] = statement.text.split(" ", 1)[0].rstrip("{").strip() in _PUBLIC_PARTS
        else:
            tops[statement] = tops[above]
        statement.text = (of_bgp if tops[statement] else of_all).text(statement.text, statement)


def _parts(box: Box) -> None:
    box.reading.os_version = box.root.value("version")
    for name, read_part in _PARTS:
        try:
            read_part(box)
        except (ValueError, LookupError):
            box.reading.warnings.append(f"{name}: not read to the end, as something is otherwise than known")
    box.passed(box.at("security"), _SECURITY_PASSED)
    box.passed(box.root, _TOP_PASSED)
    if "logical-systems" in box.root.children or "tenants" in box.root.children:
        box.reading.warnings.append("logical systems and tenants of the device are not read")
    families = box.at("security", "forwarding-options", "family")
    if any(family.value("mode") == "packet-based" for family in families.each() if family.name in ("mpls", "inet")):
        box.reading.warnings.append("the device forwards packet by packet: its zones and policies have no effect")


def filters_in_tables(box: Box) -> None:
    """Filters that stand at a VLAN or a routing table instead of an interface."""
    for vlan in box.at("vlans").each():
        for way, places in (("input", box.filters_in), ("output", box.filters_out)):
            for name in (*vlan.values("filter", way), *vlan.values("forwarding-options", "filter", way)):
                places.setdefault(f"ethernet-switching {name}", []).append(f"vlan {vlan.name}")
    for family in box.at("forwarding-options", "family").each():
        for way, places in (("input", box.filters_in), ("output", box.filters_out)):
            for name in family.values("filter", way):
                places.setdefault(f"{family.name} {name}", []).append("forwarding-table")


_PARTS: tuple[tuple[str, Callable[[Box], None]], ...] = (
    ("zones", policies.read_zones),
    ("address books", addresses.read),
    ("applications", applications.read),
    ("interfaces", interfaces.read),
    ("policies", policies.read),
    ("filters", filters_in_tables),
    ("filters", filters.read),
    ("address translation", nat.read),
    ("tunnels", vpns.read),
    ("routes", routes.read),
    ("routes", routes.mark_outside),
    ("management", system.read),
    ("DHCP", dhcp.read),
)
