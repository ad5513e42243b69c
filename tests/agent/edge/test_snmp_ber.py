"""Our BER against pysnmp's: what we write it reads, what it writes we read, and nothing that comes in breaks us."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from agent.edge import Oid, SnmpLogin, Value
from agent.edge.snmp_ber import RESPONSE, BerError, Question, integer, object_identifier, pdu, read_pdu, tlv
from agent.edge.snmp_devices import Device, Engine
from agent.edge.snmp_udp import UNREADABLE, Datagrams, _read
from agent.edge.snmp_v3 import UserExchange
from shared.secret import Secret
from tests.agent.snmp.test_session_v3 import SHA_AES

arcs = st.integers(0, 2**32 - 1) | st.integers(0, 300)
oids = st.builds(lambda first, rest: (1, first, *rest), st.integers(0, 39), st.lists(arcs, max_size=30)).map(tuple)
numbers = st.integers(0, 2**32 - 1)
values: st.SearchStrategy[tuple[Any, Value]] = st.one_of(
    st.integers(-(2**31), 2**31 - 1).map(lambda n: (v2c.Integer32(n), n)),
    numbers.map(lambda n: (v2c.Counter32(n), n)),
    numbers.map(lambda n: (v2c.Gauge32(n), n)),
    numbers.map(lambda n: (v2c.TimeTicks(n), n)),
    st.integers(0, 2**64 - 1).map(lambda n: (v2c.Counter64(n), n)),
    st.binary(max_size=400).map(lambda octets: (v2c.OctetString(octets), octets)),
    st.binary(max_size=20).map(lambda octets: (v2c.Opaque(octets), octets)),
    st.binary(min_size=4, max_size=4).map(lambda octets: (v2c.IpAddress(octets), octets)),
    oids.map(lambda oid: (v2c.ObjectIdentifier(oid), oid)),
    st.sampled_from([v2c.NoSuchObject, v2c.NoSuchInstance, v2c.EndOfMibView, v2c.Null]).map(lambda absent: (absent(""), None)),
)


def response(number: int, status: int, index: int, binds: list[tuple[Oid, Any]]) -> bytes:
    made = v2c.ResponsePDU()
    v2c.apiPDU.set_defaults(made)
    v2c.apiPDU.set_request_id(made, number)
    v2c.apiPDU.set_error_status(made, status)
    v2c.apiPDU.set_error_index(made, index)
    v2c.apiPDU.set_varbinds(made, [(v2c.ObjectIdentifier(oid), value) for oid, value in binds])
    return bytes(encoder.encode(made))


@settings(deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(0, 18), st.integers(0, 200), st.lists(st.tuples(oids, values), max_size=20))
def test_what_pysnmp_writes_is_read(number: int, status: int, index: int, binds: list[tuple[Oid, tuple[Any, Value]]]) -> None:
    data = response(number, status, index, [(oid, given) for oid, (given, _) in binds])
    found = read_pdu(data, 0, len(data))
    assert (found.kind, found.request_id, found.status, found.index) == (RESPONSE, number, status, index)
    assert [(bind.oid, bind.value) for bind in found.binds] == [(oid, value) for oid, (_, value) in binds]


@settings(deadline=None)
@given(st.sampled_from(Question), st.integers(0, 2**31 - 1), st.integers(1, 255), st.lists(oids, max_size=25))
def test_what_we_write_pysnmp_reads(question: Question, number: int, repetitions: int, asked: list[Oid]) -> None:
    specs: dict[Question, Callable[[], Any]] = {
        Question.GET: v2c.GetRequestPDU,
        Question.GETNEXT: v2c.GetNextRequestPDU,
        Question.GETBULK: v2c.GetBulkRequestPDU,
    }
    found, rest = decoder.decode(pdu(question, number, repetitions, asked), asn1Spec=specs[question]())
    assert rest == b"" and int(v2c.apiPDU.get_request_id(found)) == number
    assert [tuple(oid) for oid, _ in v2c.apiPDU.get_varbinds(found)] == asked
    if question is Question.GETBULK:
        assert int(v2c.apiBulkPDU.get_max_repetitions(found)) == repetitions


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300), st.data())
def test_whatever_comes_in_is_an_answer_or_none(noise: bytes, data: st.DataObject) -> None:
    whole = tlv(
        0x30,
        integer(1) + tlv(4, b"public") + response(7, 0, 0, [((1, 3, 6, 1), v2c.Integer32(5)), ((1, 3, 6, 2), v2c.OctetString(b"x" * 200))]),
    )
    at = data.draw(st.integers(0, len(whole)))
    for datagram in (noise, whole[:at], whole[:at] + noise, noise + whole):
        found = _read(7, datagram)
        assert found is None or found is UNREADABLE or found.request_id == 7


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200), st.data())
def test_whatever_comes_in_is_no_break_of_a_v3_session(noise: bytes, data: st.DataObject) -> None:
    engine = Engine(b"\x80\x00\x1f\x88\x80synthetic", 3, 4000, 0.0)
    exchange = UserExchange(Datagrams(), SHA_AES, Device(20, engine=engine), lambda: 0.0)
    whole = exchange._message(engine, 99, response(99, 0, 0, [((1, 3, 6, 1), v2c.Integer32(5))]))
    received = exchange._read(99, whole)
    assert received and received.authentic and received.pdu.binds[0].value == 5
    at = data.draw(st.integers(0, len(whole) - 1))
    bent = bytes([whole[at] ^ data.draw(st.integers(1, 255))])
    for datagram in (noise, whole[:at], whole[:at] + bent + whole[at + 1 :], whole[:at] + noise + whole[at:]):
        found = exchange._read(99, datagram)
        assert found is None or not found.authentic or datagram.startswith(whole)


def test_an_answer_with_less_security_than_the_question_is_none() -> None:
    engine = Engine(b"\x80\x00\x1f\x88\x80synthetic", 3, 4000, 0.0)

    def exchange(login: SnmpLogin) -> UserExchange:
        return UserExchange(Datagrams(), login, Device(20, engine=engine), lambda: 0.0)

    answer = response(99, 0, 0, [((1, 3, 6, 1), v2c.Integer32(5))])
    signs = replace(SHA_AES, privacy="", privacy_password=None)
    stranger = replace(SHA_AES, auth_password=Secret("of somebody else"))
    for login in (SnmpLogin("3", user=SHA_AES.user), signs, stranger):
        assert exchange(SHA_AES)._read(99, exchange(login)._message(engine, 99, answer)) is None
    assert exchange(SHA_AES)._read(98, exchange(SHA_AES)._message(engine, 99, answer)) is None, "of another question"


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        (b"\x02\x00", 0),
        (b"\x41\x04\xff\xff\xff\xff", 2**32 - 1),
        (b"\x46\x08" + b"\xff" * 8, 2**64 - 1),
        (b"\x02\x09" + b"\x00" + b"\xff" * 8, 2**64 - 1),
        (b"\x06\x00", ()),
        (b"\x04\x81\x01x", b"x"),
        (b"\x9f\x01\x00", None),
    ],
    ids=[
        "a number without octets",
        "an unsigned one with its sign bit",
        "64 bits",
        "65 bits",
        "an empty identifier",
        "a long length",
        "a tag of no type",
    ],
)
def test_what_is_sloppy_is_read(octets: bytes, value: Value) -> None:
    data = tlv(RESPONSE, integer(1) + integer(0) * 2 + tlv(0x30, tlv(0x30, object_identifier((1, 3)) + octets)))
    assert read_pdu(data, 0, len(data)).binds[0].value == value


@pytest.mark.parametrize(
    "octets",
    [b"\x02\x0a" + bytes(10), b"\x06\x01\x80", b"\x06\x06\x2b\xff\xff\xff\xff\x7f", b"\x04\x80", b"\x04\x85\x00\x00\x00\x00\x01x", b"\x04"],
)
def test_what_cannot_be_is_refused(octets: bytes) -> None:
    data = tlv(RESPONSE, integer(1) + integer(0) * 2 + tlv(0x30, tlv(0x30, object_identifier((1, 3)) + octets)))
    with pytest.raises(BerError):
        read_pdu(data, 0, len(data))
