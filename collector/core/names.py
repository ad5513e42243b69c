"""What is a device called?  The best name first, and one name once, however many sources know it in short or in full.

``fw01`` and ``fw01.officina-rossi.example`` are one name: the full form is kept. What a device calls itself goes before what a server
calls it, and that before what a certificate or a lease says.  Source: RFC 1034 (labels, case), RFC 6125 (certificate names).
"""

import ipaddress
from collections.abc import Iterable, Iterator

from shared.observation import CertificateSeen, NameSeen, NameSource, Observation, SystemSeen

_RANK = {
    NameSource.WINDOWS: 0,
    NameSource.SNMP: 0,
    NameSource.SSH: 0,
    NameSource.DNS: 1,
    NameSource.DHCP: 2,
    NameSource.SMB: 3,
    NameSource.NETBIOS: 3,
    NameSource.LLMNR: 4,
    NameSource.MDNS: 4,
    NameSource.LLDP: 5,
    NameSource.SMTP: 6,
    NameSource.WSD: 7,
    NameSource.UPNP: 7,
    NameSource.HTTP: 7,
    NameSource.TLS: 8,
}
_NO_NAMES = frozenset({"", "localhost", "localhost.localdomain", "(none)", "none", "unknown", "*"})
MAX_NAMES = 20

Ranked = tuple[int, str]


def hostnames(observations: Iterable[Observation], told_by_others: Iterable[tuple[NameSource, str]] = ()) -> tuple[str, ...]:
    """``told_by_others``: names from leases and neighbours' tables."""
    ranked = [*_told(observations), *((_RANK[source], name) for source, name in told_by_others)]
    best: dict[str, int] = {}
    for rank, name in ((rank, normal(name)) for rank, name in ranked):
        if name not in _NO_NAMES and not _is_address(name):
            best[name] = min(rank, best.get(name, rank))
    return tuple(_joined(best))[:MAX_NAMES]


def normal(name: str) -> str:
    return name.strip().rstrip(".").lower()


def short(name: str) -> str:
    return name.partition(".")[0]


def _told(observations: Iterable[Observation]) -> Iterator[Ranked]:
    for seen in observations:
        match seen:
            case NameSeen():
                yield _RANK[seen.source], seen.name
            case SystemSeen() if seen.name:
                yield _RANK[NameSource.SNMP], seen.name
            case CertificateSeen():
                yield from ((_RANK[NameSource.TLS], name) for name in seen.names if "*" not in name)


def _joined(best: dict[str, int]) -> list[str]:
    """Names in order; a short one is joined with the best full one that begins with it, and takes the better of the two places."""
    order = sorted(best, key=lambda name: (best[name], -name.count("."), name))
    full_of = {short(name): name for name in reversed(order) if "." in name}
    places: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(order):
        shown = full_of.get(name, name)
        places[shown] = min(places.get(shown, (best[name], place)), (best[name], place))
    return sorted(places, key=lambda name: places[name])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
