"""OPNsense's newer DHCP servers: Kea (``OPNsense/Kea/dhcp4``), dnsmasq (``dnsmasq``), and the relay (``OPNsense/DHCRelay``).

Source: ``KeaDhcpv4.xml``, ``Dnsmasq.xml`` and ``DHCRelay.xml`` of OPNsense 24 to 26.
"""

import ipaddress
from dataclasses import dataclass, field

from shared.address import normal_mac
from shared.configs import values
from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.firewall import DhcpPool, DhcpReservation

_KEA_OPTIONS = listed(
    "domain_search static_routes classless_static_route ntp_servers time_servers tftp_server_name boot_file_name",
)
_KEA_SUBNET = listed(
    "next_server option_data_autocollect match-client-id allocator ddns_forward_zone ddns_reverse_zone ddns_qualifying_suffix",
    "ddns_dns_server ddns_dns_port ddns_domain_key_name ddns_domain_key_secret ddns_domain_key_algorithm ddns_override_no_update",
    "ddns_override_client_update ddns_update_on_renew ddns_conflict_resolution_mode description option ddns_domain ddns_options",
    "interface",
)
_RANGE = listed(
    "set_tag mode constructor domain_type nosync ra_mode ra_priority ra_mtu ra_interval ra_router_lifetime description prefix_len",
)
_HOST = listed("domain local cnames client_id lease_time ignore set_tag descr comments aliases")
_NUMBERED = {"3": "gateway", "6": "dns_servers", "15": "domain"}


@dataclass(slots=True)
class _Pools:
    """Pools as they are read; reservations come from a list of their own."""

    fields: list[dict[str, object]] = field(default_factory=list)
    reservations: dict[int, list[DhcpReservation]] = field(default_factory=dict)

    def place(self, reservation: DhcpReservation) -> bool:
        """Into the pool in whose prefix it lies."""
        for number, pool in enumerate(self.fields):
            prefix = pool.get("prefix")
            if prefix and ipaddress.ip_address(reservation.address) in ipaddress.ip_network(str(prefix)):
                self.reservations.setdefault(number, []).append(reservation)
                return True
        return False

    def give(self, box: Box) -> None:
        for number, pool in enumerate(self.fields):
            box.reading.dhcp.append(DhcpPool.model_validate({**pool, "reservations": tuple(self.reservations.get(number, ()))}))


def read_mvc_dhcp(box: Box) -> None:
    _kea(box)
    _dnsmasq(box)
    servers = {}
    for element in box.each("OPNsense", "DHCRelay", "destinations"):
        servers[(element.attributes or {}).get("uuid", "")] = tuple(
            each for each in words(element.get("server")) if values.is_address(each)
        )
        element.get("name")
    for element in box.each("OPNsense", "DHCRelay", "relays"):
        attempt(lambda each: _relay(box, each, servers), element)


def _relay(box: Box, element: Element, servers: dict[str, tuple[str, ...]]) -> None:
    label = element.get("interface")
    box.reading.dhcp.append(
        DhcpPool(
            key=f"relay/{label}", interface=label, enabled=element.flag("enabled", empty=False),
            relay_to=servers.get(element.get("destination"), ()),
        )
    )  # fmt: skip
    known(element, ("agent_info", "carp_depend_on"))


def _interface_of(box: Box, prefix: str) -> tuple[str, str]:
    """The label of the interface that is in a network, and its address there."""
    network = ipaddress.ip_network(prefix)
    for label, interface in box.interfaces.items():
        for address in interface.addresses:
            bare = address.partition("/")[0]
            if ipaddress.ip_address(bare) in network:
                return label, bare
    return "", ""


def _kea(box: Box) -> None:
    section = box.find("OPNsense", "Kea", "dhcp4")
    if section is None:
        return
    general, pools, uuids = section.child("general"), _Pools(), dict[str, int]()
    on = general is not None and general.flag("enabled", empty=False)
    lease = general.get("valid_lifetime") if general is not None else ""
    if general is not None:
        known(
            general,
            listed(
                "interfaces fwrules dhcp_socket_type manual_config service_sockets_max_retries service_sockets_retry_wait_time",
            ),
        )
        known(general, ("compatibility", "decline_probation_period"))

    def subnet(element: Element) -> None:
        fields = _kea_subnet(box, element, lease, on=on)
        uuids[(element.attributes or {}).get("uuid", "")] = len(pools.fields)
        pools.fields += fields

    def reservation(element: Element) -> None:
        mac, address = element.get("hw_address"), element.get("ip_address")
        number = uuids.get(element.get("subnet"))
        name = element.get("hostname") or element.get("description")
        known(element, ("client_id", "option_data", "option", "description", "match_tag"))
        if mac and address:
            made = DhcpReservation(mac=normal_mac(mac), address=address, name=name)
            if number is None:
                pools.place(made)
            else:
                pools.reservations.setdefault(number, []).append(made)

    for element in box.each("OPNsense", "Kea", "dhcp4", "subnets", "subnet4"):
        attempt(subnet, element)
    for element in box.each("OPNsense", "Kea", "dhcp4", "reservations", "reservation"):
        attempt(reservation, element)
    pools.give(box)


def _kea_subnet(box: Box, element: Element, lease: str, *, on: bool) -> list[dict[str, object]]:
    """One entry for each range. Without options of its own, the interface's address is gateway and name server."""
    prefix, options = str(ipaddress.ip_network(element.get("subnet"))), element.child("option_data")
    label, own_address = _interface_of(box, prefix)
    routers = _listed_addresses(options, "routers")
    servers = _listed_addresses(options, "domain_name_servers")
    if element.flag("option_data_autocollect", empty=False) and own_address:
        routers, servers = routers or (own_address,), servers or (own_address,)
    lasts = element.get("valid_lifetime") or lease
    about: dict[str, object] = {
        "interface": label, "prefix": prefix, "enabled": on, "gateway": next(iter(routers), None), "dns_servers": servers,
        "domain": options.get("domain_name") if options is not None else "", "lease_s": int(lasts) if lasts.isdigit() else None,
        "options": tuple(f"{name} {text}" for name in _KEA_OPTIONS if options is not None and (text := options.get(name))),
    }  # fmt: skip
    if options is not None:
        known(options, ("v6_only_preferred", "v4_dnr"))
    known(element, _KEA_SUBNET)
    found = []
    for number, pool in enumerate(element.get("pools").replace(",", "\n").splitlines() or [""], 1):
        first, _, last = (part.strip() for part in pool.partition("-"))
        if "/" in first:
            network = ipaddress.ip_network(first, strict=False)
            first, last = str(network[0]), str(network[-1])
        key = f"kea/{prefix}" if number == 1 else f"kea/{prefix}/{number}"
        found.append({**about, "key": key, "first_address": first or None, "last_address": last or None})
    return found


def _listed_addresses(element: Element | None, name: str) -> tuple[str, ...]:
    return tuple(each for each in words(element.get(name)) if values.is_address(each)) if element is not None else ()


def _dnsmasq(box: Box) -> None:
    section = box.find("dnsmasq")
    if section is None:
        return
    on, pools, options = section.flag("enable", empty=True), _Pools(), _dnsmasq_options(section)

    def served(element: Element) -> None:
        pools.fields.append(_range(box, element, options, len(pools.fields), on=on))

    def host(element: Element) -> None:
        name = element.get("host") or element.get("descr")
        for mac in words(element.get("hwaddr")):
            for address in words(element.get("ip")):
                pools.place(DhcpReservation(mac=normal_mac(mac), address=address, name=name))
        known(element, _HOST)

    for element in section.all("dhcp_ranges"):
        if element.children:
            attempt(served, element)
    for element in section.all("hosts"):
        if element.children:
            attempt(host, element)
    pools.give(box)


def _dnsmasq_options(section: Element) -> dict[str, list[tuple[str, str]]]:
    """Options by interface; empty: for all."""
    found: dict[str, list[tuple[str, str]]] = {}
    for element in section.all("dhcp_options"):
        if element.get("option") and element.get("type") in ("", "set") and not element.get("tag"):
            found.setdefault(element.get("interface"), []).append((element.get("option"), element.get("value")))
        known(element, listed("type option6 tag set_tag force description value interface"))
    return found


def _range(box: Box, element: Element, options: dict[str, list[tuple[str, str]]], count: int, *, on: bool) -> dict[str, object]:
    label, first, last = element.get("interface"), element.get("start_addr"), element.get("end_addr")
    mask, lease = element.get("subnet_mask"), element.get("lease_time")
    interface = box.interfaces.get(label)
    version = ipaddress.ip_address(first).version
    of_interface = [ipaddress.ip_interface(address).network for address in (interface.addresses if interface else ())]
    written = [ipaddress.ip_network(f"{first}/{mask}", strict=False)] if mask else of_interface
    prefix = next((str(network) for network in written if network.version == version), None)
    # "::1000" is the end of an address whose prefix the interface gets from outside
    whole = not (version == 6 and first.startswith("::"))
    fields: dict[str, object] = {
        "key": f"dnsmasq/{label or 'any'}/{count + 1}", "interface": label, "prefix": prefix, "enabled": on,
        "domain": element.get("domain"), "first_address": first if whole else None, "last_address": (last or None) if whole else None,
        "lease_s": int(lease) if lease.isdigit() else None,
    }  # fmt: skip
    further = []
    for number, value in (*options.get("", ()), *options.get(label, ())) if version == 4 else ():
        name = _NUMBERED.get(number)
        if name == "dns_servers":
            fields[name] = tuple(each for each in words(value) if values.is_address(each))
        elif name == "domain" or (name == "gateway" and values.is_address(value)):
            fields[name] = value
        else:
            further.append(f"{number} {value}")
    fields["options"] = tuple(further)
    known(element, _RANGE)
    return fields
