"""Several columns and variables in one question, agents that do not manage that, and what is remembered of them."""

import asyncio

import pytest

from agent.edge import Oid, VarBind
from agent.edge.snmp_devices import FORGET_S, LIMIT, Devices
from agent.edge.snmp_edge import SnmpOverUdp
from tests.agent.snmp.agents import Rows, SyntheticAgent, TableAgent, synthetic_agent
from tests.agent.snmp.test_session import LOGIN, TABLE, after, edge, walked

COLUMNS = [(*TABLE, column) for column in (1, 2, 3, 4)]


def cells(rows: int) -> list[Oid]:
    return [(*column, row) for column in COLUMNS for row in range(1, rows + 1)]


async def columns_of(agent: SyntheticAgent, by: SnmpOverUdp | None = None) -> list[Oid]:
    async with synthetic_agent(agent) as (port, _), (by or edge(5, 5)).session("127.0.0.1", port, LOGIN) as session:
        return [bind.oid async for bind in session.walk_columns(COLUMNS)]


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 57])
def test_columns_are_walked_at_once_in_few_datagrams(rows: int) -> None:
    agent = TableAgent([*cells(rows), (*TABLE, 9, 1)])
    assert sorted(asyncio.run(columns_of(agent))) == cells(rows)
    assert agent.asked == [("GetBulkRequestPDU", 10)] * (rows // 10 + 1)


def test_columns_of_unlike_length_are_whole() -> None:
    table = [oid for oid in cells(40) if oid[-1] % oid[-2] == 0 and oid[-1] < 10 * oid[-2]]
    assert sorted(asyncio.run(columns_of(TableAgent(table)))) == sorted(table)


@pytest.mark.parametrize("at_most", [1, 2, 3, 7])
def test_synthetic_agent_with_small_packets_is_walked_whole(at_most: int) -> None:
    """RFC 3416 lets an answer end early."""
    agent = TableAgent(cells(12), lambda name, oids, rows: rows[:at_most] if name == "GetBulkRequestPDU" else rows)
    assert sorted(asyncio.run(columns_of(agent))) == cells(12)


def test_synthetic_agent_that_calls_many_variables_too_big() -> None:
    agent = TableAgent(cells(12), lambda name, oids, rows: rows if len(rows) <= 2 else 1)
    assert sorted(asyncio.run(columns_of(agent))) == cells(12)


def test_synthetic_agent_that_mixes_columns_up_is_walked_one_by_one() -> None:
    """All rows of the first column, then all of the next: not the turns that RFC 3416 wants."""
    by = edge(5, 5)
    agent = TableAgent(cells(5), lambda name, oids, rows: sorted(rows, key=lambda row: row[0]) if name == "GetBulkRequestPDU" else rows)
    assert sorted(asyncio.run(columns_of(agent, by))) == cells(5)


def test_what_an_agent_manages_is_remembered_for_its_next_session() -> None:
    async def ask() -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        def rule(name: str, oid: Oid, repetitions: int) -> Rows | None:
            return after(oid, repetitions, last=30) if repetitions <= 5 else None

        async with synthetic_agent(rule) as (port, agent):
            by = edge()
            await walked(port, by=by)
            first, agent.asked = agent.asked, []
            await walked(port, by=by)
            return first, agent.asked

    first, second = asyncio.run(ask())
    assert [size for _, size in first][:3] == [20, 10, 5]
    assert {size for _, size in second} == {5}


def test_what_an_agent_manages_is_tried_anew_after_a_day() -> None:
    clock = [0.0]
    devices = Devices(lambda: clock[0])
    device = devices.at("10.0.0.1", 161, 20)
    device.repetitions, device.variables, device.columns = 2, 5, 1
    clock[0] = FORGET_S - 1
    assert devices.at("10.0.0.1", 161, 20).repetitions == 2
    clock[0] = FORGET_S + 1
    again = devices.at("10.0.0.1", 161, 20)
    assert again is device and (again.repetitions, again.variables, again.columns) == (20, 20, 20)


def test_devices_beyond_the_limit_are_forgotten() -> None:
    devices = Devices()
    first = devices.at("10.0.0.1", 161, 20)
    for port in range(LIMIT):
        devices.at("10.0.0.2", port, 20)
    assert devices.at("10.0.0.1", 161, 20) is not first


def test_which_tables_have_a_row_is_one_question() -> None:
    async def ask(agent: SyntheticAgent, wait_s: float = 5) -> set[Oid]:
        async with synthetic_agent(agent) as (port, _), edge(wait_s, wait_s).session("127.0.0.1", port, LOGIN) as session:
            return await session.present([*COLUMNS, (*TABLE, 7), (2, 1)])

    agent = TableAgent(cells(2)[:4])
    assert asyncio.run(ask(agent)) == set(COLUMNS[:2])
    assert agent.asked == [("GetNextRequestPDU", 6)]
    everything = {*COLUMNS, (*TABLE, 7), (2, 1)}
    assert asyncio.run(ask(TableAgent(cells(2), lambda *_: 5))) == everything, "in doubt it is there"
    assert asyncio.run(ask(TableAgent(cells(2), lambda name, oids, rows: rows[::-1]))) == everything
    assert asyncio.run(ask(TableAgent(cells(2), lambda *_: None), 0.1)) == everything


def test_a_large_get_is_halved_for_an_agent_that_answers_small_ones_only() -> None:
    async def ask() -> list[VarBind] | None:
        agent = TableAgent(cells(5), lambda name, oids, rows: rows if len(oids) <= 5 else None)
        async with synthetic_agent(agent) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            assert await session.get(cells(5)[:1])
            return await session.get(cells(5))

    assert [bind.oid for bind in asyncio.run(ask()) or []] == cells(5)
