"""A device's evidence says which rule read what; its MAC addresses say who made the card and how much they mean."""

from datetime import UTC, datetime

import pytest

from collector.core.device import EVIDENCE_CHARS, device
from collector.core.facts import of_device
from collector.core.knowledge import KnownDevice, Look
from shared.address import MacKind
from shared.inventory import Device
from shared.observation import AddressSeen, InterfaceSeen, NameSeen, NameSource, Observation, PortSeen, Provenance, SaidSeen

HERE = "192.0.2.9"
AT = datetime(2026, 11, 23, tzinfo=UTC)


def seen_as(*observations: Observation) -> Device:
    look = Look("probe", HERE, AT, "digest", observations)
    return device(of_device(KnownDevice("a", AT, AT, looks={("probe", HERE): look})))


def answered(mac: str) -> AddressSeen:
    return AddressSeen(address=HERE, mac=mac, provenance=Provenance.OWN_REPLY)


def said(value: str) -> SaidSeen:
    return SaidSeen(address=HERE, protocol="tcp", port=80, field="http.title", value=value)


def test_evidence_says_which_rule_read_which_words_once() -> None:
    found = seen_as(said("FRITZ!Box 7590"), said("FRITZ!Box"), answered("3c:a6:2f:00:00:01"))
    vendors = [(e.value, e.rule, e.said) for e in found.evidence if e.field == "vendor"]
    assert vendors == [("AVM", "http-fritz-box", "http.title: FRITZ!Box 7590"), ("AVM", "mac-maker", "3c:a6:2f:00:00:01")]
    assert (found.vendor, found.model, found.kind) == ("AVM", "FRITZ!Box 7590", "router")


def test_words_of_any_length_stay_short_in_the_evidence() -> None:
    long = seen_as(PortSeen(address=HERE, protocol="tcp", number=25, product="Postfix smtpd", extra="x" * 1000))
    assert max(len(e.said) for e in long.evidence) == EVIDENCE_CHARS


@pytest.mark.parametrize(
    ("mac", "kind", "maker", "randomised"),
    [
        ("f8:bc:12:00:00:01", MacKind.GLOBAL, "Dell", False),
        ("fc:77:74:00:00:01", MacKind.GLOBAL, "Intel", False),
        ("da:a1:19:00:00:01", MacKind.LOCAL, "", True),
        ("52:54:00:00:00:01", MacKind.LOCAL, "", False),
        ("02:42:ac:11:00:02", MacKind.LOCAL, "", False),
        ("00:00:5e:00:01:0a", MacKind.VIRTUAL_ROUTER, "", False),
        ("00:00:5e:00:02:0a", MacKind.VIRTUAL_ROUTER, "", False),
        ("00:09:0f:09:01:02", MacKind.VIRTUAL_ROUTER, "Fortinet", False),
        ("00:00:0c:07:ac:01", MacKind.VIRTUAL_ROUTER, "Cisco", False),
        ("02:bf:c0:00:02:09", MacKind.VIRTUAL_ROUTER, "", False),
        ("03:bf:c0:00:02:09", MacKind.EXCLUDED, "", False),
    ],
)
def test_each_mac_address_is_marked(mac: str, kind: MacKind, maker: str, randomised: bool) -> None:
    found = seen_as(answered(mac)).addresses[0]
    assert (found.mac_kind, found.mac_maker, found.randomised) == (kind, maker, randomised)


def test_a_device_that_offers_or_tells_something_is_no_visitor_s_phone() -> None:
    local = answered("da:a1:19:00:00:01")
    assert seen_as(local, NameSeen(address=HERE, name="Galaxy-S24", source=NameSource.DNS)).addresses[0].randomised
    for more in (PortSeen(address=HERE, protocol="tcp", number=22), InterfaceSeen(index=1, name="eth0", mac="da:a1:19:00:00:01")):
        assert not seen_as(local, more).addresses[0].randomised


def test_an_address_without_a_mac_address_has_no_mark() -> None:
    found = seen_as(said("x")).addresses[0]
    assert (found.mac, found.mac_kind, found.mac_maker) == (None, None, "")


def test_interfaces_are_marked_too() -> None:
    table = [InterfaceSeen(index=1, name="eth0", mac="f8:bc:12:00:00:01"), InterfaceSeen(index=2, name="vrrp", mac="00:00:5e:00:01:01")]
    found = seen_as(*table, InterfaceSeen(index=3, name="lo")).interfaces
    assert [each.mac_kind for each in found] == [MacKind.GLOBAL, MacKind.VIRTUAL_ROUTER, None]
