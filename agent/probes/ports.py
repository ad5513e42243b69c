"""Which TCP ports of a live address are open?

Source: nmap's SYN scan. Nothing is written to any port: print ports print what they are sent, so they are asked whether they are open and
no more. The list holds what offices run and what attackers look for first; ``scan.ports`` in the configuration takes its place.
"""

from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.probe import NMAP, RAW_SOCKETS, Answer, Seen, Target
from shared.observation import PortsExamined
from shared.outcome import State

NAME = "ports"
AFTER = ("arp",)
AT_ONCE = 16
DEADLINE_S = 120.0
CREDENTIALS = False
NEEDS = (NMAP, RAW_SOCKETS)

USUAL_PORTS = (
    "21-23,25,53,80,81,83,88,110,111,135,139,143,161,179,389,427,443-445,465,502,513-515,548,554,587,593,623,631,636,664,873,902,989,990,993,995,"
    "1080,1194,1433,1521,1720,1723,1883,2000,2049,2179,2222,2375,2376,3000,3128,3260,3268,3269,3306,3389,3493,4190,4443,4786,5000,5001,5060,5061,"
    "5357,5432,5480,5666,5900,5901,5984-5986,6379,6443,7000,7443,8000,8001,8006,8008,8080,8081,8088,8089,8291,8333,8443,8444,8728,8729,8883,"
    "8888,9000,9090,9100-9112,9200,9443,10000,10050,10443,16992,27017,32400,37777,44818,50000"
)


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive()]


def packets(settings: Settings, addresses: int) -> int:
    return addresses * count(ranges(settings))


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    answer = await edges.ports.scan(target.name, ranges(settings), _pace(settings, seen), DEADLINE_S)
    if answer is None:
        return Answer(state=State.SILENT, detail="it answered ARP and is gone")
    examined = PortsExamined(address=target.name, protocol="tcp", ranges=answer.ranges)
    return Answer((examined, *answer.ports))


def ranges(settings: Settings) -> str:
    return settings.scan.ports or USUAL_PORTS


def count(listed: str) -> int:
    """How many ports nmap's notation names."""
    pairs = (part.split("-") for part in listed.split(","))
    return sum(int(pair[-1]) - int(pair[0]) + 1 for pair in pairs)


def _pace(settings: Settings, seen: Seen) -> int:
    """This host's share of the scan's packets a second, as several hosts are asked at a time. 0: no limit."""
    if not settings.scan.packets_per_s:
        return 0
    return max(1, settings.scan.packets_per_s // max(1, min(AT_ONCE, len(seen.alive()))))
