"""Which addresses of a subnet are in use, and by which MAC addresses?

Source: RFC 826. Only of subnets that this machine is in, as ARP does not cross a router: the others are for ``liveness``. A subnet is
swept in parts, so that the kernel's buffer holds the answers of any. The machine's own addresses count as alive: nobody answers oneself.
One request more asks for an address that is nowhere, to know who does proxy ARP; addresses that only such a device answers for are asked
by ICMP and TCP as well, and count where they answer that.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from itertools import islice

from agent import middlebox, proxy_arp
from agent.config import Settings
from agent.edge import Edges
from agent.machine import Connection
from agent.probe import RAW_SOCKETS, Answer, Seen, Target
from agent.proxy_arp import Judged
from shared.address import IpNetwork
from shared.errors import Unsupported
from shared.observation import AddressSeen, Observation, Provenance
from shared.outcome import State

NAME = "arp"
AFTER: tuple[str, ...] = ()
AT_ONCE = 1  # one sweep at a time: the pace is that of the whole scan
DEADLINE_S = 4 * 3600.0
CREDENTIALS = False
NEEDS = (RAW_SOCKETS,)

PART_ADDRESSES = 4096


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    """The subnets that this machine is in; where ``liveness`` was left out, the others too, so that somebody says why not."""
    alone = bool(settings.scan.only) and "liveness" not in settings.scan.only
    return [Target(prefix) for prefix in settings.scan.subnets if alone or seen.machine.connections_to(prefix)]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    """Each silent address is asked twice, each that answers once."""
    swept = sum(ipaddress.ip_network(target.name).num_addresses for target in targets(settings, seen))
    return 2 * swept - min(addresses, swept)


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    wanted = ipaddress.ip_network(target.name)
    connections = seen.machine.connections_to(target.name)
    if not connections:
        raise Unsupported(_why_not(wanted, seen))
    found: list[Observation] = []
    doubtful: list[str] = []
    for connection in connections:
        own = _own(connection, wanted, seen)
        answered = await _answered(connection, wanted, {observation.address for observation in own}, edges, settings, seen)
        alive = await _alive(list(answered.doubtful), edges, settings)
        found += [*own, *proxy_arp.observations(answered, alive)]
        if answered.doubtful:
            doubtful.append(f"{', '.join(answered.proxies[:3])} answered for {len(answered.doubtful)} addresses, {len(alive)} are alive")
    detail = f"proxy ARP: {'; '.join(doubtful)}" if doubtful else ""
    whole = ipaddress.ip_network(connections[0].prefix)
    if wanted.prefixlen < whole.prefixlen:
        reached = ", ".join(connection.prefix for connection in connections)
        rest = f"this machine is in {reached} only, and ARP does not cross a router: name the other subnets one by one"
        return Answer(tuple(found), State.PARTIAL, "; ".join(filter(None, (rest, detail))))
    return Answer(tuple(found), detail=detail)


async def _alive(doubtful: list[str], edges: Edges, settings: Settings) -> list[str]:
    """Those at which somebody answers by ICMP or TCP too."""
    answers = await edges.liveness.sweep(doubtful, settings.scan.packets_per_s) if doubtful else {}
    return middlebox.believed(answers, len(doubtful))


async def _answered(connection: Connection, wanted: IpNetwork, known: set[str], edges: Edges, settings: Settings, seen: Seen) -> Judged:
    """The sweep of one connection, less ``known``, judged."""
    near = [ipaddress.ip_network(prefix) for prefix in (*settings.scan.subnets, *(c.prefix for c in seen.machine.connections()))]
    bait = proxy_arp.bait(near)
    answers: dict[str, set[str]] = {}
    asked = [bait] if bait else []
    for part in _parts(_hosts(connection, wanted), known):
        answers |= await edges.arp.sweep([*asked, *part], connection.interface, connection.address, settings.scan.packets_per_s)
        asked = []
    taken = answers.pop(bait, set()) if bait else set()
    gateways = {gateway for _, gateway in seen.machine.gateways}
    return proxy_arp.judged(answers, taken, gateways)


def _why_not(wanted: IpNetwork, seen: Seen) -> str:
    if wanted.version == 6:
        return "an IPv6 subnet cannot be swept address by address"
    own = ", ".join(dict.fromkeys(connection.prefix for connection in seen.machine.connections())) or "no IPv4 subnet"
    return f"this machine is not in {wanted} (it is in {own}), and ARP does not cross a router"


def _own(connection: Connection, wanted: IpNetwork, seen: Seen) -> list[AddressSeen]:
    return [
        AddressSeen(address=c.address, mac=c.mac, provenance=Provenance.OWN_REPLY)
        for c in seen.machine.connections()
        if c.interface == connection.interface and ipaddress.ip_address(c.address) in wanted
    ]


def _hosts(connection: Connection, wanted: IpNetwork) -> Iterator[str]:
    """The addresses that lie in both; the network's own and the broadcast address of the connected subnet are nobody's."""
    connected = ipaddress.ip_network(connection.prefix)
    swept = wanted if wanted.prefixlen >= connected.prefixlen else connected
    nobody = {connected.network_address, connected.broadcast_address} if connected.prefixlen < 31 else set()
    return (str(address) for address in swept if address not in nobody)


def _parts(addresses: Iterator[str], known: set[str]) -> Iterator[list[str]]:
    asked = (address for address in addresses if address not in known)
    while part := list(islice(asked, PART_ADDRESSES)):
        yield part
