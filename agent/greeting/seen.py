"""What was said -> observations: each field as it was said, names, and the product where a rule knows it beyond doubt."""

from collections.abc import Iterable, Iterator

from agent.greeting import Said
from agent.greeting.text import host_name
from shared.fingerprints import greetings
from shared.observation import NameSeen, NameSource, Observation, PortSeen, Provenance, SaidSeen

_WITH_TLS = {"http": "https", "imap": "imaps", "pop3": "pop3s", "smtp": "smtps", "ldap": "ldaps", "ftp": "ftps"}
_BY_PORT = {("smtp", 587): "submission", ("smb", 139): "netbios-ssn", ("smb", 445): "microsoft-ds", ("dns", 53): "domain"}
_NAMES = {"smtp.greeting": NameSource.SMTP}


def observations(address: str, port: int, said: Iterable[Said], tls: bool = False) -> Iterator[Observation]:
    """``said`` of one TCP port. A field without a value names the service, and says no more."""
    best: greetings.Named | None = None
    service = ""
    for field, value in said:
        service = service or _service(field.partition(".")[0], port, tls)
        if not value:
            continue
        yield SaidSeen(address=address, protocol="tcp", port=port, field=field, value=value)
        if field in _NAMES and (name := host_name(field, value)):
            yield NameSeen(address=address, name=name, source=_NAMES[field], provenance=Provenance.OWN_REPLY)
        best = best or greetings.product(field, value)
    if service:
        yield _port(address, port, service, best)


def _service(protocol: str, port: int, tls: bool) -> str:
    if protocol == "tcp":
        return ""  # a greeting that nobody here knows
    name = _BY_PORT.get((protocol, port)) or {"dns": "domain", "smb": "microsoft-ds"}.get(protocol, protocol)
    return _WITH_TLS.get(name, f"ssl/{name}") if tls else name


def _port(address: str, port: int, service: str, named: greetings.Named | None) -> PortSeen:
    return PortSeen(
        address=address,
        protocol="tcp",
        number=port,
        service=service,
        product=named.product if named else "",
        version=named.version if named else "",
        extra=named.extra if named else "",
    )
