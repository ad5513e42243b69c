"""Single commands over exec channels of an SSH connection (RFC 4254, 6.5): clean bytes and an exit code each.

A command that fails says why in its exit code and on standard error, in words that differ between shells, sudo and tools; ``failure``
turns them into ours. Output is bounded in size and time.

Raises: Unsupported (the tool or the file is not there), Denied (the account lacks the right), Unreachable (dropped or too slow),
Unparsed (too much output, or a failure of another kind).
"""

import re
import time

import paramiko  # type: ignore[import-untyped]  # paramiko ships no types

from agent.edge import HostKey
from agent.edge.ssh_screen import decoded, refusal
from agent.edge.ssh_threads import in_thread
from shared.errors import Denied, NetarioError, Unparsed, Unreachable, Unsupported
from shared.text import one_line

MAX_OUTPUT_BYTES = 16 * 1024 * 1024
_MAX_ERROR_BYTES = 64 * 1024
_CHUNK_BYTES = 256 * 1024
_PAUSE_S = 0.005

_NOT_FOUND, _NOT_EXECUTABLE, _NOT_SAID = 127, 126, -1
_ABSENT = re.compile(r"command not found|no such file or directory|: not found", re.IGNORECASE)
_NO_RIGHT = re.compile(
    r"permission denied|operation not permitted|a password is required|a terminal is required|not allowed to|may not run|must be root"
    r"|not in the sudoers|access denied",
    re.IGNORECASE,
)


class ExecSession:
    def __init__(self, transport: paramiko.Transport, host_key: HostKey, old_algorithms: tuple[str, ...] = ()) -> None:
        self._transport = transport
        self.host_key, self.old_algorithms = host_key, old_algorithms

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        return await in_thread(self._run, command, deadline_s)

    def _run(self, command: str, deadline_s: float) -> str:
        ends = time.monotonic() + deadline_s
        try:
            if not self._transport.is_active():
                raise Unreachable(f"the connection was closed before {command!r}")
            channel = self._transport.open_session(timeout=deadline_s)
            try:
                channel.exec_command(command)
                channel.shutdown_write()
                output, errors = _drain(channel, command, ends)
                code = channel.recv_exit_status()
            finally:
                channel.close()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise Unreachable(f"the line dropped during {command!r} ({type(error).__name__})") from None
        if code == _NOT_SAID and not self._transport.is_active():
            raise Unreachable(f"the line dropped during {command!r}")
        # a small device's server may leave the exit code out; then its words must do
        if code != 0 and not (code == _NOT_SAID and output and not errors):
            raise failure(command, code, errors or output[:_MAX_ERROR_BYTES])
        text = decoded(output)
        if refused := refusal(command, text):
            raise refused
        return text


def _drain(channel: paramiko.Channel, command: str, ends: float) -> tuple[bytes, bytes]:
    """All of standard output, and the first of standard error, until the command has ended."""
    output, errors, size = [], bytearray(), 0
    while True:
        moved = False
        # looked at before reading: what arrives in between is then read in the next round
        closed = channel.closed
        ended = channel.exit_status_ready() and (channel.eof_received or (closed and channel.exit_status != _NOT_SAID))
        if channel.recv_ready():
            chunk = channel.recv(_CHUNK_BYTES)
            size += len(chunk)
            moved = bool(chunk)
            output.append(chunk)
        if channel.recv_stderr_ready():
            chunk = channel.recv_stderr(_CHUNK_BYTES)
            moved = moved or bool(chunk)
            errors += chunk[: _MAX_ERROR_BYTES - len(errors)]
        if size > MAX_OUTPUT_BYTES:
            raise Unparsed(f"{command!r} gave more than {MAX_OUTPUT_BYTES} bytes")
        if not moved and ended:
            return b"".join(output), bytes(errors)
        if not moved and closed:
            raise Unreachable(f"the device closed the line during {command!r}")
        if time.monotonic() > ends:
            raise Unreachable(f"no end of the answer to {command!r} in time")
        if not moved:
            time.sleep(_PAUSE_S)


def failure(command: str, code: int, errors: bytes) -> NetarioError:
    """Why a command failed, in our words."""
    said = one_line(errors)[:160]
    if _NO_RIGHT.search(said):
        return Denied(f"the account may not run {command!r}: {said}")
    if code == _NOT_FOUND or _ABSENT.search(said):
        return Unsupported(f"not on this device: {command!r}")
    if code == _NOT_EXECUTABLE:
        return Denied(f"the account may not run {command!r}")
    return Unparsed(f"{command!r} failed with exit code {code}: {said}")
