"""Counts a Junos configuration's rules from its lines, by paths of braces or by set commands: no word of the reader is used.

Groups are not applied, so a configuration whose rules come from groups has more than are counted. NAT in the order of the models: static
and destination first, then source, exceptions of destination NAT among the latter.
"""

import re
from collections.abc import Iterator

_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_POLICY = re.compile(r"^security policies (?:from-zone (\S+) to-zone (\S+)|(global)) policy (\S+)")
_TERM = re.compile(r"^firewall (?:family (\S+) )?filter (\S+) term (\S+)")
_NAT = re.compile(r"^security nat (source|destination|static) rule-set (\S+) rule (\S+)")


def count(text: str) -> tuple[list[str], list[str]]:
    lines = [*_paths(text)]
    policies: dict[str, None] = {}
    overall: dict[str, None] = {}
    terms: dict[str, None] = {}
    nat: dict[str, dict[str, None]] = {"static": {}, "destination": {}, "off": {}, "source": {}}
    for line in lines:
        if found := _POLICY.match(line):
            if found[3]:
                overall[f"global/{found[4]}"] = None
            else:
                policies[f"from-zone {found[1]} to-zone {found[2]}/{found[4]}"] = None
        elif found := _TERM.match(line):
            family = "" if found[1] in (None, "inet") else f"{found[1]} "
            terms[f"filter {family}{found[2]}/{found[3]}"] = None
        elif found := _NAT.match(line):
            key = f"{found[1]}/{found[2]}/{found[3]}"
            nat[found[1]][key] = None
            if "then destination-nat off" in line:
                nat["off"][key] = None
    forwards = [key for key in nat["destination"] if key not in nat["off"]]
    return [*policies, *overall, *terms], [*nat["static"], *forwards, *nat["off"], *nat["source"]]


def _paths(text: str) -> Iterator[str]:
    """Each line with the blocks that it stands in."""
    stack: list[str] = []
    for line in text.splitlines():
        bare = re.sub(r"^(?:inactive: |protect: |replace: )+", "", line.strip())
        if bare.startswith(("set ", "deactivate ")):
            yield _plain(bare.split(" ", 1)[1])
        elif bare.endswith("{"):
            stack.append(_plain(bare[:-1]))
            yield " ".join(stack)
        elif re.match(r"^\}", bare) and stack:
            stack.pop()
        elif bare and not bare.startswith(("#", "/*", "*")):
            yield " ".join((*stack, _plain(bare.split(";")[0])))


def _plain(text: str) -> str:
    return " ".join((quoted or word) for quoted, word in _WORD.findall(text))
