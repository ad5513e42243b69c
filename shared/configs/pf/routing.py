"""Gateways, static routes and the default route.

pfSense names the default gateway in ``defaultgw4`` (a gateway, a group of them, ``-`` for none, empty for automatic); OPNsense marks
gateways with ``defaultgw`` and chooses by ``priority``. Where neither says so, the gateway of an outside interface is the default.
"""

from shared.configs import values
from shared.configs.pf.box import Box, Gateway, attempt, known
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.firewall import Route

_GATEWAY = listed(
    "weight descr interval alert_interval time_period loss_interval latencylow latencyhigh losslow losshigh monitor monitor_disable",
    "priority monitor_noroute monitor_killstates data_payload data_length action_disable force_down nonlocalgateway",
    "dpinger_dont_add_static_route fargw avg_delay_samples avg_loss_samples attribute isdefaultgw gw_down_kill_states virtual",
    "friendlyiface friendlyifdescr created updated",
)
_GROUP = listed("trigger descr poolopts priority keep_failover_states ipprotocol created updated")
_DEFAULT = {"inet": "0.0.0.0/0", "inet6": "::/0"}


def read_routing(box: Box) -> None:
    groups = _read_gateways(box)
    _default_routes(box, groups)
    for element in (*box.each("staticroutes", "route"), *box.each("OPNsense", "StaticRoutes", "route")):
        attempt(lambda each: _static(box, each), element)


def _read_gateways(box: Box) -> dict[str, str]:
    """Groups of gateways, each with its first member."""
    groups: dict[str, str] = {}

    def gateway(element: Element) -> None:
        name = element.get("name")
        address, family = element.get("gateway"), element.get("ipprotocol") or "inet"
        box.gateways[name] = Gateway(
            name, element.get("interface"), address if values.is_address(address) else "", family,
            default=element.flag("defaultgw", empty=not box.opnsense), enabled=not element.flag("disabled", empty=not box.opnsense),
        )  # fmt: skip
        known(element, _GATEWAY)

    def group(element: Element) -> None:
        best = min((item.split("|") for item in element.texts("item")), key=lambda parts: parts[1:2])
        groups[element.get("name")] = best[0]
        known(element, _GROUP)

    for path in (("gateways",), ("OPNsense", "Gateways")):
        for element in box.each(*path, "gateway_item"):
            attempt(gateway, element)
    for path in (("gateways",), ("OPNsense", "GatewayGroups")):
        for element in box.each(*path, "gateway_group"):
            attempt(group, element)
    return groups


def _default_routes(box: Box, groups: dict[str, str]) -> None:
    section = box.find("gateways")
    for family, said_in in (("inet", "defaultgw4"), ("inet6", "defaultgw6")):
        name = section.get(said_in) if section is not None else ""
        chosen = box.gateways.get(groups.get(name, name))
        if chosen is None and name != "-":
            candidates = [each for each in box.gateways.values() if each.family == family and each.enabled]
            outside = [each for each in candidates if (i := box.interfaces.get(each.interface)) and _is_gateway_of(box, each, i.label)]
            chosen = next((each for each in candidates if each.default), None) or next(iter(outside), None)
        if chosen is not None:
            box.reading.routes.append(
                Route.model_validate(
                    {
                        "destination": _DEFAULT[family], "gateway": chosen.address or None, "interface": chosen.interface,
                        "enabled": chosen.enabled, "comment": chosen.name, "origin": "static" if chosen.address else "dynamic",
                    }
                )
            )  # fmt: skip


def _is_gateway_of(box: Box, gateway: Gateway, label: str) -> bool:
    """Whether the interface itself names it as its way out."""
    element = box.find("interfaces", label)
    return element is not None and gateway.name in (element.get("gateway"), element.get("gatewayv6"))


def _static(box: Box, element: Element) -> None:
    network, via = element.get("network"), element.get("gateway")
    enabled = not element.flag("disabled", empty=not box.opnsense)
    gateway = box.gateways.get(via)
    address = gateway.address if gateway else via if values.is_address(via) else ""
    destinations = [network] if values.is_network(network) else [*box.names.get(network, ())]
    if not destinations:
        raise ValueError("a route to what nobody defines")
    for destination in destinations:
        box.reading.routes.append(
            Route.model_validate(
                {
                    "destination": destination, "gateway": address or None,
                    "interface": gateway.interface if gateway else via if via in ("Null4", "Null6") else "", "enabled": enabled,
                    "comment": element.get("descr"), "origin": "static",
                }
            )
        )  # fmt: skip
