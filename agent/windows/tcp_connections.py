"""Which TCP ports does this Windows listen on, and by which program?

Source: MSFT_NetTCPConnection of StandardCimv2 (Windows 8, Server 2012 and newer; State 2 is Listen), joined with Win32_Process.
Loopback listeners are left out: nobody else can reach them.
"""

import ipaddress
from collections.abc import Iterator

from agent.windows import Answers, Peer, Query
from shared.observation import ListenerSeen, Observation

GROUP = "tcp listeners"
QUERIES = (
    Query("SELECT LocalAddress, LocalPort, OwningProcess FROM MSFT_NetTCPConnection WHERE State = 2", "root/standardcimv2"),
    Query("SELECT ProcessId, Name FROM Win32_Process"),
)

# the first port that Windows hands out by itself (RFC 6335): what listens there does so under another number after a restart
_FIRST_DYNAMIC_PORT = 49_152


def read(peer: Peer, connections: Answers, processes: Answers) -> Iterator[Observation]:
    programs = {process.get("ProcessId", ""): process.get("Name", "") for process in processes}
    found: dict[ListenerSeen, None] = {}
    for connection in connections:
        address = ipaddress.ip_address(connection["LocalAddress"].partition("%")[0])
        port = int(connection["LocalPort"])
        if address.is_loopback or port >= _FIRST_DYNAMIC_PORT:
            continue
        program = programs.get(connection.get("OwningProcess", ""), "")
        found[ListenerSeen(address=str(address), protocol="tcp", number=port, program=program)] = None
    yield from found
