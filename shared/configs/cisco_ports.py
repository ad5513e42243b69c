"""What do the names of ports, protocols and ICMP types in Cisco's access lists stand for?

IOS, IOS-XE, ASA and PIX print a name where they know one: ``eq www`` is port 80. Some names mean another port under UDP than under TCP
(``rsh`` and ``syslog`` are both 514). Sources: Cisco IOS Security Command Reference, "access-list (extended)" and "permit"; ASA General
Operations CLI Configuration Guide, "Addresses, Protocols, and Ports"; IANA's registries of ports, protocols and ICMP types.
"""

from collections.abc import Mapping

BOTH: Mapping[str, int] = {
    "echo": 7,
    "discard": 9,
    "daytime": 13,
    "chargen": 19,
    "time": 37,
    "tacacs": 49,
    "domain": 53,
    "sunrpc": 111,
    "talk": 517,
    "kerberos": 750,
    "nfs": 2049,
    "sip": 5060,
    "http": 80,
    "www": 80,
    "cifs": 3020,
    "pim-auto-rp": 496,
    "ssh": 22,
    "snmp": 161,
    "gtp": 2123,
    "connectedapps-plain": 15001,
    "connectedapps-tls": 15002,
    "ntp": 123,
    "non500-isakmp": 4500,
    "isakmp": 500,
    "https": 443,
    "ldap": 389,
    "ldaps": 636,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "imap4": 143,
    "imap": 143,
    "radius": 1645,
}
TCP: Mapping[str, int] = {
    "ftp-data": 20,
    "ftp": 21,
    "telnet": 23,
    "smtp": 25,
    "whois": 43,
    "gopher": 70,
    "finger": 79,
    "hostname": 101,
    "pop2": 109,
    "pop3": 110,
    "ident": 113,
    "nntp": 119,
    "bgp": 179,
    "irc": 194,
    "exec": 512,
    "login": 513,
    "rlogin": 513,
    "cmd": 514,
    "rsh": 514,
    "lpd": 515,
    "uucp": 540,
    "klogin": 543,
    "kshell": 544,
    "drip": 3949,
    "citrix-ica": 1494,
    "sqlnet": 1521,
    "h323": 1720,
    "netbios-ssn": 139,
    "lotusnotes": 1352,
    "pptp": 1723,
    "pcanywhere-data": 5631,
    "ctiqbe": 2748,
    "aol": 5190,
    "rtsp": 554,
    "syslog": 514,
    "msrpc": 135,
    "onep-plain": 15001,
    "onep-tls": 15002,
    "tacacs-ds": 65,
}
UDP: Mapping[str, int] = {
    "nameserver": 42,
    "tacacs-ds": 65,
    "netbios-ns": 137,
    "netbios-dgm": 138,
    "netbios-ss": 139,
    "snmptrap": 162,
    "xdmcp": 177,
    "dnsix": 195,
    "mobile-ip": 434,
    "biff": 512,
    "who": 513,
    "syslog": 514,
    "rip": 520,
    "ripv6": 521,
    "radius-acct": 1646,
    "pcanywhere-status": 5632,
    "secureid-udp": 5510,
    "vxlan": 4789,
}
PROTOCOLS: Mapping[int, str] = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    8: "egp",
    9: "igrp",
    17: "udp",
    41: "ipv6",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmp6",
    88: "eigrp",
    89: "ospf",
    94: "nos",
    103: "pim",
    108: "pcp",
    109: "snp",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
}
_OTHER_NAMES: Mapping[str, str] = {
    "ahp": "ah",
    "ipinip": "ipip",
    "icmpv6": "icmp6",
    "icmp6": "icmp6",
    "ipsec": "esp",
    "pptp": "gre",
    "icmpv4": "icmp",
    "ip": "any",
    "ipv6": "any",
    "ipv4": "any",
    "any": "any",
    "tcp-udp": "tcp-udp",
    "object-group": "",
}
ICMP: Mapping[int, str] = {
    0: "echo-reply",
    3: "unreachable",
    4: "source-quench",
    5: "redirect",
    6: "alternate-address",
    8: "echo-request",
    9: "router-advertisement",
    10: "router-solicitation",
    11: "time-exceeded",
    12: "parameter-problem",
    13: "timestamp-request",
    14: "timestamp-reply",
    15: "information-request",
    16: "information-reply",
    17: "mask-request",
    18: "mask-reply",
    30: "traceroute",
    31: "conversion-error",
    32: "mobile-redirect",
}
ICMP6: Mapping[int, str] = {
    1: "unreachable",
    2: "packet-too-big",
    3: "time-exceeded",
    4: "parameter-problem",
    128: "echo-request",
    129: "echo-reply",
    130: "membership-query",
    131: "membership-report",
    132: "membership-reduction",
    133: "router-solicitation",
    134: "router-advertisement",
    135: "neighbor-solicitation",
    136: "neighbor-advertisement",
    137: "neighbor-redirect",
    138: "router-renumbering",
}
_ICMP_NAMES = frozenset(
    {*ICMP.values(), *ICMP6.values()}
    | {
        *("echo", "ttl-exceeded", "port-unreachable", "host-unreachable", "net-unreachable", "protocol-unreachable", "packet-too-big"),
        *("administratively-prohibited", "dod-host-prohibited", "dod-net-prohibited", "general-parameter-problem", "host-isolated"),
        *("host-precedence-unreachable", "host-redirect", "host-tos-redirect", "host-tos-unreachable", "host-unknown", "log-error"),
        *("mobile-host-redirect", "net-redirect", "net-tos-redirect", "net-tos-unreachable", "network-unknown", "no-room-for-option"),
        *("option-missing", "precedence-unreachable", "reassembly-timeout", "source-route-failed", "nd-na", "nd-ns", "mld-query"),
        *("mld-report", "mld-reduction", "mldv2-report", "beyond-scope", "destination-unreachable", "no-admin", "no-route", "hop-limit"),
        *("dhaad-request", "dhaad-reply", "mpd-solicitation", "mpd-advertisement", "renum-command", "renum-result", "renum-seq-number"),
        *("header", "next-header", "parameter-option", "router-renumbering"),
    }
)
INSPECTED: Mapping[str, tuple[str, ...]] = {
    "tcp": ("tcp",), "udp": ("udp",), "icmp": ("icmp",), "icmpv6": ("icmp6",), "gre": ("gre",), "esp": ("esp",), "ah": ("ah",),
    "http": ("tcp/80",), "https": ("tcp/443",), "dns": ("udp/53", "tcp/53"), "ftp": ("tcp/21",), "ftps": ("tcp/990",),
    "smtp": ("tcp/25",), "esmtp": ("tcp/25",), "pop3": ("tcp/110",), "pop3s": ("tcp/995",), "imap": ("tcp/143",), "imaps": ("tcp/993",),
    "imap3": ("tcp/220",), "ssh": ("tcp/22",), "telnet": ("tcp/23",), "telnets": ("tcp/992",), "ntp": ("udp/123",), "tftp": ("udp/69",),
    "snmp": ("udp/161",), "snmptrap": ("udp/162",), "syslog": ("udp/514",), "ldap": ("tcp/389",), "ldaps": ("tcp/636",),
    "kerberos": ("tcp/88", "udp/88"), "isakmp": ("udp/500",), "ipsec-msft": ("udp/4500",), "l2tp": ("udp/1701",), "pptp": ("tcp/1723",),
    "sip": ("udp/5060", "tcp/5060"), "sip-tls": ("tcp/5061",), "rtsp": ("tcp/554",), "h323": ("tcp/1720",), "skinny": ("tcp/2000",),
    "mysql": ("tcp/3306",), "ms-sql": ("tcp/1433",), "sqlnet": ("tcp/1521",), "bootps": ("udp/67",), "bootpc": ("udp/68",),
    "netbios-ns": ("udp/137",), "netbios-dgm": ("udp/138",), "netbios-ssn": ("tcp/139",), "microsoft-ds": ("tcp/445",),
    "nfs": ("tcp/2049",),
    "radius": ("udp/1812",), "tacacs": ("tcp/49",), "citrix": ("tcp/1494",), "irc": ("tcp/6667",), "whois": ("tcp/43",),
}  # fmt: skip
"""What ``match protocol`` of a zone-based firewall means by its default ports; the names that are not here stay names."""


def port(name: str, protocol: str = "") -> int:
    """``www`` -> 80. ValueError for a name that is none."""
    if name.isascii() and name.isdigit():
        number = int(name)
        if number > 65535:
            raise ValueError(f"{name} is no port")
        return number
    first, second = (UDP, TCP) if protocol == "udp" else (TCP, UDP)
    for known in (first, BOTH, second):
        if name in known:
            return known[name]
    raise ValueError(f"{name} is no port")


def is_port(name: str) -> bool:
    try:
        port(name)
    except ValueError:
        return False
    return True


def protocol(name: str) -> str:
    """``ahp`` or ``51`` -> ``ah``; ``ip`` -> ``any``. ValueError for what is none."""
    if name.isascii() and name.isdigit():
        number = int(name)
        if number > 255:
            raise ValueError(f"{name} is no protocol")
        return PROTOCOLS.get(number, "any" if number == 0 else name)
    if found := _OTHER_NAMES.get(name):
        return found
    if name in _NAMES:
        return name
    raise ValueError(f"{name} is no protocol")


_NAMES = frozenset(PROTOCOLS.values())


def is_icmp_type(name: str) -> bool:
    return name in _ICMP_NAMES or (name.isascii() and name.isdigit() and int(name) <= 255)


def icmp_type(name: str, protocol: str = "icmp") -> str:
    """``8`` and ``echo`` -> ``echo-request``. ValueError for what is none."""
    if not is_icmp_type(name):
        raise ValueError(f"{name} is no ICMP type")
    if name.isdigit():
        return (ICMP6 if protocol == "icmp6" else ICMP).get(int(name), name)
    return "echo-request" if name == "echo" else name
