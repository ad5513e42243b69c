"""Rules of iptables-save, counted by lines: which table a line stands in, and whether it translates. They have no ids."""

import re

_TRANSLATES = re.compile(r"-j (?:DNAT|SNAT|REDIRECT|MASQUERADE|NETMAP)\b")
_EXEMPTS = re.compile(r"-A POSTROUTING .*-j (?:ACCEPT|RETURN)\b")


def count(text: str) -> tuple[list[str], list[str]]:
    rules: list[str] = []
    nat: list[str] = []
    table = "filter"
    for line in text.splitlines():
        if begun := re.match(r"\*(\w+)", line):
            table = begun[1]
        elif re.match(r"(?:\[\d+:\d+\] )?-A ", line):
            translates = table == "nat" and (_TRANSLATES.search(line) or _EXEMPTS.search(line))
            (nat if translates else rules).append("")
    return rules, nat
