"""A switch's own DHCP server: what stands below its pools, in the words of the several makes.

``network A M``, ``range A B`` or ``address low A high B``, ``default-router`` or ``gateway-list``, ``dns-server`` or ``dns-list``,
``lease D H M`` or ``expired day D hour H``.

Sources: ArubaOS-Switch IPv4 guide, HPE Comware 7 DHCP guide, Dell N-Series and Cisco 350 CLI references.
"""

import ipaddress
from collections.abc import Sequence

from shared.address import normal_mac
from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_box import Box
from shared.firewall import DhcpPool

_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def read_pool(box: Box, name: str, statements: Sequence[Statement], *, lease_unit_s: int = 86_400) -> None:
    """Adds the pool; lines that are not understood are unread, one by one. ``lease_unit_s``: of a lease that is one number."""
    found: dict[str, object] = {"key": name}
    options: list[str] = []
    host: dict[str, str] = {}
    reservations: list[dict[str, str]] = []
    for statement in (each for each in statements if not each.noise):
        try:
            _line(statement.words, found, options, host, reservations, lease_unit_s)
        except (ValueError, LookupError):
            box.reading.unread(statement)
    if "address" in host and "mac" in host:
        reservations.append(host)
    try:
        box.reading.dhcp.append(DhcpPool.model_validate({**found, "options": options, "reservations": reservations}))
    except ValueError:
        box.reading.warnings.append(f"the DHCP pool {name} does not hold together: {len(statements)} lines were not read")


def _addresses(words: Sequence[str]) -> list[str]:
    found = [part for word in words for part in word.split(",") if values.is_address(part)]
    if not found:
        raise ValueError("no address")
    return found


def _line(
    words: Sequence[str],
    found: dict[str, object],
    options: list[str],
    host: dict[str, str],
    reservations: list[dict[str, str]],
    lease_unit_s: int,
) -> None:
    head = words[0]
    if "prefix-len" in words:
        found["prefix"] = str(ipaddress.ip_network(f"{words[1]}/{int(words[words.index('prefix-len') + 1])}", strict=False))
    if head in ("network", "address") and values.is_address(words[1].partition("/")[0]):
        mask = "" if "/" in words[1] else words[3] if len(words) > 3 and words[2] == "mask" else words[2]
        found["prefix"] = str(ipaddress.ip_network(f"{words[1]}/{values.prefix_length(mask)}" if mask else words[1], strict=False))
    if head in ("range", "address") and len(_spans(words)) == 2 and (head == "range" or "low" in words or "range" in words):
        found["first_address"], found["last_address"] = _spans(words)
        if words[-1].startswith("255."):
            found["prefix"] = str(ipaddress.ip_network(f"{_spans(words)[0]}/{values.prefix_length(words[-1])}", strict=False))
    elif head in ("network", "address") and "prefix" in found:
        return
    elif head in ("default-router", "gateway-list", "default-gateway"):
        found["gateway"] = _addresses(words[1:])[0]
    elif head in ("dns-server", "dns-list"):
        found["dns_servers"] = _addresses(words[1:])
    elif head == "domain-name":
        found["domain"] = words[1]
    elif head in ("lease", "expired"):
        found["lease_s"] = _lease(words[1:], lease_unit_s)
    elif head == "host":
        host["address"] = words[1].partition("/")[0]
    elif head in ("hardware-address", "client-identifier"):
        host["mac"] = normal_mac(words[1])
    elif head == "client-name":
        host["name"] = words[1]
    elif head in ("static-bind", "reserved-address"):
        reservations.append(_bound(words))
    elif head in ("option", "netbios-name-server", "nbns-list", "netbios-node-type", "next-server", "bootfile", "forbidden-ip",
        "tftp-server",
                  "voice-config", "class", "vrf", "usage", "bootfile-name", "time-server", "ntp-server"):  # fmt: skip
        options.append(" ".join(words))
    else:
        raise ValueError("not known")


def _spans(words: Sequence[str]) -> list[str]:
    """The two ends of a range: the addresses of the line without its network and mask."""
    found = [word for word in words if values.is_address(word) and not word.startswith("255.")]
    return found[-2:] if len(found) >= 2 else []


def _lease(words: Sequence[str], unit_s: int) -> int | None:
    """``7 0 0`` in days, hours and minutes; ``07:00:00`` alike; ``day 7 hour 12``; nothing for ``infinite``."""
    if words[0] in ("infinite", "unlimited"):
        return None
    if words[0] in _UNITS:
        return sum(int(number) * _UNITS[unit] for unit, number in zip(words[::2], words[1::2], strict=True))
    parts = [int(part) for part in (words[0].split(":") if ":" in words[0] else words[:3])]
    return sum(number * unit for number, unit in zip(parts, (unit_s if len(parts) == 1 else 86_400, 3_600, 60), strict=False))


def _bound(words: Sequence[str]) -> dict[str, str]:
    """``static-bind ip-address A [MASK] hardware-address M``, ``static-bind ip A mac M``"""
    own = next((word for word in words if values.is_address(word.partition("/")[0])), "").partition("/")[0]
    at = next((i for i, word in enumerate(words) if word in ("hardware-address", "mac", "client-identifier", "mac-address")), len(words))
    return {"address": own, "mac": normal_mac(words[at + 1])}
