"""Counts the entries of access lists and the ``ip nat`` statements of an IOS configuration by line, without the reader.

Lists have no ids of their own, so only the number counts. Rules of the zone-based firewall are put together from several parts and are not
counted here: hold this against the rules whose ``ruleset`` is a list.
"""

import re

_FLAT = re.compile(
    r"^access-list (?!7\d\d |11\d\d |2\d\d )\S+ (?:(?:extended|standard) )?(?:seq \d+ )?(?:dynamic \S+ (?:timeout \d+ )?)?(?:permit|deny)\b"
)
_HEAD = re.compile(r"^(?:ip access-list (?:standard|extended) |ipv6 access-list |access-list \S+ (?:standard|extended)\s*$)")
_ENTRY = re.compile(r"^\s+(?:(?:sequence |seq )?\d+ )?(?:dynamic \S+ )?(?:permit|deny|evaluate)\b")
_NAT = re.compile(r"^ip nat (?:inside|outside|source)\b(?: source| destination| static| list)")


def count(text: str) -> tuple[list[str], list[str]]:
    rules, nat, inside = 0, 0, False
    for line in text.splitlines():
        if line[:1] not in (" ", "\t"):
            inside = bool(_HEAD.match(line))
        rules += bool(_FLAT.match(line)) or (inside and bool(_ENTRY.match(line)))
        nat += bool(_NAT.match(line))
    return [""] * rules, [""] * nat
