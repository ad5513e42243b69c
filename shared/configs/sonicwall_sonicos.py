"""SonicWall firewalls, SonicOS 6 and 7: ``show current-config``.

Blocks are indented and end with ``exit``; a whole text begins with ``firmware-version`` and ends with ``end``. Nearly every setting is
printed, so that little is left to defaults. Rules see the address that a packet was sent to, before translation. Source: outputs of SonicOS
6.2.3 and 6.5.4 that their owners have published; SonicOS CLI reference guides; SonicOS 7 API reference for the names of fields. Settings
exports (``.exp``) are another format, which SonicWall does not document.
"""

import re

from shared.configs import Kept
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import parse
from shared.configs.own_words import OWN_WORDS
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.sonicos import interfaces, management, nat, objects, policies, tunnels
from shared.configs.sonicos.box import Box
from shared.configs.sonicos.passed import SECTIONS
from shared.configs.statement import Document, Statement
from shared.errors import Unparsed

PLATFORM = "sonicwall_sonicos"
TITLE = "SonicWall SonicOS"
EXPERIMENTAL = True
RULES_SEE = "public"
_VALUE = r"(?P<secret>\"(?:[^\"\\]|\\.)*(?:\"|$)|\S+)"
_KEYS_WITHIN = r"^license|sonicpoint|wireless|wlan|ospf|rip|bgp"
SECRETS = SecretRules(
    (
        *OWN_WORDS,
        # "4,HEX": what it is depends on what was encrypted before it, so that it is another one each time
        rule(r"(?:^|\s)(?P<secret>\d,[0-9a-fA-F]{16,})(?=\s|\"|$)", "encrypted", salted=True),
        rule(
            rf"^(?:[\w-]+ )*?(?:password|passphrase|shared-secret|bind-password|wpa-passphrase|psk|secret|community|get-community-name"
            rf"|trap-community-name|auth-key|encryption-key|authentication-key|pre-shared-key|private-key|api-key|token)"
            rf" (?!aging|uniqueness|minimum|complexity|constraints|enforce|expir|change|length|page|active|format){_VALUE}"
        ),
        rule(rf"^(?:upgrade key|key|wep-key \S+|wpa-key|default-key) {_VALUE}", "key", within=_KEYS_WITHIN),
        rule(rf"^(?:registration-code|activation-key|keyset|license-key) {_VALUE}", "key"),
        rule(rf"^(?:get-community|trap-community|community)(?:-name)? {_VALUE}", "community"),
        rule(rf"^(?:encryption|authentication) (?:key|manual-key) {_VALUE}", "key"),
    ),
    public=(re.compile(r"one-time-password (?:totp|otp|e-?mail|mail|sms)\b"),),
)  # fmt: skip
VOLATILE = (re.compile(r"^(?:system-time|system-uptime|last-modified-by|checksum) "),)
_ENDS = frozenset({"exit", "end", "!"})
_EXPORT = re.compile(r"\s*[A-Za-z0-9+/]{400}")
"""Base64 without a blank."""
_SESSION = re.compile(r"^(?:\S{1,64}[>#] ?)?(?:no cli pager session|show current-config|exit)?$")


def looks_like(text: str) -> bool:
    return bool(
        re.search(r'^firmware-version "?SonicOS', text, re.MULTILINE)
        or re.search(
            r"^(?:access-rule (?:ipv[46] )?from \S+ to |nat-policy (?:ipv[46] )?inbound |address-object (?:ipv[46]|fqdn) )",
            text,
            re.MULTILINE,
        )
    )


def read(text: str, redactor: Redactor) -> Kept:
    if _EXPORT.match(text):
        raise Unparsed(
            "this is a settings export (.exp), whose form SonicWall does not tell: what show current-config prints can be read", ""
        )
    document = parse(text, comments="#", heredocs=(), ends=_ENDS)
    redactor.statements(document.statements)
    for statement in document.roots:
        statement.noise = bool(_SESSION.match(statement.text))
    reading = Reading(vendor="SonicWall", os="SonicOS", lines=document.lines())
    box = Box(reading)
    dispatch(reading, box, document.roots, HANDLERS, SECTIONS)
    box.built_in_members()
    interfaces.finish_routes(box)
    interfaces.finish(box)
    tunnels.finish(box)
    policies.finish(box)
    nat.finish(box)
    management.remote_access(box)
    reading.address_objects += box.addresses.address_objects()
    reading.service_objects += box.services.service_objects()
    _ending(reading, document)
    return Kept(reading, document.text())


def _ending(reading: Reading, document: Document) -> None:
    """A whole text ends with ``end``; a part of one has no head either."""
    begun = any(statement.text.startswith("firmware-version ") for statement in document.statements[:40])
    if begun and not any(statement.text == "end" and not statement.indent for statement in document.statements[-20:]):
        reading.complete = False
        reading.warnings.append('the text does not end with "end": its last part is missing')


def _nothing(box: Box, statement: Statement) -> None:
    for child in (child for child in statement.children if not child.noise):
        box.reading.pass_over("traffic settings", child)


HANDLERS: dict[str, Handler[Box]] = {
    "firmware-version": management.header,
    "model": management.header,
    "serial-number": management.header,
    "administration": management.administration,
    "zone": interfaces.zone,
    "address-object": objects.address,
    "address-group": objects.address_group,
    "service-object": objects.service,
    "service-group": objects.service_group,
    "user local": management.local_users,
    "dhcp-server": management.dhcp_server,
    "interface": interfaces.interface,
    "tunnel-interface": interfaces.interface,
    "route-policy": interfaces.route,
    "dns": management.dns,
    "no dns": _nothing,
    "time": management.time,
    "log syslog": management.syslog,
    "snmp": management.snmp,
    "no snmp": _nothing,
    "vpn": tunnels.settings,
    "vpn policy": tunnels.keep,
    "ssl-vpn server": management.ssl_server,
    "ssl-vpn profile": management.ssl_profile,
    "access-rule": policies.keep,
    "nat-policy": nat.keep,
}
