"""Counts the rules of Comware's basic and advanced access lists by line, without the reader: ``NAME NUMBER``, the name where one is given.
There is no NAT on its switches."""

import re


def count(text: str) -> tuple[list[str], list[str]]:
    rules, name = [], ""
    for line in text.splitlines():
        if line.startswith("acl "):
            words = line.split()
            number = next((word for word in words if word.isdigit()), "")
            layer_2 = "mac" in words or number[:1] in ("4", "5")
            name = "" if layer_2 else words[words.index("name") + 1] if "name" in words else number
        elif line.startswith("#"):
            name = ""
        elif name and (entry := re.match(r"\s+rule (\d+) (?:permit|deny)\b", line)):
            rules.append(f"{name} {entry[1]}")
    return rules, []
