"""Aliases: names for addresses and ports, in pfSense's ``aliases`` and in OPNsense's ``Firewall/Alias``; nested, resolved.

pfSense (and OPNsense before 19.1) separates an alias's members by blanks in ``address``, OPNsense by line breaks in ``content``. What only
the box knows (a list from a URL, a table that a program fills) stays a word: ``url:https://...``, ``table:NAME``.
"""

from collections.abc import Mapping, Sequence

from shared.configs import values
from shared.configs.pf.box import Box, attempt, known
from shared.configs.pf.listed import listed, pairs
from shared.configs.xml_tree import Element
from shared.device_config import AddressObject, ServiceObject

PORT_KINDS = ("port", "url_ports", "urltable_ports")
_LISTS = ("urltable", "urltable_ports", "urljson", "url", "url_ports")
_HOUSEKEEPING = listed(
    "updatefreq counters detail proto interface categories expire path_expression authtype username password last_updated current_items",
    "descr description color path content address url",
)
_NUMBERS = pairs(
    "ftp-data=20 ftp=21 ssh=22 telnet=23 smtp=25 domain=53 dns=53 bootps=67 bootpc=68 dhcp=67 tftp=69 http=80 www=80 pop3=110 ident=113",
    "auth=113 nntp=119 ntp=123 msrpc=135 netbios-ns=137 nbt-ns=137 netbios-dgm=138 nbt-dgm=138 netbios-ssn=139 nbt-ssn=139 imap=143",
    "imap4=143 snmp=161 snmptrap=162 snmp-trap=162 bgp=179 ldap=389 https=443 microsoft-ds=445 msds=445 smtps=465 isakmp=500 ike=500",
    "syslog=514 submission=587 ldaps=636 imaps=993 imap/s=993 pop3s=995 pop3/s=995 openvpn=1194 wins=1512 l2tp=1701 pptp=1723 mms=1755",
    "radius=1812 radius-accounting=1813 msn=1863 hbci=3000 xbox=3074 rdp=3389 ms-wbt-server=3389 stun=3478 teredo=3544 ipsec-nat-t=4500",
    "ipsec-msft=4500 sip=5060 icq=5190 aol=5190 vnc=5900 cvsup=5999 mumble=64738",
)
WELL_KNOWN = {name: int(number) for name, number in _NUMBERS.items()}
"""Names that both systems offer for ports beside their numbers."""


def read_aliases(box: Box) -> None:
    own: dict[str, list[str]] = {}
    members: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    comments: dict[str, str] = {}
    missing: dict[str, str] = {}

    def read(element: Element) -> None:
        name, kind = element.get("name"), element.get("type") or "host"
        if not name:
            raise ValueError("an alias without a name")
        comments[name], kinds[name] = element.get("descr") or element.get("description"), kind
        members[name] = _members(element, kind)
        if element.child("enabled") is not None and not element.flag("enabled", empty=False):
            missing[name] = f"alias {name} is switched off"
        known(element, _HOUSEKEEPING)

    for element in (*box.each("aliases", "alias"), *box.each("OPNsense", "Firewall", "Alias", "aliases", "alias")):
        attempt(read, element)
    for name, given in members.items():
        for member in given:
            if member not in members:
                own[member] = [_port(member) if kinds[name] in PORT_KINDS else _address(member, kinds[name])]
    box.missing_names = missing
    box.names, box.ports = _resolved(own, members, kinds, ports=False), _resolved(own, members, kinds, ports=True)
    _objects(box, members, kinds, comments)


def _members(element: Element, kind: str) -> list[str]:
    listed = element.get("content").splitlines() if element.child("content") is not None else element.get("address").split()
    found = [member.strip() for member in listed if member.strip()]
    if kind in _LISTS:
        urls = [*element.texts("url"), *element.texts("aliasurl")]
        return [f"url:{member}" if "://" in member else member for member in found] or [f"url:{url}" for url in urls]
    if kind in ("external", "internal") and not found:
        return [f"table:{element.get('name')}"]
    if kind == "dynipv6host":
        return [f"{element.get('interface')} {member}".strip() for member in found]
    return found


def _address(member: str, kind: str) -> str:
    """One member in the common spelling."""
    negated, bare = ("!", member[1:]) if member.startswith("!") else ("", member)
    prefix = {"geoip": "geo", "mac": "mac", "asn": "asn", "authgroup": "user"}.get(kind)
    if prefix:
        return f"{negated}{prefix}:{bare.lower() if kind == 'mac' else bare}"
    first, dash, last = bare.partition("-")
    if dash and values.is_address(first) and values.is_address(last):
        return f"{negated}{values.span(first, last)}"
    return f"{negated}{values.network(bare)}" if values.is_network(bare) else member


def _port(member: str) -> str:
    """``5000:5010`` -> ``5000-5010``; a name that everybody knows is its number; another stays."""
    if member.lower() in WELL_KNOWN:
        return str(WELL_KNOWN[member.lower()])
    first, _, last = member.replace(":", "-").partition("-")
    return values.port_range(member) if first.isdigit() and (last or first).isdigit() else member


def _resolved(
    own: Mapping[str, Sequence[str]], members: Mapping[str, Sequence[str]], kinds: Mapping[str, str], *, ports: bool
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, kind in kinds.items():
        if (kind in PORT_KINDS) is ports:
            try:
                found[name] = values.resolved(name, own, members)
            except ValueError:
                found[name] = (f"more than {values.MAX_VALUES} addresses",)
    return found


def _objects(box: Box, members: Mapping[str, Sequence[str]], kinds: Mapping[str, str], comments: Mapping[str, str]) -> None:
    for name, kind in kinds.items():
        given = tuple(members[name])
        nested = any(member in members for member in given)
        about = {"name": name, "members": given if nested else (), "comment": comments[name], "kind": "group" if nested else None}
        about = {field: value for field, value in about.items() if value is not None}
        if kind in PORT_KINDS:
            box.reading.service_objects.append(ServiceObject.model_validate({**about, "values": box.ports[name]}))
        else:
            box.reading.address_objects.append(AddressObject.model_validate({**about, "values": box.names[name]}))
