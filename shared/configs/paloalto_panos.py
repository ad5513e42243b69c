"""Palo Alto Networks PAN-OS: ``show config running`` in braces, set lines, or ``running-config.xml``; ``show running security-policy``.

Source: PAN-OS CLI quick start and XML API guide, releases 8.1 to 11.2; the parts are read in ``shared.configs.panos``.
"""

import re
from collections.abc import Callable

from shared.configs import Kept, braces, set_lines
from shared.configs.panos import nat, network, objects, running, security, system, vpns, xml
from shared.configs.panos.box import Box, arrange
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.sieve import Sieve
from shared.configs.word_tree import Node, Tree
from shared.errors import Unparsed

PLATFORM = "paloalto_panos"
ALSO = ("paloalto",)
TITLE = "Palo Alto PAN-OS"
RULES_SEE = "public"
_WORD = r"(?!\{|\[\s)(?P<secret>\"(?:[^\"\\]|\\.)*(?:\"|$)|'[^']*'|[^\s;\"]+(?:;(?=\S)[^\s;\"]*)*)"
_NAMES = (
    r"phash|key|secret|password|passphrase|private-key|pre-shared-key|auth-key|authpwd|privpwd|authpass|privpass"
    r"|snmp-community-string|community"
    r"|bind-password|secure-proxy-password|passwd|api-key|client-secret|access-key|auth-password|priv-password|vm-auth-key|master-key|token"
    r"|agent-user-override-key|uninstall-password|hash-secret|cookie-secret|shared-secret|authkey|psk"
    r"|encryption-key|authentication-key|pskey"
    r"|radius-secret|ntp-key|ddns-password|bearer|one-time-password|otp|md5"
)
SECRETS = SecretRules(
    (
        rule(rf"^(?:set (?:.* )?)?(?:{_NAMES}) {_WORD};?$"),
        rule(
            rf"(?:^|\s)(?:phash|snmp-community-string|private-key|authpwd|privpwd|pre-shared-key key|symmetric-key key|passphrase) {_WORD}"
        ),
        rule(rf"(?:^|/)(?:{_NAMES})$"),
        rule(rf"(?i)\b(?:password|passwd|pwd|psk|secret|segreto|chiave)\b[^:=\"\n]{{0,40}}?(?:[:=]|\bè\b|\bis\b)\s*{_WORD}"),
    ),
    (
        re.compile(r"(?:^|\s|/)(?:public-key|certificate|ca-certificate|subject-hash|issuer-hash|subject|issuer|uuid|common-name)(?:\s|$)"),
        re.compile(r"(?:^|\s)(?:hash|encryption|authentication) (?:\[|sha|md5|aes|3des|des|none)"),
    ),
)
_RULE_WORDS = re.compile(rf"(?i){_NAMES}|hash|pwd|segreto|chiave")
"""One of these is in every statement that a rule above fits."""
VOLATILE: tuple[re.Pattern[str], ...] = ()
_SET = re.compile(
    r"^set (?:config |template \S+ config |device-group |deviceconfig |mgt-config |shared |rulebase "
    r"|network (?:interface|virtual-router|profiles|ike|tunnel|dhcp|qos|logical-router)|vsys \S+ |import network "
    r"|(?:pre|post)-rulebase |zone \S+ network |panorama |readonly )",
    re.MULTILINE,
)
_BRACES = re.compile(r"^\s*(?:config \{|mgt-config(?: \{|;)|deviceconfig \{|localhost\.localdomain \{|rulebase \{)", re.MULTILINE)
_XML = re.compile(
    r"<config\b[^>]*\burldb=|<config\b[^>]*\bdetail-version=|<mgt-config>|<deviceconfig>|<entry name=\"localhost\.localdomain\"|<rulebase>"
)
_HEAD = re.compile(r"<config\b[^>]*?>")
_VERSION = re.compile(r"\b(detail-version|version)=\"([^\"]{1,40})\"")
_VSYS_PASSED = {
    **dict.fromkeys(("profiles", "profile-group", "dynamic-user-group", "threats", "sctp-init", "device-object"), "security profiles"),
    **dict.fromkeys(("setting", "display-name", "import", "response-page", "tag", "url-admin-override", "decryption-tag", "vsys-id",
                     "ts-agent", "user-id-agent", "redistribution-agent", "ipuser-include-exclude-list", "description"), "settings"),
    **dict.fromkeys(("captive-portal", "group-mapping", "user-id-collector", "user-id-agent-sequence", "user-id-ssl-auth", "user-id-hub",
                     "authentication-profile", "authentication-sequence", "authentication-object", "server-profile", "local-user-database",
                     "mfa-server-profile", "admin-role", "cloud-identity-engine"), "users and sign-in"),
    **dict.fromkeys(("certificate", "certificate-profile", "ssl-tls-service-profile", "ssl-decrypt", "ssl-exclude-cert", "ocsp-responder",
                     "scep", "ssh-service-profile", "ssl-tls-proxy"), "keys and certificates"),
    **dict.fromkeys(("log-settings", "reports", "report-group", "pdf-summary-report", "email-scheduler", "botnet", "override",
                     "content-preview", "logging-service-profile"), "logging and reports"),
    **dict.fromkeys(("dns-proxy", "alg-override", "sdwan-path-quality-profile", "sdwan-traffic-distribution-profile", "qos", "lldp-profile",
                     "sdwan-saas-quality-profile", "sdwan-error-correction-profile", "global-protect-mobile", "packet-broker-profile"),
                     "network profiles"),
    **dict.fromkeys(("application", "application-filter", "application-group", "application-status", "application-tag"),
                    "objects that rules ask for by name"),
    **dict.fromkeys(("parent-dg", "reference-templates", "master-device", "authorization-code", "to-sw-version", "user-group-source"),
    "Panorama"),
}  # fmt: skip
_BASE_PASSED = {
    **dict.fromkeys(("readonly", "predefined", "template", "template-stack", "log-collector", "log-collector-group", "wildfire-appliance",
                     "wildfire-appliance-cluster", "plugins", "platform", "batch", "vm-info-sources"), "Panorama"),
}  # fmt: skip


def looks_like(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return bool(_XML.search(text)) and "<opnsense" not in text[:2000] and "<pfsense" not in text[:2000]
    return bool(_SET.search(text) or _BRACES.search(text) or running.is_running(text))


def read(text: str, redactor: Redactor) -> Kept:
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        made = xml.parse(text, redactor)
        reading = Reading(vendor="Palo Alto Networks", os="PAN-OS", lines=len(made.targets), complete=made.document.complete)
        _version(reading, start)
        _read(Box(reading, made))
        assert made.xml is not None  # noqa: S101 - parse gives none without
        return Kept(reading, made.xml.text())
    if not looks_like(text):
        raise Unparsed("no statement of a PAN-OS configuration was found", "")
    tree = _tree(text, redactor)
    reading = Reading(vendor="Palo Alto Networks", os="PAN-OS", lines=tree.document.lines(), complete=tree.document.complete)
    box = Box(reading, tree)
    if running.is_running(text):
        running.read(box)
        tree.account(reading)
    else:
        _read(box)
    return Kept(reading, tree.document.text())


def _tree(text: str, redactor: Redactor) -> Tree:
    by_command = len(re.findall(r"^\s*set \S", text, re.MULTILINE)) > len(re.findall(r"[;{]\s*$", text, re.MULTILINE))
    document = set_lines.parse(text) if by_command else braces.parse(text)
    sieve = Sieve(_RULE_WORDS, redactor.text)
    for statement in document.statements:
        statement.text = sieve.text(statement.text, statement)
    return set_lines.tree(document) if by_command else braces.tree(document)


def _version(reading: Reading, text: str) -> None:
    head = _HEAD.search(text[:5_000])
    said = dict(_VERSION.findall(head[0])) if head else {}
    reading.os_version = said.get("detail-version") or said.get("version", "")


_PARTS: tuple[tuple[str, Callable[[Box], None]], ...] = (
    ("objects", objects.read),
    ("zones", network.read_zones),
    ("network", network.read),
    ("network", network.mark_outside),
    ("security rules", security.read),
    ("zones", network.intrazone),
    ("address translation", nat.read),
    ("tunnels", vpns.read),
    ("management", system.read),
)


def _read(box: Box) -> None:
    arrange(box)
    reading = box.reading
    if not reading.complete:
        reading.warnings.append("the text ends in the middle: a block or a text in quotes is not closed")
    for name, part in _PARTS:
        try:
            part(box)
        except (ValueError, LookupError):
            reading.warnings.append(f"{name}: not read to the end, as something is otherwise than known")
    for node in dict.fromkeys((*box.names_of, *(scope.node for scope in box.scopes), *box.bases)):
        _pass(node, _VSYS_PASSED)
    for scope in box.scopes:
        if scope.kind == "device-group":
            scope.node.pass_over("Panorama", "devices")
    for base in box.bases:
        _pass(base, _BASE_PASSED)
        if "template" in base.children:
            reading.warnings.append("this is Panorama: what its templates set on firewalls is not read")
    box.tree.account(reading)


def _pass(node: Node, sections: dict[str, str]) -> None:
    for name, section in sections.items():
        node.pass_over(section, name)
