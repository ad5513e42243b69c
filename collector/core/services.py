"""Which mail services, backups and certificates does the site show?

Source: IANA's service names and port numbers; RFC 8314 (TLS of mail).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from collector.core.facts import DeviceFacts
from shared import fingerprints
from shared.address import address_order
from shared.inventory import BackupService, Certificate, Device, DevicePort, MailService
from shared.observation import CertificateSeen

_MAIL_BY_NUMBER = {25: "smtp", 110: "pop3", 143: "imap", 465: "smtps", 587: "submission", 993: "imaps", 995: "pop3s", 4190: "sieve"}
_MAIL_NAMES = frozenset({*_MAIL_BY_NUMBER.values(), "ssl/smtp", "ssl/imap", "ssl/pop3"})
_TLS_FROM_THE_START = frozenset({"smtps", "imaps", "pop3s", "ssl/smtp", "ssl/imap", "ssl/pop3"})


def certificates(devices: Iterable[DeviceFacts]) -> tuple[Certificate, ...]:
    found: dict[tuple[str, str, int, str], Certificate] = {}
    for facts in devices:
        for seen in facts.of(CertificateSeen):
            place = (facts.id, seen.address, seen.port, seen.starttls)
            found.setdefault(place, Certificate(device=facts.id, **seen.model_dump(exclude={"type"})))
    return tuple(found[place] for place in sorted(found, key=lambda place: (place[0], address_order(place[1]), *place[2:])))


def mail(devices: Iterable[Device], shown: Sequence[Certificate]) -> tuple[MailService, ...]:
    by_place: dict[tuple[str, int], set[str]] = {}
    for certificate in shown:
        by_place.setdefault((certificate.address, certificate.port), set()).add("starttls" if certificate.starttls else "tls")
    return tuple(_mail(devices, by_place))


def _mail(devices: Iterable[Device], by_place: Mapping[tuple[str, int], set[str]]) -> Iterator[MailService]:
    for device in devices:
        for port in device.ports:
            service = _mail_service(port)
            if service:
                seen = by_place.get((port.address, port.number), set()) | ({"tls"} if service in _TLS_FROM_THE_START else set())
                yield MailService(
                    device=device.id,
                    address=port.address,
                    port=port.number,
                    service=service,
                    product=" ".join(filter(None, (port.product, port.version))),
                    encryption=max(seen, default=""),
                )


def _mail_service(port: DevicePort) -> str:
    """By the number where it is a mail port, else by the name that the service was given; empty: not a mail service."""
    if port.protocol != "tcp":
        return ""
    by_number = _MAIL_BY_NUMBER.get(port.number, "")
    if by_number:
        return by_number
    return port.service if port.service in _MAIL_NAMES else ""


def backups(devices: Iterable[Device]) -> tuple[BackupService, ...]:
    """As ``shared/fingerprints/backups.toml`` says."""
    return tuple(found for device in devices for port in device.ports for found in _backups(device, port))


def _backups(device: Device, port: DevicePort) -> Iterator[BackupService]:
    banner = f"{port.product} {port.version}".strip()
    for rule in fingerprints.rules().backups:
        by_port = f"{port.protocol}/{port.number}" in rule.ports
        by_product = bool(rule.product and rule.product.search(banner))
        if (by_port or not rule.ports) and (by_product or rule.product is None):
            known_by = banner if by_product else f"{port.protocol}/{port.number} {port.service}".strip()
            yield BackupService(device=device.id, software=rule.software, address=port.address, port=port.number, known_by=known_by)
