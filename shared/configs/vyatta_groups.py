"""Groups of addresses, networks, ports, interfaces and MAC addresses in an EdgeOS or VyOS firewall. Source: VyOS documentation,
"Groups".
"""

from shared.configs.reading import Reading
from shared.configs.vyatta_match import Groups, address, port
from shared.configs.vyatta_tree import Node
from shared.device_config import AddressObject, ServiceObject, Zone

_KIND_SERVICES = frozenset({"port-group"})


def read_groups(reading: Reading, firewall: Node) -> Groups:
    groups = Groups()
    for kind in (*firewall.tags("group"), *firewall.tags("group", "dynamic-group")):
        if kind.name == "dynamic-group":
            continue
        for group in kind.children.values():
            _read_group(reading, groups, kind.name, group.read())
    return groups


def _read_group(reading: Reading, groups: Groups, kind: str, group: Node) -> None:
    key = (kind, group.name)
    told = [
        *group.values("address"), *group.values("network"), *group.values("port"), *group.values("mac-address"), *group.values("interface"),
        *group.values("url"),
    ]  # fmt: skip
    is_service = kind in _KIND_SERVICES
    own = []
    for each in told:
        try:
            own.append(
                port(each)
                if is_service
                else f"mac:{each.lower()}"
                if kind == "mac-group"
                else each
                if kind in ("interface-group",)
                else address(each)
            )
        except ValueError:
            own.append(each)
    groups.own[key] = own
    groups.includes[key] = list(group.values("include"))
    above = group.parent.parent if group.parent else None
    if kind == "remote-group" or (above is not None and above.name == "dynamic-group"):
        groups.dynamic.add(key)
    members = tuple(groups.includes[key])
    comment = group.value("description")
    if kind == "interface-group":
        reading.zones.append(Zone(name=group.name, interfaces=tuple(own), comment=comment))
    elif is_service:
        reading.service_objects.append(ServiceObject(name=group.name, kind="group", values=tuple(own), members=members, comment=comment))
    else:
        reading.address_objects.append(AddressObject(name=group.name, kind="group", values=tuple(own), members=members, comment=comment))


def resolve_objects(reading: Reading, groups: Groups) -> None:
    """The values of groups that include others."""
    for number, each in enumerate(reading.address_objects):
        for kind, name in groups.own:
            if name == each.name and groups.includes.get((kind, name)):
                reading.address_objects[number] = each.model_copy(update={"values": groups.values(kind, name) or ()})
    for number, service in enumerate(reading.service_objects):
        if groups.includes.get(("port-group", service.name)):
            reading.service_objects[number] = service.model_copy(update={"values": groups.values("port-group", service.name) or ()})
