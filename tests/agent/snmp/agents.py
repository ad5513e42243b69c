"""SNMP agents for tests on loopback: a real snmpd, and synthetic ones that answer as no agent should."""

import asyncio
import bisect
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from agent.edge import Oid

COMMUNITY = "test-public"

Rows = Sequence[tuple[Oid, Any]]
Rule = Callable[[str, Oid, int], Rows | int | bytes | None]
"""(PDU's name, first OID, max-repetitions) -> rows, an error status, raw bytes, or None for silence."""


class SyntheticAgent(asyncio.DatagramProtocol):
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.asked: list[tuple[str, int]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message, _ = decoder.decode(data, asn1Spec=v2c.Message())
        pdu = v2c.apiMessage.get_pdu(message)
        name = type(pdu).__name__
        repetitions = int(v2c.apiBulkPDU.get_max_repetitions(pdu)) if name == "GetBulkRequestPDU" else 1
        oids = [tuple(oid) for oid, _ in v2c.apiPDU.get_varbinds(pdu)]
        self.asked.append((name, repetitions if name == "GetBulkRequestPDU" else len(oids)))
        answer = self.answer(name, oids, repetitions)
        if isinstance(answer, bytes):
            self._transport.sendto(answer, addr)
        elif answer is not None:
            self._transport.sendto(_response(message, pdu, answer), addr)

    def answer(self, name: str, oids: Sequence[Oid], repetitions: int) -> Rows | int | bytes | None:
        return self._rule(name, oids[0], repetitions)


class TableAgent(SyntheticAgent):
    """Serves numbers as RFC 3416 wants it, several variables at once; ``quirk`` may spoil an answer: (name, oids, rows) -> answer."""

    def __init__(self, table: Sequence[Oid], quirk: Callable[[str, Sequence[Oid], Rows], Rows | int | None] | None = None) -> None:
        super().__init__(lambda *_: None)
        self._table = sorted(table)
        self._quirk = quirk

    def answer(self, name: str, oids: Sequence[Oid], repetitions: int) -> Rows | int | bytes | None:
        rows: list[tuple[Oid, Any]] = []
        if name == "GetRequestPDU":
            rows = [(oid, v2c.Integer32(1) if oid in self._table else v2c.NoSuchInstance()) for oid in oids]
        else:
            cursors = list(oids)
            for _ in range(repetitions):
                row = [self._after(cursor) for cursor in cursors]
                rows += row
                cursors = [oid for oid, _ in row]
        return self._quirk(name, oids, rows) if self._quirk else rows

    def _after(self, cursor: Oid) -> tuple[Oid, Any]:
        at = bisect.bisect_right(self._table, cursor)
        return (self._table[at], v2c.Integer32(1)) if at < len(self._table) else (cursor, v2c.EndOfMibView())


def _response(message: Any, pdu: Any, answer: Rows | int) -> bytes:
    response = v2c.apiPDU.get_response(pdu)
    if isinstance(answer, int):
        v2c.apiPDU.set_error_status(response, answer)
        v2c.apiPDU.set_varbinds(response, v2c.apiPDU.get_varbinds(pdu))
    else:
        v2c.apiPDU.set_varbinds(response, [(v2c.ObjectIdentifier(oid), value) for oid, value in answer])
    v2c.apiMessage.set_pdu(message, response)
    return bytes(encoder.encode(message))


@asynccontextmanager
async def synthetic_agent(rule: "Rule | SyntheticAgent") -> AsyncIterator[tuple[int, SyntheticAgent]]:
    """(port, agent) on 127.0.0.1."""
    agent = rule if isinstance(rule, SyntheticAgent) else SyntheticAgent(rule)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1], agent
    finally:
        transport.close()


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


READ_ALL = f"rocommunity {COMMUNITY} 127.0.0.1"


@contextmanager
def snmpd(directory: Path, access: str = READ_ALL, port: int = 0, name: str = "bench") -> Iterator[int]:
    """A real net-snmp agent on 127.0.0.1; its port. ``access``: the lines of its configuration that say who may read.

    Started again in the same directory it is the same engine, one boot later."""
    program = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin")
    assert program, "install snmpd: apt install snmpd"
    port = port or free_port(socket.SOCK_DGRAM)
    written, kept = directory / "written", directory / "kept"  # what it is told, and where it keeps its engine's id and boots
    written.mkdir(exist_ok=True)
    (written / "snmpd.conf").write_text(f"{access}\nsysLocation Test bench\nsysContact it@office.example\nsysName {name}\n")
    argv = [program, "-f", "-Lf", str(directory / "log"), "-p", str(directory / "pid"), f"udp:127.0.0.1:{port}"]
    environment = {"SNMPCONFPATH": f"{written}:{kept}", "SNMP_PERSISTENT_DIR": str(kept), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    process = subprocess.Popen(argv, env=environment)
    try:
        wait_until_bound(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_until_bound(port: int, process: "subprocess.Popen[bytes]") -> None:
    line = f"0100007F:{port:04X}"
    ends = time.monotonic() + 20
    while line not in Path("/proc/net/udp").read_text():
        assert process.poll() is None, "snmpd ended"
        assert time.monotonic() < ends, "snmpd does not listen"
        time.sleep(0.05)
