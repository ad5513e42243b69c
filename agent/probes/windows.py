"""What does a Windows say of itself over WinRM: version, make and serial number, interfaces, listeners, what it is for?

One session a device, with the first credential that names it. Each group of ``agent/windows/`` is a part of its own: one that fails is
named in the detail and the rest is kept. Over HTTPS the certificate is recorded at first sight, beside the SSH host keys; with another
one nothing is sent. A login is offered once: a second wrong password may lock an account.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.edge import WindowsSession
from agent.first_sight import certificate_sha256
from agent.join import join, own_addresses, own_names
from agent.probe import Answer, Seen, Target
from agent.windows import Group, Peer, groups, read_group
from shared.errors import Denied, Refused, Unparsed, Unreachable, Unsupported
from shared.observation import NameSource, Observation
from shared.outcome import State

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.edge import Edges

NAME = "windows"
AFTER = ("arp", "ndp", "liveness")
AT_ONCE = 10
DEADLINE_S = 120.0
CREDENTIALS = True

SPARE_S = 15.0
"""Kept back from ``DEADLINE_S``, so that what was read is told before the frame gives up on the target."""
PACKETS_A_DEVICE = 150


def targets(settings: "Settings", seen: Seen) -> Sequence[Target]:
    named = {host for credential in settings.windows for host in credential.hosts}
    return [Target(address) for address in seen.alive() if address in named]


def packets(settings: "Settings", seen: Seen, addresses: int) -> int:
    return min(addresses, len({host for credential in settings.windows for host in credential.hosts})) * PACKETS_A_DEVICE


async def ask(target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    credential = next(c for c in settings.windows if target.name in c.hosts)
    ends = asyncio.get_running_loop().time() + DEADLINE_S - SPARE_S
    try:
        login = credential.login()
        if login.tls:
            login = replace(login, certificate_sha256=await certificate_sha256(target.name, credential.port, edges, settings))
        async with edges.windows.session(target.name, credential.port, login) as session:
            facts, failures, absent = await ask_device(session, Peer(target.name, credential.port), ends)
    except (Denied, Refused) as error:
        return Answer(state=State.DENIED, detail=str(error), credential=credential.name)
    except Unreachable as error:
        return Answer(state=State.SILENT, detail=str(error), credential=credential.name)
    observations = join(facts)
    own: list[Observation] = [*own_addresses(observations), *own_names(target.name, observations, NameSource.WINDOWS)]
    return Answer(
        observations=(*observations, *own),
        state=State.PARTIAL if failures else State.ANSWERED,
        detail="; ".join([*failures, *([f"not on this device: {', '.join(absent)}"] if absent else [])]),
        credential=credential.name,
    )


async def ask_device(session: WindowsSession, peer: Peer, ends: float) -> tuple[list[Observation], list[str], list[str]]:
    """Facts, failures and what is not there, of every group, until ``ends`` on the event loop's clock."""
    facts: list[Observation] = []
    failures: list[str] = []
    absent: list[str] = []
    for group in groups():
        left_s = ends - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(left_s):
                facts += await _ask_group(session, group, peer)
        except Unsupported:
            absent.append(group.name)
        except TimeoutError:
            failures.append(f"{group.name} and what follows: no time left")
            break
        except Unreachable as error:
            failures.append(f"{group.name} and what follows: {error}")
            break
        except (Denied, Unparsed) as error:
            failures.append(f"{group.name}: {error}")
    return facts, failures, absent


async def _ask_group(session: WindowsSession, group: Group, peer: Peer) -> list[Observation]:
    answers = [await session.query(query.wql, query.namespace) for query in group.queries]
    return await asyncio.to_thread(read_group, group, peer, answers)
