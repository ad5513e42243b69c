"""What does a firewall or controller say of itself over its own HTTPS interface: its configuration, version, interfaces, who is connected?

For devices that give no whole configuration over SSH. One session a device, with the first credential that names it and is not held back
(``agent.safety.offers``). Only requests that the platform (``agent/web/``) declares are made. The certificate is recorded at first sight,
beside the SSH host keys; with another one nothing is sent. A part that fails is named in the detail and the rest is kept; of a
configuration what was read is kept, its secrets as fingerprints under this agent's own key.
A login is offered once: a second wrong password may lock an account.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.fingerprint_key import fingerprint_key
from agent.first_sight import certificate_sha256
from agent.join import join, own_addresses, own_names
from agent.probe import Answer, Seen, Target
from agent.safety.offers import NotOffered
from agent.web import MALFORMED, Configuration, Talk, WebPlatform, platforms
from shared.configs import read_config
from shared.configs.observations import observations
from shared.errors import BadInput, Denied, Refused, Unparsed, Unreachable
from shared.observation import NameSource, Observation
from shared.outcome import State

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.credentials import WebCredential
    from agent.edge import Edges

NAME = "web_config"
AFTER = ("arp", "snmp", "ports")
AT_ONCE = 10
DEADLINE_S = 300.0
CREDENTIALS = True

SPARE_S = 20.0
"""Kept back from ``DEADLINE_S``, so that what was read is told before the frame gives up on the target."""
PACKETS_A_DEVICE = 600


def targets(settings: "Settings", seen: Seen) -> Sequence[Target]:
    named = {host for credential in settings.web for host in credential.hosts}
    return [Target(address) for address in seen.alive() if address in named]


def packets(settings: "Settings", seen: Seen, addresses: int) -> int:
    return min(addresses, len({host for credential in settings.web for host in credential.hosts})) * PACKETS_A_DEVICE


async def ask(target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    held_back: list[str] = []
    for credential in (credential for credential in settings.web if target.name in credential.hosts):
        try:
            return await _with_login(credential, target, edges, settings)
        except NotOffered as error:
            held_back.append(str(error))
    return Answer(state=State.DENIED, detail="; ".join(held_back))


async def _with_login(credential: "WebCredential", target: Target, edges: "Edges", settings: "Settings") -> Answer:
    platform = platforms().get(credential.platform)
    if platform is None or (credential.api_key is not None) != (platform.login == "api_key"):
        return Answer(state=State.UNSUPPORTED, detail=_why_not(credential, platform), credential=credential.name)
    ends = asyncio.get_running_loop().time() + DEADLINE_S - SPARE_S
    notes: list[str] = []
    try:
        recorded = await certificate_sha256(target.name, credential.port, edges, settings)
        login = replace(credential.login(), certificate_sha256=recorded)
        async with edges.web.session(target.name, credential.port, login, platform.asks) as session:
            talk = Talk(session, target.name, platform.rights)
            await _conversed(platform, talk, ends)
    except NotOffered:
        raise
    except (Denied, Refused) as error:
        return Answer(state=State.DENIED, detail=str(error), credential=credential.name)
    except Unreachable as error:
        return Answer(state=State.SILENT, detail=str(error), credential=credential.name)
    await _read(platform, talk, _fingerprint_key(settings, notes) if talk.configurations else b"")
    return _answer(target, credential, platform, talk, notes)


def _why_not(credential: "WebCredential", platform: WebPlatform | None) -> str:
    if platform is None:
        return f"credential {credential.name}: platform {credential.platform!r} cannot be asked over HTTPS; those that can: " + ", ".join(
            sorted(platforms())
        )
    wanted = "an api_key" if platform.login == "api_key" else "a username and a password"
    return f"credential {credential.name}: {platform.title} wants {wanted}: nothing was sent"


async def _conversed(platform: WebPlatform, talk: Talk, ends: float) -> None:
    """Asks until the end, or until ``ends`` on the event loop's clock. Once something was heard, no silence takes it away."""
    try:
        async with asyncio.timeout_at(ends):
            await platform.converse(talk)
    except TimeoutError:
        talk.failures.append("what follows: no time left")
    except Unreachable as error:
        if not (talk.facts or talk.configurations):
            raise
        talk.failures.append(f"what follows: {error}")


def _fingerprint_key(settings: "Settings", notes: list[str]) -> bytes:
    try:
        return fingerprint_key(settings.state_dir)
    except OSError as error:
        notes.append(f"secrets have no fingerprints, so that a change of one will not show: {error}")
        return b""


async def _read(platform: WebPlatform, talk: Talk, key: bytes) -> None:
    for configuration in talk.configurations:
        with talk.part("configuration"):
            try:
                # in a thread, as a large rule base takes its time
                talk.tell(await asyncio.to_thread(list, _understood(platform.format, configuration, key)))
            except BadInput:
                raise Unparsed(f"nothing here reads a configuration of {platform.title} yet") from None
            except MALFORMED as error:
                raise Unparsed(f"it has another form than expected ({type(error).__name__})") from error


def _understood(form: str, configuration: Configuration, key: bytes) -> Iterator[Observation]:
    understood = read_config(form, configuration.text(), key)
    if configuration.lacks:
        document = understood.document
        warning = f"not given: {', '.join(configuration.lacks)}"
        document = document.model_copy(update={"complete": False, "warnings": (*document.warnings, warning)})
        understood = replace(understood, document=document)
    yield from observations(understood)


def _answer(target: Target, credential: "WebCredential", platform: WebPlatform, talk: Talk, notes: Sequence[str]) -> Answer:
    facts = join(talk.facts)
    own: list[Observation] = [*own_addresses(facts), *own_names(target.name, facts, NameSource.HTTP)]
    absent = [f"not on this device: {', '.join(talk.absent)}"] if talk.absent else []
    experimental = [f"{platform.title} is experimental: no real one was asked yet"] if platform.experimental else []
    return Answer(
        observations=(*facts, *own),
        state=State.PARTIAL if talk.failures else State.ANSWERED,
        detail="; ".join([*talk.failures, *notes, *absent, *experimental]),
        credential=credential.name,
    )
