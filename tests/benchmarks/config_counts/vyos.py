"""VyOS and EdgeOS rules counted by lines: the distinct ``rule N`` of the commands, or the blocks ``rule N {`` by their depth."""

import re

_FIREWALL = re.compile(
    r"^set firewall ((?:name|ipv6-name|modify|ipv6-modify) \S+|(?:ipv4|ipv6|bridge) (?:name \S+|(?:forward|input|output"
    r"|prerouting) \S+)) rule (\d+)\b"
)
_NAT = re.compile(r"^set ((?:nat|nat66) (?:source|destination|static)|service nat|port-forward) rule (\d+)\b")
_SETS = re.compile(r"^firewall/(.+)/rule (\d+)$")
_NATS = re.compile(r"^((?:nat|nat66)/(?:source|destination|static)|service/nat|port-forward)/rule (\d+)$")


def count(text: str) -> tuple[list[str], list[str]]:
    lines = text.split("\n")
    if sum(line.startswith("set ") for line in lines) > 5:
        plain = [line.replace("'", "") for line in lines]
        firewall = dict.fromkeys((found[1], int(found[2])) for found in map(_FIREWALL.match, plain) if found)
        nat = dict.fromkeys((found[1], int(found[2])) for found in map(_NAT.match, plain) if found)
    else:
        paths = list(_blocks(lines))
        firewall = dict.fromkeys((m[1].replace("/", " "), int(m[2])) for m in map(_SETS.match, paths) if m)
        nat = dict.fromkeys((m[1].replace("/", " "), int(m[2])) for m in map(_NATS.match, paths) if m)
    return _in_order(firewall), [*_in_order(nat)]


def _blocks(lines: list[str]) -> list[str]:
    """``firewall/name WAN_IN/rule 10`` of every block."""
    above: list[str] = []
    found = []
    for line in lines:
        bare = line.strip()
        if bare.endswith(" {"):
            above.append(bare[:-2].replace('"', ""))
            found.append("/".join(above))
        elif bare == "}" and above:
            above.pop()
    return found


def _in_order(rules: dict[tuple[str, int], None]) -> list[str]:
    """Rule sets as they stand, their rules by number."""
    sets = list(dict.fromkeys(name for name, _ in rules))
    return [f"{name} rule {number}" for name in sets for number in sorted(n for each, n in rules if each == name)]
