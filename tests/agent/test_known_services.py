"""What version detection need not ask again, and what a state folder that is damaged costs: nothing but time. The edge is synthetic."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent import known_services
from agent.config import Settings
from agent.edge import Edges
from agent.known_services import FOLDER, KnownHost
from agent.probe import Answer, Seen, Target
from agent.probes import services
from shared.observation import AddressSeen, PortSeen, Provenance, SaidSeen
from shared.outcome import State

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MAC = "00:1b:21:00:00:09"


def port(number: int, product: str = "", examined: bool = False, address: str = "10.0.0.9") -> PortSeen:
    return PortSeen(address=address, protocol="tcp", number=number, service="x", product=product, examined=examined)


def said(number: int, value: str) -> SaidSeen:
    return SaidSeen(address="10.0.0.9", protocol="tcp", port=number, field="tcp.greeting", value=value)


class Nmap:
    """Finds product ``one`` at every port, and keeps what it was asked."""

    def __init__(self, late: bool = False) -> None:
        self.asked: list[tuple[int, ...]] = []
        self.late = late

    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        self.asked.append(tuple(ports))
        if self.late:
            raise TimeoutError("nmap gave up")
        return tuple(port(number, "one", examined=True, address=address) for number in ports)


def scanned(state_dir: Path, nmap: Nmap, *facts: Any, now: datetime = NOW, address: str = "10.0.0.9") -> Answer:
    seen = Seen()
    seen.add("synthetic", [AddressSeen(address=address, mac=MAC, provenance=Provenance.OWN_REPLY), *facts])
    target = Target(address, tuple(sorted({fact.number for fact in facts if isinstance(fact, PortSeen)})))
    edges = cast(Edges, SimpleNamespace(versions=nmap))
    return asyncio.run(services.examine(target, edges, Settings(state_dir=state_dir), seen, now))


def test_an_unchanged_port_is_asked_once_a_week_and_reported_each_time(tmp_path: Path) -> None:
    nmap = Nmap()
    first = scanned(tmp_path, nmap, port(22), port(80))
    assert scanned(tmp_path, nmap, port(22), port(80), now=NOW + timedelta(days=6)) == first
    assert nmap.asked == [(22, 80)] and [o.product for o in first.observations if isinstance(o, PortSeen)] == ["one", "one"]
    scanned(tmp_path, nmap, port(22), port(80), now=NOW + timedelta(days=7))
    assert nmap.asked == [(22, 80), (22, 80)]


def test_what_is_new_or_says_something_else_is_asked_and_no_more(tmp_path: Path) -> None:
    nmap = Nmap()
    scanned(tmp_path, nmap, port(22), port(80), said(80, "one"))
    scanned(tmp_path, nmap, port(22), port(80), port(81), said(80, "two"))
    assert nmap.asked == [(22, 80), (80, 81)]


def test_a_port_that_was_shut_in_between_is_new(tmp_path: Path) -> None:
    nmap = Nmap()
    scanned(tmp_path, nmap, port(22), port(80))
    scanned(tmp_path, nmap, port(22), port(81))
    scanned(tmp_path, nmap, port(22), port(80))
    assert nmap.asked == [(22, 80), (81,), (80,)]


def test_a_host_is_known_again_at_another_address(tmp_path: Path) -> None:
    nmap = Nmap()
    scanned(tmp_path, nmap, port(22))
    (again,) = scanned(tmp_path, nmap, port(22, address="10.0.0.10"), address="10.0.0.10").observations
    assert nmap.asked == [(22,)] and isinstance(again, PortSeen) and again.address == "10.0.0.10"


def test_a_card_with_two_addresses_is_two_hosts_here(tmp_path: Path) -> None:
    nmap = Nmap()
    twin = AddressSeen(address="10.0.0.10", mac=MAC, provenance=Provenance.OWN_REPLY)
    scanned(tmp_path, nmap, port(22), twin)
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["10.0.0.9.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"services": 1}', b"\xff\0", b'{"services":[{"examined_utc":"x"}]}', b" " * 2_000_000])
def test_a_damaged_file_costs_no_more_than_the_asking(tmp_path: Path, damage: bytes) -> None:
    nmap = Nmap()
    scanned(tmp_path, nmap, port(22))
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_bytes(damage)
    assert len(scanned(tmp_path, nmap, port(22)).observations) == 1 and nmap.asked == [(22,), (22,)]
    assert known_services.read(tmp_path, MAC) != KnownHost()


def test_a_disk_that_takes_nothing_and_a_missing_folder_cost_no_more(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in the folder's place")
    for folder in (tmp_path, tmp_path / "absent"):
        assert len(scanned(folder, Nmap(), port(22)).observations) == 1
    assert not (tmp_path / "absent").exists()


def test_a_clock_that_went_back_asks_again(tmp_path: Path) -> None:
    nmap = Nmap()
    scanned(tmp_path, nmap, port(22))
    scanned(tmp_path, nmap, port(22), now=NOW - timedelta(days=300))
    assert nmap.asked == [(22,), (22,)]


def test_out_of_time_keeps_what_was_known(tmp_path: Path) -> None:
    scanned(tmp_path, Nmap(), port(22))
    answer = scanned(tmp_path, Nmap(late=True), port(22), port(80))
    assert answer.state is State.PARTIAL and [o.number for o in answer.observations if isinstance(o, PortSeen)] == [22]
    with pytest.raises(TimeoutError):
        scanned(tmp_path, Nmap(late=True), port(80))


def test_only_ports_that_no_greeting_explained_are_asked() -> None:
    seen = Seen()
    seen.add("synthetic", [port(22), port(80), port(9100), port(22, "OpenSSH", examined=True), port(80, "", examined=True)])
    assert services.targets(Settings(), seen) == [Target("10.0.0.9", (80,))]
