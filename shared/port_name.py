"""Which port is meant?  The same port is ``GigabitEthernet1/0/1``, ``Gi1/0/1`` and ``gi1/0/1`` in a switch's own answers."""

import re

_PARTS = re.compile(r"^([a-z][a-z -]*?)[\s-]*(\d[\d/.:]*)$")
_SHORT = (
    ("hundredgig", "hu"),
    ("fortygig", "fo"),
    ("twentyfivegig", "twe"),
    ("tengig", "te"),
    ("ten-gig", "te"),
    ("xgigabit", "te"),
    ("xge", "te"),
    ("fivegig", "fi"),
    ("twogig", "tw"),
    ("gigabit", "gi"),
    ("gig", "gi"),
    ("ge", "gi"),
    ("fastethernet", "fa"),
    ("fe", "fa"),
    ("port-channel", "po"),
    ("port channel", "po"),
    ("portchannel", "po"),
    ("bridge-aggregation", "po"),
    ("ethernet", "eth"),
    ("vlan", "vl"),
)


def port_key(name: str) -> str:
    """``gi1/0/1`` for all that mean it; a name of another form in lower case."""
    lowered = name.strip().lower()
    found = _PARTS.match(lowered)
    if found is None:
        return lowered
    kind = found[1].strip()
    short = next((to for begin, to in _SHORT if kind.startswith(begin)), kind)
    return f"{short}{found[2]}"
