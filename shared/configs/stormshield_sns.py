"""Stormshield Network Security: files of ``/usr/Firewall/ConfigFiles`` in one text.

Each file is headed by its path, ``#### Filter/05`` (or ``==> Filter/05 <==``, as ``tail`` prints it): ``network``, ``object``,
``objectgroup``, ``servicegroup``, ``route``, ``dns``, ``system``, ``Filter/slotinfo``, ``Filter/00`` to ``Filter/10`` and the same below
``Global``. Backups (``.na``) are encrypted and are no text. Source: the maker's provisioning templates for clouds, its documentation of SNS
v4 and test data of its tools; the grammar itself is not published, and no box of the make was at hand.
"""

import re
from collections.abc import Callable

from shared.configs import Kept
from shared.configs.own_words import own_words
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.sns import network, objects, policy
from shared.configs.sns.box import Box, Slot
from shared.configs.sns.files import UNNAMED, name_of, parse
from shared.configs.statement import Statement

PLATFORM = "stormshield_sns"
TITLE = "Stormshield SNS"
EXPERIMENTAL = True
RULES_SEE = "public"
_VALUE = r"(?P<secret>\"(?:[^\"\\]|\\.)*(?:\"|$)|[^\s#,]+)"
_ALL_SECRET = r"(?i)(?:^|/)(?:psk|presharedkeys?|secrets?|passwd)$|^\[(?:psk|presharedkey|secrets?)\]"
"""Files and sections in which each value is a secret."""
SECRETS = SecretRules(
    (
        *own_words(r"#|comment=\""),
        rule(
            rf"(?i)(?:^|[,\s])[\w.-]*(?:password|passwd|passphrase|pwd|psk|secret|presharedkey|pre-?shared|community|private_?key|privkey"
            rf"|encryptionkey|authkey|cryptkey|token|bindpw|seed|pin)\w*\s*=\s*(?!\d{{1,2}}(?:\s|,|#|$)){_VALUE}"
        ),
        rule(r"(?i)^[^=#\[]+=\s*(?P<secret>[^#]*[^#\s])", "key", within=_ALL_SECRET),
        rule(r"(?i)^(?:key|private)\s*=\s*(?P<secret>[^\s#]+)", "key"),
    ),
    # "pass" is what most rules begin with
    public=(re.compile(r"^(?:off |on )?(?:pass|block|reset|decrypt|log|deleg|nat) .*?\bfrom "),),
)  # fmt: skip
VOLATILE: tuple[re.Pattern[str], ...] = ()
_SLOT = re.compile(r"^(?P<folder>(?:Global/)?Filter)/(?P<number>\d\d)$")
_READERS: dict[str, Callable[[Box, Statement], None]] = {
    "network": network.read,
    "object": objects.read,
    "objectgroup": objects.read_groups,
    "servicegroup": objects.read_groups,
    "route": network.read_route,
    "dns": network.read_dns,
    "system": network.read_system,
    "Filter/slotinfo": network.read_slotinfo,
}
_PASSED = re.compile(
    r"^(?:Global/)?(?:VPN|HA|Proxy|Antivirus|Antispam|URLFiltering|SSLFiltering|MailFiltering|CertsCa|Certificates|Auth|Protocol|Alarm|Pattern"
    r"|Event|Report|Security|Monitor|QoS)/|^(?:pptpserver|ntp|snmp|log|syslog|communication|webadmin|auth|users|ldap|dhcp|dhcprelay|bird|bird6"
    r"|asq|mail|license|autoupdate|proxy|highavailability|openvpn|sslvpn|ipsec|dyndns|host|urlgroup|cngroup|time|secure|stats|ddclient"
    r"|VPN|xvpn|qos|radius)$"
)


def looks_like(text: str) -> bool:
    if re.search(r"^(?:#### |==> )(?:\S*/ConfigFiles/|(?:Global/)?Filter/(?:\d\d|slotinfo))", text, re.MULTILINE):
        return True
    return bool(
        (
            re.search(r"^\[Filter\]\s*$", text, re.MULTILINE)
            and re.search(r"^\s*(?:off )?(?:pass|block|reset|separator) ", text, re.MULTILINE)
        )
        or (re.search(r"^\s*(?:off )?nat from \S+.* -> ", text, re.MULTILINE) and re.search(r"^\[NAT\]\s*$", text, re.MULTILINE))
    )


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text)
    redactor.statements(document.statements)
    reading = Reading(vendor="Stormshield", os="SNS", lines=document.lines())
    box = Box(reading)
    for file in document.roots:
        _file(box, file)
    box.close()
    network.finish(box)
    policy.finish(box)
    reading.address_objects += box.addresses.address_objects()
    reading.service_objects += box.services.service_objects()
    return Kept(reading, document.text())


def _file(box: Box, file: Statement) -> None:
    local = file.text.removeprefix("Global/")
    if found := _SLOT.match(file.text):
        _slot(box, file, Slot(found["folder"], found["number"]))
    elif local in _READERS:
        _READERS[local](box, file)
    elif file.text == UNNAMED:
        _unnamed(box, file)
    elif _PASSED.match(file.text):
        for section in file.children:
            box.reading.pass_over(f"file {file.text.split('/')[0]}", section)
    else:
        for section in file.children:
            box.reading.unread(section)


def _slot(box: Box, file: Statement, slot: Slot) -> None:
    box.slots.append(slot)
    for section in file.children:
        kind = name_of(section).lower()
        if kind in ("filter", "nat"):
            policy.read(box, slot, section, kind)
        else:
            box.reading.unread(section)


def _unnamed(box: Box, file: Statement) -> None:
    """One file without its name: a slot by its sections, or objects."""
    names = {name_of(section).lower() for section in file.children}
    if names & {"filter", "nat"}:
        _slot(box, file, Slot("Filter", "00"))
    elif names & {"host", "service", "range"}:
        objects.read(box, file)
    else:
        for section in file.children:
            box.reading.unread(section)
