"""Does the scan harm the network?  The gateway is asked by ICMP echo while the scan runs; where it loses echoes or answers late, the scan
pauses once and goes on at half its rate; where that does not help, it ends. What was seen is kept.

``verdict`` and ``Breaker`` decide, pure; ``watched`` asks and acts. The measure of late is what the gateway took before the first packet.
A gateway that did not answer then is no measure: there is no breaker, and the scan says so.
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from statistics import median

from agent.machine import Machine
from agent.safety.budget import Budget
from shared.errors import NetarioError

WINDOW, BAD = 5, 3
"""Of the last ``WINDOW`` echoes so many must be lost or late."""
LATE_TIMES, LATE_S = 5.0, 0.1
"""Late is more than so many times the time before the scan, and more than so long: a fast network's jitter is no harm."""
MAX_GATEWAYS = 4

Echo = float | None
"""An echo's time in seconds; None: lost."""
Ping = Callable[[str, float], Awaitable[Echo]]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the gateways are asked, and how long a pause lasts."""

    every_s: float = 2.0
    wait_s: float = 1.0
    pause_s: float = 10.0
    baseline_echoes: int = 3


EVERY_TWO_SECONDS = Rhythm()


def verdict(before_s: float, echoes: Sequence[Echo]) -> str:
    """What is wrong, for a person; empty where nothing is, or where too little is known yet."""
    recent = echoes[-WINDOW:]
    limit_s = max(LATE_TIMES * before_s, LATE_S)
    lost = sum(echo is None for echo in recent)
    late = [echo for echo in recent if echo is not None and echo > limit_s]
    if lost + len(late) < BAD:
        return ""
    if lost >= len(late):
        return f"lost {lost} of {len(recent)} echoes"
    return f"answers in {median(late) * 1000:.0f} ms instead of {before_s * 1000:.0f} ms"


class Action(Enum):
    GO_ON = "go on"
    PAUSE = "pause"
    STOP = "stop"


@dataclass(slots=True)
class Breaker:
    """Told each echo, says what is to be done. Pauses once; the second time, or where the pause has not helped, it stops."""

    before_s: dict[str, float]
    paused: bool = False
    why: str = ""
    _echoes: dict[str, list[Echo]] = field(default_factory=dict)

    def tell(self, gateway: str, echo: Echo) -> Action:
        echoes = self._echoes.setdefault(gateway, [])
        echoes.append(echo)
        del echoes[:-WINDOW]
        fault = verdict(self.before_s[gateway], echoes)
        if not fault:
            return Action.GO_ON
        self.why = f"the gateway {gateway} {fault}"
        if self.paused:
            return Action.STOP
        self.paused = True
        self._echoes.clear()  # what was before the pause does not count after it
        return Action.PAUSE


def gateways(machine: Machine, subnets: Sequence[str]) -> list[str]:
    """Whom the scan would harm first: the gateways on the way to the scanned subnets."""
    found = {}
    for prefix in subnets:
        for connection in machine.connections_to(prefix):
            if connection.gateway:
                found[connection.gateway] = True
        if gateway := machine.gateway_of(str(ipaddress.ip_network(prefix).network_address)):
            found[gateway] = True
    return list(found)[:MAX_GATEWAYS]


async def before(ping: Ping, asked: Sequence[str], rhythm: Rhythm) -> tuple[dict[str, float], list[str]]:
    """What each gateway takes before the first packet, and, for a person, why some have no breaker."""
    if not asked:
        return {}, ["no breaker: no gateway of the scanned subnets is known"]
    measured: dict[str, float] = {}
    without: list[str] = []
    for gateway in asked:
        try:
            echoes = await asyncio.gather(*(ping(gateway, rhythm.wait_s) for _ in range(rhythm.baseline_echoes)))
        except NetarioError as error:
            without.append(f"no breaker for the gateway {gateway}: {error}")
            continue
        times = [echo for echo in echoes if echo is not None]
        if times:
            measured[gateway] = median(times)
        else:
            without.append(f"no breaker for the gateway {gateway}: it does not answer ICMP echo")
    return measured, without


async def watched(breaker: Breaker, ping: Ping, budget: Budget, rhythm: Rhythm, tell: Callable[[str], None]) -> str:
    """Returns, with the reason, when the scan must stop; never before. ``tell`` is given what is done before that."""
    while True:
        await asyncio.sleep(rhythm.every_s)
        for gateway in breaker.before_s:
            action = breaker.tell(gateway, await _echo(ping, gateway, rhythm.wait_s))
            if action is Action.STOP:
                return breaker.why
            if action is Action.PAUSE:
                budget.pause()
                tell(f"{breaker.why}: paused for {rhythm.pause_s:g} s, then went on at half the rate")
                await asyncio.sleep(rhythm.pause_s)
                budget.ease()
                budget.resume()
                break


async def _echo(ping: Ping, gateway: str, wait_s: float) -> Echo:
    try:
        return await ping(gateway, wait_s)
    except NetarioError:  # no route any more, or the interface is down: as bad as no answer
        return None
