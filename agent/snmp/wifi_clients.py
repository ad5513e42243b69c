"""Makes one list of the clients that a maker's table of Wi-Fi clients has: no standard has such a table. Pure."""

from collections.abc import Callable, Iterable, Iterator

from agent.edge import Oid
from agent.snmp.rows import Row, Rows
from shared.hardware import WifiClient, WifiClientsSeen

CLIENTS = 2048


def wifi_clients(rows: Rows, columns: Iterable[Oid], build: Callable[[Row], WifiClient | None]) -> Iterator[WifiClientsSeen]:
    """Each client once; a row that ``build`` raises ValueError for, or above ``CLIENTS``, is passed over and counted."""
    clients: dict[str, WifiClient] = {}
    for row in rows.table(columns):
        try:
            found = build(row)
        except ValueError:
            rows.passed_over["Wi-Fi clients"] += 1
            continue
        if found is None or found.mac in clients:
            continue
        if len(clients) == CLIENTS:
            rows.passed_over["Wi-Fi clients"] += 1
        else:
            clients[found.mac] = found
    if clients:
        yield WifiClientsSeen(clients=tuple(clients.values()))
