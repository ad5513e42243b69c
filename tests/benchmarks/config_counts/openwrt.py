"""Rules of UCI's firewall, counted by lines of ``uci export`` or ``uci show``. Most sections have no name, so they are only counted."""

import re

_EXPORTED = re.compile(r"^package (\S+)|^config (\S+)|^\s+option (target|masq6?) '?(\w+)'?", re.MULTILINE)
_SHOWN = re.compile(r"^firewall\.(\S+?)(?:=(\w+)|\.(target|masq6?)='?(\w+)'?)\s*$", re.MULTILINE)


def count(text: str) -> tuple[list[str], list[str]]:
    kinds: list[str] = []
    masquerades = 0
    package = ""
    for found in _EXPORTED.finditer(text):
        if found[1]:
            package = found[1]
        elif found[2] and package in ("firewall", ""):
            kinds.append(found[2])
        elif found[3] and found[3].startswith("masq") and package in ("firewall", "") and kinds[-1:] == ["zone"]:
            masquerades += found[4] == "1"
    for _, kind, setting, value in _SHOWN.findall(text):
        if kind:
            kinds.append(kind)
        masquerades += setting.startswith("masq") and value == "1"
    rules = [kind for kind in kinds if kind in ("rule", "forwarding")]
    nat = [kind for kind in kinds if kind in ("redirect", "nat")]
    return [""] * len(rules), [""] * (len(nat) + masquerades)
