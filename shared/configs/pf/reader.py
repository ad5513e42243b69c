"""The order in which the parts are read: what others name comes first. The end is the same for both systems."""

from collections.abc import Callable

from shared.configs import Kept
from shared.configs.pf.aliases import read_aliases
from shared.configs.pf.box import Box
from shared.configs.pf.dhcp import read_dhcp
from shared.configs.pf.dial_in import read_dial_in
from shared.configs.pf.implied import finish
from shared.configs.pf.interfaces import read_interfaces
from shared.configs.pf.ipsec import read_ipsec
from shared.configs.pf.leftover import account
from shared.configs.pf.nat import Nat, read_nat, read_outbound
from shared.configs.pf.openvpn import read_openvpn
from shared.configs.pf.routing import read_routing
from shared.configs.pf.rules import Placed, read_rules
from shared.configs.pf.secrets import redact
from shared.configs.pf.system import read_system
from shared.configs.pf.wireguard import read_wireguard
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor
from shared.configs.xml_tree import parse

Further = Callable[[Box, Nat, list[Placed]], None]
"""Reads what only one of the two systems has."""


def read(text: str, redactor: Redactor, root: str, *, opnsense: bool, further: Further | None = None) -> Kept:
    tree = parse(text, root, redact(redactor))
    reading = Reading(vendor="Deciso" if opnsense else "Netgate", os="OPNsense" if opnsense else "pfSense", complete=not tree.stopped)
    if tree.stopped:
        reading.warnings.append(f"the text ends early or is damaged ({tree.stopped}): what follows was neither read nor kept")
    box = Box(tree, reading, opnsense)
    for part in (
        read_aliases,
        read_interfaces,
        read_routing,
        read_system,
        read_dhcp,
        read_ipsec,
        read_openvpn,
        read_wireguard,
        read_dial_in,
    ):
        part(box)
    nat = read_nat(box)
    rules = read_rules(box)
    if further:
        further(box, nat, rules)
    read_outbound(box, nat)
    linked = finish(box, rules, nat.passing)
    passing = {forward.key for forward in nat.passing}
    reading.port_forwards[:] = [
        forward.model_copy(update={"linked_rule": f"pass-{forward.key}" if forward.key in passing else linked.get(forward.linked_rule, "")})
        for forward in reading.port_forwards
    ]
    account(box)
    return Kept(reading, tree.text())
