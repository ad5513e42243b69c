"""What does a firewall, switch or server say of itself over SSH: its configuration, its interfaces, routes, tunnels, leases, listeners?

One session a device, with the first credential that names it and is not held back (``agent.safety.offers``). Each question of the
platform's ``ASK`` has a part of its own: one that fails is named in the detail and the rest is kept. A part that the device does not have
(no WireGuard, no DHCP server) is no failure; a configuration that it does not give is one, as every device has it. Of a configuration
what was read is kept, its secrets as fingerprints under this agent's own key.
A login is offered once: a second wrong password may lock an account.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent import known_hosts
from agent.edge import HostKey, SshLogin, SshSession
from agent.fingerprint_key import fingerprint_key
from agent.join import join, own_addresses, own_names
from agent.probe import Answer, Seen, Target
from agent.safety.offers import NotOffered
from agent.ssh import Platform, looks_like, platforms, read_part
from shared.address import address_order
from shared.errors import Denied, NetarioError, Refused, Unparsed, Unreachable, Unsupported
from shared.observation import HostKeySeen, NameSource, Observation, SystemSeen
from shared.outcome import State

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.credentials import SshCredential
    from agent.edge import Edges

NAME = "ssh"
AFTER = ("arp", "snmp", "ports")
AT_ONCE = 10
DEADLINE_S = 360.0
CREDENTIALS = True

PART_DEADLINE_S, CONFIGURATION_DEADLINE_S = 30.0, 120.0
SPARE_S = 20.0
"""Kept back from ``DEADLINE_S``, so that what was read is told before the frame gives up on the target."""
PACKETS_A_DEVICE = 400


def targets(settings: "Settings", seen: Seen) -> Sequence[Target]:
    named = {host for credential in settings.ssh for host in credential.hosts}
    alive = [address for address in seen.alive() if address in named]
    # behind a jump host nobody answers the agent directly
    behind = sorted({host for credential in settings.ssh if credential.jump for host in credential.hosts} - set(alive), key=address_order)
    return [Target(address) for address in (*alive, *behind)]


def packets(settings: "Settings", seen: Seen, addresses: int) -> int:
    return min(addresses, len({host for credential in settings.ssh for host in credential.hosts})) * PACKETS_A_DEVICE


async def ask(target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    held_back: list[str] = []
    for credential in (credential for credential in settings.ssh if target.name in credential.hosts):
        try:
            return await _with_login(credential, target, edges, settings, seen)
        except NotOffered as error:
            held_back.append(str(error))
    return Answer(state=State.DENIED, detail="; ".join(held_back))


async def _with_login(credential: "SshCredential", target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    platform = platforms().get(credential.platform)
    if platform is None:
        return Answer(state=State.UNSUPPORTED, detail=_no_reader(credential, target, seen), credential=credential.name)
    notes: list[str] = []
    try:
        login = _login(credential, target, settings, notes)
        async with edges.ssh.session(target.name, credential.port, platform.name, login) as session:
            if session.old_algorithms:
                notes.append(f"algorithms that are no longer safe were used, as old_algorithms allows: {', '.join(session.old_algorithms)}")
            key = _fingerprint_key(settings, notes) if platform.configuration else b""
            asked = await ask_device(session, platform, asyncio.get_running_loop().time() + DEADLINE_S - SPARE_S, key)
            return _answer(target, credential, session.host_key, asked, notes)
    except NotOffered:
        raise
    except (Denied, Refused) as error:
        return Answer(state=State.DENIED, detail="; ".join([str(error), *notes]), credential=credential.name)
    except Unreachable as error:
        return Answer(state=State.SILENT, detail="; ".join([str(error), *notes]), credential=credential.name)


def _login(credential: "SshCredential", target: Target, settings: "Settings", notes: list[str]) -> SshLogin:
    """The credential's login with the host keys that are known, and with what keeps those that are not."""

    def note_key(address: str, port: int, key: HostKey) -> None:
        try:
            known_hosts.record(settings.state_dir, address, port, key)
        except OSError as error:
            notes.append(f"the host key could not be recorded: {error}")

    login = replace(credential.login(), known_host_sha256=_recorded(settings, target.name, credential.port, notes), note_key=note_key)
    if login.jump is None:
        return login
    return replace(login, jump=replace(login.jump, known_host_sha256=_recorded(settings, login.jump.address, login.jump.port, notes)))


def _no_reader(credential: "SshCredential", target: Target, seen: Seen) -> str:
    systems = [fact for fact in seen.by_target.get(target.name, ()) if isinstance(fact, SystemSeen)]
    hint = looks_like(systems)
    return (
        f"credential {credential.name}: platform {credential.platform!r} cannot be read; those that can: {', '.join(sorted(platforms()))}"
        + (f". This device looks like {hint}" if hint else "")
    )


def _recorded(settings: "Settings", address: str, port: int, notes: list[str]) -> str:
    try:
        return known_hosts.recorded(settings.state_dir, address, port)
    except OSError as error:
        notes.append(f"known host keys could not be read: {error}")
        return ""


def _fingerprint_key(settings: "Settings", notes: list[str]) -> bytes:
    try:
        return fingerprint_key(settings.state_dir)
    except OSError as error:
        notes.append(f"secrets have no fingerprints, so that a change of one will not show: {error}")
        return b""


@dataclass(slots=True)
class Asked:
    """What one device has answered, which parts failed, and which it does not have."""

    facts: list[Observation] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


async def ask_device(session: SshSession, platform: Platform, ends: float, key: bytes = b"") -> Asked:
    """Every part of the platform, until ``ends`` on the event loop's clock. ``key``: for the fingerprints of secrets."""
    asked = Asked()
    for part, commands in platform.ask.items():
        left_s = ends - asyncio.get_running_loop().time()
        if left_s <= 0:
            asked.failures.append(f"{part} and what follows: no time left")
            break
        whole = part in platform.configuration
        try:
            text = await _first_that_answers(session, commands, min(CONFIGURATION_DEADLINE_S if whole else PART_DEADLINE_S, left_s))
            # in a thread, as a large rule base takes its time; what is read before a failure is kept
            await asyncio.to_thread(asked.facts.extend, read_part(platform, part, text, key))
        except Unsupported as error:
            if whole:
                asked.failures.append(f"{part}: {error}. The account needs: {platform.rights}")
            else:
                asked.absent.append(part)
        except Unreachable as error:
            asked.failures.append(f"{part} and what follows: {error}")
            break
        except Denied as error:
            asked.failures.append(f"{part}: {error}" + (f". The account needs: {platform.rights}" if whole else ""))
        except Unparsed as error:
            asked.failures.append(f"{part}: {error}")
    return asked


async def _first_that_answers(session: SshSession, commands: Sequence[str], deadline_s: float) -> str:
    """The first answer of several commands that would do. Where none answers, a lacking right explains more than a lacking tool."""
    failed: list[NetarioError] = []
    for command in commands:
        try:
            return await session.run(command, deadline_s)
        except (Unsupported, Denied, Unparsed) as error:
            failed.append(error)
    raise next((error for kind in (Denied, Unparsed) for error in failed if isinstance(error, kind)), failed[0])


def _answer(target: Target, credential: "SshCredential", key: HostKey, asked: Asked, notes: Sequence[str]) -> Answer:
    observations = join(asked.facts)
    own: list[Observation] = [*own_addresses(observations), *own_names(target.name, observations, NameSource.SSH)]
    seen_key = HostKeySeen(address=target.name, port=credential.port, algorithm=key.algorithm, sha256=key.sha256)
    absent = [f"not on this device: {', '.join(asked.absent)}"] if asked.absent else []
    return Answer(
        observations=(seen_key, *observations, *own),
        state=State.PARTIAL if asked.failures else State.ANSWERED,
        detail="; ".join([*asked.failures, *notes, *absent]),
        credential=credential.name,
    )
