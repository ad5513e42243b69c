"""DNS messages: what is written is read again, and no message can make the reader loop or grow. Damaged messages are synthetic."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.compat import raw
from scapy.layers.dns import DNS, DNSQR, DNSRR, DNSRRSRV

from agent.wire import dns_message
from agent.wire.dns_message import AAAA, IN, MAX_NAME_BYTES, MAX_RECORDS, PTR, SRV, TXT, A, labels
from shared.errors import Unparsed

LABEL = st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126, exclude_characters="."), min_size=1, max_size=12)
NAMES = st.lists(LABEL, max_size=6).map(tuple)


@given(st.integers(0, 65535), st.lists(st.tuples(NAMES, st.integers(0, 65535), st.integers(0, 65535)), max_size=8))
def test_questions_are_read_as_they_were_written(number: int, questions: list[tuple[tuple[str, ...], int, int]]) -> None:
    message = dns_message.read(dns_message.written(number, questions))
    assert (message.number, message.answer, list(message.questions)) == (number, False, questions)


def test_another_library_writes_what_this_one_reads() -> None:
    """scapy, with compressed names."""
    records = [
        DNSRR(rrname="_ipp._tcp.local", type="PTR", rdata="Hall._ipp._tcp.local"),
        DNSRRSRV(rrname="Hall._ipp._tcp.local", port=631, target="hall.local"),
        DNSRR(rrname="Hall._ipp._tcp.local", type="TXT", rdata=[b"ty=HP", b"note="]),
        DNSRR(rrname="hall.local", type="A", rdata="10.0.0.9"),
        DNSRR(rrname="hall.local", type="AAAA", rdata="fe80::9"),
    ]
    sent = DNS(id=7, qr=1, qd=DNSQR(qname="_ipp._tcp.local", qtype="PTR"), an=records)
    for datagram in (raw(sent), raw(sent.compress())):
        message = dns_message.read(bytes(datagram))
        assert message.questions == ((labels("_ipp._tcp.local"), PTR, IN),) and dns_message.is_answer_to(bytes(datagram), 7)
        ((ptr,), (srv,), (txt,)) = (list(message.of(kind)) for kind in (PTR, SRV, TXT))
        assert (ptr.target, srv.target, srv.port, txt.texts) == (
            labels("Hall._ipp._tcp.local"),
            labels("hall.local"),
            631,
            (b"ty=HP", b"note="),
        )
        assert [r.address for kind in (A, AAAA) for r in message.of(kind)] == ["10.0.0.9", "fe80::9"]


def message(*parts: bytes, asked: int = 0, told: int = 0) -> bytes:
    return struct.pack("!6H", 1, 0x8400, asked, told, 0, 0) + b"".join(parts)


@pytest.mark.parametrize(
    ("datagram", "why"),
    [
        (b"", "cut short"),
        (message(asked=1), "cut short"),
        (message(b"\xc0\x0c\0\x0c\0\x01", asked=1), "forwards"),
        (message(b"\xc0\x0e\xc0\x0c\0\x0c\0\x01", asked=1), "forwards"),
        (message(b"\x01a\xc0\x0c\0\x0c\0\x01", asked=1), "forwards"),
        (message(b"\x40" + b"a" * 64 + b"\0\0\x0c\0\x01", asked=1), "too long"),
        (message((b"\x3f" + b"a" * 63) * 5 + b"\0\0\x0c\0\x01", asked=1), "too long"),
        (message(told=MAX_RECORDS + 1), "more records"),
        (message(b"\0" + struct.pack("!HHIH", 16, 1, 0, 9) + b"\x01a", told=1), "cut short"),
    ],
)
def test_what_is_cut_short_or_turns_in_a_circle_is_unparsed(datagram: bytes, why: str) -> None:
    with pytest.raises(Unparsed, match=why):
        dns_message.read(datagram)


def test_a_name_built_of_many_pointers_stays_a_name() -> None:
    """Each record's owner is one label and the name before it: without a limit the last would be as long as all together."""
    body, at = b"", 12
    for place in range(200):
        owner = b"\x04grow" + (b"\0" if not place else struct.pack("!H", 0xC000 | at))
        at = 12 + len(body)
        body += owner + struct.pack("!HHIH", 99, 1, 0, 0)
    with pytest.raises(Unparsed, match="too long"):
        dns_message.read(message(body, told=200))
    assert MAX_NAME_BYTES < 200 * 5


@given(st.binary(max_size=400))
def test_noise_is_read_or_unparsed(noise: bytes) -> None:
    for datagram in (noise, message(noise, asked=3, told=5)):
        try:
            read = dns_message.read(datagram)
        except Unparsed:
            continue
        assert all(sum(map(len, record.owner)) <= MAX_NAME_BYTES for record in read.records)
