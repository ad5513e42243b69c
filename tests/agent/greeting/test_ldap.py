"""Root entries of LDAP servers, synthetic: put together by the rules of BER, and cut anywhere."""

import pytest

from agent.greeting import ldap


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return bytes((tag, 0x82)) + len(content).to_bytes(2) + content  # long form, as many servers write it


def root(**attributes: str) -> bytes:
    pairs = [tlv(0x30, tlv(4, name.encode()), tlv(0x31, tlv(4, value.encode()))) for name, value in attributes.items()]
    return tlv(0x30, tlv(2, b"\1"), tlv(0x64, tlv(4), tlv(0x30, *pairs))) + DONE


DONE = tlv(0x30, tlv(2, b"\1"), tlv(0x65, tlv(10, b"\0"), tlv(4), tlv(4)))


def test_a_domain_controller_tells_its_domain_and_its_name() -> None:
    said = ldap.read(root(defaultNamingContext="DC=rossi,DC=local", dnsHostName="DC01.rossi.local", other="x"))
    assert said == [("ldap.domain", "rossi.local"), ("ldap.dns_name", "DC01.rossi.local")]


def test_another_directory_tells_its_maker() -> None:
    assert ldap.read(root(vendorName="389 Project", vendorVersion="2.3")) == [("ldap.vendor", "389 Project"), ("ldap.version", "2.3")]
    assert ldap.read(root(defaultNamingContext="o=rossi")) == [("ldap.domain", "o=rossi")]


def test_a_server_that_tells_nothing_speaks_ldap_all_the_same() -> None:
    assert ldap.read(DONE) == [("ldap.domain", "")] and ldap.read(root()) == [("ldap.domain", "")]


@pytest.mark.parametrize("octets", [b"", b"0", b"SSH-2.0-x", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 100, b"\x30\xff" + b"\xff" * 200])
def test_what_is_no_ldap_is_nothing(octets: bytes) -> None:
    assert ldap.read(octets) == []


def test_an_answer_that_is_cut_anywhere_breaks_nothing() -> None:
    whole = root(dnsHostName="DC01.rossi.local")
    for end in range(len(whole)):
        assert ldap.read(whole[:end]) in ([], [("ldap.dns_name", "DC01.rossi.local")])


def test_the_question_is_well_formed() -> None:
    ((tag, message),) = ldap._parts(ldap.question())
    assert tag == 0x30 and [tag for tag, _ in ldap._parts(message)] == [2, 0x63]
