"""What is remembered of each SNMP agent while the process lives: how large an answer it manages, its engine, its users' keys.

Source: RFC 3414 section 2.2 (engine id, boots, time). In memory alone; the number of devices is bounded, the oldest are forgotten. What an
answer may hold is tried anew every day.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.edge import SnmpLogin
from agent.edge.snmp_usm import Keys

LIMIT = 4096
FORGET_S = 86_400.0
"""A day of lost packets is no reason to ask for single rows for ever."""
GET_AT_ONCE = 20
"""More variables than this in one GET do not fit small agents' packets."""


@dataclass(slots=True)
class Engine:
    """``time_s`` is the engine's own at ``at_s`` on our clock."""

    id: bytes
    boots: int
    time_s: int
    at_s: float

    def time_now_s(self, now_s: float) -> int:
        return min(self.time_s + int(now_s - self.at_s), 2**31 - 1)


@dataclass(slots=True)
class Device:
    """``repetitions``: rows a GETBULK; ``variables``: variables a GET. Both are halved by what the device does not manage."""

    repetitions: int
    variables: int = GET_AT_ONCE
    columns: int = GET_AT_ONCE
    """Columns walked at once; one where the device mixes several up."""
    since_s: float = 0.0
    """Since when these three are remembered."""
    engine: Engine | None = None
    keys: dict[SnmpLogin, Keys] = field(default_factory=dict)
    """For ``engine``."""
    known: set[SnmpLogin] = field(default_factory=set)
    """Logins that it has answered."""

    def meet(self, engine: Engine) -> None:
        """Another engine than before (a new device, or one whose id changes with each start) has other keys."""
        if self.engine is None or self.engine.id != engine.id:
            self.keys.clear()
        self.engine = engine


class Devices:
    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._devices: OrderedDict[tuple[str, int], Device] = OrderedDict()
        self._now_s = now_s

    def at(self, address: str, port: int, max_repetitions: int) -> Device:
        now_s = self._now_s()
        device = self._devices.setdefault((address, port), Device(max_repetitions, since_s=now_s))
        if now_s - device.since_s > FORGET_S:
            device.repetitions, device.variables, device.columns, device.since_s = max_repetitions, GET_AT_ONCE, GET_AT_ONCE, now_s
        device.repetitions = min(device.repetitions, max_repetitions)
        self._devices.move_to_end((address, port))
        if len(self._devices) > LIMIT:
            self._devices.popitem(last=False)
        return device


REMEMBERED = Devices()
"""Of this process: the service scans every hour with new edges, and the devices stay the same."""
