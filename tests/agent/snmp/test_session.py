"""Sessions against a real snmpd, and against synthetic agents that loop, never end, fall silent or answer nonsense."""

import asyncio
import random
import socket
import time
from pathlib import Path

import pytest
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from agent.edge import Oid, SnmpLogin, VarBind
from agent.edge.snmp_devices import Devices
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from shared.errors import Denied, Unparsed, Unreachable
from shared.secret import Secret
from tests.agent.snmp.agents import COMMUNITY, Rows, Rule, SyntheticAgent, free_port, snmpd, synthetic_agent

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
TABLE = (1, 3, 6, 1, 4, 1, 8072, 9999, 1)
LOGIN = SnmpLogin(community=Secret(COMMUNITY))


def edge(first_timeout_s: float = 0.1, timeout_s: float = 0.1, retries: int = 1) -> SnmpOverUdp:
    """Impatient, and knowing no device yet."""
    return SnmpOverUdp(Patience(first_timeout_s, timeout_s=timeout_s, retries=retries), Devices())


async def walked(port: int, root: Oid = TABLE, max_rows: int = 10_000, by: SnmpOverUdp | None = None) -> list[VarBind]:
    async with (by or edge()).session("127.0.0.1", port, LOGIN) as session:
        return [bind async for bind in session.walk(root, max_rows)]


async def walk_of(rule: Rule, max_rows: int = 10_000) -> tuple[list[VarBind], list[tuple[str, int]]]:
    async with synthetic_agent(rule) as (port, agent):
        return await walked(port, max_rows=max_rows), agent.asked


def after(oid: Oid, repetitions: int, last: int = 95) -> Rows:
    """A table of ``last`` rows, then one row of another."""
    start = oid[len(TABLE)] + 1 if len(oid) > len(TABLE) else 1
    rows = [((*TABLE, n), v2c.Integer32(n)) for n in range(start, min(start + repetitions, last + 1))]
    return rows or [((*TABLE[:-1], 2), v2c.Integer32(0))]


def test_real_agent_answers_get_and_walk(tmp_path: Path) -> None:
    async def ask(port: int) -> None:
        async with edge(5, 5).session("127.0.0.1", port, LOGIN) as session:
            binds = await session.get([(*SYSTEM, 5, 0), (*SYSTEM, 99, 0), (*SYSTEM, 2, 0)])
            assert binds == [
                VarBind((*SYSTEM, 5, 0), b"bench"),
                VarBind((*SYSTEM, 99, 0), None),
                VarBind((*SYSTEM, 2, 0), (1, 3, 6, 1, 4, 1, 8072, 3, 2, 10)),
            ]
            names = [bind.oid async for bind in session.walk(SYSTEM)]
            assert names == sorted(names) and (*SYSTEM, 6, 0) in names
            assert [bind async for bind in session.walk(TABLE)] == []

    with snmpd(tmp_path) as port:
        asyncio.run(ask(port))


def test_real_agent_is_silent_to_a_wrong_community(tmp_path: Path) -> None:
    async def ask(port: int) -> object:
        async with edge().session("127.0.0.1", port, SnmpLogin(community=Secret("wrong"))) as session:
            return await session.get([(*SYSTEM, 1, 0)])

    with snmpd(tmp_path) as port:
        assert asyncio.run(ask(port)) is None


def test_a_host_without_snmp_costs_one_round_trip() -> None:
    async def ask() -> object:
        async with SnmpOverUdp(devices=Devices()).session("127.0.0.1", free_port(socket.SOCK_DGRAM), LOGIN) as session:
            return await session.get([(*SYSTEM, 1, 0)])

    started = time.monotonic()
    assert asyncio.run(ask()) is None
    assert time.monotonic() - started < 0.8


def test_a_silent_host_costs_less_than_two_seconds() -> None:
    async def ask() -> object:
        async with (
            synthetic_agent(lambda *_: None) as (port, agent),
            SnmpOverUdp(devices=Devices()).session("127.0.0.1", port, LOGIN) as session,
        ):
            answer = await session.get([(*SYSTEM, 1, 0)])
            assert len(agent.asked) == 2
            return answer

    started = time.monotonic()
    assert asyncio.run(ask()) is None
    assert time.monotonic() - started < 2.0


def test_rows_come_once_and_in_order() -> None:
    binds, asked = asyncio.run(walk_of(lambda name, oid, repetitions: after(oid, repetitions)))
    assert [bind.value for bind in binds] == list(range(1, 96))
    assert asked == [("GetBulkRequestPDU", 20)] * 6


@pytest.mark.parametrize("limit", [7, 3, 1])
@pytest.mark.parametrize("says", [1, None], ids=["tooBig", "silent"])
def test_an_agent_that_manages_few_rows_is_asked_for_fewer(limit: int, says: int | None) -> None:
    def rule(name: str, oid: Oid, repetitions: int) -> Rows | int | None:
        return after(oid, repetitions, last=30) if repetitions <= limit else says

    binds, asked = asyncio.run(walk_of(rule))
    assert len(binds) == 30
    sizes = [size for _, size in asked]
    assert sizes[:2] == [20, 10] and sizes == sorted(sizes, reverse=True), "what it manages is remembered"


def test_synthetic_agent_that_knows_no_getbulk() -> None:
    def rule(name: str, oid: Oid, repetitions: int) -> Rows | None:
        return after(oid, 1, last=5) if name == "GetNextRequestPDU" else None

    assert len(asyncio.run(walk_of(rule))[0]) == 5


@pytest.mark.parametrize(
    "rows",
    [
        [(3,), (2,), (4,)],
        [(1,), (1,)],
        [(5,), (1,)],
    ],
    ids=["unsorted", "same", "back to the start"],
)
def test_synthetic_rows_out_of_order_end_the_walk(rows: list[Oid]) -> None:
    def rule(name: str, oid: Oid, repetitions: int) -> Rows:
        return [((*TABLE, *index), v2c.Integer32(1)) for index in rows]

    with pytest.raises(Unparsed, match="out of order"):
        asyncio.run(walk_of(rule))


def test_synthetic_rows_after_the_end_of_a_table_are_passed_over() -> None:
    def rule(name: str, oid: Oid, repetitions: int) -> Rows:
        return [(oid, v2c.Integer32(1)) for oid in ((*TABLE, 1), (*TABLE[:-1], 2), (*TABLE, 2))]

    assert [bind.oid for bind in asyncio.run(walk_of(rule))[0]] == [(*TABLE, 1)]


def test_synthetic_table_without_end() -> None:
    async def ask() -> list[VarBind]:
        got: list[VarBind] = []
        async with (
            synthetic_agent(lambda name, oid, repetitions: after(oid, repetitions, last=10**9)) as (port, _),
            edge().session("127.0.0.1", port, LOGIN) as session,
        ):
            with pytest.raises(Unparsed, match="more than 500 rows"):
                async for bind in session.walk(TABLE, 500):
                    got.append(bind)  # noqa: PERF401 - what comes before the failure counts
        return got

    assert len(asyncio.run(ask())) == 500


def test_a_table_of_just_the_limit_is_whole() -> None:
    assert len(asyncio.run(walk_of(lambda name, oid, repetitions: after(oid, repetitions), max_rows=95))[0]) == 95


def test_an_agent_that_dies_in_the_middle() -> None:
    async def ask() -> list[int]:
        got: list[int] = []
        rule: Rule = lambda name, oid, repetitions: after(oid, repetitions) if len(oid) == len(TABLE) else None  # noqa: E731 - a rule
        async with synthetic_agent(rule) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            with pytest.raises(Unreachable, match="stopped answering"):
                async for bind in session.walk(TABLE):
                    got.append(int(str(bind.value)))  # noqa: PERF401 - what comes before the failure counts
        return got

    assert asyncio.run(ask()) == list(range(1, 21)), "what came before is kept"


@pytest.mark.parametrize("answer", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 5000, b"HTTP/1.1 400\r\n"])
def test_synthetic_nonsense_is_unparsed(answer: bytes) -> None:
    with pytest.raises((Unparsed, Unreachable)):
        asyncio.run(walk_of(lambda name, oid, repetitions: answer))


@pytest.mark.parametrize("seed", range(10))
def test_synthetic_damaged_answers(seed: int) -> None:
    """Real answers with bytes changed: rows, or one of our errors; never another exception, never for ever."""
    from tests.agent.snmp import agents

    chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret

    class Damaging(agents.SyntheticAgent):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self._transport = self
            self._real = transport

        def sendto(self, data: bytes, addr: object) -> None:
            damaged = bytearray(data)
            for _ in range(chance.randint(0, 3)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            self._real.sendto(bytes(damaged), addr)  # type: ignore[attr-defined]  # a datagram transport

    async def ask() -> None:
        agent = Damaging(lambda name, oid, repetitions: after(oid, repetitions, last=30))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
        by = edge(0.05, 0.05)
        try:
            async with asyncio.timeout(20):
                for _ in range(10):
                    try:
                        await walked(transport.get_extra_info("sockname")[1], max_rows=100, by=by)
                    except (Unparsed, Unreachable):
                        continue
        finally:
            transport.close()

    asyncio.run(ask())


def test_one_bad_variable_does_not_spoil_a_get() -> None:
    def rule(name: str, oid: Oid, repetitions: int) -> Rows | int:
        return 5

    async def ask() -> None:
        async with synthetic_agent(rule) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            binds = await session.get([(*SYSTEM, n, 0) for n in range(1, 6)])
            assert binds is not None and [bind.value for bind in binds] == [None] * 5

    asyncio.run(ask())


def test_the_agent_says_which_variable_is_bad_and_the_others_are_kept() -> None:
    from tests.agent.snmp import agents

    class Spoiled(agents.SyntheticAgent):
        """genErr, with an index, wherever the third variable is among those asked for."""

        def datagram_received(self, data: bytes, addr: object) -> None:
            message, _ = decoder.decode(data, asn1Spec=v2c.Message())
            pdu = v2c.apiMessage.get_pdu(message)
            oids = [tuple(oid) for oid, _ in v2c.apiPDU.get_varbinds(pdu)]
            response = v2c.apiPDU.get_response(pdu)
            v2c.apiPDU.set_varbinds(response, [(v2c.ObjectIdentifier(oid), v2c.Integer32(oid[-1])) for oid in oids])
            if (1, 3, 6, 3) in oids:
                v2c.apiPDU.set_error_status(response, 5)
                v2c.apiPDU.set_error_index(response, oids.index((1, 3, 6, 3)) + 1)
            v2c.apiMessage.set_pdu(message, response)
            self._transport.sendto(bytes(encoder.encode(message)), addr)
            self.asked.append(("", len(oids)))

    async def ask() -> list[VarBind] | None:
        agent = Spoiled(lambda *_: None)
        async with synthetic_agent(agent) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            answer = await session.get([(1, 3, 6, n) for n in range(1, 8)])
        assert agent.asked == [("", 7), ("", 6)]
        return answer

    assert asyncio.run(ask()) == [VarBind((1, 3, 6, n), None if n == 3 else n) for n in range(1, 8)]


def test_an_agent_that_lets_read_nothing_denies() -> None:
    async def ask() -> None:
        async with synthetic_agent(lambda *_: 16) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            await session.get([(*SYSTEM, 1, 0)])

    with pytest.raises(Denied, match="authorizationError"):
        asyncio.run(ask())


def test_synthetic_answers_to_other_questions_are_passed_over() -> None:
    class Late(SyntheticAgent):
        """Each answer comes twice: once with another question's number."""

        def datagram_received(self, data: bytes, addr: object) -> None:
            message, _ = decoder.decode(data, asn1Spec=v2c.Message())
            pdu = v2c.apiMessage.get_pdu(message)
            number = int(v2c.apiPDU.get_request_id(pdu))
            for asked, value in ((number ^ 1, 666), (number, 1)):
                response = v2c.apiPDU.get_response(pdu)
                v2c.apiPDU.set_request_id(response, asked)
                v2c.apiPDU.set_varbinds(response, [(v2c.ObjectIdentifier((*SYSTEM, 1, 0)), v2c.Integer32(value))])
                v2c.apiMessage.set_pdu(message, response)
                self._transport.sendto(bytes(encoder.encode(message)), addr)

    async def ask() -> list[VarBind] | None:
        async with synthetic_agent(Late(lambda *_: None)) as (port, _), edge().session("127.0.0.1", port, LOGIN) as session:
            return await session.get([(*SYSTEM, 1, 0)])

    assert asyncio.run(ask()) == [VarBind((*SYSTEM, 1, 0), 1)]
