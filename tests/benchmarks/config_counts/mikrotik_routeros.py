"""RouterOS rules counted by lines: an export's ``add`` below a firewall menu, or the numbers of a printed table. They have no ids.

Jumps and notes in address translation translate nothing and are not counted.
"""

import re

_MENU = re.compile(r"^/(ip|ipv6)[ /]firewall[ /](filter|raw|nat)\b\s*(.*)$")
_NO_TRANSLATION = re.compile(r"\baction=(?:jump|log|passthrough|add-(?:src|dst)-to-address-list)\b")


def count(text: str) -> tuple[list[str], list[str]]:
    if text.lstrip().startswith("Flags:"):
        return [""] * len(re.findall(r"^ *\d+ +(?:[XID]+ +)?(?:;;;|chain=)", text, re.MULTILINE)), []
    joined = re.sub(r"\\\n[ \t]*", "", text)
    filters, nats, table = 0, 0, ""
    for line in joined.split("\n"):
        rest = line.strip()
        if line.startswith("/"):
            found = _MENU.match(line)
            table, rest = (found[2], found[3]) if found else ("", "")
        if rest.startswith("add ") and table:
            if table == "nat":
                nats += not _NO_TRANSLATION.search(rest)
            else:
                filters += 1
    return [""] * filters, [""] * nats
