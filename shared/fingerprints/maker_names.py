"""What is the organisation usually called that a registry lists under its full name? And who holds a Private Enterprise Number?

Source: ``vendors.tsv`` for the names; ``enterprise_numbers.tsv`` and, for numbers that it lacks, IANA's registry in
``iana_enterprises.tsv``, which is looked through line by line: it is asked seldom, and 60,000 names are better left on the disk.
"""

import re
from functools import lru_cache
from importlib import resources

from shared.fingerprints.rules import Rule, rules

REGISTERED_SURENESS = 0.5
"""Less than of a number that we have looked at: whose software answers is not always who made the device."""

_DELEGATED = "ieee registration authority"
"""The holder of a block of MAC addresses that IEEE has cut up: only the longer prefix has a maker."""
_NO_MAKERS = frozenset({"", "private", _DELEGATED})
_FORM = re.compile(
    r"[,\s]+\(?(co|company|corp|corporation|corporate|inc|incorporated|incorporation|ltd|limited|llc|l\.l\.c|gmbh|gmbh ?& ?co\.? ?kg|kg|"
    r"ag|ab|a/s|as|oy|sa|s\.a|sas|srl|s\.r\.l|spa|s\.p\.a|bv|b\.v|nv|plc|pte|pty|k\.k|international|technology|technologies|industries)"
    r"\)?[.,]*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def usual_name(registered: str) -> str:
    """``Hewlett Packard`` -> ``HP``; of a maker that ``vendors.tsv`` lacks, the name without its legal form."""
    name = " ".join(registered.split())
    if name.lower() in _NO_MAKERS:
        return ""
    known = rules().vendor_name(name)
    if known != name:
        return known
    while (shorter := _FORM.sub("", name)) != name and len(shorter) > 2:
        name = shorter
    return rules().vendor_name(name)


def holder(number: int) -> Rule | None:
    """The rule that gives the maker with this enterprise number; None where it says nothing of the maker."""
    known = rules().enterprises.get(number)
    if known:
        return known if known.gives else None
    name = _registered(number)
    return Rule(f"iana-enterprise-{number}", REGISTERED_SURENESS, {"vendor": name}) if name else None


@lru_cache(maxsize=1024)
def _registered(number: int) -> str:
    start = f"{number}\t"
    with resources.files("shared.fingerprints").joinpath("iana_enterprises.tsv").open(encoding="utf-8") as lines:
        return next((usual_name(line.removeprefix(start)) for line in lines if line.startswith(start)), "")
