"""One login at one device by SSH: through a jump host or not, the host key first, one credential once. netmiko sets the connection up.

The host key is looked at after the key exchange and before anything of the login is sent; the jump host's likewise. The agent's own keys
and the user's are never offered, an SSH agent's only where the credential says so. Algorithms that are no longer safe are off unless the
credential allows them; which of them were then used is told. No session log is written. No shell is opened here and no command typed:
``exec_session`` and ``ssh_shell`` do that. Sources: netmiko 4.8, paramiko 4.0, RFC 4252, RFC 4253, RFC 4254 section 7 (direct-tcpip).

A password goes as ``password`` or, where the device wants it so, as the answer to its one question (``keyboard-interactive``). A device
that wants neither, as it asks at its prompt, is let in with ``none``.

Raises Denied (login refused, key file of no use), Refused (another host key than recorded), Unreachable (no connection).
"""

import base64
import hashlib
import logging
from collections.abc import Callable
from typing import Any

import paramiko  # type: ignore[import-untyped]  # paramiko ships no types
from netmiko import BaseConnection
from netmiko.exceptions import NetmikoBaseException

from agent.edge import HostKey, SshJump, SshLogin
from shared.errors import Denied, NetarioError, Refused, Unreachable
from shared.secret import Secret

# netmiko writes all that it sends, passwords among it, at DEBUG; paramiko writes tracebacks of what is an outcome here
logging.getLogger("netmiko").setLevel(logging.WARNING)
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

CONNECT_S, BANNER_S, LOGIN_S = 8.0, 10.0, 15.0
OLD_ALGORITHMS = {
    "kex": ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"],
    "keys": ["ssh-rsa", "ssh-dss"],
    "pubkeys": ["ssh-rsa", "ssh-dss"],
    "ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96"],
}
_OLD_NAMES = frozenset(name for names in OLD_ALGORITHMS.values() for name in names)
_ASKED_FOR = frozenset({"password", "keyboard-interactive", "publickey"})


class Connection:
    """The way to one device, to be opened once. Whatever was opened of it ``close`` ends."""

    def __init__(self, address: str, port: int, login: SshLogin) -> None:
        self._login = login
        self._jump = _netmiko(login.jump.address, login.jump.port, login.jump, login) if login.jump else None
        self._device = _netmiko(address, port, login, login)

    def open(self) -> paramiko.Transport:
        try:
            if self._jump is not None:
                self._device.sock = self._through(self._jump)
            return self._device.open()
        except NetarioError:
            self.close()
            raise

    def _through(self, jump: "_Netmiko") -> paramiko.Channel:
        place = f"{self._device.host} port {self._device.port}"
        try:
            transport = jump.open()
        except NetarioError as error:
            raise type(error)(f"jump host: {error}") from None
        try:
            return transport.open_channel("direct-tcpip", (self._device.host, self._device.port), ("127.0.0.1", 0), timeout=CONNECT_S)
        except paramiko.ChannelException as error:
            raise Unreachable(f"the jump host {jump.host} does not get to {place}: {error.text or 'it refused'}") from None
        except (paramiko.SSHException, OSError, EOFError):
            raise Unreachable(f"the jump host {jump.host} does not get to {place} within {CONNECT_S:g} s") from None

    def close(self) -> None:
        """Closes the transports without a word: a driver's own farewell may type commands at the device."""
        for each in (self._device, self._jump):
            if each is not None and each.remote_conn_pre is not None:
                each.remote_conn_pre.close()

    @property
    def host_key(self) -> HostKey:
        assert self._device.seen_key  # noqa: S101 - a transport that is open has shown one
        return self._device.seen_key

    @property
    def old_algorithms(self) -> tuple[str, ...]:
        """Those in use on the way, the jump host's among them."""
        used = {name for each in (self._jump, self._device) if each is not None for name in each.algorithms()}
        return tuple(sorted(used & _OLD_NAMES))


class _Transport(paramiko.ServiceRequestingTransport):  # type: ignore[misc]  # paramiko ships no types
    """Remembers the key exchange, which paramiko forgets as soon as it is done; asks for the login service once, as some insist on."""

    agreed_kex = ""

    def _set_K_H(self, k: object, h: object) -> None:
        self.agreed_kex = str(getattr(self.kex_engine, "name", ""))
        super()._set_K_H(k, h)


class _Client(paramiko.SSHClient):  # type: ignore[misc]  # paramiko ships no types
    def _auth(self, username: str, *rest: Any) -> None:
        try:
            super()._auth(username, *rest)
        except paramiko.BadAuthenticationType as error:
            if _ASKED_FOR & set(error.allowed_types):
                raise
            self._transport.auth_none(username)


class _Netmiko(BaseConnection):
    """netmiko's connection, logged in with no shell opened and nothing typed."""

    remote_conn_pre: paramiko.SSHClient | None
    seen_key: HostKey | None = None
    recorded_sha256 = ""
    note_key: Callable[[str, int, HostKey], None] | None = None

    def _get_ssh_client_instance(self) -> paramiko.SSHClient:
        client = _Client()
        client.set_missing_host_key_policy(_HostKeyPolicy(self))
        return client

    def open(self) -> paramiko.Transport:
        self.remote_conn_pre = self._get_ssh_client_instance()
        try:
            self.remote_conn_pre.connect(**self._connect_params_dict(), transport_factory=_Transport)
        except paramiko.AuthenticationException as error:
            if "timeout" in str(error).lower():
                raise Unreachable(f"no answer to the login at {self.host} within {LOGIN_S:g} s") from None
            raise Denied(f"{self.host} refused the login of {self.username!r}; it was tried once") from None
        except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
            raise Unreachable(_why_unreachable(self, error)) from None
        return self.remote_conn_pre.get_transport()

    def algorithms(self) -> set[str]:
        transport = self.remote_conn_pre.get_transport() if self.remote_conn_pre else None
        names = ("agreed_kex", "host_key_type", "local_cipher", "remote_cipher", "local_mac", "remote_mac")
        return {str(getattr(transport, name, "")) for name in names}


class _HostKeyPolicy:
    """paramiko asks this after the key exchange, before it sends anything of the login."""

    def __init__(self, connection: _Netmiko) -> None:
        self._connection = connection

    def missing_host_key(self, client: object, hostname: str, key: paramiko.PKey) -> None:
        connection, found = self._connection, host_key(key)
        connection.seen_key = found
        recorded = connection.recorded_sha256
        if recorded and recorded != found.sha256:
            raise Refused(
                f"the host key has changed: SHA256:{recorded} was recorded, SHA256:{found.sha256} is shown. Nothing was sent. If the "
                "device was replaced or set up anew, forget the old key; if not, somebody may be in between"
            )
        if connection.note_key:
            connection.note_key(str(connection.host), int(connection.port), found)


def _netmiko(address: str, port: int, who: SshLogin | SshJump, login: SshLogin) -> _Netmiko:
    """Not yet connected. The key file is read here, before anything is sent."""
    connection = _Netmiko(
        host=address,
        port=port,
        device_type="generic",
        username=who.username,
        password=who.password.reveal() if who.password else None,
        use_keys=False,
        pkey=_private_key(who.key_file, who.key_passphrase) if who.key_file else None,
        allow_agent=who.use_agent,
        disabled_algorithms={} if login.old_algorithms else OLD_ALGORITHMS,
        conn_timeout=CONNECT_S,
        banner_timeout=BANNER_S,
        auth_timeout=LOGIN_S,
        session_log=None,
        auto_connect=False,
    )
    connection.remote_conn_pre = None
    connection.recorded_sha256 = who.known_host_sha256
    connection.note_key = login.note_key
    return connection


def _private_key(file: str, passphrase: Secret | None) -> paramiko.PKey:
    """Read before anything is sent, so that a fault of the file is not taken for one of the device."""
    try:
        return paramiko.PKey.from_path(file, passphrase.reveal().encode() if passphrase else None)
    except paramiko.PasswordRequiredException:
        raise Denied(f"the key file {file} needs a passphrase: give key_passphrase") from None
    except OSError as error:
        raise Denied(f"the key file {file} cannot be read: {error.strerror or error}") from None
    except (paramiko.SSHException, ValueError, TypeError) as error:
        if passphrase is None and isinstance(error, TypeError) and "password" in str(error).lower():
            raise Denied(f"the key file {file} needs a passphrase: give key_passphrase") from None
        wrong = ", or its passphrase is another one" if passphrase else ""
        raise Denied(f"the key file {file} holds no private key of a known form{wrong}") from None


def _why_unreachable(connection: _Netmiko, error: Exception) -> str:
    text = " ".join(str(error).split())
    place = f"{connection.host} port {connection.port}"
    if "no acceptable" in text or "Incompatible" in text:
        if connection.disabled_algorithms:
            return f"{place} offers only algorithms that are no longer safe; they are off, and old_algorithms = true allows them"
        return f"{place} offers only algorithms that nobody speaks any more (such as DSA host keys)"
    if "Unable to connect" in text or isinstance(error, TimeoutError | ConnectionError):
        return f"no SSH connection to {place}: it was refused, or nobody answered"
    return f"no SSH connection to {place}: {text[:160] or type(error).__name__}"


def host_key(key: paramiko.PKey) -> HostKey:
    digest = hashlib.sha256(key.asbytes()).digest()
    return HostKey(algorithm=str(key.get_name()), sha256=base64.b64encode(digest).decode().rstrip("="))
