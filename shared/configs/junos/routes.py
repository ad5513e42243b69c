"""Which static routes are there? ``[edit routing-options]`` of the device and of its routing instances. Source: Junos "Static routing"."""

import ipaddress

from shared.configs import values
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.firewall import Route

_WITHOUT_GATEWAY = ("discard", "reject", "receive")
_OPTIONS = (
    *("tag", "tag2", "no-readvertise", "readvertise", "retain", "no-retain", "passive", "active", "install", "no-install", "as-path"),
    *(
        "community",
        "preference2",
        "metric2",
        "metric3",
        "metric4",
        "color",
        "resolve",
        "no-resolve",
        "bfd-liveness-detection",
        "longest-match",
    ),
    *("lsp-next-hop", "p2mp-lsp-next-hop", "backup-pe-group", "description"),
)


def read(box: Box) -> None:
    _options(box, box.at("routing-options"), "")
    for instance in box.at("routing-instances").each(inactive=True):
        options = instance.children.get("routing-options")
        if options is not None:
            _options(box, options.use(), instance.name)
        instance.values("instance-type")
        instance.values("interface")
        instance.values("description")
        instance.pass_over(
            "routing instances", *(set(instance.children) - {"routing-options", "instance-type", "interface", "description"})
        )


def _options(box: Box, options: Node, table: str) -> None:
    options.pass_over("routing", *(set(options.children) - {"static", "rib"}))
    for holder in (options, *options.each("rib", inactive=True)):
        static = holder.children.get("static")
        if static is None:
            continue
        static.use().pass_over("routing", "defaults", "rib-group", "traceoptions")
        where = table or ("" if holder is options or holder.name in ("inet.0", "inet6.0") else holder.name)
        for route in static.each("route", inactive=True):
            box.attempt(_route, route, where)
    for rib in options.each("rib", inactive=True):
        rib.pass_over("routing", *(set(rib.children) - {"static"}))


def _route(box: Box, route: Node, table: str) -> None:
    if not values.is_network(route.name):
        route.used = False
        return
    route.pass_over("routing", *_OPTIONS)
    metric = route.number("preference")
    metric = metric if metric is not None else route.number("metric")
    route.values("metric")
    about = {"destination": route.name, "enabled": route.active, "table": table, "origin": "static"}
    for each in route.each("next-hop"):
        each.pass_over("routing", *each.children)
        _add(box, {**about, **_gateway(each.name), "metric": metric})
    for each in route.each("qualified-next-hop"):
        own = each.number("preference")
        own = own if own is not None else each.number("metric")
        each.values("metric")
        via = each.value("interface")
        each.pass_over("routing", "bfd-liveness-detection", "tag")
        gateway = _gateway(each.name)
        _add(box, {**about, **gateway, "metric": metric if own is None else own, "interface": via or gateway.get("interface", "")})
    for each in route.each("next-table"):
        _add(box, {**about, "interface": f"table {each.name}", "metric": metric})
    for name in _WITHOUT_GATEWAY:
        if route.has(name):
            _add(box, {**about, "interface": name, "metric": metric})


def _gateway(text: str) -> dict[str, object]:
    if values.is_address(text):
        return {"gateway": text}
    return {"interface": text}


def _add(box: Box, said: dict[str, object]) -> None:
    box.reading.routes.append(Route.model_validate(said))


def mark_outside(box: Box) -> None:
    """An interface behind which the default route goes is one to the outside."""
    default = [route for route in box.reading.routes if route.destination in ("0.0.0.0/0", "::/0") and route.enabled and not route.table]
    gateways = [ipaddress.ip_address(route.gateway) for route in default if route.gateway]
    names = {route.interface for route in default if route.interface}
    if box.reading.switch_ports and not box.zones and not box.reading.source_nat:
        # a switch: its default route goes to the firewall
        return
    for at, each in enumerate(box.reading.interfaces):
        networks = [ipaddress.ip_interface(text).network for text in each.addresses]
        behind = any(gateway in network for gateway in gateways for network in networks)
        if not each.role and (each.name in names or behind or (each.dhcp_client and not default)):
            box.reading.interfaces[at] = each.model_copy(update={"role": "wan"})
