"""Static routes of IOS, and of FRR, which writes prefixes and puts the routes of a table below its name.

Source: Cisco IOS IP Routing: Protocol-Independent Command Reference, "ip route"; FRR's user guide, "STATIC".
"""

import re

from shared.configs import values
from shared.configs.dispatch import Handler
from shared.configs.ios.state import Box, full_name
from shared.configs.statement import Statement
from shared.firewall import Route


def route(box: Box, statement: Statement) -> bool | None:
    """``ip route [vrf X] 10.0.0.0 255.0.0.0 [Dialer1] [192.0.2.1] [250] [name N] [track 1]``; FRR: ``10.0.0.0/8``."""
    words = statement.words[2:]
    table = ""
    if words[0] in ("vrf", "topology"):
        table, words = words[1], words[2:]
    if "/" in words[0]:
        destination, words = words[0], words[1:]
    else:
        destination, words = f"{words[0]}/{values.prefix_length(words[1])}", words[2:]
    return _route(box, destination, table, words)


def vrf(box: Box, statement: Statement) -> None:
    """FRR: routes of a table stand below its name."""
    for child in statement.children:
        if child.words[:2] in (["ip", "route"], ["ipv6", "route"]) and statement.words[1] != "definition":
            if route(box, Statement(child.line, f"{child.words[0]} route vrf {statement.words[1]} {' '.join(child.words[2:])}")) is False:
                box.reading.unread(child)
        elif not child.noise:
            box.reading.pass_over("VRF", child)


def _route(box: Box, destination: str, table: str, words: list[str]) -> bool | None:
    interface, gateway, metric, told = "", "", None, []
    while words:
        word = words.pop(0)
        if values.is_address(word):
            gateway = word
        elif word in ("name", "track", "tag"):
            told.append(words.pop(0) if word == "name" else f"{word} {words.pop(0)}")
        elif word.isdigit():
            metric = int(word)
        elif word in ("permanent", "global", "multicast", "dhcp", "unicast", "onlink", "label"):
            told.append(word)
        elif word in ("vrf", "nexthop-vrf", "table"):
            table = table or words.pop(0)
        elif not interface:
            interface = (
                full_name(word + words.pop(0))
                if word.isalpha() and words and re.match(r"\d+(?:/|$)", words[0]) and _spaced(word, words)
                else word
            )
        else:
            return False
    box.reading.routes.append(
        Route.model_validate(
            {
                "destination": destination, "gateway": gateway or None, "interface": interface, "metric": metric,
                "comment": ", ".join(told), "table": table, "origin": "static",
            }
        )
    )  # fmt: skip
    return None


def _spaced(word: str, words: list[str]) -> bool:
    """``Dialer 1`` for ``Dialer1``; ``Null0 250`` and ``dhcp 254`` have their number already, or none."""
    return word not in ("blackhole", "reject") and not values.is_address(words[0])


def default_gateway(box: Box, statement: Statement) -> None:
    box.reading.routes.append(Route(destination="0.0.0.0/0", gateway=statement.words[-1], origin="static"))


HANDLERS: dict[str, Handler[Box]] = {
    "ip route": route,
    "ipv6 route": route,
    "ip default-gateway": default_gateway,
    "vrf": vrf,
}
