"""Cisco IOS and IOS-XE routers and switches, and FRR's ``vtysh``, which prints the same form: ``show running-config``.

Source: Cisco IOS 12.4 to 15M and IOS-XE 16 and 17 command references; the parts and their own sources are in ``shared.configs.ios``. Only
what differs from the default is printed. The text ends with ``end``; without that it was cut off.
"""

import re

from shared.configs import Kept
from shared.configs.cisco_lists import OWN_WORDS, Keys
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import BANNER, CERTIFICATE, Heredoc, parse
from shared.configs.ios import access_lists, dhcp, interfaces, management, nat, routes, tunnels, vpn, zones
from shared.configs.ios.finish import finish_interfaces
from shared.configs.ios.passed import SECTIONS
from shared.configs.ios.state import Box, with_no
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Document, Statement

PLATFORM = "cisco_ios"
ALSO = ("cisco_xe",)
TITLE = "Cisco IOS and IOS-XE"
RULES_SEE = "public"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
_REST = r"(?P<secret>\S.*?)\s*$"
_TYPE = r"(?:\d{1,2} )?"
SECRETS = SecretRules(
    (
        rule(rf"^enable (?:secret|password) (?:level \d+ )?{_TYPE}{_REST}"),
        rule(rf"^username \S+ .*?\b(?:secret|password) {_TYPE}{_REST}"),
        rule(rf"\bmgmtuser username \S+ password {_TYPE}(?P<secret>.+?) secret {_TYPE}(?P<secret2>.+?)\s*$"),
        rule(rf"\bdot1x username \S+ password {_TYPE}{_REST}"),
        rule(rf"^(?:no )?security wpa .*?(?:set-key|ppk|sae-password) (?:ascii|hex) {_TYPE}{_REST}", "psk"),
        rule(rf"^wpa-psk (?:ascii|hex) {_TYPE}{_REST}", "psk"),
        rule(rf"^(?:encryption|key) .*?\bkey \d (?:size \S+ )?{_TYPE}{_WORD}", "key", within=r"^(?:interface Dot11|dot11)"),
        rule(rf"^password {_TYPE}{_REST}"),
        rule(rf"^secret {_TYPE}{_REST}"),
        rule(rf"^snmp-server community {_WORD}", "community"),
        rule(rf"^snmp-server host \S+ (?:vrf \S+ )?(?:informs |traps )?(?:version (?:1|2c|3 \S+) )?{_WORD}", "community"),
        rule(rf"^snmp-server user \S+ \S+ (?:remote \S+ (?:udp-port \d+ )?)?v3 (?:encrypted )?auth \S+ {_WORD}"
             r"(?: priv (?:(?:des|3des|aes) )?(?:\d+ )?(?P<secret2>\S+))?", "key"),
        rule(rf"^(?:radius|tacacs)-server (?:host .*?)?key {_TYPE}{_REST}", "key"),
        rule(rf"^key {_TYPE}(?P<secret>\S.*?)\s*$", "key", within=r"^(?:radius|tacacs) server|^aaa group|^crypto isakmp client"),
        rule(rf"(?:server|auth)-key {_TYPE}{_WORD}", "key"),
        rule(rf"^(?:key-string|pac key) {_TYPE}{_REST}", "key"),
        rule(rf"^crypto isakmp key {_TYPE}(?P<secret>.+?) (?:address|hostname) ", "psk"),
        rule(rf"^pre-shared-key (?:(?:address|hostname) .+? key |local |remote )?{_TYPE}(?:hex )?{_REST}", "psk"),
        rule(rf"^isakmp key {_TYPE}{_WORD}", "psk"),
        rule(rf"^ppp .*?\bpassword {_TYPE}{_REST}", within=r"^interface"),
        rule(rf"^ip ospf (?:authentication-key|message-digest-key \d+ md5) {_TYPE}{_REST}", "key"),
        rule(rf"^(?:area \S+ virtual-link .*?)?(?:authentication-key|message-digest-key \d+ md5) {_TYPE}{_WORD}", "key"),
        rule(r"^(?:ospfv3 |ipv6 ospf |area \S+ )?.*encryption ipsec spi \d+ esp \S+ (?:(?:\d+ )?(?P<secret>[0-9A-Fa-f]{16,}) )?"
             r"(?:md5|sha1) (?:\d )?(?P<secret2>\S+)", "key"),
        rule(rf"^(?:ipv6 ospf|ospfv3) authentication ipsec spi \d+ \S+ {_TYPE}{_WORD}", "key"),
        rule(rf"^neighbor \S+ password {_TYPE}{_REST}", "key"),
        rule(rf"^(?:standby|vrrp|glbp) (?:\d+ )?authentication (?:md5 key-string |text )?{_TYPE}(?!md5|text){_WORD}", "key"),
        rule(r"^ntp authentication-key \d+ \S+ (?P<secret>\S+)", "key"),
        rule(rf"^ip nhrp authentication {_REST}", "key"),
        rule(rf"^isis password {_WORD}", "key"),
        rule(rf"^(?:domain|area)-password {_WORD}", "key"),
        rule(rf"^ip (?:ftp|http client|rcmd) password {_TYPE}{_REST}"),
        rule(rf"^(?:l2tp tunnel password|vpdn .*password) {_TYPE}{_REST}"),
        rule(r"^set session-key (?:inbound|outbound) .*?(?:cipher|authenticator|ah \d+) (?P<secret>[0-9A-Fa-f]+)(?: authenticator "
             r"(?P<secret2>[0-9A-Fa-f]+))?", "key"),
        rule(rf"^(?:client|primary|secondary|server) .*?\bkey {_TYPE}{_WORD}", "key"),
        rule(rf"^vtp password {_REST}"),
        rule(rf"^mka .*key {_TYPE}{_WORD}", "key"),
        rule(rf"^(?:authentication|registrar .*|credentials .*)\bpassword {_TYPE}{_WORD}"),
        rule(rf"^(?:passphrase|rsakeypair .*passphrase|revocation-password|enrollment .*password) {_REST}"),
        rule(rf"^(?:crypto )?key config-key (?:password-encrypt(?:ion)?) {_REST}", "key"),
        rule(rf"^cts (?:credentials id \S+ password|sxp default password) {_TYPE}{_REST}"),
        *OWN_WORDS,
    ),
    public=(
        re.compile(r"^(?:aaa |ip ssh |crypto key (?:generate|zeroize)|service password|no service password|security passwords)"),
        re.compile(r"^\s*(?:certificate |rsa-pubkey|named-key|addressed-key|key-hash|ip prefix-list|bgp )"),
        re.compile(r"^(?:ip community-list|match community)"),
        re.compile(r"^(?:set community|ip extcommunity-list|neighbor \S+ send-community|key chain|key \d+$|license udi|boot system|rd )"),
    ),
)  # fmt: skip
VOLATILE = (
    re.compile(r"^! (?:Last configuration change|NVRAM config last updated|No configuration change since last restart)"),
    re.compile(r"^ntp clock-period \d+"),
    re.compile(r"^(?:Current configuration|Using) ?(?::|\d+ out of) ?.*bytes"),
    re.compile(r"^Building configuration\.\.\."),
)
_PUBKEY = Heredoc(re.compile(r"^\s+key-string$"), r"^\s*(?:exit|quit)\s*$")
_MACRO = Heredoc(re.compile(r"^macro name \S+$"), r"^@\s*$")
_ENDS = frozenset({"exit", "end", "quit", "exit-address-family", "exit-vrf", "exit-peer-policy", "exit-peer-session", "exit-af-interface",
                   "exit-af-topology", "exit-sf-interface", "exit-service-family", "exit-vni", "exit-policy",
                   "exit-route-map"})  # fmt: skip
_SESSION = re.compile(
    r"^(?:[\w.()/-]{1,64}[#>].*|(?:show|sh) (?:run|start|conf).*|Building configuration\.\.\.|Current configuration.*|Using \d+ out of .*"
    r"|terminal (?:length|width) .*|load-interval .*|\^C+|<?-+ ?More ?-+>?)$"
)
_HEAD = re.compile(r"^(?:Building configuration|Current configuration|! (?:Last configuration|NVRAM config)|version \d)", re.MULTILINE)
_OTHER_MAKES = re.compile(
    r"^(?:ASA Version|PIX Version|: Saved|!Command: show run|feature-set |config-file-header|; \w+ Configuration Editor|!!? IOS XR"
    r"|!System Description|! device: .*EOS|#? ?version \d+\.\d+\(\d+\)\w+.*NX|hostname .*\r?\nmodule )",
    re.MULTILINE,
)
_OWN = re.compile(
    r"^(?:boot-start-marker|service timestamps (?:debug|log)|version (?:1[0-7]|3)\.\d+\S*$|frr version|frr defaults"
    r"|line vty \d+ \d+$|ip cef$"
    r"|ip nat (?:inside|outside) source"
    r"|interface (?:(?:Ten|Two|Five|Forty|TwentyFive)?Giga?bitEthernet|FastEthernet|Dialer|Vlan|Loopback)\d"
    r"|zone security \S+$|ip access-list (?:standard|extended) \S+$| ip address \d+\.\d+\.\d+\.\d+ 255\.)",
    re.MULTILINE,
)
_SURE = re.compile(
    r"^(?:boot-start-marker|frr version|! Last configuration change at|version 1[0-7]\.\d+\S*$|Current configuration : \d+ bytes)",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    """By a line that no other make prints, or by three of its usual ones."""
    if _OTHER_MAKES.search(text):
        return False
    return bool(_SURE.search(text)) or len({found[0] for found in _OWN.finditer(text)}) >= 3


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, heredocs=(BANNER, CERTIFICATE, _PUBKEY, _MACRO), ends=_ENDS)
    document.roots = list(_without_session(document))
    redactor.statements(document.statements)
    box = Box(Reading(vendor="Cisco", os="IOS", lines=document.lines(), complete=document.complete))
    dispatch(box.reading, box, document.roots, HANDLERS, PASSED)
    _finish(box)
    if _HEAD.search(text) and not any(statement.text == "end" for statement in document.statements[-40:]):
        box.reading.complete = False
        box.reading.warnings.append('the text does not end with "end": its last part is missing')
    # lists at an interface see the public address, zones what it was translated to
    return Kept(box.reading, document.text(), "either" if box.pairs else None)


def _without_session(document: Document) -> list[Statement]:
    """What the terminal printed around the configuration: prompts, commands, "Building configuration"."""
    for statement in document.statements:
        if not statement.indent and not statement.children and _SESSION.match(statement.text):
            statement.noise = True
    return [statement for statement in document.roots if not statement.noise]


def _finish(box: Box) -> None:
    keys = Keys()
    management.lines_as_access(box)
    nat.note_uses(box)
    access_lists.finish(box, keys)
    zones.finish(box, keys)
    nat.finish(box, keys)
    management.services_as_access(box)
    finish_interfaces(box)
    dhcp.finish(box)
    tunnels.finish(box)
    box.reading.address_objects += box.objects.address_objects()
    box.reading.service_objects += box.objects.service_objects()


HANDLERS: dict[str, Handler[Box]] = {
    **access_lists.HANDLERS,
    **interfaces.HANDLERS,
    **nat.HANDLERS,
    **dhcp.HANDLERS,
    **zones.HANDLERS,
    **vpn.HANDLERS,
    **management.HANDLERS,
    **routes.HANDLERS,
}
PASSED = {
    **with_no(SECTIONS),
    **with_no(access_lists.PASSED),
    **with_no(nat.PASSED),
    **with_no(dhcp.PASSED),
    **with_no(zones.PASSED),
    **with_no(vpn.PASSED),
}
