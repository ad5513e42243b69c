"""Ports of the FortiSwitches that the firewall manages: their VLANs are interfaces of the firewall, by name.

Source: Fortinet's CLI reference, switch-controller > managed-switch. A port carries its own VLAN untagged and the allowed ones tagged.
"""

from collections.abc import Mapping
from functools import partial

from shared.configs import vlan_list
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, each, names, table
from shared.configs.statement import Statement
from shared.device_config import SwitchPort

TABLE = "switch-controller managed-switch"
_PORT = names("vlan allowed-vlans allowed-vlans-all untagged-vlans description status poe-status type members speed")
_PART = "managed switches"


def read(box: Box, vdom: Vdom) -> None:
    numbers = {interface.name: interface.vlan for interface in box.interfaces if interface.vlan is not None}
    for switch in vdom.table(TABLE).values():
        _pass_over(box, [one for one in switch.own_statements if one.words[:2] not in (["config", "ports"], ["set", "name"])])
        ports = table(box.reading, switch.tables["ports"]) if "ports" in switch.tables else {}
        for port in ports.values():
            _pass_over(box, [one for one in port.own_statements if len(one.words) < 2 or one.words[1] not in _PORT])
        lags = {member: port.name for port in ports.values() for member in port.all("members")}
        box.reading.switch_ports += each(box.reading, ports, partial(_port, switch.get("name", switch.name), numbers, lags))


def _pass_over(box: Box, statements: list[Statement]) -> None:
    for statement in statements:
        box.reading.pass_over(_PART, statement)


def _port(switch: str, numbers: Mapping[str, int], lags: Mapping[str, str], entry: Entry) -> SwitchPort:
    untagged = numbers.get(entry.get("vlan"))
    bare = {numbers[name] for name in entry.all("untagged-vlans") if name in numbers} | {untagged}
    tagged = sorted({numbers[name] for name in entry.all("allowed-vlans") if name in numbers} - bare)
    every = entry.on("allowed-vlans-all")
    return SwitchPort.model_validate(
        {
            "name": f"{switch}/{entry.name}", "description": entry.get("description"), "enabled": entry.get("status", "up") == "up",
            "mode": "trunk" if tagged or every else "access", "untagged_vlan": untagged,
            "tagged_vlans": "all" if every else vlan_list.written(tagged), "lag": lags.get(entry.name, ""),
            "poe": {"enable": True, "disable": False}.get(entry.get("poe-status")),
        }
    )  # fmt: skip
