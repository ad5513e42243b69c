"""What FASTPATH switches print (Dell N-Series, Netgear): facts with dots, learned addresses, neighbours. Source: Dell N-Series CLI
reference 6.6, Netgear M4300 CLI manual."""

import re
from collections.abc import Iterator

from agent.ssh.switch_tables import MAC, arp_lines, blocks, facts, learned_lines, neighbour
from shared.observation import Observation, SystemSeen

_VLAN_FIRST = r"^\s*(?P<vlan>\d{1,4})\s+"
_PORT = r"(?P<port>(?:[A-Za-z]+\d*/?\d*/?\d+|\d+/\d+(?:/\d+)?|lag \d+))"
_ROW = re.compile(rf"{_VLAN_FIRST}(?P<mac>{MAC})\s+(?:Dynamic|Learned|Static)?\s*{_PORT}", re.IGNORECASE)
_OTHER_ROW = re.compile(rf"^\s*(?:(?P<vlan>\d{{1,4}})\s+)?(?P<mac>{MAC})\s+{_PORT}\s+\d+\s+\w+", re.IGNORECASE)
_BEGIN = re.compile(r"^Local Interface: *(\S+)", re.MULTILINE)
_NEIGHBOUR = {
    "chassis": ("chassis id",), "port": ("port id",), "name": ("system name",), "description": ("system description",),
    "port_description": ("port description",), "address": ("address", "management address"),
}  # fmt: skip
_ARP = re.compile(rf"^\s*(?P<ip>\d+(?:\.\d+){{3}})\s+(?P<mac>{MAC})\s+(?P<interface>(?:vlan |lag )?\S+)", re.IGNORECASE)


def read_version(text: str, vendor: str, os: str) -> Iterator[Observation]:
    """``Machine Model............ N2048P``; the version stands in a table of images where it has no line of its own."""
    said = facts(text)
    image = re.search(r"^\s*1\s+(\d[\w.]+)\s", text, re.MULTILINE)
    yield SystemSeen(
        vendor=vendor, os=os, model=said.get("system model id") or said.get("machine model", ""), serial=said.get("serial number", ""),
        description=said.get("machine description") or said.get("system description", ""), name=said.get("system name", ""),
        location=said.get("system location", ""), os_version=said.get("software version") or (image[1] if image else ""),
    )  # fmt: skip


def read_mac_table(text: str) -> Iterator[Observation]:
    """``10 0011.2233.4455 Dynamic Gi1/0/1`` of Dell; ``10 00:11:22:33:44:55 1/0/1 1 Learned`` of Netgear"""
    yield from learned_lines(
        text, _OTHER_ROW if _OTHER_ROW.search(text) or re.search(_OTHER_ROW.pattern, text, re.MULTILINE | re.I) else _ROW
    )


def read_neighbours(text: str) -> Iterator[Observation]:
    for begun, said in blocks(text, _BEGIN):
        yield from neighbour(begun[1], facts(said), _NEIGHBOUR)


def read_arp(text: str) -> Iterator[Observation]:
    yield from arp_lines(text, _ARP)
