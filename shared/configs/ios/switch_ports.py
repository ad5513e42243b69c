"""What an interface of IOS says of itself as a switch's port.

Source: Catalyst 2960 and 9200 Layer 2 configuration guides. A trunk without a list carries all VLANs; its native one goes untagged.
"""

from collections.abc import Callable

from shared.configs import vlan_list
from shared.configs.ios.state import Box, Port

ALL_VLANS = 4094
Part = Callable[[Box, Port, list[str]], bool | None]


def _switchport(box: Box, port: Port, words: list[str]) -> bool | None:
    """``switchport`` alone, ``no switchport``, and what is not listed below."""
    if words[0] == "no" and len(words) == 2:
        port.routed, port.switched = True, False
        return None
    if len(words) == 1:
        port.switched = True
        return None
    return False


def _mode(box: Box, port: Port, words: list[str]) -> bool | None:
    port.switched, port.mode = True, words[2]
    return None if words[2] in ("access", "trunk", "dynamic", "dot1q-tunnel", "private-vlan") else False


def _access_vlan(box: Box, port: Port, words: list[str]) -> None:
    port.switched = True
    if words[3] == "name":
        port.access_vlan = next((number for number, name in box.vlans.items() if name == words[4]), None)
    elif words[3] != "dynamic":
        port.access_vlan = int(words[3])


def _native_vlan(box: Box, port: Port, words: list[str]) -> None:
    port.switched = True
    if words[4] != "tag":
        port.native_vlan = int(words[4])


def _voice_vlan(box: Box, port: Port, words: list[str]) -> None:
    port.switched = True
    if words[3].isdigit():
        port.voice_vlan = int(words[3])


def _allowed(box: Box, port: Port, words: list[str]) -> bool | None:
    """``10,20-29``, ``add 30``, ``remove 5``, ``except 100``, ``all``, ``none``"""
    port.switched = True
    how, listed = (words[4], words[5:]) if words[4].isalpha() else ("", words[4:])
    numbers = set(vlan_list.numbers(" ".join(listed)))
    if how in ("", "add"):
        port.allowed = numbers if not how or port.allowed is None else port.allowed | numbers
    elif how in ("remove", "except", "all"):
        before = set(range(1, ALL_VLANS + 1)) if how != "remove" or port.allowed is None else port.allowed
        port.allowed = before - numbers
    else:
        port.allowed = set()
    return None if how in ("", "add", "remove", "except", "all", "none") else False


def _security(box: Box, port: Port, words: list[str]) -> None:
    """``switchport port-security maximum 2``: how many may be behind it; alone: one."""
    port.switched = True
    if words[0] == "no":
        return
    if len(words) == 2:
        port.security.insert(0, "1 MAC address")
    elif words[2] == "maximum" and len(words) == 4:
        port.security = [f"{words[3]} MAC addresses", *(each for each in port.security if "MAC address" not in each)]


def _dot1x(box: Box, port: Port, words: list[str]) -> None:
    if words[-1] != "force-authorized" and "802.1X" not in port.security:
        port.security.append("802.1X")


def _stp(box: Box, port: Port, words: list[str]) -> bool | None:
    """What is told of the port's own part; costs and priorities are passed over by ``interface_passed``."""
    if words[0] == "no":
        return None
    named = {"portfast": "edge", "bpduguard": "bpdu guard", "bpdufilter": "bpdu filter", "guard": f"{words[-1]} guard"}
    if words[1] in named and words[-1] not in ("disable", "none"):
        port.stp.append(named[words[1]])
    return None


def _lag(box: Box, port: Port, words: list[str]) -> None:
    port.lag = f"Port-channel{words[1]}"


def _dynamic(box: Box, port: Port, words: list[str]) -> None:
    """The default: the other end decides."""
    port.switched = True


SWITCHED: dict[str, Part] = {
    "switchport": _switchport,
    "no switchport": _switchport,
    "switchport mode": _mode,
    "no switchport mode": _dynamic,
    "switchport access vlan": _access_vlan,
    "switchport trunk native vlan": _native_vlan,
    "switchport trunk allowed vlan": _allowed,
    "switchport voice vlan": _voice_vlan,
    "switchport port-security": _security,
    "no switchport port-security": _security,
    "dot1x port-control": _dot1x,
    "dot1x pae authenticator": _dot1x,
    "authentication port-control": _dot1x,
    "access-session port-control": _dot1x,
    "spanning-tree": _stp,
    "no spanning-tree": _stp,
    "channel-group": _lag,
}
