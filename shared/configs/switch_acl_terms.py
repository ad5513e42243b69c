"""One line of an access list as switches write it: ``10 permit tcp 10.0.0.0 0.0.0.255 any eq 22 log``.

Reads what Aruba, Dell, Netgear and Cisco Small Business share. What narrows a rule and has no field of its own stays in ``conditions``, in
the make's words. ValueError or LookupError for what is none. Sources: ArubaOS-Switch Access Security Guide, AOS-CX ACL guide, Dell
N-Series CLI reference, Cisco 350 CLI guide (chapter ACL commands); IANA's port names.
"""

import ipaddress

from shared.configs import values
from shared.configs.switch_acl import Term
from shared.firewall import ANY, Action

PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "tacacs": 49, "domain": 53, "dns": 53, "bootps": 67,
    "dhcp-server": 67, "bootpc": 68, "dhcp-client": 68, "tftp": 69, "http": 80, "www": 80, "kerberos": 88, "pop3": 110, "pop2": 109,
    "sunrpc": 111, "ident": 113, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "netbios-ss": 139, "imap4": 143,
    "imap2": 143, "snmp": 161, "snmp-trap": 162, "snmptrap": 162, "bgp": 179, "irc": 194, "ldap": 389, "https": 443, "ssl": 443,
    "microsoft-ds": 445, "isakmp": 500, "syslog": 514, "rip": 520, "dhcpv6-client": 546, "dhcpv6-server": 547, "ldaps": 636,
    "nat-t": 4500, "radius": 1812, "radius-acct": 1813, "radius-old": 1645, "radius-acct-old": 1646, "whois": 43, "sip": 5060,
    "xdmcp": 177, "who": 513, "rlogin": 513, "echo": 7, "discard": 9, "nntp": 119, "mobile-ip": 434, "lpd": 515, "talk": 517,
}  # fmt: skip
PROTOCOLS = {
    "0": "ip", "1": "icmp", "2": "igmp", "4": "ipip", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6",
    "89": "ospf", "103": "pim", "112": "vrrp", "every": "ip", "ip-in-ip": "ipip",
}  # fmt: skip
_TESTS = ("eq", "neq", "gt", "lt", "range", "group")


def action_of(word: str) -> Action:
    return {"permit": Action.ALLOW, "deny": Action.DENY, "reject": Action.REJECT}[word]


def port_of(word: str) -> str:
    if word in PORTS:
        return str(PORTS[word])
    return values.port_range(word)


def address(words: list[str], *, inverted: bool) -> str:
    """Takes an address off the front: ``any``, ``host X``, ``X/24``, ``X/255.255.255.0``, ``X MASK``; a name becomes ``@name``."""
    word = words.pop(0)
    if word == "any":
        return ANY
    if word == "host":
        return values.network(words.pop(0))
    if word == "object-group":
        return f"@{words.pop(0)}"
    own, slash, mask = word.partition("/")
    if not values.is_address(own):
        return f"@{word}"
    if slash:
        return values.network(own, mask)
    if words and _is_mask(words[0]):
        mask = words.pop(0)
        if inverted:
            return values.wildcard(own, mask)
        return values.network(own, mask) if mask.startswith("255") or mask == "0.0.0.0" else values.wildcard(own, mask)  # noqa: S104 - a mask
    return values.network(own)


def _is_mask(word: str) -> bool:
    try:
        ipaddress.IPv4Address(word)
    except ValueError:
        return False
    return True


def _port_test(words: list[str], conditions: list[str], side: str) -> str:
    """``eq 22``, ``range 5000 5010``, ``gt 1023``; ``neq`` has no spelling of its own and goes to the conditions."""
    if not words or words[0] not in _TESTS:
        return ANY
    test, first = words.pop(0), words.pop(0)
    if test == "group":
        return f"@{first}"
    if test == "eq":
        return port_of(first)
    if test == "range":
        return values.port_range(f"{port_of(first)}-{port_of(words.pop(0))}") if "-" not in first else values.port_range(first)
    if test == "gt":
        return values.port_range(f"{int(port_of(first)) + 1}-65535")
    if test == "lt":
        return values.port_range(f"0-{int(port_of(first)) - 1}")
    conditions.append(f"{side} port neq {first}")
    return ANY


def term(words: list[str], line: int, raw: str, *, inverted: bool = True) -> Term:
    """``words`` from the action on, or from the number before it."""
    words = list(words)
    number = ""
    if words[0] == "seq":
        words.pop(0)
    if words[0].isdigit():
        number = words.pop(0)
    native = words.pop(0)
    found = Term(action_of(native), line, raw, number, native)
    protocol = words[0].lower()
    if protocol in ("any", "host") or (values.is_address(protocol.partition("/")[0]) and protocol not in PROTOCOLS):
        return _standard(found, words, inverted=inverted)
    found.protocol = PROTOCOLS.get(protocol, protocol)
    if words.pop(0) == "every":
        _rest(found, words)
        return found
    found.source = address(words, inverted=inverted)
    found.source_ports = _port_test(words, found.conditions, "source")
    found.destination = address(words, inverted=inverted)
    found.ports = _port_test(words, found.conditions, "destination")
    _rest(found, words)
    return found


def _standard(found: Term, words: list[str], *, inverted: bool) -> Term:
    """A list that asks the source alone; AOS-CX's ``any`` as a protocol goes before a source and a destination."""
    first = words[0]
    if first == "any" and len(words) >= 3 and words[1] not in ("log", "count"):
        words.pop(0)
        found.source = address(words, inverted=inverted)
        found.destination = address(words, inverted=inverted)
    else:
        found.source = address(words, inverted=inverted)
    _rest(found, words)
    return found


def _rest(found: Term, words: list[str]) -> None:
    """What may follow the two ends."""
    while words:
        word = words.pop(0)
        if word in ("log", "log-input", "logging"):
            found.log = True
        elif word == "established":
            found.states = ("established",)
        elif word in ("count", "counter"):
            continue
        elif word == "time-range" and words:
            found.schedule = words.pop(0)
        else:
            found.conditions.append(" ".join((word, *words)))
            return
