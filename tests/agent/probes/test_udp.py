"""What the UDP services of an address come to: against real daemons in a namespace, and against a synthetic edge."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from agent.config import Settings
from agent.edge import Edges
from agent.edge.udp import UdpSocket
from agent.probe import Answer, Seen, Target
from agent.probes import udp
from agent.udp import ntp, services
from shared.errors import Refused, Unreachable, Unsupported
from shared.observation import AddressSeen, NameSeen, NameSource, PortSeen, PortsExamined, Provenance, SaidSeen
from shared.outcome import State
from tests.agent.conftest import Segment
from tests.agent.udp import daemons
from tests.labs.namespaces import inside_net

ADDRESS = "10.99.0.1"
SETTINGS = Settings()
REAL = (daemons.dnsmasq, daemons.snmpd, daemons.nmbd, daemons.kamailio, daemons.charon, daemons.openvpn, daemons.miniupnpd)
EXPECTED = {
    53: ("domain", "dnsmasq"),
    137: ("netbios-ns", ""),
    161: ("snmp", ""),
    500: ("isakmp", "strongSwan"),
    1194: ("openvpn", "OpenVPN"),
    1900: ("upnp", "MiniUPnPd"),
    5060: ("sip", "kamailio"),
}


def asked(edge: object) -> Answer:
    return asyncio.run(udp.ask(Target(ADDRESS), cast(Edges, SimpleNamespace(udp=edge)), SETTINGS, Seen()))


def open_ports(answer: Answer) -> dict[int, PortSeen]:
    found = [seen for seen in answer.observations if isinstance(seen, PortSeen)]
    assert len({seen.number for seen in found}) == len(found), "a port is told once"
    return {seen.number: seen for seen in found}


def examined(answer: Answer) -> set[int]:
    (seen,) = (fact for fact in answer.observations if isinstance(fact, PortsExamined))
    assert seen.protocol == "udp"
    return {int(number) for number in seen.ranges.split(",")}


def test_real_daemons_say_what_they_are(segment: Segment, tmp_path: Path) -> None:
    with daemons.running(segment, tmp_path, [_made(daemon, tmp_path) for daemon in REAL]), inside_net(segment.agent):
        looked_at: set[int] = set()
        for _ in range(20):  # until the last of them listens
            answer = asked(UdpSocket())
            looked_at |= examined(answer)  # a kernel says seldom that a port is closed (icmp_ratelimit)
            if open_ports(answer).keys() >= EXPECTED.keys():
                break
    assert {number: (seen.service, seen.product) for number, seen in open_ports(answer).items()} == EXPECTED
    assert examined(answer) >= EXPECTED.keys() and 623 in looked_at, "what nobody serves is refused, and so examined"
    said = {seen.field: seen.value for seen in answer.observations if isinstance(seen, SaidSeen)}
    assert said["dns.version"].startswith("dnsmasq-") and said["sip.server"].startswith("kamailio")
    assert said["netbios.workgroup"] == "OFFICINA" and said["snmp.engine_enterprise"] == "8072"
    assert open_ports(answer)[500].extra == "IKEv1, IKEv2"
    assert NameSeen(address=ADDRESS, name="NAS01", source=NameSource.NETBIOS) in answer.observations


@pytest.mark.skipif(
    not shutil.which("chronyd", path=daemons.PATH), reason="chrony is not installed: it would take the place of this machine's own"
)
def test_a_real_time_server_says_its_stratum(segment: Segment, tmp_path: Path) -> None:
    token, answer = bytes(range(16)), None
    with daemons.running(segment, tmp_path, [daemons.chrony(tmp_path)]), inside_net(segment.agent):
        for _ in range(100):
            try:
                answer = asyncio.run(UdpSocket().ask(ADDRESS, ntp.PORT, *ntp.ask(ADDRESS, token), 0.5))
            except Unsupported:
                time.sleep(0.1)
            if answer:
                break
    assert answer and ntp.answers(answer, token)
    assert SaidSeen(address=ADDRESS, protocol="udp", port=123, field="ntp.stratum", value="3") in list(ntp.read(ADDRESS, answer))


def _made(daemon: Callable[[Path], list[str]], directory: Path) -> list[str]:
    own = directory / daemon.__name__
    own.mkdir()
    return daemon(own)


class SyntheticEdge:
    """Answers by port: octets, or an error; nothing for any other. Keeps what it was asked."""

    def __init__(self, answers: dict[int, Callable[[bytes, int], bytes | None]]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        self.asked.append(port)
        answer = self.answers.get(port)
        return answer(payload, self.asked.count(port)) if answer else None


def closed(payload: bytes, time: int) -> bytes | None:
    raise Unsupported("closed")


def dns_answer(payload: bytes, number: bytes | None = None) -> bytes:
    """The question sent back as an answer that refuses."""
    return (number or payload[:2]) + b"\x84\x05" + payload[4:]


def test_silence_is_neither_open_nor_closed() -> None:
    edge = SyntheticEdge({})
    answer = asked(edge)
    assert answer.state is State.SILENT and answer.observations == ()
    assert all(edge.asked.count(service.PORT) == 2 * len(service.ask(ADDRESS, bytes(16))) for service in services()), "one more try each"


def test_a_refusal_examines_a_port_and_is_not_asked_again() -> None:
    edge = SyntheticEdge({53: closed, 161: closed})
    answer = asked(edge)
    assert examined(answer) == {53, 161} and not open_ports(answer)
    assert edge.asked.count(161) == 1 and edge.asked.count(53) == 1, "after a refusal a second question would be one too many"


def test_an_answer_to_the_second_try_counts() -> None:
    answer = asked(SyntheticEdge({53: lambda payload, time: dns_answer(payload) if time > 2 else None}))
    assert examined(answer) == {53} == set(open_ports(answer))


def test_an_answer_with_another_number_is_no_answer() -> None:
    answer = asked(SyntheticEdge({53: lambda payload, time: dns_answer(payload, bytes(b ^ 0xFF for b in payload[:2]))}))
    assert answer.state is State.SILENT


def test_an_answer_that_cannot_be_read_is_an_open_port_all_the_same() -> None:
    answer = asked(SyntheticEdge({53: lambda payload, time: dns_answer(payload)[:14]}))
    assert open_ports(answer)[53].service == "domain"
    assert answer.state is State.PARTIAL and "port 53: a DNS message that was cut short" in answer.detail


def test_a_refusal_after_an_answer_does_not_close_the_port() -> None:
    def once(payload: bytes, time: int) -> bytes | None:
        return dns_answer(payload) if time == 1 else closed(payload, time)

    assert set(open_ports(asked(SyntheticEdge({53: once})))) == {53}


def test_only_a_time_server_is_asked_for_its_variables() -> None:
    def time_server(payload: bytes, time: int) -> bytes:
        return bytes([0x24, 2]) + bytes(22) + payload[40:48] + bytes(16) if payload[0] & 7 == 3 else b""

    silent, server = SyntheticEdge({}), SyntheticEdge({123: time_server})
    asked(silent)
    asked(server)
    assert (silent.asked.count(123), server.asked.count(123)) == (2, 2), "twice the same question; a question and its sequel"


@pytest.mark.parametrize("error", [Unreachable("no way there"), Refused("it is excluded")])
def test_an_address_that_nothing_can_be_sent_to_says_why(error: Exception) -> None:
    def fail(payload: bytes, time: int) -> bytes | None:
        raise error

    with pytest.raises(type(error), match=str(error)):
        asked(SyntheticEdge({service.PORT: fail for service in services()}))
    answer = asked(SyntheticEdge({service.PORT: fail for service in services()} | {161: closed}))
    assert examined(answer) == {161}, "what one port has said is kept"


def test_every_live_address_is_asked() -> None:
    known = Seen()
    known.add("x", [AddressSeen(address=f"10.0.0.{n}", provenance=Provenance.OWN_REPLY) for n in (9, 10)])
    known.add("x", [AddressSeen(address="10.0.0.11", provenance=Provenance.THIRD_PARTY)])
    assert udp.targets(SETTINGS, known) == [Target("10.0.0.9"), Target("10.0.0.10")]


def test_the_plan_counts_what_a_silent_address_costs() -> None:
    edge = SyntheticEdge({})
    asked(edge)
    assert udp.packets(SETTINGS, Seen(), 7) == 7 * len(edge.asked)
