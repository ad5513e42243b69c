"""What has changed of routes, certificates, links, subnets and VLANs?"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from collector.core.comparison import Comparison, by
from collector.core.diff_devices import was_looked_at
from shared.change import Change, ChangeKind, Grade
from shared.inventory import Certificate, Inventory, Link

_LEARNED_ROUTES = frozenset({"ospf", "bgp", "rip", "isis", "eigrp", "dhcp", "ra", "redirect", "kernel-cache"})
"""Routes that protocols make and unmake by themselves."""
_DEFAULT = ("0.0.0.0/0", "::/0")


def changes(comparison: Comparison) -> Iterator[Change]:
    yield from _routes(comparison)
    yield from _certificates(comparison)
    yield from _links(comparison)
    yield from _subnets(comparison)
    yield from _vlans(comparison)


def _routes(comparison: Comparison) -> Iterator[Change]:
    old, new = _lasting_routes(comparison.a), _lasting_routes(comparison.b)
    told_before = {device for device, _, _ in old}
    for place in sorted(old.keys() ^ new.keys()):
        device, destination, way = place
        if not comparison.is_told_of(device) or (device not in told_before and comparison.newly_answered(device)):
            continue
        yield Change(
            kind=ChangeKind.APPEARED if place in new else ChangeKind.MISSING,
            subject="route",
            grade=Grade.NOTABLE if destination in _DEFAULT else Grade.ROUTINE,
            device=device,
            device_title=comparison.title(device),
            key=destination,
            title=f"{destination} → {way}",
        )


def _lasting_routes(inventory: Inventory) -> Mapping[tuple[str, str, str], bool]:
    lasting = (route for route in inventory.routes if route.origin.lower() not in _LEARNED_ROUTES)
    return {(route.device, route.destination, route.gateway or route.interface): True for route in lasting}


def _certificates(comparison: Comparison) -> Iterator[Change]:
    """One certificate on several ports of a device is one change; one that comes or goes with its port none of its own."""
    old, new = (by(inventory.certificates, _certificate_place) for inventory in (comparison.a, comparison.b))
    replaced: dict[tuple[str, str, str], list[str]] = {}
    by_sha256 = {each.sha256: each for each in (*old.values(), *new.values())}
    for place in sorted(old.keys() | new.keys()):
        had, has = old.get(place), new.get(place)
        shown = has or had
        if shown is None or not comparison.is_told_of(shown.device) or (had and has and had.sha256 == has.sha256):
            continue
        if (had is None or has is None) and _goes_with_its_port(comparison, shown, came=had is None):
            continue
        sha256s = (had.sha256 if had else "", has.sha256 if has else "")
        replaced.setdefault((shown.device, *sha256s), []).append(f"{shown.address}:{shown.port}")
    for (device, before, after), ports in replaced.items():
        yield _certificate(comparison, device, by_sha256.get(before), by_sha256.get(after), ports)


def _certificate_place(certificate: Certificate) -> tuple[str, str, int, str]:
    return certificate.device, certificate.address, certificate.port, certificate.starttls


def _goes_with_its_port(comparison: Comparison, certificate: Certificate, came: bool) -> bool:
    """Or nobody had asked that port for a certificate before."""
    before, after = comparison.before[certificate.device], comparison.after[certificate.device]
    was, now = (any((p.address, p.number) == (certificate.address, certificate.port) for p in d.ports) for d in (before, after))
    if came and (
        comparison.newly_answered(certificate.device, probes_from_outside=True)
        or not was_looked_at(before, (certificate.address, "tcp", certificate.port))
    ):
        return True
    return was != now


def _certificate(comparison: Comparison, device: str, old: Certificate | None, new: Certificate | None, ports: list[str]) -> Change:
    kind = ChangeKind.CHANGED if old and new else ChangeKind.APPEARED if new else ChangeKind.MISSING
    shown = new or old
    names = next(iter(shown.names), shown.subject) if shown else ""
    return Change(
        kind=kind,
        subject="certificate",
        device=device,
        device_title=comparison.title(device),
        key=", ".join(ports),
        title=names,
        field="certificate" if kind is ChangeKind.CHANGED else "",
        before=_until(old.not_after_utc) if old else "",
        after=_until(new.not_after_utc) if new else "",
    )


def _until(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _links(comparison: Comparison) -> Iterator[Change]:
    """A switch forgets who is silent, so a learned link that is gone, or new, is no change; one that is elsewhere is.

    A neighbour that is gone with its device is told there.
    """
    yield from _neighbours(comparison)
    old, new = _learned(comparison.a), _learned(comparison.b)
    for behind in sorted(old.keys() & new.keys()):
        had, has = old[behind], new[behind]
        if (
            (had.device, had.port) == (has.device, has.port)
            or not comparison.is_told_of(has.device)
            or not comparison.is_told_of(has.to_device)
        ):
            continue
        if not comparison.is_told_of(had.device):
            continue
        yield _link(comparison, ChangeKind.CHANGED, has, field="port", before=_port_of(comparison, had), after=_port_of(comparison, has))


def _neighbours(comparison: Comparison) -> Iterator[Change]:
    old, new = (by((each for each in i.links if each.known_by != "bridge_table"), _cable) for i in (comparison.a, comparison.b))
    tellers = {link.device for link in old.values()}
    for cable in sorted(old.keys() ^ new.keys()):
        link = new.get(cable) or old[cable]
        ends = [link.device, *([link.to_device] if link.to_device else [])]
        if not all(comparison.is_told_of(end) for end in ends):
            continue
        if cable in new and link.device not in tellers and comparison.newly_answered(link.device):
            continue
        yield _link(comparison, ChangeKind.APPEARED if cable in new else ChangeKind.MISSING, link)


def _cable(link: Link) -> tuple[str, str, str, str]:
    return link.device, link.port, link.to_device or link.to_mac or "", link.to_port


def _learned(inventory: Inventory) -> Mapping[str, Link]:
    """Who is behind a port -> the link; only who is behind one port alone."""
    found: dict[str, list[Link]] = {}
    for link in inventory.links:
        if link.known_by == "bridge_table":
            found.setdefault(link.to_device or link.to_mac or "", []).append(link)
    return {behind: links[0] for behind, links in found.items() if len(links) == 1}


def _port_of(comparison: Comparison, link: Link) -> str:
    return f"{comparison.title(link.device)} {link.port}"


def _link(comparison: Comparison, kind: ChangeKind, link: Link, field: str = "", before: str = "", after: str = "") -> Change:
    other = comparison.title(link.to_device) if link.to_device else link.to_mac or ""
    return Change(
        kind=kind,
        subject="link",
        device=link.device,
        device_title=comparison.title(link.device),
        key=link.port,
        title=" ".join(filter(None, (other, link.to_port))),
        field=field,
        before=before,
        after=after,
    )


def _subnets(comparison: Comparison) -> Iterator[Change]:
    """A subnet that only a new or a gone device knows follows from that device."""
    old, new = (by(inventory.subnets, lambda subnet: subnet.prefix) for inventory in (comparison.a, comparison.b))
    for prefix in sorted(old.keys() ^ new.keys()):
        subnet = new.get(prefix) or old[prefix]
        known_by = [each for each in subnet.known_by if each in comparison.before or each in comparison.after]
        follows = known_by and all(not comparison.is_told_of(each) or comparison.newly_answered(each) for each in known_by)
        if not (follows and not subnet.scanned):
            kind = ChangeKind.APPEARED if prefix in new else ChangeKind.MISSING
            yield Change(kind=kind, subject="subnet", grade=Grade.NOTABLE, key=prefix, title=prefix)
    for prefix in sorted(old.keys() & new.keys()):
        for field in ("gateway", "vlan"):
            had, has = getattr(old[prefix], field), getattr(new[prefix], field)
            if had is not None and has is not None and had != has:
                yield _changed("subnet", prefix, field, str(had), str(has))


def _vlans(comparison: Comparison) -> Iterator[Change]:
    old, new = (by(inventory.vlans, lambda vlan: vlan.vlan) for inventory in (comparison.a, comparison.b))
    for number in sorted(old.keys() ^ new.keys()):
        vlan = new.get(number) or old[number]
        if any(comparison.is_told_of(each) and not comparison.newly_answered(each) for each in vlan.devices):
            kind = ChangeKind.APPEARED if number in new else ChangeKind.MISSING
            yield Change(kind=kind, subject="vlan", grade=Grade.NOTABLE, key=str(number), title=f"{number} {vlan.name}".strip())
    for number in sorted(old.keys() & new.keys()):
        if old[number].name and new[number].name and old[number].name != new[number].name:
            yield _changed("vlan", str(number), "name", old[number].name, new[number].name)


def _changed(subject: str, key: str, field: str, before: str, after: str) -> Change:
    return Change.model_validate(
        {"kind": ChangeKind.CHANGED, "subject": subject, "key": key, "title": key, "field": field, "before": before, "after": after}
    )
