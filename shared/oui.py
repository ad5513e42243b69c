"""Who made the network interface with this MAC address?  The maker's usual name, as ``vendors.tsv`` writes it; empty: not known.

Source: IEEE's registry as netaddr ships it (MA-L of 24 bits, IAB of 36; netaddr 1.3.0 has it as of 2024-05), and Debian's package
``ieee-data`` where it is installed: its MA-M (28 bits) and MA-S (36 bits) always, its MA-L where netaddr has none or is older. Locally
administered addresses (virtual machines, containers, phones that make theirs up) have no maker; neither have multicast groups and the
virtual routers of VRRP.

Nothing is read before the first question: netaddr then costs 0.1 s and 18 MB, Debian's files 0.2 s and 10 MB. Raises nothing: a file
that is missing, too large or broken is one that knows nothing.
"""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import netaddr

from shared.address import MacKind, mac_kind
from shared.fingerprints.maker_names import usual_name

DEBIAN = Path("/usr/share/ieee-data")
MAX_FILE_BYTES = 20_000_000
NETADDR_AS_OF_S = 1_716_854_400
"""2024-05-28, when netaddr 1.3.0 was made: seconds since 1970, as Debian's ``.lastupdate``."""

_OF_NOBODY = "00:00:5e:"
"""IANA's own block (RFC 7042): virtual routers of any make. Cisco's and Fortinet's redundancy groups stand in their makers' blocks."""


def maker(mac: str) -> str:
    """``mac`` in normal form (``shared.address.normal_mac``)."""
    if mac_kind(mac) in (MacKind.LOCAL, MacKind.EXCLUDED) or mac.startswith(_OF_NOBODY):
        return ""
    return _maker(mac.replace(":", "").upper()[:9])


@lru_cache(maxsize=65_536)
def _maker(digits: str) -> str:
    """``digits``: the first 36 bits, which is the longest prefix that IEEE assigns."""
    for length, registry in ((9, "oui36.csv"), (9, "iab.csv"), (7, "mam.csv")):
        if name := _debian(registry).get(digits[:length], ""):
            return usual_name(name)
    block, debian = _in_netaddr(digits), _debian("oui.csv").get(digits[:6], "") if _debian_is_newer() else ""
    return usual_name(debian or block or _debian("oui.csv").get(digits[:6], ""))


def _in_netaddr(digits: str) -> str:
    """The 36-bit block's holder where netaddr has one, else the 24-bit block's."""
    address = netaddr.EUI(f"{digits}000", version=48)
    try:
        return str((address.iab if address.is_iab() else address.oui).registration()["org"])
    except netaddr.NotRegisteredError:
        return ""


@cache
def _debian_is_newer() -> bool:
    try:
        return int((DEBIAN / ".lastupdate").read_text(encoding="ascii")[:12]) > NETADDR_AS_OF_S
    except (OSError, ValueError):
        return False


@cache
def _debian(registry: str) -> Mapping[str, str]:
    """Prefix in upper-case digits -> the holder's name. Columns: registry, assignment, organisation, address."""
    path = DEBIAN / registry
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return {}
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            return {row[1]: row[2] for row in csv.reader(lines) if len(row) > 2}
    except (OSError, csv.Error):
        return {}
