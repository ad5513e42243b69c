"""Ports of an ArubaOS-Switch by their lists, and what is said of them on top: spanning tree, 802.1X, power. Source: ArubaOS-Switch
Advanced Traffic Management guide 16.10."""

import re

from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.configs.switch_box import Box, Port, listed, on_ports

_PORT_LIST = re.compile(r"[A-Za-z]{0,4}\d*/?[A-Za-z]?\d+(?:-[A-Za-z]{0,4}\d*/?[A-Za-z]?\d+)?(?:,|$)")


def ports(box: Box, text: str) -> list[Port]:
    """``1-24,Trk1``, ``A1-A4``, ``1/1-1/24,1/A1-1/A4``; ``trk1`` is ``Trk1``"""
    found = []
    for name in listed(text.replace("ethernet", "").strip()):
        trunk = name[:3].lower() == "trk"
        found.append(box.port(f"Trk{name[3:]}" if trunk else name.upper() if name[-1:].isdigit() else name, "lag" if trunk else "ethernet"))
    return found


def on_listed(mark: str, attribute: str, index: int) -> Handler[Box]:
    """A statement on top that names its ports: ``spanning-tree 1-24 admin-edge-port``."""

    def handle(box: Box, statement: Statement) -> bool | None:
        if index >= len(statement.words) or not _PORT_LIST.match(statement.words[index].replace("Trk", "")):
            return False
        for port in ports(box, statement.words[index]):
            getattr(port, attribute).append(mark)
        return None

    return handle


_EDGE = {"admin-edge-port": "edge", "bpdu-protection": "bpdu guard", "bpdu-filter": "bpdu filter", "root-guard": "root guard",
         "tcn-guard": "tcn guard", "auto-edge-port": "", "loop-guard": "loop guard"}  # fmt: skip


def spanning_tree(box: Box, statement: Statement) -> None:
    words = statement.words
    mark = next((_EDGE[word] for word in words[2:] if word in _EDGE), "")
    if mark and statement.words[0] != "no" and re.match(r"[A-Za-z]{0,3}\d", words[1]):
        for port in ports(box, words[1].removeprefix("ethernet")):
            port.spanning_tree.append(mark)
    else:
        box.reading.pass_over("spanning tree", statement)


def poe(value: bool) -> Handler[Box]:
    return on_ports(lambda port, words: setattr(port, "poe", value))
