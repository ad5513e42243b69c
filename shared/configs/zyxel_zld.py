"""Zyxel firewalls with ZLD (ZyWALL, USG, USG FLEX, ATP): ``show running-config`` or ``startup-config.conf``.

Blocks are indented by one blank and set apart by ``!``; what is not printed has its default. USG FLEX H has another system and another
format. Source: ZLD CLI reference guide 4.x; the commands of the maker's own web pages; web help of USG 4.70 and ATP 4.60. No whole
configuration of a real box was at hand.
"""

import re

from shared.configs import Kept
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import parse
from shared.configs.own_words import OWN_WORDS
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.zld import interfaces, management, nat, objects, policies, tunnels
from shared.configs.zld.box import Box
from shared.configs.zld.passed import SECTIONS

PLATFORM = "zyxel_zld"
TITLE = "Zyxel USG, ATP and ZyWALL (ZLD)"
EXPERIMENTAL = True
RULES_SEE = "inside"
_VALUE = r"(?P<secret>\"(?:[^\"\\]|\\.)*(?:\"|$)|\S+)"
SECRETS = SecretRules(
    (
        *OWN_WORDS,
        rule(rf"^username \S+ (?:encrypted-)?password {_VALUE}"),
        rule(rf"^(?:encrypted-)?(?:password|keystring|psk|presharekey|wpa-psk|wpa2-psk|secret) {_VALUE}", "key"),
        rule(rf"^(?:[\w-]+ )*?(?:encrypted-)?(?:password|keystring|key-string|wpa-psk|auth-key|priv-key|license-key) {_VALUE}"),
        rule(rf"^(?:[\w-]+ )*?(?:server |server-acct |radius-server |acct-)key (?:encrypted )?{_VALUE}", "key"),
        rule(rf"^snmp-server community {_VALUE}", "community"),
        rule(rf"^snmp-server host \S+ {_VALUE}", "community"),
        rule(
            rf"^snmp-server v3user username \S+ authentication \S+ (?:password )?{_VALUE}(?: privacy \S+ (?:password )?(?P<secret2>\S+))?",
            "key",
        ),
        rule(rf"^logging mail \d+ authentication username \S+ password {_VALUE}"),
        rule(rf"^authentication (?:string|key|authentication-key|message-digest-key \d+ md5|key-id \d+ key-string) {_VALUE}", "key"),
        rule(rf"^(?:area \S+ )?(?:virtual-link \S+ )?authentication (?:authentication-key|message-digest-key \d+ md5) {_VALUE}", "key"),
        rule(rf"^ip ospf (?:authentication-key|message-digest-key \d+ md5) {_VALUE}", "key"),
        rule(rf"^(?:xauth )?type client name \S+ (?:username \S+ )?password {_VALUE}"),
        rule(rf"^(?:pin|puk|wep-key|default-key|key-\d|wep-key-\d) {_VALUE}", "key"),
    )
)  # fmt: skip
VOLATILE = (re.compile(r"^! saved at "), re.compile(r"^! generated (?:on|at) "))


def looks_like(text: str) -> bool:
    return bool(
        re.search(r"^! firmware version\s*: *\S", text, re.MULTILINE)
        or re.search(
            r"^(?:secure-policy \d+|object-group address \S+|isakmp policy \S+|ip virtual-server \S+ interface )", text, re.MULTILINE
        )
        or re.search(r"^address-object \S+ interface-(?:ip|subnet|gateway) ", text, re.MULTILINE)
    )


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, comments="!#", heredocs=(), ends=frozenset({"exit"}))
    redactor.statements(document.statements)
    reading = Reading(vendor="Zyxel", os="ZLD", lines=document.lines())
    box = Box(reading)
    for statement in document.statements[:40]:
        management.header(box, statement)
    dispatch(reading, box, document.roots, HANDLERS, SECTIONS)
    box.close()
    interfaces.finish(box)
    policies.finish(box)
    nat.finish(box)
    nat.finish_routes(box)
    tunnels.finish(box)
    management.remote_access(box)
    reading.address_objects += [*box.addresses.address_objects(), *box.addresses6.address_objects()]
    reading.service_objects += box.services.service_objects()
    return Kept(reading, document.text())


def _session(box: Box, statement: Statement) -> None:
    """``Router> show running-config``: what was typed."""
    statement.noise = True


HANDLERS: dict[str, Handler[Box]] = {
    "hostname": management.name,
    "domainname": management.name,
    "username": management.username,
    "address-object": objects.address,
    "address6-object": objects.address,
    "service-object": objects.service,
    "object-group": objects.group,
    "interface": interfaces.interface,
    "interface-name": interfaces.interface_name,
    "zone": interfaces.zone,
    "ip route": interfaces.route,
    "ip dhcp pool": interfaces.dhcp_pool,
    "secure-policy": policies.keep,
    "secure-policy6": policies.keep,
    "firewall": policies.keep,
    "firewall6": policies.keep,
    "secure-policy default-rule": policies.default_rule,
    "firewall default-rule": policies.default_rule,
    "secure-policy activate": policies.switch,
    "no secure-policy activate": policies.switch,
    "firewall activate": policies.switch,
    "no firewall activate": policies.switch,
    "ip virtual-server": nat.keep,
    "policy": nat.route,
    "system default-snat": nat.keep_default,
    "no system default-snat": nat.keep_default,
    "isakmp policy": tunnels.gateway,
    "ikev2 policy": tunnels.gateway,
    "crypto map": tunnels.connection,
    "l2tp-over-ipsec": tunnels.l2tp,
    "no l2tp-over-ipsec": tunnels.l2tp,
    "sslvpn": tunnels.ssl,
    "ip http port": management.port,
    "ip http secure-port": management.port,
    **{
        f"{no}{name}": management.service
        for name in ("ip http server", "ip http secure-server", "ip ssh server", "ip telnet server", "ip ftp server", "snmp-server")
        for no in ("", "no ")
    },
    "ip name-server": management.name_server,
    "ip dns server zone-forwarder": management.name_server,
    "ntp": management.ntp,
    "no ntp": management.ntp,
    "logging syslog": management.syslog,
    "no logging syslog": management.syslog,
    "Router>": _session,
    "Router#": _session,
}
