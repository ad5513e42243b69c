"""Hosts and services: IPHost, IPHostGroup, FQDNHost, FQDNHostGroup, MACHost, CountryGroup, Services, ServiceGroup."""

from collections.abc import Callable
from functools import partial

from shared.address import normal_mac
from shared.configs import values
from shared.configs.pf.listed import pairs
from shared.configs.sfos.box import Box, attempt, known, members
from shared.configs.xml_tree import Element
from shared.device_config import AddressObject, ServiceObject

_ICMP = {"echo request": "echo-request", "echo reply": "echo-reply", "8": "echo-request", "0": "echo-reply", "3": "destination-unreachable",
         "destination unreachable": "destination-unreachable", "time exceeded": "time-exceeded", "11": "time-exceeded",
         "redirect": "redirect", "5": "redirect"}  # fmt: skip
_NUMBERS = pairs("1=icmp 2=igmp 6=tcp 17=udp 41=ipv6 47=gre 50=esp 51=ah 58=icmpv6 88=eigrp 89=ospf 103=pim 112=vrrp 115=l2tp 132=sctp")


def read_objects(box: Box) -> None:
    for tag, read in (("IPHost", _host), ("FQDNHost", _name), ("MACHost", _mac), ("Country", _country)):
        for element in box.each(tag):
            attempt(partial(read, box), element)
    for tag, block, member in (
        ("IPHostGroup", "HostList", "Host"),
        ("FQDNHostGroup", "FQDNHostList", "FQDNHost"),
        ("CountryGroup", "CountryList", "Country"),
    ):
        for element in box.each(tag):
            box.address_groups.setdefault(element.get("Name"), []).extend(
                f"geo:{name}" if tag == "CountryGroup" else name for name in members(element, block, member)
            )
            known(element, ("IPFamily", "Description"))
    _from_the_other_side(box)
    for element in box.each("Services"):
        attempt(lambda each: _service(box, each), element)
    for element in box.each("ServiceGroup"):
        box.service_groups.setdefault(element.get("Name"), []).extend(members(element, "ServiceList", "Service"))
        known(element, ("Description",))
    _listed(box)


def _host(box: Box, element: Element) -> None:
    name, kind = element.get("Name"), element.get("HostType")
    known(element, ("Description", "IPFamily"))
    if kind == "IP":
        found: tuple[str, ...] = (values.network(element.get("IPAddress")),)
    elif kind == "Network":
        found = (values.network(element.get("IPAddress"), element.get("Subnet")),)
    elif kind == "IPRange":
        found = (values.span(element.get("StartIPAddress"), element.get("EndIPAddress")),)
    elif kind == "IPList":
        found = tuple(values.network(part.strip()) for part in element.get("ListOfIPAddresses").split(",") if part.strip())
    elif kind == "System Host":
        found = (f"interface:{name[1:]}" if name.startswith("#") and not name.startswith("##") else name,)
    else:
        raise ValueError(f"a host of kind {kind}")
    box.addresses[name] = found


def _name(box: Box, element: Element) -> None:
    known(element, ("Description",))
    box.addresses[element.get("Name")] = (element.get("FQDN"),)


def _mac(box: Box, element: Element) -> None:
    known(element, ("Description", "Type"))
    listed = [*element.texts("MACAddress"), *members(element, "MACList", "MACAddress")]
    box.addresses[element.get("Name")] = tuple(f"mac:{normal_mac(mac)}" for mac in listed)


def _country(box: Box, element: Element) -> None:
    box.addresses[element.get("Name")] = (f"geo:{element.get('Name')}",)


def _from_the_other_side(box: Box) -> None:
    """A host says which groups it is in, as well."""
    for tag, block, name in (("IPHost", "HostGroupList", "HostGroup"), ("FQDNHost", "FQDNHostGroupList", "FQDNHostGroup")):
        for element in box.each(tag):
            for group in members(element, block, name):
                listed = box.address_groups.get(group)
                if listed is not None and element.get("Name") not in listed:
                    listed.append(element.get("Name"))


def _service(box: Box, element: Element) -> None:
    name, kind = element.get("Name"), element.get("Type")
    known(element, ("Description",))
    details = [detail for block in element.all("ServiceDetails") for detail in block.all("ServiceDetail")]
    if not details:
        raise ValueError("a service without details")
    box.services[name] = tuple(dict.fromkeys(_detail(kind, detail) for detail in details))


def _detail(kind: str, detail: Element) -> str:
    if kind == "TCPorUDP":
        protocol = detail.get("Protocol").lower()
        if protocol not in ("tcp", "udp"):
            raise ValueError(f"protocol {protocol}")
        return values.service(
            protocol, values.port_range(detail.get("DestinationPort")), values.port_range(detail.get("SourcePort") or "1:65535")
        )
    if kind == "IP":
        named = (detail.get("ProtocolName") or detail.get("ProtocolNumber") or detail.get("Protocol")).lower()
        return _NUMBERS.get(named, f"protocol-{named}" if named.isdigit() else named)
    if kind in ("ICMP", "ICMPv6"):
        six = kind == "ICMPv6"
        what, code = detail.get(f"{kind}Type").lower(), detail.get(f"{kind}Code").lower()
        protocol = "icmpv6" if six else "icmp"
        if what in ("", "any type", "any", "-1"):
            return protocol
        shown = _ICMP.get(what, f"type-{what}" if what.isdigit() else what.replace(" ", "-"))
        return f"{protocol}/{shown}" if code in ("", "any code", "any", "-1") else f"{protocol}/{shown}/{code}"
    raise ValueError(f"a service of kind {kind}")


def _listed(box: Box) -> None:
    comments = {e.get("Name"): e.get("Description") for tag in ("IPHost", "FQDNHost", "MACHost", "IPHostGroup") for e in box.each(tag)}
    system = {e.get("Name") for e in box.each("IPHost") if e.get("HostType") == "System Host"}
    for name, found in box.addresses.items():
        if name not in system:
            box.reading.address_objects.append(AddressObject(name=name, values=found, comment=comments.get(name, "")))
    for name, listed in box.address_groups.items():
        box.reading.address_objects.append(
            AddressObject(name=name, kind="group", values=_safely(box.network, name), members=tuple(listed), comment=comments.get(name, ""))
        )
    for name, found in box.services.items():
        box.reading.service_objects.append(ServiceObject(name=name, values=found))
    for name, listed in box.service_groups.items():
        box.reading.service_objects.append(ServiceObject(name=name, kind="group", values=_safely(box.service, name), members=tuple(listed)))


def _safely(resolve: Callable[[str], tuple[str, ...]], name: str) -> tuple[str, ...]:
    try:
        return resolve(name)
    except ValueError:
        return (f"more than {values.MAX_VALUES} values",)
