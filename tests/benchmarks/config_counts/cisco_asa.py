"""Counts the access list entries and the translations of an ASA or PIX configuration by line, without the reader.

Neither has ids of its own, so only the number counts. ``global`` is a pool for ``nat`` and no translation by itself.
"""

import re

_ENTRY = re.compile(r"^access-list \S+ (?:line \d+ )?(?:(?:extended|standard|webtype|ethertype) )?(?:permit|deny)\b")
_NAT = re.compile(r"^(?: +nat (?:\(|static|dynamic)|nat \(|nat (?:static|dynamic|source|after-auto)|static \()")


def count(text: str) -> tuple[list[str], list[str]]:
    lines = text.splitlines()
    return [""] * sum(bool(_ENTRY.match(line)) for line in lines), [""] * sum(bool(_NAT.match(line)) for line in lines)
