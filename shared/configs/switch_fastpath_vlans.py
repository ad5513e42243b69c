"""How FASTPATH says which VLANs a port is in: its own ``vlan participation`` and ``vlan tagging``, and general mode. Sources as in
``switch_fastpath``."""

from shared.configs import switch_ios, vlan_list
from shared.configs.statement import Statement
from shared.configs.switch_box import Box, Port


def settle(port: Port) -> None:
    """FASTPATH's own membership: what is included and not tagged is untagged; VLAN 1 is, unless it is excluded."""
    if port.mode in (_OWN, "general"):
        port.mode = "general"
        if 1 not in port.tagged and not port.native_tagged:
            port.untagged = port.untagged | {1}
        port.untagged -= port.tagged
        port.native_tagged = False


_OWN = "participation"


def participation(box: Box, statement: Statement) -> None:
    words = statement.words
    numbers = frozenset(vlan_list.numbers("".join(words[3:])))
    for port in box.here:
        port.mode = port.mode or _OWN
        if words[2] == "include":
            port.untagged = port.untagged | numbers
        elif words[2] == "exclude":
            port.untagged = port.untagged - numbers
            port.native_tagged = port.native_tagged or 1 in numbers


def tagging(box: Box, statement: Statement) -> None:
    numbers = frozenset(vlan_list.numbers("".join(statement.words[2:])))
    for port in box.here:
        port.mode = port.mode or _OWN
        port.tagged = port.tagged | numbers


def general(box: Box, statement: Statement) -> None:
    """``switchport general allowed vlan add 10``: untagged unless it says tagged; VLAN 1 is there until it is removed."""
    words = statement.words
    if words[4] == "remove" and 1 in vlan_list.numbers(words[5]):
        for port in box.here:
            port.native_tagged = True
    switch_ios.general_allowed(box, statement)
    if words[4] == "add" and words[-1] not in ("tagged", "untagged"):
        numbers = frozenset(vlan_list.numbers("".join(words[5:])))
        for port in box.here:
            port.tagged, port.untagged = port.tagged - numbers, port.untagged | numbers


def pvid(box: Box, statement: Statement) -> None:
    for port in box.here:
        port.mode = port.mode or _OWN
        port.native = int(statement.words[2])
