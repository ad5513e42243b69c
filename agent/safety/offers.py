"""May this login be offered to this address now?  Asked of every login that a probe hands to an edge, whatever the probe has checked.

A login is one of the configured credentials; it goes to the port and to the addresses that its credential names, and to no device other
than of its vendors and kinds. To one device at most ``MAX_CREDENTIALS`` are offered a scan and protocol, none again that was refused in
this scan, and none that rests (``agent.safety.lockout``). What is held back is an offer with the result ``withheld``, and why.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent.config import Settings
from agent.credentials import Scoped, SnmpCredential, SshCredential, WebCredential, WindowsCredential
from agent.edge import SnmpLogin, SshJump, SshLogin, WebLogin, WindowsLogin
from agent.safety.known import Known
from agent.safety.lockout import Lockout
from shared.errors import Denied, Refused
from shared.outcome import CredentialOffer, OfferResult, Protocol
from shared.secret import Secret

MAX_CREDENTIALS = 3


class NotOffered(Denied):
    """The credential was held back: nothing of it was sent, and another one may be meant for the device."""


Login = SnmpLogin | SshLogin | WindowsLogin | WebLogin
Credential = SnmpCredential | SshCredential | WindowsCredential | WebCredential
_OF_THE_HOST = frozenset({"known_host_sha256", "certificate_sha256", "note_key"})
_PROTOCOLS: tuple[tuple[type[Login], Protocol], ...] = (
    (SnmpLogin, "snmp"),
    (SshLogin, "ssh"),
    (WindowsLogin, "winrm"),
    (WebLogin, "https"),
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A login on its way: ``name`` of its credential; ``withheld`` says why it must not go."""

    name: str
    protocol: Protocol
    address: str
    port: int
    secret: str = field(repr=False)
    withheld: str = ""
    unfit: bool = False
    """Withheld because the device is not one that the credential is for."""

    def ended(self, result: OfferResult, detail: str = "") -> CredentialOffer:
        return CredentialOffer(credential=self.name, protocol=self.protocol, port=self.port, result=result, detail=detail)


@dataclass(slots=True)
class Offers:
    settings: Settings
    known: Known
    lockout: Lockout
    _tried: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _refused: set[tuple[str, str, str]] = field(default_factory=set)

    def consider(self, address: str, port: int, login: Login, now: datetime) -> Offered:
        """Raises Refused where no credential of the configuration is meant for this address and port."""
        protocol = next(name for kind, name in _PROTOCOLS if isinstance(login, kind))
        meant = [credential for credential in self._with(login) if credential.port == port and _covers(credential, address)]
        if not meant:
            raise Refused(f"no {protocol} credential is meant for {address} port {port}: nothing was sent")
        fitting = [credential for credential in meant if not self._misfit(credential, address)]
        credential = (fitting or meant)[0]
        secret = _secret(login)
        device, name = self.known.device(address), credential.name
        misfit = why = "" if fitting else self._misfit(credential, address)
        if not why and (protocol, device, name) in self._refused:
            why = "it was refused in this scan"
        why = why or self.lockout.why_not(address, protocol, name, secret, now)
        tried = self._tried[(protocol, device)]
        if not why and name not in tried and len(tried) >= MAX_CREDENTIALS:
            why = f"{MAX_CREDENTIALS} others were tried on this device"
        if not why:
            tried.add(name)
        return Offered(name, protocol, address, port, secret, why, bool(misfit))

    def denied(self, offered: Offered, now: datetime) -> None:
        self._refused.add((offered.protocol, self.known.device(offered.address), offered.name))
        self.lockout.denied(offered.address, offered.protocol, offered.name, offered.secret, now)

    def accepted(self, offered: Offered) -> None:
        self.lockout.accepted(offered.address, offered.protocol, offered.name)

    def _with(self, login: Login) -> list[Credential]:
        """The credentials that have this login."""
        match login:
            case SnmpLogin():
                return [credential for credential in self.settings.snmp if credential.login() == login]
            case WindowsLogin():
                return [credential for credential in self.settings.windows if credential.login() == replace(login, certificate_sha256="")]
            case WebLogin():
                return [credential for credential in self.settings.web if credential.login() == replace(login, certificate_sha256="")]
            case SshLogin():
                return [credential for credential in self.settings.ssh if _same_ssh(credential, login)]

    def _misfit(self, credential: Scoped, address: str) -> str:
        """Why the device is not one that the credential is for; empty where it is."""
        if not credential.vendors and not credential.kinds:
            return ""
        identity = self.known.identity(address)
        if credential.vendors and not any(identity.made_by(vendor) for vendor in credential.vendors):
            found = ", ".join(sorted(identity.vendors)) or "not known"
            return f"it is for devices of {', '.join(credential.vendors)}; this one's vendor is {found}"
        if credential.kinds and identity.kind not in credential.kinds:
            return f"it is for {', '.join(credential.kinds)}; this one's kind is {identity.kind or 'not known'}"
        return ""


def _covers(credential: Credential, address: str) -> bool:
    return credential.covers(address) if isinstance(credential, SnmpCredential) else address in credential.hosts


def _same_ssh(credential: SshCredential, login: SshLogin) -> bool:
    jump = replace(login.jump, known_host_sha256="") if login.jump else None
    return credential.login() == replace(login, known_host_sha256="", jump=jump)


def _secret(login: Login | SshJump) -> str:
    """All that makes up the login, for its digest: with any part of it changed it is another one."""
    return "\0".join(_plain(getattr(login, name)) for name in type(login).__dataclass_fields__ if name not in _OF_THE_HOST)


def _plain(part: object) -> str:
    if isinstance(part, SshJump):
        return _secret(part)
    return part.reveal() if isinstance(part, Secret) else str(part)
