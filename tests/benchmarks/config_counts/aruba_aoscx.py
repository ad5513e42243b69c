"""Counts the entries of AOS-CX's IP access lists by line, without the reader: ``NAME NUMBER`` in the order of the text. There is no NAT."""

import re


def count(text: str) -> tuple[list[str], list[str]]:
    rules, name = [], ""
    for line in text.splitlines():
        if head := re.match(r"access-list (?:ip|ipv6) (\S+)", line):
            name = head[1]
        elif not line.startswith(" "):
            name = ""
        elif name and (entry := re.match(r"\s+(\d+) (?:permit|deny)\b", line)):
            rules.append(f"{name} {entry[1]}")
    return rules, []
