"""One SSH conversation with one device, logged in by netmiko: the device's host key first, then one credential, then commands.

What goes where: a platform whose shell takes single commands (Linux and what is built on it) is read over exec channels of the connection
that netmiko has opened (``agent.edge.exec_session``): clean bytes, exit codes, no prompt to guess, no menu in the way. Every other
platform is read through netmiko's driver of that name, whose prompt and paging rules are the reason for netmiko.

The host key is looked at after the key exchange and before anything of the login is sent. A password is tried once. The agent's own keys
and the user's are never offered, old algorithms stay off, and no session log is written. Sources: netmiko 4.6, paramiko 4.0, RFC 4252.

Raises: Denied (login refused, key file of no use), Refused (another host key than recorded), Unreachable (no connection),
Unsupported (unknown platform).
"""

import asyncio
import base64
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import paramiko  # type: ignore[import-untyped]  # paramiko ships no types
from netmiko import BaseConnection
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException, NetmikoTimeoutException, ReadTimeout
from netmiko.ssh_dispatcher import CLASS_MAPPER

from agent.edge import HostKey, SshLogin, SshSession
from agent.edge.exec_session import EXEC_PLATFORMS, MAX_OUTPUT_BYTES, ExecSession
from shared.errors import Denied, Refused, Unparsed, Unreachable, Unsupported

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


class NetmikoEdge:
    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        if platform not in CLASS_MAPPER or platform.endswith(("_telnet", "_serial")):
            raise Unsupported(f"netmiko knows no platform {platform!r} that speaks SSH")
        connection = _connection(address, port, platform, login)
        opening = asyncio.get_running_loop().run_in_executor(None, _open, connection, address, port)
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            # the thread goes on until its own time-outs; what it then has opened must not stay open
            opening.add_done_callback(partial(_close_late, connection))
            raise
        try:
            key = cast(HostKey, connection.seen_key)
            yield ExecSession(connection.remote_conn_pre, key) if platform in EXEC_PLATFORMS else ShellSession(connection, key)
        finally:
            await asyncio.to_thread(_close, connection)


class ShellSession:
    """Commands typed at the device's prompt. Paging is the driver's matter."""

    def __init__(self, connection: BaseConnection, host_key: HostKey) -> None:
        self._connection = connection
        self.host_key = host_key

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        return await asyncio.to_thread(self._run, command, deadline_s)

    def _run(self, command: str, deadline_s: float) -> str:
        try:
            output = self._connection.send_command(command, read_timeout=deadline_s)
        except ReadTimeout:
            raise Unreachable(f"no end of the answer to {command!r} within {deadline_s:g} s") from None
        except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
            raise Unreachable(f"the line dropped during {command!r} ({type(error).__name__})") from None
        if not isinstance(output, str) or len(output) > MAX_OUTPUT_BYTES:
            raise Unparsed(f"{command!r} gave more than {MAX_OUTPUT_BYTES} bytes")
        return output


def _connection(address: str, port: int, platform: str, login: SshLogin) -> Any:
    """netmiko's driver for the platform, with our way to open it; not yet connected."""
    driver = type(f"Checked_{platform}", (_ExecOnly if platform in EXEC_PLATFORMS else _Checked, CLASS_MAPPER[platform]), {})
    connection = driver(
        host=address,
        port=port,
        device_type=platform,
        username=login.username,
        password=login.password.reveal() if login.password else None,
        use_keys=False,
        pkey=_private_key(login.key_file) if login.key_file else None,
        allow_agent=False,
        disabled_algorithms=OLD_ALGORITHMS,
        conn_timeout=CONNECT_S,
        banner_timeout=BANNER_S,
        auth_timeout=LOGIN_S,
        session_log=None,
        auto_connect=False,
    )
    connection.recorded_sha256 = login.known_host_sha256
    return connection


def _private_key(file: str) -> paramiko.PKey:
    """Read before anything is sent, so that a fault of the file is not taken for one of the device."""
    try:
        return paramiko.PKey.from_path(file)
    except paramiko.PasswordRequiredException:
        raise Denied(f"the key file {file} needs a passphrase; give one without") from None
    except OSError as error:
        raise Denied(f"the key file {file} cannot be read: {error.strerror or error}") from None
    except (paramiko.SSHException, ValueError, TypeError):
        raise Denied(f"the key file {file} holds no private key of a known form") from None


class _HostKeyPolicy:
    """paramiko asks this after the key exchange, before it sends anything of the login."""

    def __init__(self, connection: "_Checked") -> None:
        self._connection = connection

    def missing_host_key(self, client: object, hostname: str, key: paramiko.PKey) -> None:
        found = host_key(key)
        self._connection.seen_key = found
        recorded = self._connection.recorded_sha256
        if recorded and recorded != found.sha256:
            raise Refused(
                f"the host key has changed: SHA256:{recorded} was recorded, SHA256:{found.sha256} is shown. Nothing was sent. If the "
                "device was replaced or set up anew, forget the old key; if not, somebody may be in between"
            )


class _Checked:
    """Mixed into a netmiko driver: looks at the host key. Drivers find their client through this method."""

    seen_key: HostKey | None = None
    recorded_sha256 = ""

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client: paramiko.SSHClient = super()._build_ssh_client()  # type: ignore[misc]  # of the driver this is mixed into
        client.set_missing_host_key_policy(_HostKeyPolicy(self))
        return client


class _ExecOnly(_Checked):
    """Mixed into a netmiko driver: logs in and opens no shell."""

    _connect_params_dict: Callable[[], dict[str, Any]]
    remote_conn_pre: paramiko.SSHClient | None

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        self.remote_conn_pre = self._build_ssh_client()
        self.remote_conn_pre.connect(**self._connect_params_dict())

    def _try_session_preparation(self, force_data: bool = True) -> None:
        """There is no prompt to prepare."""


def _open(connection: Any, address: str, port: int) -> None:
    try:
        connection._open()
    except (Refused, Denied):
        _close(connection)
        raise
    except (NetmikoAuthenticationException, paramiko.AuthenticationException):
        _close(connection)
        raise Denied(f"{address} refused the login of {connection.username!r}; it was tried once") from None
    except (NetmikoTimeoutException, NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
        _close(connection)
        raise Unreachable(_why_unreachable(address, port, error)) from None


def _why_unreachable(address: str, port: int, error: Exception) -> str:
    text = " ".join(str(error).split())
    if "no acceptable" in text or "Incompatible" in text:
        return f"{address} port {port} offers only algorithms that are no longer safe; they are off"
    if "Unable to connect" in text or "TCP connection to device failed" in text:
        return f"no SSH connection to {address} port {port}: it was refused, or nobody answered"
    first = text.split(" Common causes", 1)[0]
    return f"no SSH connection to {address} port {port}: {first[:160] or type(error).__name__}"


def _close(connection: Any) -> None:
    """Closes the transport without a word: a driver's own farewell may type commands at the device."""
    client = getattr(connection, "remote_conn_pre", None)
    if client is not None:
        client.close()


def _close_late(connection: Any, opening: "asyncio.Future[None]") -> None:
    if not opening.cancelled():
        opening.exception()  # looked at, so that nobody is told of it
    _close(connection)


def host_key(key: paramiko.PKey) -> HostKey:
    digest = hashlib.sha256(key.asbytes()).digest()
    return HostKey(algorithm=str(key.get_name()), sha256=base64.b64encode(digest).decode().rstrip("="))
