"""Cisco ASA 7 to 9 and PIX 6: ``show running-config`` or a saved configuration.

Source: ASA command reference and CLI configuration guides 8.2 to 9.16, PIX 6.3 command reference; the parts and their own sources are in
``shared.configs.asa``. Rules name interfaces by their ``nameif``. The text ends with ``: end``; without that it was cut off.
"""

import re

from shared.configs import Kept
from shared.configs.asa import access, interfaces, management, nat, objects, old_nat, tunnels, vpn
from shared.configs.asa.passed import SECTIONS
from shared.configs.asa.state import Box, with_no
from shared.configs.cisco_lists import OWN_WORDS, Keys, Use
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import CERTIFICATE, parse
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Document, Statement

PLATFORM = "cisco_asa"
TITLE = "Cisco ASA and PIX"
RULES_SEE = "inside"
_KEY = r"(?P<secret>(?!\*+(?:\s|$))\S+)"
_REST = r"(?P<secret>(?!\*+(?:\s|$))\S.*?)\s*$"
_TYPE = r"(?:[0-9] )?"
SECRETS = SecretRules(
    (
        rule(rf"^(?:enable password|passwd|password) {_KEY}"),
        rule(rf"^username \S+ password {_KEY}"),
        rule(rf"^(?:ikev1 |ikev2 (?:local|remote)-authentication )?pre-shared-key {_TYPE}{_KEY}", "psk"),
        rule(rf"^(?:crypto )?isakmp key {_KEY}", "psk"),
        rule(rf"^vpngroup \S+ password {_KEY}", "psk"),
        rule(rf"^snmp-server community {_TYPE}{_KEY}", "community"),
        rule(rf"^snmp-server host \S+ \S+ .*?\bcommunity {_TYPE}{_KEY}", "community"),
        rule(rf"^snmp-server user \S+ \S+ v3 (?:engineID \S+ )?(?:encrypted )?auth \S+ {_KEY}"
             r"(?: priv (?:aes |des |3des )?(?:\d+ )?(?P<secret2>\S+))?",
             "key"),
        rule(rf"^aaa-server \S+ (?:\(\S+\) )?host \S+ {_KEY}(?: timeout \d+)?$", "key"),
        rule(rf"^(?:key|server-secret-key|radius-common-pw|ldap-login-password|shared-secret) {_TYPE}{_REST}", "key",
             within=r"^aaa-server|^webvpn|^user-identity|^dynamic"),
        rule(rf"^(?:radius|tacacs)-server .*\bkey {_KEY}", "key"),
        rule(rf"^failover (?:key|ipsec pre-shared-key) (?:hex )?{_TYPE}{_KEY}", "key"),
        rule(rf"^key (?:hex )?{_TYPE}{_KEY}", "key", within=r"^cluster"),
        rule(rf"^(?:ospf|rip|eigrp) (?:authentication-key|message-digest-key \d+ md5) {_TYPE}{_KEY}", "key"),
        rule(rf"^(?:area \S+ virtual-link .*?)?(?:authentication-key|message-digest-key \d+ md5) {_TYPE}{_KEY}", "key"),
        rule(rf"^authentication key eigrp \d+ {_KEY}", "key"),
        rule(rf"^neighbor \S+ password {_TYPE}{_KEY}", "key"),
        rule(rf"^ntp authentication-key \d+ \S+ {_TYPE}{_KEY}", "key"),
        rule(rf"^vpdn username \S+ password {_KEY}"),
        rule(rf"^(?:vpnclient (?:username \S+ password|vpngroup \S+ password)) {_KEY}"),
        rule(rf"^(?:key-string) {_TYPE}{_KEY}", "key"),
        rule(rf"^(?:license|license-key|activation-key) {_KEY}", "key", within=r"^(?:scansafe|call-home|webvpn)"),
        rule(rf"^server (?:primary|backup) .*license {_KEY}", "key"),
        rule(rf"^(?:password|keypair .*passphrase|enrollment .*password|token) {_KEY}", within=r"^(?:crypto ca|umbrella|call-home)"),
        rule(rf"^token {_KEY}", "token"),
        rule(r"^: ?.*\bKey: *(?P<secret>\S+)", "key"),
        *OWN_WORDS,
    ),
    public=(
        re.compile(r"^(?:Cryptochecksum|: ?Serial|aaa |ssh key-exchange|crypto key|password-policy|password-management|names?\b|no )"),
        re.compile(r"^(?:certificate |object|network-object|group-object|match community|set community|hash |anyconnect |privilege )"),
        re.compile(r"^access-list \S+ (?!remark)|^(?:key chain|key \d+$)"),
    ),
)  # fmt: skip
VOLATILE = (
    re.compile(r"^Cryptochecksum:"),
    re.compile(r"^: Written by "),
    re.compile(r"^: (?:Call-home|Saved)"),
    re.compile(r"^ntp clock-period"),
)
_ENDS = frozenset({"exit", "quit", "end"})
_SESSION = re.compile(
    r"^(?:[\w.()/-]{1,64}[#>].*|(?:show|sh) (?:run|start|conf).*|more system:.*|terminal .*|Cryptochecksum:.*|<--- More --->)$"
)
_TYPED = ("show", "sh ", "more system:", "terminal ", "Cryptochecksum:", "<--- More --->")
_SURE = re.compile(r"^(?:(?:ASA|PIX|NGFW|FWSM) Version |: ?Hardware: +(?:ASA|FPR)|Cryptochecksum:)", re.MULTILINE)
_OWN = re.compile(
    r"^(?: nameif \S+$| security-level \d+$|access-group \S+ in interface \S+|tunnel-group \S+ type|object network \S+$"
    r"|same-security-traffic"
    r"|nat \(\S+\) |static \(\S+\) |global \(\S+\) |route \w+ [\d.]+ [\d.]+ [\d.]+|access-list \S+ extended (?:permit|deny) "
    r"|asdm image|nameif \S+ \S+ sec)",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    """By its version line, or by three statements that no other make has."""
    return bool(_SURE.search(text)) or len({found[0] for found in _OWN.finditer(text)}) >= 3


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, comments="!:", heredocs=(CERTIFICATE,), ends=_ENDS)
    document.roots = _without_session(document)
    redactor.statements(document.statements)
    box = Box(Reading(vendor="Cisco", os="ASA", lines=document.lines(), complete=document.complete))
    management.header(box, [statement.text for statement in document.statements[:120] if statement.noise])
    # what others refer to goes first: PIX prints addresses below the lists that name them
    first = [statement for statement in document.roots if statement.words[0] in _FIRST]
    dispatch(box.reading, box, first, HANDLERS, PASSED)
    dispatch(box.reading, box, (statement for statement in document.roots if statement.words[0] not in _FIRST), HANDLERS, PASSED)
    old = _finish(box)
    _ending(box, document)
    return Kept(box.reading, document.text(), "public" if old else None)


_FIRST = frozenset({"name", "nameif", "interface", "ip", "object", "object-group", "same-security-traffic"})


def _without_session(document: Document) -> list[Statement]:
    """What the terminal printed around the configuration: prompts, commands, the checksum."""
    for statement in document.statements:
        if (
            statement.indent
            or statement.children
            or not ("#" in statement.text or ">" in statement.text or statement.text.startswith(_TYPED))
        ):
            continue
        if _SESSION.match(statement.text):
            statement.noise = True
    return [statement for statement in document.roots if not statement.noise]


def _ending(box: Box, document: Document) -> None:
    """A whole text ends with ``: end``; one that was put together by hand has neither beginning nor end."""
    begun = any(re.match(r": ?(?:Saved|Hardware|Serial|Written)", statement.text) for statement in document.statements[:40])
    if not begun and not (box.reading.os_version and len(document.statements) > 300):
        return
    if not any(re.match(r": ?end$|Cryptochecksum:", statement.text) for statement in document.statements[-40:]):
        box.reading.complete = False
        box.reading.warnings.append('the text does not end with ": end": its last part is missing')


def _translation(box: Box, statement: Statement) -> None:
    """Only noted here: it refers to objects, lists and interfaces that may come later."""
    box.nat.append(statement)
    words = statement.words
    if "access-list" in words[:-1]:
        box.use(words[words.index("access-list") + 1], Use("select", " ".join(words[: words.index("access-list")])))


def _uses(box: Box, statement: Statement, place: str, *words: str) -> None:
    """Lists that a part names which is not modelled otherwise."""
    for child in statement.walk():
        if child.words[: len(words)] == list(words) and len(child.words) > len(words):
            box.use(child.words[len(words)], Use("select", f"{place} {statement.words[-1]}"))


def _class_map(box: Box, statement: Statement) -> None:
    _uses(box, statement, "class-map", "match", "access-list")
    box.reading.pass_over("inspection", statement)


def _route_map(box: Box, statement: Statement) -> None:
    _uses(box, statement, "route-map", "match", "ip", "address")
    box.reading.pass_over("routing protocols", statement)


def _aaa_match(box: Box, statement: Statement) -> None:
    """``aaa authentication match LIST inside RADIUS``, ``capture X access-list LIST``"""
    words = statement.words
    for word in ("match", "access-list"):
        if word in words[:-1]:
            box.use(words[words.index(word) + 1], Use("select", " ".join(words[: words.index(word)])))
    box.reading.pass_over("sign-in", statement)


def _finish(box: Box) -> bool:
    """Whether it translates in the old way: then its rules name the address as it is seen outside."""
    keys = Keys()
    old = list(nat.each_old(box))
    access.finish(box, keys)
    for statement in (*nat.finish(box, keys), *old_nat.finish(box, old, keys)):
        box.reading.unread(statement)
    management.finish_access(box)
    management.finish_relay(box)
    management.finish_dhcp(box)
    interfaces.finish(box)
    tunnels.finish(box)
    box.reading.address_objects += box.objects.address_objects()
    box.reading.service_objects += box.objects.service_objects()
    return bool(old)


HANDLERS: dict[str, Handler[Box]] = {
    **objects.HANDLERS,
    **access.HANDLERS,
    **interfaces.HANDLERS,
    **vpn.HANDLERS,
    **management.HANDLERS,
    "nat": _translation,
    "global": _translation,
    "static": _translation,
    "class-map": _class_map,
    "route-map": _route_map,
    "aaa authentication match": _aaa_match,
    "aaa authorization match": _aaa_match,
    "aaa accounting match": _aaa_match,
    "capture": _aaa_match,
}
PASSED = {**with_no(SECTIONS), **with_no(vpn.PASSED)}
