"""Sessions with agents that speak SNMP v1 alone: no GETBULK, no noSuchInstance, and one absent variable fails the whole GET."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from agent.edge import Oid, SnmpLogin, SnmpSession, VarBind
from agent.edge.snmp_devices import Devices
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from shared.secret import Secret
from tests.agent.snmp.agents import COMMUNITY, snmpd

V1_ONLY = f"""com2sec reader 127.0.0.1 {COMMUNITY}
group readers v1 reader
view part included .1.3.6.1.2.1.1
view part included .1.3.6.1.2.1.2
access readers "" v1 noauth exact part none none"""

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
IF_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1)
V1 = SnmpLogin("1", community=Secret(COMMUNITY))


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with snmpd(tmp_path_factory.mktemp("snmpd"), V1_ONLY) as port:
        yield port


def session_with(port: int, login: SnmpLogin = V1, wait_s: float = 5) -> AbstractAsyncContextManager[SnmpSession]:
    return SnmpOverUdp(Patience(wait_s, timeout_s=wait_s), Devices()).session("127.0.0.1", port, login)


def test_absent_variables_do_not_cost_the_others(port: int) -> None:
    asked: list[Oid] = [(*SYSTEM, 99, 0), (*SYSTEM, 5, 0), (1, 3, 6, 1, 2, 1, 25, 1, 1, 0), (*SYSTEM, 6, 0), (*SYSTEM, 4)]

    async def ask() -> list[VarBind] | None:
        async with session_with(port) as session:
            return await session.get(asked)

    answer = asyncio.run(ask())
    assert answer is not None and [bind.oid for bind in answer] == asked
    assert [bind.value for bind in answer] == [None, b"bench", None, b"Test bench", None]


def test_a_table_is_walked_to_its_end_and_the_end_of_all(port: int) -> None:
    async def ask() -> tuple[list[VarBind], list[VarBind], list[VarBind]]:
        async with session_with(port) as session:
            system = [bind async for bind in session.walk(SYSTEM)]
            table = [bind async for bind in session.walk_columns([(*IF_ENTRY, 1), (*IF_ENTRY, 2), (*IF_ENTRY, 22)])]
            beyond = [bind async for bind in session.walk((1, 3, 6, 1, 2, 1, 25))]
            return system, table, beyond

    system, table, beyond = asyncio.run(ask())
    assert (*SYSTEM, 5, 0) in [bind.oid for bind in system]
    columns = {bind.oid[:-1] for bind in table}
    assert {(*IF_ENTRY, 1), (*IF_ENTRY, 2)} <= columns
    assert {bind.value for bind in table if bind.oid[:-1] == (*IF_ENTRY, 1)} == {bind.oid[-1] for bind in table}
    assert b"lo" in {bind.value for bind in table}
    assert beyond == []


def test_the_end_of_all_ends_one_column_and_not_the_others(port: int) -> None:
    """noSuchName comes for the last column of the view while another goes on, and says which it means."""
    longer, last = (*SYSTEM, 9, 1, 3), (*IF_ENTRY, 22)

    async def ask() -> tuple[list[VarBind], list[VarBind]]:
        async with session_with(port) as session:
            together = [bind async for bind in session.walk_columns([last, longer])]
            return together, [bind for root in (longer, last) for bind in [each async for each in session.walk(root)]]

    together, alone = asyncio.run(ask())
    assert sorted(bind.oid for bind in together) == [bind.oid for bind in alone]
    assert sum(bind.oid[:-1] == longer for bind in alone) > 5


def test_which_tables_have_a_row(port: int) -> None:
    tables = {(*IF_ENTRY, 1): True, (1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2): False, (1, 3, 6, 1, 2, 1, 47): False, (1, 0, 8802): False}

    async def ask() -> set[Oid]:
        async with session_with(port) as session:
            return await session.present(list(tables))

    assert asyncio.run(ask()) == {oid for oid, there in tables.items() if there}


def test_it_is_silent_to_version_2c(port: int) -> None:
    async def ask() -> object:
        async with session_with(port, SnmpLogin("2c", community=Secret(COMMUNITY)), 0.2) as session:
            return await session.get([(*SYSTEM, 5, 0)])

    assert asyncio.run(ask()) is None
