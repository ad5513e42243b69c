"""Services: FortiOS's own, which a backup seldom prints, those that the operator made, and groups.

A custom service has destination and source ports as ``443``, ``5000-5010:1024-65535`` (destination, then source), ICMP types or the number
of a protocol; ``protocol`` decides which of them counts. Source: Fortinet's CLI reference, firewall service custom; the services of
FortiOS 5.2 to 7.4 as delivered.
"""

from collections.abc import Iterator

from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, unread_attribute
from shared.device_config import ServiceObject
from shared.firewall import ANY

_READ = names(
    "protocol tcp-portrange udp-portrange sctp-portrange udplite-portrange icmptype icmpcode protocol-number comment"
    " iprange fqdn member helper app-service-type app-category application"
)
_PART = names(
    "category visibility color uuid fabric-object proxy tcp-halfclose-timer tcp-halfopen-timer tcp-timewait-timer"
    " tcp-rst-timer udp-idle-timer session-ttl check-reset-range explicit-proxy tagging"
)
_OF_A_PROTOCOL = names("tcp-portrange udp-portrange sctp-portrange udplite-portrange icmptype icmpcode protocol-number")
_PROTOCOLS = {
    1: "icmp",
    2: "igmp",
    6: "tcp",
    17: "udp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    132: "sctp",
}
_ICMP = {"0": "echo-reply", "3": "unreachable", "5": "redirect", "8": "echo-request", "11": "time-exceeded"}
_ICMP6 = {"128": "echo-request", "129": "echo-reply"}

_BUILT_IN = {
    "ALL": ANY, "ANY": ANY, "ALL_TCP": "tcp", "ALL_UDP": "udp", "ALL_ICMP": "icmp", "ALL_ICMP6": "icmpv6",
    "GRE": "gre", "AH": "ah", "ESP": "esp", "OSPF": "ospf", "ICMP_ANY": "icmp", "TCP": "tcp", "UDP": "udp",
    "PING": "icmp/echo-request", "PING6": "icmpv6/echo-request", "TIMESTAMP": "icmp/13", "INFO_REQUEST": "icmp/15",
    "INFO_ADDRESS": "icmp/17", "AOL": "tcp/5190-5194", "BGP": "tcp/179", "DHCP": "udp/67-68", "DHCP6": "udp/546 udp/547",
    "DNS": "tcp/53 udp/53", "FINGER": "tcp/79", "FTP": "tcp/21", "FTP_GET": "tcp/21", "FTP_PUT": "tcp/21", "GOPHER": "tcp/70",
    "H323": "tcp/1720 tcp/1503 udp/1719", "HTTP": "tcp/80", "HTTPS": "tcp/443", "IKE": "udp/500 udp/4500", "IMAP": "tcp/143",
    "IMAPS": "tcp/993", "Internet-Locator-Service": "tcp/389", "IRC": "tcp/6660-6669", "L2TP": "tcp/1701 udp/1701", "LDAP": "tcp/389",
    "NetMeeting": "tcp/1720", "NFS": "tcp/111 tcp/2049 udp/111 udp/2049", "NNTP": "tcp/119", "NTP": "tcp/123 udp/123",
    "PC-Anywhere": "tcp/5631 udp/5632", "POP3": "tcp/110", "POP3S": "tcp/995", "PPTP": "tcp/1723",
    "QUAKE": "udp/26000 udp/27000 udp/27910 udp/27960",
    "RAUDIO": "udp/7070", "REXEC": "tcp/512", "RIP": "udp/520", "RLOGIN": "tcp/513<512-1023", "RSH": "tcp/514<512-1023",
    "RTSP": "tcp/554 tcp/7070 tcp/8554 udp/554", "SAMBA": "tcp/139", "SCCP": "tcp/2000", "SIP": "tcp/5060 udp/5060",
    "SIP-MSNmessenger": "tcp/1863", "SMB": "tcp/445", "SMTP": "tcp/25", "SMTPS": "tcp/465", "SNMP": "tcp/161-162 udp/161-162",
    "SOCKS": "tcp/1080 udp/1080", "SQUID": "tcp/3128", "SSH": "tcp/22", "SYSLOG": "udp/514", "TALK": "udp/517-518", "TELNET": "tcp/23",
    "TFTP": "udp/69", "MGCP": "udp/2427 udp/2727", "UUCP": "tcp/540", "VDOLIVE": "tcp/7000-7010", "WAIS": "tcp/210",
    "WINFRAME": "tcp/1494 tcp/2598", "X-WINDOWS": "tcp/6000-6063", "RDP": "tcp/3389", "VNC": "tcp/5900", "RADIUS": "udp/1812 udp/1813",
    "RADIUS-OLD": "udp/1645 udp/1646", "KERBEROS": "tcp/88 tcp/464 udp/88 udp/464", "LDAP_UDP": "udp/389", "ONC-RPC": "tcp/111 udp/111",
    "DCE-RPC": "tcp/135 udp/135", "MS-SQL": "tcp/1433 tcp/1434", "MYSQL": "tcp/3306", "MMS": "tcp/1755 udp/1024-5000",
    "TRACEROUTE": "udp/33434-33535", "CVSPSERVER": "tcp/2401 udp/2401", "AFS3": "tcp/7000-7009 udp/7000-7009", "SAPNI": "tcp/3200",
    "NONE": "tcp/0", "webproxy": "tcp", "SIP-TLS": "tcp/5061", "WINS": "tcp/1512 udp/1512",
}  # fmt: skip
_GROUPS = {
    "Email Access": ("DNS", "IMAP", "IMAPS", "POP3", "POP3S", "SMTP", "SMTPS"),
    "Web Access": ("DNS", "HTTP", "HTTPS"),
    "Windows AD": ("DCE-RPC", "DNS", "KERBEROS", "LDAP", "LDAP_UDP", "SAMBA", "SMB"),
    "Exchange Server": ("DCE-RPC", "DNS", "HTTPS"),
}


def read(box: Box, vdom: Vdom) -> None:
    names = vdom.services
    custom, groups = vdom.table("firewall service custom"), vdom.table("firewall service group")
    names.told = bool(custom or groups)
    names.own.update({name: tuple(text.split()) for name, text in _BUILT_IN.items()})
    names.members.update(_GROUPS)
    for entry in (*custom.values(), *groups.values()):
        account(box.reading, entry, _READ, _PART, "settings of service objects")
    for entry in custom.values():
        _forget_other_protocols(entry)
        names.own[entry.name] = _service(box, entry)
        names.members.pop(entry.name, None)
    for entry in groups.values():
        names.members[entry.name] = entry.all("member")
    box.reading.service_objects += each(box.reading, custom, lambda entry: _object(vdom, entry, group=False))
    box.reading.service_objects += each(box.reading, groups, lambda entry: _object(vdom, entry, group=True))


def _forget_other_protocols(entry: Entry) -> None:
    """Another ``set protocol`` takes back what was set for the one before."""
    protocol = "TCP/UDP/SCTP"
    forgotten: set[str] = set()
    for statement in entry.statements:
        words = statement.words
        if words[:2] == ["set", "protocol"] and words[2:3] != [protocol]:
            protocol = "".join(words[2:3])
            forgotten |= _OF_A_PROTOCOL
        elif len(words) > 1:
            forgotten.discard(words[1])
    for attribute in forgotten:
        entry.values.pop(attribute, None)


def _object(vdom: Vdom, entry: Entry, *, group: bool) -> ServiceObject:
    return ServiceObject(
        name=entry.name, kind="group" if group else "service", values=vdom.services.resolved(entry.name),
        members=tuple(entry.all("member")) if group else (), comment=entry.get("comment"),
    )  # fmt: skip


def _service(box: Box, entry: Entry) -> tuple[str, ...]:
    """What a custom service stands for; its own name where that is not understood, so that no rule looks wider than it is."""
    try:
        found = tuple(_values(entry))
    except ValueError:
        for attribute in ("tcp-portrange", "udp-portrange", "sctp-portrange", "protocol-number"):
            unread_attribute(box.reading, entry, attribute)
        return (entry.name,)
    if (narrowed := entry.get("iprange") or entry.get("fqdn")) and narrowed not in ("0.0.0.0", "0.0.0.0-0.0.0.0"):  # noqa: S104
        return tuple(f"{value} to {narrowed}" for value in found)
    return found or (entry.name,)


def _values(entry: Entry) -> Iterator[str]:
    protocol = entry.get("protocol", "TCP/UDP/SCTP")
    if protocol in ("ICMP", "ICMP6"):
        yield _icmp(protocol, entry)
    elif protocol == "IP":
        number = int(entry.get("protocol-number", "0"))
        yield ANY if number == 0 else _PROTOCOLS.get(number, f"protocol/{number}")
    else:
        for name in ("tcp", "udp", "sctp", "udplite"):
            for ports in entry.all(f"{name}-portrange"):
                destination, _, source = ports.partition(":")
                yield values.service(name, values.port_range(destination), values.port_range(source or "0-65535"))


def _icmp(protocol: str, entry: Entry) -> str:
    family = "icmp" if protocol == "ICMP" else "icmpv6"
    if not (kind := entry.get("icmptype")):
        return family
    name = (_ICMP if family == "icmp" else _ICMP6).get(kind, kind)
    code = entry.get("icmpcode")
    return f"{family}/{name}/{code}" if code and code != "0" else f"{family}/{name}"
