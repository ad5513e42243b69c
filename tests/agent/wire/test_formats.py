"""Header lines, XML, BER and product lines: what they give, and that noise brings Unparsed and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import ber, header_lines, xml_document
from agent.wire.product import product_version
from shared.errors import Unparsed


def test_header_lines() -> None:
    answer = header_lines.read(b"HTTP/1.1 200 OK\r\nSERVER: a/1\r\nserver: second\r\nX\r\n\xc4: \xff\r\n\r\nServer: body")
    assert (answer.protocol, answer.status) == ("HTTP/1.1", 200)
    assert answer.headers["server"] == "a/1" and "x" not in answer.headers


def test_a_header_without_end_is_bounded() -> None:
    answer = header_lines.read(b"SIP/2.0 404 No\n" + b"".join(b"h%d: %s\n" % (n, b"v" * 5000) for n in range(10_000)))
    assert len(answer.headers) <= header_lines.MAX_HEADERS and all(len(value) <= 1024 for value in answer.headers.values())


def test_xml_elements() -> None:
    root = xml_document.read(b'<a xmlns="urn:x"><b> one <c>two</c>\n</b><b>three</b></a>')
    assert [element.text for element in root.every("b")] == ["one", "three"]
    assert next(root.every("a")).first("b") == "one" and next(root.every("b")).first("c") == "two" and root.first("b") == ""


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://10.0.0.1/x.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b"<a>" * 40,
        b"<a>" + b"<b/>" * 5000 + b"</a>",
        b"<a>" + b" " * xml_document.MAX_BYTES + b"</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"<a",
        b"",
    ],
)
def test_xml_that_is_refused(document: bytes) -> None:
    with pytest.raises(Unparsed):
        xml_document.read(document)


@given(st.binary(max_size=200))
def test_noise_is_read_or_unparsed(noise: bytes) -> None:
    for read in (header_lines.read, xml_document.read, _sequence, _values):
        try:
            read(noise)
        except Unparsed:
            continue


def _sequence(octets: bytes) -> bytes:
    return ber.inside(octets, ber.SEQUENCE)


def _values(octets: bytes) -> list[tuple[int, bytes]]:
    return list(ber.values(octets))


@given(st.lists(st.integers(0, 2**40), max_size=9), st.binary(max_size=300))
def test_ber_is_read_as_it_was_written(numbers: list[int], octets: bytes) -> None:
    whole = ber.written(ber.SEQUENCE, *map(ber.integer, numbers), ber.written(ber.OCTETS, octets))
    found = list(ber.values(ber.inside(whole, ber.SEQUENCE)))
    assert [int.from_bytes(content, "big") for tag, content in found if tag == ber.INTEGER] == numbers and found[-1] == (ber.OCTETS, octets)


@pytest.mark.parametrize(
    ("line", "product", "version"),
    [
        ("dnsmasq-2.90", "dnsmasq", "2.90"),
        ("unbound 1.17.1", "unbound", "1.17.1"),
        ("Yealink SIP-T46S 66.85.0.5", "Yealink SIP-T46S", "66.85.0.5"),
        ("Asterisk PBX 18.10.0", "Asterisk PBX", "18.10.0"),
        ("FPBX-16.0.40(18.20)", "FPBX", "16.0.40"),
        ("kamailio (5.6.3 (x86_64/linux))", "kamailio", "5.6.3"),
        ("ntpd 4.2.8p15@1.3728-o Wed", "ntpd", "4.2.8p15"),
        ("FRITZ!OS", "FRITZ!OS", ""),
        ("", "", ""),
    ],
)
def test_product_and_version(line: str, product: str, version: str) -> None:
    assert product_version(line) == (product, version)
