"""The box itself: names, DNS, time, logging, administrators, and the ways in: a zone's ApplianceAccess, and LocalServiceACL before it.

What a zone opens is an implied rule to the box; an ACL rule goes before it, by address.
"""

from functools import partial

from shared.configs import values
from shared.configs.pf.listed import listed
from shared.configs.sfos.box import Box, Keys, attempt, known, members, on
from shared.configs.sfos.order import in_order
from shared.configs.xml_tree import Element
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import ANY, Action, FirewallRule, Scope

_LIST = "local service ACL"
_SERVICES = {"HTTPS": "https", "SSH": "ssh", "UserPortal": "user portal", "VPNPortal": "vpn portal", "SNMP": "snmp", "SSLVPN": "ssl-vpn",
             "CaptivePortal": "captive portal"}  # fmt: skip
_FIXED = {"SSH": ("tcp/22",), "SNMP": ("udp/161",), "DNS": ("udp/53", "tcp/53"), "Ping": ("icmp/echo-request",),
    "Ping/Ping6": ("icmp/echo-request",),
          "IPsec": ("udp/500", "udp/4500", "esp"), "RED": ("tcp/3400", "udp/3410"),
          "WebProxy": ("tcp/3128",), "SMTPRelay": ("tcp/25",), "CaptivePortal": ("tcp/8090",), "NTP": ("udp/123",)}  # fmt: skip
_USER_SILENT = listed(
    "Description Password EmailList Group AccessTimePolicy DataTransferPolicy QoSPolicy SSLVPNPolicy SSLVPNIPv4Address SSLVPNIPv6Address",
    "ClientlessPolicy L2TP PPTP CISCO QuarantineDigest MACBinding LoginRestriction IsEncryptCert SimultaneousLoginsGlobal "
    "SurfingQuotaPolicy",
    "ScheduleForApplianceAccess Name Username UserType SimultaneousLogins IPAddress MACAddressList L2TPIPAddress PPTPIPAddress",
)


def read_system(box: Box) -> None:
    for element in box.each("AdminSettings"):
        _settings(box, element)
    for element in box.each("DNS"):
        _dns(box, element)
    for element in box.each("Time"):
        servers = [*members(element, "NTPServer", "Server"), *members(element, "CustomNTPServers", "Server"), *element.texts("NTPServer")]
        box.reading.ntp_servers += servers
    for element in box.each("SyslogServers"):
        host = element.get("ServerAddress")
        known(element, ("Name", "Port", "Facility", "SeverityLevel", "Format", "SecureConnection"))
        box.reading.syslog_servers += [host] if host else []
    for element in box.each("User"):
        attempt(lambda each: _user(box, each), element)


def _settings(box: Box, element: Element) -> None:
    for block in element.all("HostnameSettings"):
        box.reading.hostname = block.get("HostName")
        block.get("HostNameDesc")
    for block in element.all("WebAdminSettings"):
        for tag, service in (("HTTPSport", "HTTPS"), ("UserPortalHTTPSPort", "UserPortal"), ("VPNPortalHTTPSPort", "VPNPortal")):
            if (port := block.get(tag)).isdigit() and 0 < int(port) <= 65535:
                box.ports[service] = int(port)
        known(block, ("Certificate", "PortalRedirectMode", "PortalCustomHostname"))


def _dns(box: Box, element: Element) -> None:
    for block in (*element.all("IPv4Settings"), *element.all("IPv6Settings")):
        block.get("ObtainDNSFrom")
        for listing in block.all("DNSIPList"):
            found = [listing.get(f"DNS{number}") for number in (1, 2, 3)]
            box.reading.dns_servers += [text for text in found if values.is_address(text)]
    element.get("DNSQueryConfiguration")


def _user(box: Box, element: Element) -> None:
    """An administrator; other people's accounts stay for the account of parts."""
    if element.get("UserType") != "Administrator":
        element.mark()
        box.reading.passed["people who are no administrators"] += sum(1 for _ in element.leaves())
        return
    restricted = element.get("LoginRestrictionForAppliance")
    hosts = members(element, "AdminAccessNodeList", "IPAddress")
    known(element, _USER_SILENT)
    status = element.get("Status").lower()
    box.reading.users.append(
        AdminUser(
            name=element.get("Username") or element.get("Name"), role=element.get("Profile"), enabled=status not in ("inactive",
            "disable", "0"),
            trusted_hosts=tuple(hosts) if restricted != "AnyNode" else (), has_password=bool(element.get("Password")) or None,
            comment=element.get("Description"),
        )
    )  # fmt: skip


def _ports(box: Box, service: str) -> tuple[str, ...]:
    if service == "SSLVPN":
        return (box.ssl_vpn,)
    return (f"tcp/{box.ports[service]}",) if service in box.ports else _FIXED.get(service, ())


def read_ways_in(box: Box) -> None:
    keys, first = Keys(), len(box.reading.firewall_rules)
    for family, element in in_order(box, "LocalServiceACL"):
        attempt(partial(_acl, box, keys, family), element)
    opened: dict[str, list[str]] = {service: [] for service in _SERVICES}
    told = set[str]()
    for zone in box.each("Zone"):
        _zone(box, zone, opened, told)
    for service, zones in opened.items():
        if service in told:
            for entry in _ports(box, service)[:1]:
                protocol, _, port = entry.partition("/")
                box.reading.remote_access.append(
                    RemoteAccess.model_validate(
                        {"service": _SERVICES[service], "enabled": bool(zones), "protocol": protocol, "port": int(port),
                         "interfaces": tuple(zones) or (ANY,)}
                    )
                )  # fmt: skip
    if len(box.reading.firewall_rules) > first:
        _add(box, {"key": f"{_LIST} default", "name": "the rest", "implicit": True, "action": Action.DENY})


def _acl(box: Box, keys: Keys, family: str, element: Element) -> None:
    name, zone, action = element.get("RuleName"), element.get("SourceZone"), element.get("Action").lower()
    known(element, ("IPFamily", "Position", "After", "Before", "Status"))
    block = element.child("Hosts")
    sources = block.texts("Host") if block is not None else []
    targets = block.texts("DstHost") if block is not None else []
    services = members(element, "Services", "Service")
    if action not in ("accept", "drop", "reject") or not name:
        raise ValueError(f"an ACL rule with action {action}")
    enabled = element.get("Status").lower() not in ("disable", "off", "0")
    from_ = (ANY,) if zone.lower() in ("", ANY) else (zone,)
    found = tuple(value for each in sources for value in box.network(each)) or (ANY,)
    ports = tuple(value for each in services for value in (_ports(box, each) or (each,))) or (ANY,)
    _add(
        box,
        {
            "key": keys.of(name, ""), "name": name, "family": family, "from": from_, "sources": (ANY,) if ANY in found else found,
            "source_names": tuple(sources), "destinations": tuple(value for each in targets for value in box.network(each)) or ("self",),
            "destination_names": tuple(targets), "services": ports, "service_names": tuple(services), "enabled": enabled,
            "action": {"accept": Action.ALLOW, "drop": Action.DENY, "reject": Action.REJECT}[action], "native_action": action,
            "comment": element.get("Description"), "raw": box.tree.raw(element), "line": element.line,
            "why_without_effect": box.missing((*sources, *targets), ()),
        },
    )  # fmt: skip
    for service in services if action == "accept" else ():
        for entry in _ports(box, service)[:1] if service in _SERVICES else ():
            protocol, _, port = entry.partition("/")
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": _SERVICES[service], "enabled": enabled, "protocol": protocol, "port": int(port), "interfaces": from_,
                     "sources": (ANY,) if ANY in found else found, "detail": f"ACL rule {name}"}
                )
            )  # fmt: skip


def _add(box: Box, about: dict[str, object]) -> None:
    given = {"order": len(box.reading.firewall_rules) + 1, "ruleset": _LIST, "scope": Scope.INPUT, "destinations": ("self",), **about}
    box.reading.firewall_rules.append(FirewallRule.model_validate(given))


def _zone(box: Box, zone: Element, opened: dict[str, list[str]], told: set[str]) -> None:
    name, kind = zone.get("Name"), zone.get("Type")
    services: list[str] = []
    for access in zone.all("ApplianceAccess"):
        for block in access.children:
            for each in block.children:
                told.add(each.tag)
                if on(block, each.tag):
                    services.append(each.tag)
                    opened.get(each.tag, []).append(name)
            block.read = True
    asked = {each.tag for each in zone.leaves()}
    if kind and "IPsec" not in asked and zone.child("ApplianceAccess") is not None:
        # releases before 19.5 let IPsec in without asking
        services.append("IPsec")
    ports = tuple(dict.fromkeys(port for service in services for port in _ports(box, service)))
    for number, own in enumerate(box.reading.interfaces):
        if own.zone == name:
            box.reading.interfaces[number] = own.model_copy(update={"management": tuple(_SERVICES.get(s, s.lower()) for s in services)})
    if ports:
        about = {"key": f"appliance access {name}", "name": f"appliance access {name}", "implicit": True, "action": Action.ALLOW,
                 "from": (name,), "services": ports, "service_names": tuple(services)}  # fmt: skip
        _add(box, about)
