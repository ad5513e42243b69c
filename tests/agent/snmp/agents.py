"""SNMP agents for tests on loopback: a real snmpd, and synthetic ones that answer as no agent should."""

import asyncio
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
        answer = self._rule(name, oids[0], repetitions)
        if isinstance(answer, bytes):
            self._transport.sendto(answer, addr)
        elif answer is not None:
            self._transport.sendto(_response(message, pdu, answer), addr)


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
async def synthetic_agent(rule: Rule) -> AsyncIterator[tuple[int, SyntheticAgent]]:
    """(port, agent) on 127.0.0.1."""
    agent = SyntheticAgent(rule)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1], agent
    finally:
        transport.close()


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def snmpd(directory: Path) -> Iterator[int]:
    """A real net-snmp agent on 127.0.0.1; its port."""
    program = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin")
    assert program, "install snmpd: apt install snmpd"
    port = free_port(socket.SOCK_DGRAM)
    config = directory / "snmpd.conf"
    config.write_text(f"rocommunity {COMMUNITY} 127.0.0.1\nsysLocation Test bench\nsysContact it@office.example\nsysName bench\n")
    argv = [program, "-f", "-Lf", str(directory / "log"), "-C", "-c", str(config), "-p", str(directory / "pid"), f"udp:127.0.0.1:{port}"]
    process = subprocess.Popen(argv, env={"SNMP_PERSISTENT_DIR": str(directory), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        _wait_until_bound(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_bound(port: int, process: "subprocess.Popen[bytes]") -> None:
    line = f"0100007F:{port:04X}"
    ends = time.monotonic() + 20
    while line not in Path("/proc/net/udp").read_text():
        assert process.poll() is None, "snmpd ended"
        assert time.monotonic() < ends, "snmpd does not listen"
        time.sleep(0.05)
