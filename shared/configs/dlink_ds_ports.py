"""What D-Link says of its ports one by one: spanning tree, port security, 802.1X, power, and the voice VLAN. Source: D-Link DGS-3420 CLI
reference guide."""

from shared.configs.statement import Statement
from shared.configs.switch_box import Box, listed


def ports(text: str) -> list[str]:
    """``1-8,10``, ``1:1-1:5,1:8``, ``(1-4)``; ``all`` and ``null`` name none."""
    if text in ("all", "null", "(null)"):
        return []
    return listed(text.strip("()"))


def number(box: Box, name: str) -> int:
    """A VLAN by its name; ``vlanid`` is looked after by the caller."""
    for number, vlan in box.vlans.items():
        if vlan.name == name:
            return number
    raise ValueError(f"no VLAN is called {name}")


def voice(box: Box, statement: Statement) -> None:
    words = statement.words
    found = words[2:]
    if found[0] == "vlanid":
        box.vlan(int(found[1])).voice = True
    elif found[0].isdigit():
        box.vlan(int(found[0])).voice = True
    else:
        box.vlan(number(box, found[0])).voice = True


def edge(box: Box, statement: Statement) -> None:
    """``config stp ports 1-24 externalCost auto edge true ... state enable``"""
    words = statement.words
    for name in ports(words[3]):
        if "edge" in words and words[words.index("edge") + 1] == "true":
            box.port(name).spanning_tree.append("edge")
        if "state" in words and words[words.index("state") + 1].startswith("disable"):
            box.port(name).spanning_tree.append("off")


def port_security(box: Box, statement: Statement) -> None:
    """``config port_security ports 1-8 admin_state enable max_learning_addr 2 ...``"""
    words = statement.words
    if "admin_state" in words and words[words.index("admin_state") + 1].startswith("enable"):
        number = words[words.index("max_learning_addr") + 1] if "max_learning_addr" in words else ""
        for name in ports(words[3]):
            box.port(name).security.append(f"{number} MAC addresses" if number else "port security")


def dot1x(box: Box, statement: Statement) -> None:
    """``config 802.1x capability ports 1-8 authenticator``"""
    words = statement.words
    if words[-1] == "authenticator":
        for name in ports(words[4]):
            box.port(name).security.append("802.1X")


def poe(box: Box, statement: Statement) -> None:
    """``config poe ports 1-8 state enable priority low power_limit class_0``"""
    words = statement.words
    if "state" in words:
        for name in ports(words[3]):
            box.port(name).poe = words[words.index("state") + 1].startswith("enable")
