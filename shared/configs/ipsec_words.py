"""Algorithms of IPsec in one spelling, strongSwan's: ``aes256-sha256-modp2048``, whatever a make calls them.

Sources: IANA "IKEv2 Parameters"; Junos "proposal (Security IKE)"; PAN-OS "IKE Crypto Profiles".
"""

import re
from collections.abc import Iterable
from itertools import islice, product

MAX_PROPOSALS = 40
_GROUPS = {
    "1": "modp768", "2": "modp1024", "5": "modp1536", "14": "modp2048", "15": "modp3072", "16": "modp4096", "17": "modp6144",
    "18": "modp8192", "19": "ecp256", "20": "ecp384", "21": "ecp521", "24": "modp2048s256",
}  # fmt: skip
_AES = re.compile(r"^aes-?(128|192|256)-?(cbc|gcm|ccm)?(?:-?16)?$")
_HASH = re.compile(r"^(?:hmac-)?(sha|md)-?(\d+)(?:-\d+)?$")


def group(name: str) -> str:
    """``group14``, ``14`` -> ``modp2048``"""
    return _GROUPS.get(name.removeprefix("group"), name)


def pfs(name: str) -> str:
    """As ``group``; empty for none."""
    return "" if name in ("", "no-pfs", "none") else group(name)


def cipher(name: str) -> str:
    """``aes-256-cbc`` -> ``aes256``, ``aes-256-gcm`` -> ``aes256gcm16``, ``3des-cbc`` -> ``3des``"""
    if found := _AES.match(name):
        return f"aes{found[1]}{f'{found[2]}16' if found[2] in ('gcm', 'ccm') else ''}"
    return name.removesuffix("-cbc")


def integrity(name: str) -> str:
    """``hmac-sha-256-128``, ``sha-256`` -> ``sha256``; ``hmac-sha1-96`` -> ``sha1``"""
    found = _HASH.match(name)
    return f"{found[1]}{found[2]}" if found else name


def proposals(ciphers: Iterable[str], hashes: Iterable[str], groups: Iterable[str] = ()) -> tuple[str, ...]:
    """All that may be agreed on; an empty list has no part in the name."""
    parts = [
        list(ciphers) or [""],
        [each for each in hashes if each != "none"] or [""],
        [each for each in groups if each != "no-pfs"] or [""],
    ]
    named = ("-".join(filter(None, (cipher(c), integrity(h), group(g)))) for c, h, g in islice(product(*parts), MAX_PROPOSALS))
    return tuple(dict.fromkeys(filter(None, named)))
