"""MikroTik RouterOS 6 and 7: what ``/export`` prints (usual, terse, verbose), or ``/ip firewall filter print all without-paging``.

An export holds what differs from the default (verbose: all), menu by menu in the order of the alphabet, and no users. Version 6 prints
secrets unless ``hide-sensitive`` is asked, version 7 with ``show-sensitive``. Source: MikroTik's documentation (help.mikrotik.com),
"Configuration Management"; see ``routeros_*`` for the parts.
"""

import re
from collections.abc import Callable, Sequence

from shared.configs import Kept, routeros_interfaces, routeros_services, routeros_vpn
from shared.configs.reading import Reading
from shared.configs.routeros_box import Box, Handler, keep
from shared.configs.routeros_match import Lists, address
from shared.configs.routeros_nat import read_nat
from shared.configs.routeros_rules import read_filters
from shared.configs.routeros_text import Entry, parse
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.device_config import AddressObject

PLATFORM = "mikrotik_routeros"
TITLE = "MikroTik RouterOS"
# a text that is cut off may leave a quote open
_VALUE = r'(?P<secret>"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[^\s"]+)'
_NAMES = (
    r"(?:[\w-]+[.-])?(?:password|passphrase|secret|psk|token|passwd)|(?:[\w-]+[.-])?(?:preshared|pre-shared|private|auth|authentication"
    r"|encryption|md5|network|api|management-protection|license|host)-key|static-key-\d|static-sta-private-key|trap-community|community"
    r"|cak|ckn|pin|pin-code|otp-seed|recovery-key"
)
# scripts hold secrets in forms of their own; one that is only named (on-event=backup) says nothing
_SCRIPTS = r"source|on-[\w-]+|(?:[\w-]+-)?script|contents|user-data|cmd|entrypoint"
SECRETS = SecretRules(
    (
        rule(rf"(?<![\w.-])(?:{_NAMES})={_VALUE}"),
        rule(rf'(?<![\w.-])(?:{_SCRIPTS})=(?P<secret>"[^"\\\s=:/]*[\\\s=:/][^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$))', "script"),
        rule(rf"(?<=name=){_VALUE}", "community", within=r"^/snmp[ /]community"),
        rule(rf"(?<=identity=){_VALUE}", "key", within=r"^/zerotier"),
        rule(rf"(?<=value=){_VALUE}", within=r"^/container[ /]envs"),
        rule(rf"(?<=key=){_VALUE}", "key", within=r"^/(?:system[ /]ntp[ /]key|routing|ip[ /]ipsec[ /]key)"),
    )
)
VOLATILE = (
    re.compile(r"^# (?:\w{3}/\d\d/\d{4}|\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d by RouterOS "),
    re.compile(r"^\d\d:\d\d:\d\d echo: "),
)
_HEADER = re.compile(r"^# .*?by RouterOS (\S+)", re.MULTILINE)
_MODEL = re.compile(r"^# model ?= ?(\S.*)$", re.MULTILINE)
_SERIAL = re.compile(r"^# serial number ?= ?(\S+)", re.MULTILINE)
_MENU = re.compile(
    r"^/(?:interface|ip|ipv6|system|routing|tool|queue|ppp|user|snmp|caps-man|certificate|radius|port|disk)(?:[ /][\w -/]+)?$"
    r"|^/[\w /-]+ (?:add|set) (?:\S+=|\[)",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    if text.lstrip().startswith("Flags: X - disabled") and "chain=" in text[:4000]:
        return True
    return bool(_HEADER.search(text[:4000]) or (_MENU.search(text) and re.search(r"^(?:/.* )?(?:add|set) (?:\S+=|\[)", text, re.MULTILINE)))


# parts that are known and not modelled, by the beginning of their menu
PASSED = {
    "queue": "queues", "routing": "dynamic routing", "mpls": "MPLS", "caps-man": "access point controller", "certificate": "certificates",
    "port": "serial ports", "disk": "disks", "file": "files", "radius": "RADIUS", "ppp aaa": "sign-in", "ppp l2tp-secret": "sign-in",
    "user aaa": "sign-in", "user group": "rights of users", "user settings": "sign-in", "user-manager": "user manager",
    "zerotier": "ZeroTier", "container": "containers", "iot": "IoT", "lora": "IoT", "dude": "The Dude", "openflow": "OpenFlow",
    "partitions": "partitions", "special-login": "sign-in", "console": "console", "metarouter": "virtual machines", "store": "storage",
    "log": "logging", "tr069-client": "TR-069", "app": "apps", "rsync-daemon": "storage", "nvme": "storage", "smb": "storage",
    "ip arp": "fixed ARP entries", "ip cloud": "cloud service", "ip settings": "kernel settings", "ipv6 settings": "kernel settings",
    "ip neighbor": "neighbour discovery", "ipv6 nd": "router advertisements", "ip upnp": "UPnP", "ip nat-pmp": "NAT-PMP",
    "ip hotspot": "hotspot", "ip tftp": "TFTP", "ip traffic-flow": "flow export", "ip accounting": "flow export",
    "ip kid-control": "kid control",
    "ip packing": "packing", "ip media": "media server", "ip smb": "file sharing", "ip proxy": "proxy", "ip socks": "proxy",
    "ip reverse-proxy": "proxy", "ip vrf": "VRF", "ip dns": "DNS records", "ip dhcp-server": "DHCP details",
    "ip dhcp-client": "DHCP details",
    "ip dhcp-relay": "DHCP details", "ipv6 dhcp-server": "DHCPv6", "ipv6 dhcp-relay": "DHCPv6", "ipv6 pool": "DHCPv6",
    "ipv6 dhcp-client": "DHCPv6", "ip firewall mangle": "marks on packets", "ipv6 firewall mangle": "marks on packets",
    "ip firewall layer7-protocol": "layer 7 patterns", "ip firewall service-port": "helpers of the firewall", "ip route": "route rules",
    "ip firewall connection": "connection tracking", "ip firewall calea": "interception", "ip ipsec": "IPsec details",
    "ipv6 neighbor": "neighbour discovery", "interface bridge": "bridge details", "interface ethernet": "switch chip and link details",
    "interface wireless": "wireless", "interface wifi": "wireless", "interface wifiwave2": "wireless", "interface w60g": "wireless",
    "interface lte": "mobile modem", "interface ppp-client": "mobile modem", "interface detect-internet": "internet detection",
    "interface list": "interface lists", "interface pppoe-server": "PPPoE server", "interface l2tp-server": "PPP details",
    "interface ovpn-server": "PPP details", "interface sstp-server": "PPP details", "interface pptp-server": "PPP details",
    "interface pwr-line": "link details", "interface bonding": "link details", "interface dot1x": "802.1X", "interface mesh": "mesh",
    "interface vpls": "MPLS",
    "interface macsec": "MACsec", "interface vxlan": "VXLAN details", "interface vrrp": "VRRP", "interface traffic-eng": "MPLS",
    "interface wireguard": "WireGuard details", "interface veth": "containers", "interface amt": "multicast", "interface 6to4": "tunnels",
    "interface eoip": "tunnels", "interface l2tp-ether": "tunnels", "system clock": "clock", "system leds": "lights",
    "system lcd": "display",
    "system logging": "logging", "system note": "note", "system ntp server": "time server", "system ntp key": "time server",
    "system package": "packages", "system resource": "hardware", "system routerboard": "hardware", "system scheduler": "scripts",
    "system script": "scripts", "system upgrade": "packages", "system watchdog": "watchdog", "system health": "hardware",
    "system hardware": "hardware", "system ups": "UPS", "system gps": "GPS", "system console": "console", "system device-mode": "hardware",
    "system auto-upgrade": "packages", "system swos": "switch", "system backup": "backup", "system usb": "hardware",
    "system history": "history",
    "system license": "licence", "system identity": "identity", "system ssh": "console", "system serial-terminal": "console",
    "lcd": "display",
    "tool": "tools", "ip ssh": "SSH details", "snmp": "SNMP details", "ip ssl": "certificates", "interface sstp-client": "tunnels",
    "ipv6 vrf": "VRF",
}  # fmt: skip


def _address_list(box: Box, entry: Entry) -> bool | None:
    if entry.verb != "add":
        return False
    family = entry.menu.split()[0].replace("ip", "ipv4", 1) if entry.menu.startswith("ip ") else "ipv6"
    known = box.lists.addresses.setdefault((family, entry.attrs["list"]), [])
    if not entry.disabled:
        known.append(address(entry.attrs["address"]))
    return None


_TABLES = ("filter", "raw", "nat")
HANDLERS: dict[str, Handler] = {
    **routeros_interfaces.HANDLERS,
    **routeros_services.HANDLERS,
    **routeros_vpn.HANDLERS,
    **{f"{family} firewall {table}": keep for family in ("ip", "ipv6") for table in _TABLES},
    "ip firewall address-list": _address_list,
    "ipv6 firewall address-list": _address_list,
}
KNOWN = {**routeros_interfaces.KNOWN, **routeros_services.KNOWN, **routeros_vpn.KNOWN}
_FILLING = ("address-list", "address-lists", "dst-address-list")


def read(text: str, redactor: Redactor) -> Kept:
    export = parse(text, redactor)
    lines = sum(not statement.noise for statement in export.statements)
    reading = Reading(vendor="MikroTik", os="RouterOS", lines=lines, complete=export.complete)
    if not export.complete:
        reading.warnings.append("the text ends in the middle of a statement")
    box = Box(reading, Lists(whole=not export.printed))
    _header(box, "\n".join(statement.text for statement in export.statements[:40] if statement.noise))
    for entry in export.entries:
        _dispatch(box, entry)
    _finish(box)
    return Kept(reading, export.text())


def _header(box: Box, text: str) -> None:
    if found := _HEADER.search(text):
        box.is_export = True
        box.reading.os_version = found[1]
    if found := _MODEL.search(text):
        box.reading.model = found[1].strip()
    if found := _SERIAL.search(text):
        box.reading.serial = found[1]


def _dispatch(box: Box, entry: Entry) -> None:
    """A menu's own line is of the part that it begins."""
    handler = HANDLERS.get(entry.menu)
    if handler is None or (entry.verb == "" and not entry.attrs):
        section = "" if handler else _section(entry.menu)
        if section and entry.verb not in ("?",):
            box.reading.pass_over(section, entry.statement)
        elif handler is None:
            box.reading.unread(entry.statement)
        return
    if entry.attrs.get("address-list") or entry.attrs.get("address-lists"):
        box.lists.filled.update(entry.get("address-list").split(",") + entry.get("address-lists").split(","))
    if entry.verb in ("remove", "print", "export"):
        # a script's preparation, no configuration
        box.reading.pass_over("commands", entry.statement)
        return
    if entry.verb not in ("add", "set"):
        box.reading.unread(entry.statement)
        return
    _understand(box, entry, handler)


def _understand(box: Box, entry: Entry, handler: Handler) -> None:
    try:
        understood = handler(box, entry)
    except (ValueError, LookupError):
        understood = False
    known = KNOWN.get(entry.menu)
    if understood is False or (known is not None and not known.issuperset(entry.attrs)):
        box.reading.unread(entry.statement)


def _section(menu: str) -> str:
    """The part that a menu belongs to: the longest beginning that is known."""
    words = menu.split()
    for size in range(len(words), 0, -1):
        if section := PASSED.get(" ".join(words[:size])):
            return section
    return ""


def _finish(box: Box) -> None:
    reading = box.reading
    routeros_interfaces.finish_lists(box)
    for (_, name), listed in box.lists.addresses.items():
        reading.address_objects.append(AddressObject(name=name, values=tuple(listed)))
    read_filters(reading, _tables(box, ("filter", "raw")), box.lists)
    read_nat(reading, _tables(box, ("nat",)), box.lists)
    finishers: Sequence[Callable[[Box], None]] = (
        routeros_services.finish_dhcp, routeros_vpn.finish_vpns, routeros_interfaces.finish_interfaces, routeros_interfaces.finish_vlans,
        routeros_services.finish_snmp, routeros_services.finish_services,
    )  # fmt: skip
    for finish in finishers:
        finish(box)


def _tables(box: Box, tables: Sequence[str]) -> list[Entry]:
    """The entries that add a rule; what changes one by its number is not understood."""
    found = [entry for menu, entries in box.kept.items() if menu.split()[-1] in tables and "firewall" in menu for entry in entries]
    for entry in found:
        if entry.verb != "add":
            box.reading.unread(entry.statement)
    return [entry for entry in found if entry.verb == "add"]
