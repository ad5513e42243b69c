"""Junos's own names for protocols, ports, ICMP types and predefined applications. Source: Junos "Predefined policy applications" and
``show configuration groups junos-defaults applications``; firewall filter match conditions; IANA for the numbers behind the names."""

from shared.configs import values

PROTOCOLS = {
    "0": "any", "1": "icmp", "2": "igmp", "4": "ipip", "6": "tcp", "17": "udp", "41": "ipv6", "46": "rsvp", "47": "gre", "50": "esp",
    "51": "ah", "58": "icmp6", "89": "ospf", "103": "pim", "112": "vrrp", "115": "l2tp", "132": "sctp", "icmpv6": "icmp6",
}  # fmt: skip
PORTS = {
    "afs": 1483, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "cmd": 514, "cvspserver": 2401, "dhcp": 67, "domain": 53,
    "eklogin": 2105, "ekshell": 2106, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "http": 80, "https": 443, "ident": 113,
    "imap": 143, "kerberos-sec": 88, "klogin": 543, "kpasswd": 761, "krb-prop": 754, "krbupdate": 760, "kshell": 544, "ldap": 389,
    "ldp": 646, "login": 513, "mobileip-agent": 434, "mobilip-mn": 435, "msdp": 639, "netbios-dgm": 138, "netbios-ns": 137,
    "netbios-ssn": 139, "nfsd": 2049, "nntp": 119, "ntalk": 518, "ntp": 123, "pop3": 110, "pptp": 1723, "printer": 515, "radacct": 1813,
    "radius": 1812, "rip": 520, "rkinit": 2108, "smtp": 25, "snmp": 161, "snmptrap": 162, "snpp": 444, "socks": 1080, "ssh": 22,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "tacacs-ds": 65, "talk": 517, "telnet": 23, "tftp": 69, "timed": 525, "who": 513,
    "xdmcp": 177, "zephyr-clt": 2103, "zephyr-hm": 2104,
}  # fmt: skip
ICMP_TYPES = {
    "0": "echo-reply", "3": "unreachable", "4": "source-quench", "5": "redirect", "8": "echo-request", "9": "router-advertisement",
    "10": "router-solicit", "11": "time-exceeded", "12": "parameter-problem", "13": "timestamp", "14": "timestamp-reply",
}  # fmt: skip
ICMP6_TYPES = {
    "1": "destination-unreachable", "2": "packet-too-big", "3": "time-exceeded", "4": "parameter-problem", "128": "echo-request",
    "129": "echo-reply", "133": "router-solicit", "134": "router-advertisement", "135": "neighbor-solicit",
    "136": "neighbor-advertisement", "137": "redirect",
}  # fmt: skip


def protocol(text: str) -> str:
    return PROTOCOLS.get(text, text)


def ports(text: str) -> str:
    """``80``, ``http``, ``1024-65535`` or ``ftp-data-ftp`` in one spelling. What is none stays as it is written."""
    if text in PORTS:
        return str(PORTS[text])
    try:
        return values.port_range(text)
    except ValueError:
        return text


def icmp(name: str, types: list[str], codes: list[str]) -> list[str]:
    known = ICMP6_TYPES if name == "icmp6" else ICMP_TYPES
    ends = [f"/{code}" for code in codes] or [""]
    if not types:
        return [f"{name}/code{end}" for end in ends] if codes else [name]
    return [f"{name}/{known.get(each.removeprefix('icmp-'), each)}{end}" for each in types for end in ends]


_TCP = {
    "aol": "5190-5193", "bgp": "179", "chargen": "19", "cvspserver": "2401", "discard": "9", "dns-tcp": "53", "echo": "7",
    "finger": "79", "ftp": "21", "ftp-data": "20", "gopher": "70", "http": "80", "http-ext": "7001", "https": "443", "ident": "113",
    "imap": "143", "imaps": "993", "internet-locator-service": "389", "irc": "6660-6669", "ldap": "389", "ldp-tcp": "646", "lpr": "515",
    "mail": "25", "ms-rpc-tcp": "135", "ms-sql": "1433", "msn": "1863", "netbios-session": "139", "nfsd-tcp": "2049", "nntp": "119",
    "ns-global": "15397", "ns-global-pro": "15397", "nsm": "7800", "persistent-nat": "65535", "pop3": "110", "pptp": "1723",
    "printer": "515", "realaudio": "554", "rsh": "514", "rtsp": "554", "sccp": "2000", "smb-session": "445",
    "smtp": "25", "smtps": "465", "snpp": "444", "sqlnet-v1": "1525", "sqlnet-v2": "1521", "ssh": "22", "sun-rpc-tcp": "111",
    "tacacs": "49", "tacacs-ds": "65", "telnet": "23", "uucp": "540", "vdo-live": "7000-7010", "wais": "210",
    "whois": "43", "winframe": "1494", "wxcontrol": "3578", "x-windows": "6000-6063", "xnm-clear-text": "3221", "xnm-ssl": "3220",
    "ymsg": "5000-5010",
}  # fmt: skip
_UDP = {
    "biff": "512", "bootpc": "68", "bootps": "67", "dhcp-client": "68", "dhcp-relay": "67", "dhcp-server": "67", "dns-udp": "53",
    "gnutella": "6346-6347", "gprs-gtp-c": "2123", "gprs-gtp-u": "2152", "gprs-gtp-v0": "3386", "gtp": "2123", "ike": "500",
    "ike-nat": "4500", "l2tp": "1701", "ldp-udp": "646", "mgcp-ca": "2727", "mgcp-ua": "2427", "ms-rpc-udp": "135", "nbds": "138",
    "nbname": "137", "nfsd-udp": "2049", "ntalk": "518", "ntp": "123", "pc-anywhere": "5632", "r2cp": "28672", "radacct": "1813",
    "radius": "1812", "rip": "520", "sql-monitor": "1434", "sun-rpc-udp": "111", "syslog": "514", "talk": "517", "tftp": "69",
    "who": "513",
}  # fmt: skip
_OTHER = {
    "gre": ("gre",), "ospf": ("ospf",), "tcp-any": ("tcp",), "udp-any": ("udp",), "icmp-all": ("icmp",), "icmp6-all": ("icmp6",),
    "icmp-ping": ("icmp/echo-request",), "ping": ("icmp/echo-request",), "pingv6": ("icmp6/echo-request",),
    "icmp6-echo-request": ("icmp6/echo-request",), "icmp6-echo-reply": ("icmp6/echo-reply",),
    "icmp6-packet-too-big": ("icmp6/packet-too-big",), "sctp-any": ("sctp",), "gprs-sctp": ("sctp",),
    "sip": ("udp/5060", "tcp/5060"), "smb": ("tcp/139", "tcp/445"), "vnc": ("tcp/5800", "tcp/5900"), "stun": ("udp/3478", "tcp/3478"),
    "h323": ("tcp/1720", "udp/1719", "tcp/1503", "tcp/389", "tcp/522", "tcp/1731"),
}  # fmt: skip
PREDEFINED: dict[str, tuple[str, ...]] = {
    **{f"junos-{name}": (f"tcp/{port}",) for name, port in _TCP.items()},
    **{f"junos-{name}": (f"udp/{port}",) for name, port in _UDP.items()},
    **{f"junos-{name}": services for name, services in _OTHER.items()},
}
PREDEFINED_SETS: dict[str, tuple[str, ...]] = {
    "junos-cifs": ("junos-netbios-session", "junos-smb-session"),
    "junos-mgcp": ("junos-mgcp-ua", "junos-mgcp-ca"),
    "junos-ms-rpc": ("junos-ms-rpc-tcp", "junos-ms-rpc-udp"),
    "junos-ms-rpc-any": ("junos-ms-rpc-tcp", "junos-ms-rpc-udp"),
    "junos-nfs": ("junos-nfsd-tcp", "junos-nfsd-udp"),
    "junos-sun-rpc": ("junos-sun-rpc-tcp", "junos-sun-rpc-udp"),
    "junos-routing-inbound": ("junos-bgp", "junos-rip", "junos-ldp-tcp", "junos-ldp-udp"),
}
