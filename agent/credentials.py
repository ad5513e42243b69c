"""The credentials that the agent was given, and how far each may go. None is ever offered to a host outside its scope."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from agent.edge import SnmpAuth, SnmpLogin, SnmpPrivacy, SnmpVersion, SshJump, SshLogin, WebLogin, WindowsLogin
from shared.address import Ip, Prefix
from shared.inventory import Kind
from shared.model import Frozen
from shared.secret import Secret

Port = Annotated[int, Field(ge=1, le=65535)]

_HEADER_VALUE = re.compile(r"[!-~]+")
"""What may stand in a header of HTTP; anything else would be told, with its value, in a library's error."""

KINDS = frozenset(kind.value for kind in Kind)


def _kind(text: object) -> str:
    kind = text.strip().lower() if isinstance(text, str) else ""
    if kind not in KINDS:
        raise ValueError(f"there is no such kind; there are {', '.join(sorted(KINDS))}")
    return kind


class Scoped(Frozen, extra="forbid"):
    """A credential that may be kept to some devices by what they have shown to be. Empty: to any that its subnets or hosts name.

    A device of which vendor or kind is not known yet is not one of these: nothing is offered on a guess."""

    name: str
    vendors: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """As on the label: ``HP``, ``Siemens``; compared word by word, whatever the case."""
    kinds: tuple[Annotated[str, BeforeValidator(_kind)], ...] = ()


class SnmpCredential(Scoped):
    """A community or a version 3 user, offered only to live hosts inside ``subnets``."""

    subnets: tuple[Prefix, ...] = Field(min_length=1)
    port: Port = 161
    version: SnmpVersion = "2c"
    community: Secret | None = None
    user: str = ""
    auth: SnmpAuth = ""
    auth_password: Secret | None = None
    privacy: SnmpPrivacy = ""
    privacy_password: Secret | None = None
    context: str = ""

    @model_validator(mode="before")
    @classmethod
    def _version_by_what_is_given(cls, given: object) -> object:
        """A user without a version means version 3."""
        return {"version": "3", **given} if isinstance(given, dict) and given.get("user") else given

    @model_validator(mode="after")
    def _is_whole(self) -> "SnmpCredential":
        if fault := login_fault(self.login()):
            raise ValueError(fault)
        return self

    def covers(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        return any(ip in ipaddress.ip_network(subnet) for subnet in self.subnets)

    def login(self) -> SnmpLogin:
        return SnmpLogin(
            self.version, self.community, self.user, self.auth, self.auth_password, self.privacy, self.privacy_password, self.context
        )


def login_fault(login: SnmpLogin) -> str:
    """What is wrong with a login, for a person; empty where nothing is."""
    if login.version != "3":
        return "" if login.community else f"SNMP v{login.version} needs a community"
    if not login.user:
        return "SNMP v3 needs a user"
    if bool(login.auth) != bool(login.auth_password) or bool(login.privacy) != bool(login.privacy_password):
        return "auth and auth_password, privacy and privacy_password go together"
    if login.privacy and not login.auth:
        return "SNMP v3 knows no privacy without authentication"
    short = [secret for secret in (login.auth_password, login.privacy_password) if secret and len(secret.reveal()) < 8]
    return "an SNMP v3 password has at least 8 characters (RFC 3414)" if short else ""


def _way_in_fault(password: Secret | None, key_file: Path | None, key_passphrase: Secret | None, use_agent: bool) -> str:
    """What is wrong with how somebody is to log in; empty where nothing is."""
    if password is None and key_file is None and not use_agent:
        return "give password or key_file, or use_agent = true"
    return "key_passphrase belongs to a key_file" if key_passphrase is not None and key_file is None else ""


class JumpHost(Frozen, extra="forbid"):
    """The host that alone gets to the devices. It is logged in at first, and its host key is looked at too."""

    address: Ip
    port: Port = 22
    username: str
    password: Secret | None = None
    key_file: Path | None = None
    key_passphrase: Secret | None = None
    use_agent: bool = False

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "JumpHost":
        if fault := _way_in_fault(self.password, self.key_file, self.key_passphrase, self.use_agent):
            raise ValueError(fault)
        return self

    def login(self) -> SshJump:
        key_file = str(self.key_file or "")
        return SshJump(str(self.address), self.port, self.username, self.password, key_file, self.key_passphrase, self.use_agent)


class SshCredential(Scoped):
    """A login, offered only to the hosts that are named."""

    platform: str
    """A file of ``agent/ssh/``; they are named as netmiko names them."""
    hosts: tuple[Ip, ...] = Field(min_length=1)
    port: Port = 22
    username: str
    password: Secret | None = None
    key_file: Path | None = None
    key_passphrase: Secret | None = None
    use_agent: bool = False
    """The keys of the SSH agent that runs for this user are offered too."""
    enable_password: Secret | None = None
    """For ``enable``, where the platform types it. Empty: an empty line."""
    old_algorithms: bool = False
    """Algorithms that are no longer safe may be used, for devices that know no others; the outcome says which were."""
    jump: JumpHost | None = None

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "SshCredential":
        if fault := _way_in_fault(self.password, self.key_file, self.key_passphrase, self.use_agent):
            raise ValueError(fault)
        if self.jump and self.jump.address in self.hosts:
            raise ValueError("jump.address is one of hosts: nobody is reached through himself")
        return self

    def login(self) -> SshLogin:
        return SshLogin(
            username=self.username,
            password=self.password,
            key_file=str(self.key_file or ""),
            key_passphrase=self.key_passphrase,
            use_agent=self.use_agent,
            enable_password=self.enable_password,
            old_algorithms=self.old_algorithms,
            jump=self.jump.login() if self.jump else None,
        )


class WindowsCredential(Scoped):
    """A login for WinRM, offered only to the hosts that are named."""

    hosts: tuple[Ip, ...] = Field(min_length=1)
    port: Port = 5986
    username: str
    password: Secret

    def login(self) -> WindowsLogin:
        return WindowsLogin(self.username, self.password, tls=self.port != 5985)


class WebCredential(Scoped):
    """A login for a device's own HTTPS interface, offered only to the hosts that are named: an API key, or a username and a password."""

    platform: str
    """A file of ``agent/web/``."""
    hosts: tuple[Ip, ...] = Field(min_length=1)
    port: Port = 443
    username: str = ""
    password: Secret | None = None
    api_key: Secret | None = None

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "WebCredential":
        if (self.api_key is None) == (self.password is None) or (self.password is not None) != bool(self.username):
            raise ValueError("give an api_key, or a username with its password")
        if self.api_key is not None and not _HEADER_VALUE.fullmatch(self.api_key.reveal()):
            raise ValueError("an api_key is one word of ASCII letters, digits and signs")
        return self

    def login(self) -> WebLogin:
        return WebLogin(self.username, self.password, self.api_key)
