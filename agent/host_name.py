"""Is this text a name of a host, or what stands where nobody gave one?

No name are: ``localhost``, a placeholder of a maker, the address itself in any dress (``10-0-0-9.example``, ``9.0.0.10.in-addr.arpa``), and
a number made for machines (a UUID, sixteen hex digits). Pure.
"""

import ipaddress
import re

_PLACEHOLDERS = frozenset(
    {"", "(none)", "none", "unknown", "default", "localhost", "localdomain", "hostname", "computer", "android", "linux"}
)
_FOR_MACHINES = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OF_REVERSE_ZONES = (".in-addr.arpa", ".ip6.arpa")
MAX_CHARS = 253


def host_name(text: str, address: str) -> str:
    """The name without its last dot; empty where it is none."""
    name = text.strip().rstrip(".")
    first = name.partition(".")[0].lower()
    if len(name) > MAX_CHARS or first in _PLACEHOLDERS or _FOR_MACHINES.fullmatch(first) or name.lower().endswith(_OF_REVERSE_ZONES):
        return ""
    return "" if _is_address(name) or _holds(first, address) else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _holds(label: str, address: str) -> bool:
    """``dhcp-10-0-0-9`` and ``host-9-0-0-10`` of 10.0.0.9; a name that only ends like the address (``pc9``) is a name."""
    parts = address.split(".")
    if len(parts) != 4:
        return False
    numbers = re.findall(r"\d+", label)
    return any(numbers[at : at + 4] in (parts, parts[::-1]) for at in range(len(numbers) - 3))
