"""DHCP servers of ISC's kind, in ``dhcpd`` and ``dhcpdv6``, which pfSense keeps for Kea as well: one part for each interface.

The prefix is the interface's own. A pool without ``enable`` is kept as switched off. Further pools of an interface stand in ``pool``.
"""

import ipaddress

from shared.address import normal_mac
from shared.configs import values
from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.firewall import DhcpPool, DhcpReservation

_OPTIONS = listed(
    "winsserver ntpserver tftp nextserver filename filename32 filename64 filename32arm filename64arm rootpath domainsearchlist",
    "interface_mtu bootfile_url uefihttpboot wpad tftp-server",
)
_SILENT = listed(
    "defaultleasetime dhcpleaseinlocaltime failover_peerip failover_split netmask mac_allow mac_deny ldap ignorebootp ignoreclientuids",
    "denyunknown nonak statsgraph disablepingcheck pingcheck minsecs staticarp ddnsupdate ddnsdomain ddnsdomainprimary",
    "ddnsdomainsecondary ddnsdomainkeyname ddnsdomainkeyalgorithm ddnsdomainkey ddnsdomainalgorithm ddnsclientupdates ddnsforcehostname",
    "ddnsreverse dhcpinstallstaticmapping netboot ignoreclientuid dnsregpolicy earlydnsregpolicy custom_kea_config",
    "arp_table_static_entry descr numberoptions ramode rapriority rainterface radvd-dns radomainsearchlist rasamednsasdhcp6",
    "raminrtradvinterval radns ramaxrtradvinterval raadvdefaultlifetime radisablerdnss rainterval ranodefault rasubnets subnets",
    "dhcpv6leaseinlocaltime prefixrange prefix ddnsserver provide-dns dhcp6usev6prefix dnsserver_policy ipv6only rammtu",
)

_STATIC = listed(
    "cid hostname descr duid dnsserver gateway domain maxleasetime ipaddr ipaddrv6 mac domainsearchlist filename_static created",
)


def read_dhcp(box: Box) -> None:
    for name in ("dhcpd", "dhcpdv6"):
        section = box.find(name)
        for element in section.children if section is not None else ():
            if element.complete and element.children:
                attempt(lambda each, name=name: _pools(box, each, name), element)  # type: ignore[misc]  # bound at once
    for name in ("dhcrelay", "dhcrelay6"):
        section = box.find(name)
        if section is not None and section.children:
            attempt(lambda each, name=name: _relay(box, each, name), section)  # type: ignore[misc]


def _pools(box: Box, element: Element, name: str) -> None:
    label = element.tag
    interface = box.interfaces.get(label)
    version = 6 if name == "dhcpdv6" else 4
    prefix = next(
        (p for a in (interface.addresses if interface else ()) if (p := ipaddress.ip_interface(a).network).version == version), None
    )
    lease = element.get("maxleasetime") or element.get("defaultleasetime")
    about = {
        "interface": label, "prefix": str(prefix) if prefix else None, "enabled": element.flag("enable"),
        "gateway": _address(element.get("gateway")), "dns_servers": _addresses(element, "dnsserver"), "domain": element.get("domain"),
        "lease_s": int(lease) if lease.isdigit() else None,
        "options": tuple(_options(element)), "reservations": tuple(_reservations(element)),
    }  # fmt: skip
    ranges = [*element.all("range"), *(each for pool in element.all("pool") for each in pool.all("range"))]
    for pool in element.all("pool"):
        _silence(pool)
        about["options"] = (*about["options"], *_options(pool))  # type: ignore[misc]  # a tuple
    _silence(element)
    for number, each in enumerate(ranges or [element], 1):
        first, last = each.get("from") if each is not element else "", each.get("to") if each is not element else ""
        own = about if number == 1 else {**about, "reservations": ()}
        box.reading.dhcp.append(
            DhcpPool.model_validate(
                {
                    **own, "key": f"{name}/{label}" if number == 1 else f"{name}/{label}/{number}",
                    "first_address": _in_prefix(first, prefix), "last_address": _in_prefix(last, prefix),
                }
            )
        )  # fmt: skip


def _in_prefix(text: str, prefix: ipaddress.IPv4Network | ipaddress.IPv6Network | None) -> str | None:
    """``::1000`` in a range stands for the end of an address of the prefix, which may be dealt out anew each day."""
    if not text or not values.is_address(text):
        return None
    address = ipaddress.ip_address(text)
    if address.version == 6 and text.startswith("::"):
        return str(ipaddress.ip_address(int(prefix.network_address) + int(address))) if prefix and prefix.version == 6 else None
    return str(address)


def _address(text: str) -> str | None:
    return text if values.is_address(text) else None


def _addresses(element: Element, name: str) -> tuple[str, ...]:
    return tuple(each for text in element.texts(name) for each in words(text) if values.is_address(each))


def _options(element: Element) -> list[str]:
    found = [f"{name} {text}" for name in _OPTIONS for text in element.texts(name)]
    for item in (each for options in element.all("numberoptions") for each in options.all("item")):
        if number := item.get("number"):
            found.append(f"{number} {item.get('value')}")
        known(item, ("type", "value"))
    return found


def _silence(element: Element) -> None:
    known(element, _SILENT)


def _reservations(element: Element) -> list[DhcpReservation]:
    """Those with a fixed address; one without it only names a machine that is served."""
    found = []
    for each in element.all("staticmap"):
        mac, address = each.get("mac"), each.get("ipaddr") or each.get("ipaddrv6")
        if mac and values.is_address(address):
            found.append(DhcpReservation(mac=normal_mac(mac), address=address, name=each.get("hostname") or each.get("descr")))
        known(each, (*_STATIC, *_SILENT, *_OPTIONS))
    return found


def _relay(box: Box, element: Element, name: str) -> None:
    servers = [each for text in element.texts("server") for each in words(text) if values.is_address(each)]
    for label in words(element.get("interface")):
        box.reading.dhcp.append(DhcpPool(key=f"{name}/{label}", interface=label, enabled=element.flag("enable"), relay_to=tuple(servers)))
    known(element, ("agentoption", "carpstatusvip", "servers", "descr"))
