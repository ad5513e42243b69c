"""One host of a SYN sweep: which port to ask next and when, and what its answers come to. No socket, no clock: a test can call it.

Source: RFC 6298 (round-trip times and time-outs; Karn: only what was asked once is measured). A port that is silent is asked again after
the time-out, but after every port was asked once, ``TRIES`` times in all; where an answer came to a repeated question packets are being
lost (or a host answers for closed ports only so often), and silent ports are asked up to ``TRIES_ON_LOSS`` times. Times in seconds.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.edge.raw_tcp import Said

TRIES = 3
TRIES_ON_LOSS = 8
_TRIES_OF_MANY, _MANY_PORTS = 5, 256
_FIRST_WAIT_S, _LEAST_WAIT_S, _LONGEST_WAIT_S = 0.5, 0.2, 1.5
_WINDOW, _LEAST_WINDOW, _WIDEST_WINDOW = 128, 48, 512
"""How many questions may be under way to one host, whatever the pace."""
_UNTIL_NO_HOST_S = 3.4
"""After the first question. The kernel gives an address on its own segment up after three ARP requests, a second apart."""
_GONE_AFTER = 2
"""So many ports of which a router says that there is no such host, and not one that answered."""


@dataclass(slots=True)
class SynHost:
    ports: Sequence[int]
    allowed: int = TRIES
    answered: dict[int, Said] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    """Given up for now."""
    no_host: int = 0
    control_lost: bool = False
    """A port that had answered does so no more: the host went away in the middle."""
    _fresh: deque[int] = field(init=False)
    _waiting: deque[tuple[float, int]] = field(default_factory=deque)
    """(when the answer is overdue, port), in the order of asking."""
    _under_way: set[int] = field(default_factory=set)
    _overdue: deque[int] = field(default_factory=deque)
    """To be asked again, when every port was asked once."""
    _tries: dict[int, int] = field(default_factory=dict)
    _asked_at: dict[int, float] = field(default_factory=dict)
    _first_asked_at: float | None = None
    _control: int | None = None
    _checked: bool = False
    _window: float = _WINDOW
    _narrowed_at: float = 0.0
    _round_trip_s: float | None = None
    _varies_s: float = 0.0

    def __post_init__(self) -> None:
        self._fresh = deque(self.ports)

    @property
    def wait_s(self) -> float:
        """How long an answer may take."""
        if self._round_trip_s is None:
            return _FIRST_WAIT_S
        return min(_LONGEST_WAIT_S, max(_LEAST_WAIT_S, self._round_trip_s + 4 * self._varies_s))

    def next_port(self, now: float) -> int | None:
        """The port to ask now; None: nothing is due."""
        self._pass_by(now)
        if len(self._under_way) >= self._window:
            return None
        if self._fresh:
            return self._fresh.popleft()
        while self._overdue:
            port = self._overdue.popleft()
            if not self._is_decided(port):
                return port
        if not self._under_way:
            self._ask_silent_again()
        return self._fresh.popleft() if self._fresh else None

    def _pass_by(self, now: float) -> None:
        """Takes note of the answers that are overdue."""
        while self._waiting and (self._waiting[0][1] not in self._under_way or self._waiting[0][0] <= now):
            _, port = self._waiting.popleft()
            if port not in self._under_way:
                continue
            self._under_way.discard(port)
            if self._tries[port] < self.allowed:
                self._overdue.append(port)
            else:
                self._give_up(port)

    def asked(self, port: int, now: float) -> None:
        tries = self._tries[port] = self._tries.get(port, 0) + 1
        self._asked_at[port] = now
        if self._first_asked_at is None:
            self._first_asked_at = now
        self._under_way.add(port)
        # each further time a little longer: what is late is not lost
        self._waiting.append((now + min(_LONGEST_WAIT_S, self.wait_s * 1.5 ** (tries - 1)), port))

    def not_sent(self, port: int) -> None:
        """The kernel's queue was full."""
        self._fresh.appendleft(port)

    def hear(self, port: int, said: Said, now: float) -> None:
        if said is Said.NO_HOST:
            self.no_host += 1
            return
        if port == self._control:
            self._control = None
        elif port not in self._tries or port in self.answered:
            return
        tries = self._tries[port]
        self.answered.setdefault(port, said)
        self.silent.discard(port)
        self._under_way.discard(port)
        if tries > 1:
            self._notice_loss(tries, now)
            return
        self._window = min(_WIDEST_WINDOW, self._window + 1)
        self._measure(now - self._asked_at[port])

    def due_at(self, now: float) -> float | None:
        """When to come back; None: all is decided."""
        if self.is_gone:
            return None
        self._pass_by(now)
        if (self._fresh or self._overdue) and len(self._under_way) < self._window:
            return now
        if self._waiting:
            return self._waiting[0][0]
        if self._again() or (self.silent and self.answered and not self._checked):
            return now
        last_word_at = (self._first_asked_at or now) + _UNTIL_NO_HOST_S
        return last_word_at if not self.answered and now < last_word_at else None

    @property
    def is_gone(self) -> bool:
        return not self.answered and self.no_host >= _GONE_AFTER

    @property
    def decided(self) -> list[int]:
        """The ports of which the state is known. Silence tells of a port only while the host is there."""
        told = self.answered.keys() if self.control_lost else {*self.answered, *self.silent}
        return [port for port in self.ports if port in told]

    @property
    def open(self) -> list[int]:
        return [port for port in self.ports if self.answered.get(port) is Said.OPEN]

    def _is_decided(self, port: int) -> bool:
        return port in self.answered and port != self._control

    def _give_up(self, port: int) -> None:
        if port == self._control:
            self._control = None
            self.control_lost = True
            return
        self.silent.add(port)

    def _again(self) -> list[int]:
        """Silent ports that deserve another question since losses came to light."""
        if self.control_lost:
            return []
        return [port for port in self.silent if self._tries[port] < self.allowed]

    def _ask_silent_again(self) -> None:
        again = self._again()
        if again:
            self.silent.difference_update(again)
            self._fresh.extend(sorted(again))
        elif self.silent and self.answered and not self._checked:
            # an open port's answer is never rate-limited, a closed one's may be
            self._checked = True
            self._control = (self.open or list(self.answered))[0]
            self._tries[self._control] = 0
            self._fresh.append(self._control)

    def _notice_loss(self, tries: int, now: float) -> None:
        most = TRIES_ON_LOSS if len(self.ports) <= _MANY_PORTS else _TRIES_OF_MANY
        self.allowed = max(self.allowed, min(most, tries + 4))
        if now - self._narrowed_at > self.wait_s:  # once for all that was lost together
            self._narrowed_at, self._window = now, max(_LEAST_WINDOW, self._window / 2)

    def _measure(self, took_s: float) -> None:
        if self._round_trip_s is None:
            self._round_trip_s, self._varies_s = took_s, took_s / 2
            return
        self._varies_s += (abs(took_s - self._round_trip_s) - self._varies_s) / 4
        self._round_trip_s += (took_s - self._round_trip_s) / 8
