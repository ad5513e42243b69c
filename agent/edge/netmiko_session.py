"""One SSH conversation with one device: a login by netmiko, then questions, as the platform declares.

``CHANNEL = "exec"``: single commands over exec channels (``exec_session``): clean bytes, exit codes, no prompt, no menu in the way.
``CHANNEL = "shell"``: typed at the prompt by ``ssh_shell``, which types the platform's ``TYPES`` and nothing else.

netmiko's own drivers are not let loose on a device. Measured on played devices (4.8): ``cisco_asa`` types ``login`` and
``configure terminal``, ``fortinet`` writes ``config system console`` into the firewall, ``dlink_ds`` leaves with ``enable clipaging``; most
set a terminal's width and log out; none turns a pager that a lacking right keeps on. What they know of a make's Enter key is used.

Raises Denied, Refused, Unreachable as ``ssh_login`` and ``ssh_shell`` say; Unsupported (unknown platform).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any

from netmiko.ssh_dispatcher import CLASS_MAPPER

from agent.edge import SshLogin, SshSession
from agent.edge.exec_session import ExecSession
from agent.edge.ssh_login import Connection
from agent.edge.ssh_shell import open_shell
from agent.edge.ssh_threads import in_thread
from agent.ssh import Platform, platforms
from shared.errors import NetarioError, Unsupported


class NetmikoEdge:
    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        declared = platforms().get(platform)
        if declared is None:
            raise Unsupported(f"no platform {platform!r} is known that speaks SSH")
        connection = await in_thread(Connection, address, port, login)
        opening = in_thread(_opened, connection, declared, login)
        try:
            session = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # the thread goes on until its own time-outs; what it then has opened must not stay open
            opening.add_done_callback(partial(_close_late, connection))
            raise
        try:
            yield session
        finally:
            await in_thread(connection.close)


def _opened(connection: Connection, platform: Platform, login: SshLogin) -> SshSession:
    transport = connection.open()
    try:
        if platform.channel == "exec":
            return ExecSession(transport, connection.host_key, connection.old_algorithms)
        return open_shell(transport, platform.types, enter_key(platform.name), login, connection.host_key, connection.old_algorithms)
    except NetarioError:
        connection.close()
        raise


@cache
def enter_key(platform: str) -> str:
    """What the Enter key sends, as netmiko's driver of the platform has it."""
    driver = CLASS_MAPPER.get(platform)
    return str(driver(host="nowhere", device_type=platform, auto_connect=False).RETURN) if driver else "\n"


def _close_late(connection: Connection, opening: "asyncio.Future[Any]") -> None:
    if not opening.cancelled():
        opening.exception()  # looked at, so that nobody is told of it
    connection.close()
