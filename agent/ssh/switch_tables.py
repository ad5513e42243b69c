"""What switches of many makes print alike: tables of learned MAC addresses, neighbours and facts as ``name : value``.

A make's file says how a line looks (a regular expression with named groups) or what its fields are called; the rest is here. Lines that
are no row are passed: headings, rulers, counts. Raises Unparsed where nothing of the text is a row though it is not empty.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.ssh.tables import Row, cell
from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.observation import AddressSeen, BridgeEntrySeen, InterfaceSeen, NeighbourSeen, Observation, Provenance
from shared.text import one_line

MAC = r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}[.-][0-9A-Fa-f]{4}[.-][0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}"
MAX_LINES = 200_000
_EMPTY = re.compile(r"\b(?:no|0|total)\b.*\b(?:entr|neighbo|found|mac)", re.IGNORECASE)


def learned(mac: str, port: str, vlan: str) -> Iterator[Observation]:
    """One entry of a forwarding table; multicast addresses and the switch's own port (0, CPU) are none."""
    normal = normal_mac(mac)
    number = int(vlan) if vlan.isascii() and vlan.isdigit() and len(vlan) < 5 else None
    if port and port.lower() not in ("0", "cpu", "self", "management", "mgmt") and mac_kind(normal) is not MacKind.EXCLUDED:
        yield BridgeEntrySeen(mac=normal, port=port, vlan=number)


def learned_lines(text: str, row: re.Pattern[str]) -> Iterator[Observation]:
    """Rows found by an expression with the groups ``mac``, ``port`` and perhaps ``vlan``."""
    seen = False
    for line in text.splitlines()[:MAX_LINES]:
        if found := row.search(line):
            seen = True
            groups = found.groupdict()
            yield from learned(groups["mac"], groups["port"], groups.get("vlan") or "")
    _refuse_unless(seen, text)


def arp_lines(text: str, row: re.Pattern[str]) -> Iterator[Observation]:
    """Groups ``ip``, ``mac`` and perhaps ``interface``: what the switch says of others."""
    seen = False
    for line in text.splitlines()[:MAX_LINES]:
        if found := row.search(line):
            seen = True
            groups = found.groupdict()
            yield address_of(groups["ip"], groups["mac"], groups.get("interface") or "")
    _refuse_unless(seen, text)


def address_of(ip: str, mac: str, interface: str) -> AddressSeen:
    return AddressSeen(address=ip, mac=normal_mac(mac), provenance=Provenance.THIRD_PARTY, interface=interface)


def _refuse_unless(seen: bool, text: str) -> None:
    if not seen and text.strip() and not _EMPTY.search(text) and len(text.strip().splitlines()) > 4:
        raise Unparsed("no line of the table has a form that is known", text)


_PAIR = re.compile(r"^\s*([A-Za-z][\w ()/-]{1,48}?)\s*[:=.]{1,60}\s+?(\S.*)?$")


def facts(text: str) -> dict[str, str]:
    """``System Name ............ sw1`` and ``System Name : sw1`` -> ``{"system name": "sw1"}``; the first of each name counts."""
    found: dict[str, str] = {}
    for line in text.splitlines()[:5_000]:
        if pair := _PAIR.match(line[:400]):
            found.setdefault(" ".join(pair[1].lower().split()), one_line((pair[2] or "").strip().strip('"')))
    return found


def blocks(text: str, begin: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    """The text cut before each line that ``begin`` matches, with the match."""
    starts = list(begin.finditer(text))
    for here, following in zip(starts, [*starts[1:], None], strict=True):
        yield here, text[here.start() : following.start() if following else len(text)]


def neighbour(local_port: str, said: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Iterator[Observation]:
    """``names``: field -> what the make calls it. A chassis that is named by its MAC address gives that."""
    values = {field: next((said[name] for name in found if said.get(name)), "") for field, found in names.items()}
    chassis = values.get("chassis", "")
    if not local_port or not (chassis or values.get("name")):
        return
    try:
        mac = normal_mac(chassis.replace(" ", "-"))
    except ValueError:
        mac = None
    addresses = tuple(address for address in re.findall(r"\d{1,3}(?:\.\d{1,3}){3}", values.get("address", "")) if address != "0.0.0.0")  # noqa: S104 - none
    yield NeighbourSeen.model_validate(
        {
            "local_port": local_port, "chassis_mac": mac, "chassis_id": "" if mac else chassis, "port_id": values.get("port", ""),
            "port_description": values.get("port_description", ""), "name": values.get("name", ""),
            "description": values.get("description", ""), "addresses": addresses,
        }
    )  # fmt: skip


_UNITS = {"": 1_000_000, "m": 1_000_000, "mbps": 1_000_000, "g": 10**9, "gbps": 10**9, "k": 1_000}


def speed_bps(text: str) -> int | None:
    """``1000``, ``1000FDx``, ``10G``, ``100M(a)``, ``1000 Mb/s`` -> bits a second; None for ``auto`` and ``--``"""
    found = re.match(r"(\d{1,6})(?:\.\d+)?\s*([GgMmKk]?)", text.strip())
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


def interfaces(
    rows: Sequence[Row], name: str, up: tuple[str, str], *, speed: str = "", alias: str = "", enabled: str = ""
) -> Iterator[Observation]:
    """Rows of ``show interfaces``; they are counted from 1, as the text gives no index. ``up``: the column and what it says when it is."""
    for index, row in enumerate(rows, 1):
        column, word = up
        yield InterfaceSeen(
            index=index, name=cell(row, name), alias=cell(row, alias) if alias else "", oper_up=cell(row, column).lower() == word,
            speed_bps=speed_bps(cell(row, speed)) if speed and cell(row, column).lower() == word else None,
            admin_up=cell(row, enabled).lower() == "yes" if enabled else None,
        )  # fmt: skip


def columns(text: str) -> Iterator[tuple[str, ...]]:
    """Rows of a table below its ruler (``----- ---------``), cut where the ruler has gaps; a row whose first column is empty goes on the
    one before it, word by word."""
    row: list[str] = []
    spans: list[tuple[int, int]] = []
    for line in text.splitlines()[:MAX_LINES]:
        if re.fullmatch(r"\s*-+(?: +-+)+\s*", line):
            spans = [found.span() for found in re.finditer(r"-+", line)]
            continue
        if not line.strip():
            # a blank line ends the table: what follows until the next ruler is its heading
            spans = []
        if not spans:
            continue
        edges = [*(start for start, _ in spans[1:]), None]
        cells = [line[start:edge].strip() for (start, _), edge in zip(spans, edges, strict=True)]
        if cells[0]:
            if row:
                yield tuple(row)
            row = cells
        elif row:
            row = [old + new for old, new in zip(row, cells, strict=True)]
    if row:
        yield tuple(row)


def port_states(text: str) -> Iterator[Observation]:
    """``show interfaces status`` of Cisco Small Business and its kin: port, type, duplex, speed, negotiation, flow control, state ..."""
    found = [row for row in columns(text) if len(row) >= 7 and row[6] in ("Up", "Down")]
    if not found and text.strip():
        raise Unparsed("no port is told", text)
    for index, row in enumerate(found, 1):
        yield InterfaceSeen(index=index, name=row[0], oper_up=row[6] == "Up", speed_bps=speed_bps(row[3]) if row[6] == "Up" else None)
