"""Fortinet FortiOS (FortiGate, FortiWiFi) 5.0 to 7.6: a backup, ``show`` or ``show full-configuration``, with and without virtual domains.

Tables are gathered first, as rules, zones, objects and settings refer to each other; then each room of ``fortios`` reads its own. Policies
act in file order. A policy's ``set nat enable`` stays a mark of the rule and is one source NAT entry, ``policy/NUMBER``. Source: Fortinet's
FortiOS CLI references 5.2 to 7.6; Administration Guide.
"""

import re
from collections.abc import Iterable

from shared.configs import Kept
from shared.configs.fortios import dhcp, interfaces, objects, people, policies, routes, services, switches, system, translation, tunnels
from shared.configs.fortios.blocks import parse
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import settings, table
from shared.configs.fortios.passed import part_of
from shared.configs.fortios.secret_places import SECRETS as SECRET_PLACES
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor
from shared.configs.statement import Document, Statement
from shared.errors import Unparsed

PLATFORM = "fortinet"
TITLE = "Fortinet FortiOS"
SECRETS = SECRET_PLACES
VOLATILE = (
    re.compile(r"^#conf_file_ver="),
    re.compile(r"^\s*set (?:last-updated|last-login|last-failed-login|detected-peer-mtu|bandwidth-measure-time) "),
    re.compile(r"^\s*set measured-(?:up|down)stream-bandwidth "),
)
_BEGINS = re.compile(r"^#config-version=F|^\s*config (?:system \w|firewall \w|router \w|vpn \w|user \w|log \w|vdom$|global$)", re.MULTILINE)
_CLOSES = re.compile(r"^\s*(?:next|end)\r?$", re.MULTILINE)

_ENCRYPTED = "#FGBK|"
_TABLES = frozenset(
    (
        *(kind.table for kind in policies.KINDS), *translation.VIPS, switches.TABLE,
        "firewall vipgrp", "firewall vipgrp6", "firewall vipgrp46", "firewall vipgrp64",
        "firewall ippool", "firewall ippool6", "firewall central-snat-map", "firewall address", "firewall address6", "firewall addrgrp",
        "firewall addrgrp6", "firewall multicast-address", "firewall multicast-address6", "firewall wildcard-fqdn custom",
        "firewall wildcard-fqdn group", "firewall proxy-address", "firewall proxy-addrgrp",
        "firewall service custom", "firewall service group",
        "firewall schedule onetime", "firewall schedule recurring", "firewall schedule group", "system interface", "system zone",
        "system virtual-switch", "system switch-interface", "system dhcp server", "system admin", "system api-user", "system sso-admin",
        "system sso-forticloud-admin", "system sso-fortigate-cloud-admin", "system snmp community", "system snmp user", "system gre-tunnel",
        "system vxlan", "router static", "router static6", "vpn ipsec phase1-interface", "vpn ipsec phase2-interface", "vpn ipsec phase1",
        "vpn ipsec phase2", "user local", "user group",
    )
)  # fmt: skip
_SETTINGS = re.compile(
    r"system (?:global|settings|dns|vdom-dns|ntp|sdwan|virtual-wan-link|snmp sysinfo)|vpn (?:ssl settings|l2tp|pptp)"
    r"|log syslogd\d? (?:override-)?setting"
)
_BOTH = frozenset(("system external-resource", "vpn ssl web portal", "user radius", "user ldap", "user tacacs+", "user saml"))
"""Their names are asked for; the rest of them is passed over."""


def looks_like(text: str) -> bool:
    if text.startswith(("#config-version=F", _ENCRYPTED)):
        return True
    return bool(_BEGINS.search(text) and _CLOSES.search(text))


def read(text: str, redactor: Redactor) -> Kept:
    if text.startswith(_ENCRYPTED):
        raise Unparsed("this backup is encrypted with a password: save one without", "")
    document = parse(text)
    _take_secrets_out(document, redactor)
    reading = Reading(vendor="Fortinet", os="FortiOS", lines=document.lines(), complete=document.complete)
    if not document.complete:
        reading.warnings.append("the text ends in the middle of a block, or a quote in it is not closed: what was read is kept")
    box = Box(reading)
    system.read_header(box, text)
    _gather(box, box.shared, document.roots)
    _read_tables(box)
    return Kept(reading, document.text())


def _take_secrets_out(document: Document, redactor: Redactor) -> None:
    """A key of many lines leaves as many behind, empty: what comes after it keeps its line's number when the kept text is read again."""
    sizes = [(statement, statement.text.count("\n")) for statement in document.statements if "\n" in statement.text]
    redactor.statements(document.statements)
    for statement, size in sizes:
        statement.text += "\n" * (size - statement.text.count("\n"))


def _gather(box: Box, vdom: Vdom, statements: Iterable[Statement]) -> None:
    for statement in statements:
        words = statement.words
        if words[0] != "config" or len(words) < 2:
            box.reading.unread(statement)
        elif words[1] == "global" and len(words) == 2:
            _gather(box, box.shared, statement.children)
        elif words[1] == "vdom" and len(words) == 2:
            _gather_domains(box, statement)
        else:
            _gather_block(box, vdom, statement, " ".join(words[1:]))


def _gather_domains(box: Box, statement: Statement) -> None:
    for child in statement.children:
        words = child.words
        if words[0] != "edit" or len(words) != 2:
            box.reading.unread(child)
        else:
            _gather(box, box.vdoms.setdefault(words[1], Vdom(words[1])), child.children)


def _gather_block(box: Box, vdom: Vdom, statement: Statement, name: str) -> None:
    if name in _TABLES:
        table(box.reading, statement, vdom.tables.setdefault(name, {}))
    elif _SETTINGS.fullmatch(name):
        known = vdom.settings.get(name)
        if known is None:
            vdom.settings[name] = settings(statement)
        else:
            known.apply(statement)
    elif part := part_of(statement.words[1:]):
        if name in _BOTH:
            table(Reading(), statement, vdom.tables.setdefault(name, {}))
        box.reading.pass_over(part, statement)
    else:
        box.reading.unread(statement)


def _read_tables(box: Box) -> None:
    system.read(box)
    interfaces.read(box)
    people.read_administrators(box)
    for vdom in box.domains():
        _read_domain(box, vdom)
    if box.has_vdoms:
        # what stands outside of all domains, in an excerpt: it belongs to none, and is read all the same
        _read_domain(box, box.shared)
    system.read_snmp(box)
    system.read_ways_in(box)
    box.reading.interfaces += box.interfaces


def _read_domain(box: Box, vdom: Vdom) -> None:
    _settings(box, vdom)
    switches.read(box, vdom)
    translation.read_names(box, vdom)
    services.read(box, vdom)
    objects.read(box, vdom)
    objects.read_schedules(box, vdom)
    policies.read(box, vdom)
    translation.read_forwards(box, vdom)
    translation.read_source_nat(box, vdom)
    routes.read_routes(box, vdom)
    dhcp.read_dhcp(box, vdom)
    tunnels.read(box, vdom)
    people.read_users(box, vdom)


_DOMAIN_SETTINGS = frozenset(("central-nat",))


def _settings(box: Box, vdom: Vdom) -> None:
    own = vdom.setting("system settings")
    for statement in own.statements if own else ():
        if len(statement.words) < 2 or statement.words[1] not in _DOMAIN_SETTINGS:
            box.reading.pass_over("settings of the virtual domain", statement)
