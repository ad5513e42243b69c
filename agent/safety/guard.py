"""May this be sent, to this address, now?  The one place where a scan's rules meet: every edge that a probe is given asks it first.

Nothing goes to an address that is excluded; nor, save for sweeps, to one that has not answered the agent or lies outside the subnets to be
scanned, unless the settings name it (DNS server, gateway, the hosts of a login): what a stranger's packet says of others sends the agent
nowhere. Nothing is written to a print port. A look that is over sends no more. What breaks a rule is ``Refused``; what exceeds a budget
waits, and the look's own deadline stands still meanwhile.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from agent.config import Settings
from agent.exclusions import Exclusions
from agent.machine import Machine
from agent.safety.budget import Budget
from agent.safety.known import Known
from agent.safety.lockout import Lockout
from agent.safety.offers import Offers
from agent.safety.print_ports import PRINT_PORTS
from shared.address import IpNetwork, normal_ip
from shared.errors import Refused
from shared.observation import Observation
from shared.outcome import CredentialOffer


@dataclass(slots=True)
class Look:
    """One probe's look at one target: which credentials were offered, and its deadline, which stands while it waits for its turn."""

    offers: list[CredentialOffer] = field(default_factory=list)
    sessions: set[tuple[str, str]] = field(default_factory=set)
    """(protocol, device) of those that it has open: one inside another does not wait for itself."""
    waited_s: float = 0.0
    over: bool = False
    _clock: asyncio.Timeout | None = None
    _left_s: float = 0.0
    _waiting: int = 0

    @asynccontextmanager
    async def limited(self, deadline_s: float) -> AsyncIterator[None]:
        """Raises TimeoutError after ``deadline_s`` of the look's own time."""
        try:
            async with asyncio.timeout(deadline_s) as self._clock:
                yield
        finally:
            self._clock, self.over = None, True

    @contextmanager
    def waiting(self) -> Iterator[None]:
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        if self._waiting == 0 and self._clock and (ends_s := self._clock.when()) is not None and not self._clock.expired():
            self._left_s = ends_s - began_s
            self._clock.reschedule(None)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            self.waited_s += now_s() - began_s
            if self._waiting == 0 and self._clock and not self._clock.expired():
                self._clock.reschedule(now_s() + self._left_s)


class Guard:
    """The rules of one scan, and what it has learned. ``now`` is for what is written down."""

    def __init__(self, settings: Settings, machine: Machine, now: Callable[[], datetime], known: Known | None = None) -> None:
        scan = settings.scan
        self.known = known or Known()
        self.exclusions = Exclusions(scan.exclude, self.known)
        self.budget = Budget(scan.packets_per_s, scan.host_packets_per_s, scan.connections, scan.host_connections)
        self.offers = Offers(settings, self.known, Lockout(settings.state_dir))
        self.now = now
        credentials = (*settings.snmp, *settings.ssh, *settings.windows, *settings.web)
        self.needs_a_kind = self.exclusions.need_a_kind or any(scoped.vendors or scoped.kinds for scoped in credentials)
        """Whether it takes an early look at what a device is to know what may be sent to it."""
        self._named = set(_named(settings, machine))
        self._planned: list[IpNetwork] = [ipaddress.ip_network(prefix) for prefix in scan.subnets]
        self._on_link = [own.network for interface in machine.interfaces for own in interface.addresses if own.network.version == 6]

    def learn(self, target: str, observations: Iterable[Observation]) -> None:
        self.exclusions.review(self.known.learn(target, observations))

    def heard(self, answers: Mapping[str, Iterable[str]]) -> None:
        """These addresses have answered, with these MAC addresses."""
        for address, macs in answers.items():
            self.known.answered(normal_ip(address), macs)
        self.exclusions.review(map(normal_ip, answers))

    def planned(self, address: str) -> bool:
        """Whether the scan may send to the address at all: it is in a subnet to be scanned or, by IPv6, on the agent's own segment."""
        ip = ipaddress.ip_address(address)
        if not self._planned or any(ip in network for network in self._planned):
            return True
        return ip.version == 6 and (ip.is_link_local or any(ip in network for network in self._on_link))

    def sweepable(self, addresses: Sequence[str]) -> list[str]:
        return [address for address in self.exclusions.less(addresses) if self.planned(address)]

    def check(self, look: Look, address: str) -> None:
        address = normal_ip(address)
        self.exclusions.check(address)
        if look.over:
            raise Refused(f"this look is over: nothing more is sent to {address}")
        if address in self._named:
            return
        if address not in self.known.alive:
            raise Refused(f"{address} has not answered: nothing was sent")
        if not self.planned(address):
            raise Refused(f"{address} is in none of the subnets to be scanned: nothing was sent")

    def check_port(self, port: int) -> None:
        if port in PRINT_PORTS:
            raise Refused(f"port {port} prints what it is sent: nothing was written to it")

    async def turn(self, look: Look, address: str, packets: float) -> None:
        """Waits until so many packets may go to the address."""
        self.check(look, address)
        with look.waiting():
            await self.budget.take(packets, self.known.device(address))
        self.check(look, address)  # what was learned meanwhile may exclude it

    @asynccontextmanager
    async def connection(self, look: Look, address: str, packets: float) -> AsyncIterator[None]:
        self.check(look, address)
        async with AsyncExitStack() as places:
            with look.waiting():
                await places.enter_async_context(self.budget.connection(self.known.device(address)))
            await self.turn(look, address, packets)
            yield

    @asynccontextmanager
    async def session(self, look: Look, protocol: str, address: str, packets: float) -> AsyncIterator[None]:
        """The only session of this protocol with this device."""
        self.check(look, address)
        device = self.known.device(address)
        nested = (protocol, device) in look.sessions
        async with AsyncExitStack() as places:
            with look.waiting():
                await places.enter_async_context(self.budget.session(protocol, device, nested))
            await self.turn(look, address, packets)
            look.sessions.add((protocol, device))
            try:
                yield
            finally:
                if not nested:
                    look.sessions.discard((protocol, device))

    @asynccontextmanager
    async def paced(self, look: Look, share: AbstractAsyncContextManager[int]) -> AsyncIterator[int]:
        """The packets a second that ``Budget.sweep`` or ``Budget.port_scan`` hands out."""
        async with AsyncExitStack() as places:
            with look.waiting():
                pace = await places.enter_async_context(share)
            yield pace

    async def unpaused(self, look: Look) -> None:
        with look.waiting():
            await self.budget.unpaused()


def _named(settings: Settings, machine: Machine) -> Iterator[str]:
    """Addresses that may be asked although they have not answered: the settings or the machine's own routes name them."""
    if settings.scan.dns_server:
        yield settings.scan.dns_server
    yield from (gateway for _, gateway in machine.gateways)
    yield from (own.address for own in machine.own_addresses())
    yield from (host for login in settings.ssh for host in login.hosts)
    yield from (login.jump.address for login in settings.ssh if login.jump)
    yield from (host for login in settings.windows for host in login.hosts)
    yield from (host for login in settings.web for host in login.hosts)
