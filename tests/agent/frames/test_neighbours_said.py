"""LLDP, CDP, DHCP and IPv6 frames: those that real daemons sent, and whatever else somebody might put on a cable."""

from collections.abc import Callable
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.frames import cdp, dhcp, icmpv6, lldp
from agent.frames.icmpv6 import Own
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.errors import Unparsed

ETHERNET = bytes.fromhex("0180c200000e001b2100000988cc")
OWN = Own(bytes.fromhex("001b21000002"), IPv6Address("fe80::21b:21ff:fe00:2"))


def tlv(kind: int, value: bytes) -> bytes:
    return (kind << 9 | len(value)).to_bytes(2) + value


def synthetic_lldp(
    chassis: bytes = b"\x04\x00\x1b\x21\x00\x00\x09", port: bytes = b"\x05gi0/7", ttl_s: int = 120, more: bytes = b""
) -> bytes:
    return ETHERNET + tlv(1, chassis) + tlv(2, port) + tlv(3, ttl_s.to_bytes(2)) + more + tlv(0, b"")


def test_a_synthetic_switch_by_lldp() -> None:
    address = b"\x05\x01\x0a\x00\x00\x09\x02\x00\x00\x00\x01\x00"
    more = tlv(4, b"uplink\x00\x1b[31m") + tlv(5, b"sw-1") + tlv(6, b"Switch, 1.0") + tlv(8, address) + tlv(8, b"\x05\x01\x00\x00\x00\x00")
    told = lldp.read(synthetic_lldp(more=more + tlv(127, b"\x00\x80\xc2\x01\x00\x07")), "eth0")
    assert told and (told.chassis_mac, told.chassis_id, told.port_id) == ("00:1b:21:00:00:09", "00:1b:21:00:00:09", "gi0/7")
    assert (told.name, told.description, told.addresses) == ("sw-1", "Switch, 1.0", ("10.0.0.9",))
    assert told.port_description == "uplink [31m", "no terminal is told to turn red"


@pytest.mark.parametrize(
    ("chassis", "named"),
    [(b"\x07sw-cellar", "sw-cellar"), (b"\x05\x01\x0a\x00\x00\x01", "10.0.0.1"), (b"\x05\x02" + b"\xff" * 300, "02" + "ff" * 300)],
)
def test_a_synthetic_chassis_without_a_mac_address(chassis: bytes, named: str) -> None:
    told = lldp.read(synthetic_lldp(chassis), "eth0")
    assert told and told.chassis_mac is None and told.chassis_id == named


def test_a_synthetic_multicast_mac_address_names_no_chassis() -> None:
    told = lldp.read(synthetic_lldp(b"\x04\xff\xff\xff\xff\xff\xff"), "eth0")
    assert told and told.chassis_mac is None


def test_a_synthetic_neighbour_that_goes_is_none_and_a_frame_without_a_beginning_is_unparsed() -> None:
    assert lldp.read(synthetic_lldp(ttl_s=0), "eth0") is None
    cut = lldp.read(synthetic_lldp(more=tlv(5, b"sw-1"))[:-4], "eth0")
    assert cut and cut.name == "", "half a name is none"
    with pytest.raises(Unparsed, match="does not begin"):
        lldp.read(ETHERNET + tlv(2, b"\x05gi0/7"), "eth0")


def cdp_field(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2) + (len(value) + 4).to_bytes(2) + value


def synthetic_cdp(fields: bytes) -> bytes:
    body = bytes.fromhex("aaaa0300000c2000") + b"\x02\xb4\x00\x00" + fields
    return cdp.GROUP + bytes.fromhex("001b21000009") + len(body).to_bytes(2) + body + b"padding"


def test_a_synthetic_switch_by_cdp() -> None:
    ipv4 = bytes.fromhex("000000020101cc00040a0000090208aaaa0300000086dd0010") + IPv6Address("2001:db8::9").packed
    fields = cdp_field(1, b"sw-1") + cdp_field(2, ipv4) + cdp_field(3, b"Gi0/7") + cdp_field(5, b"IOS\n15.2") + cdp_field(6, b"WS-C2960")
    told = cdp.read(synthetic_cdp(fields), "eth0")
    assert told and (told.name, told.port_id, told.description) == ("sw-1", "Gi0/7", "WS-C2960, IOS 15.2")
    assert told.addresses == ("10.0.0.9", "2001:db8::9")


def synthetic_dhcp(kind: int, options: bytes, reply: bool = False, mac: str = "001b21000007", source: str = "001b21000001") -> bytes:
    bootp = bytes([2 if reply else 1, 1, 6, 0]) + bytes(24) + bytes.fromhex(mac) + bytes(10) + bytes(192) + bytes.fromhex("63825363")
    udp = bytes(8) + bootp + bytes([53, 1, kind]) + options + b"\xff"
    ip = b"\x45" + bytes(11) + b"\x0a\x00\x00\x01" + b"\xff" * 4
    return b"\xff" * 6 + bytes.fromhex(source) + b"\x08\x00" + ip + udp


def test_a_synthetic_client_names_itself_and_the_server_whose_offer_it_takes() -> None:
    options = (
        b"\x32\x04\x0a\x00\x00\x32" + b"\x36\x04\x0a\x00\x00\x01" + b"\x0c\x05pc-7\x00" + b"\x3c\x08MSFT 5.0" + b"\x37\x03\x01\x03\x06"
    )
    client, server = dhcp.read(synthetic_dhcp(3, options), "eth0")
    assert client == DhcpClientSeen(
        mac="00:1b:21:00:00:07", address="10.0.0.50", name="pc-7", vendor_class="MSFT 5.0", parameters=(1, 3, 6)
    )
    assert server == DhcpServerSeen(server="10.0.0.1", interface="eth0")


def test_a_synthetic_offer_names_the_server() -> None:
    options = (
        b"\x36\x04\x0a\x00\x00\x01"
        + b"\x33\x04\x00\x00\x0e\x10"
        + b"\x03\x04\x0a\x00\x00\xfe"
        + b"\x06\x08\x0a\x00\x00\x35\xff\xff\xff\xff"
    )
    (server,) = dhcp.read(synthetic_dhcp(2, options, reply=True), "eth0")
    assert server == DhcpServerSeen(
        server="10.0.0.1", mac="00:1b:21:00:00:01", interface="eth0", gateway="10.0.0.254", dns_servers=("10.0.0.53",), lease_s=3600
    )


def test_a_synthetic_client_without_a_usable_mac_address_is_none_and_a_refusal_says_nothing() -> None:
    assert dhcp.read(synthetic_dhcp(1, b"", mac="000000000000"), "eth0") == []
    assert dhcp.read(synthetic_dhcp(6, b"", reply=True), "eth0") == []


READERS: list[Callable[[bytes], object]] = [
    lambda octets: lldp.read(ETHERNET + octets, "eth0"),
    lambda octets: lldp.read(synthetic_lldp(more=octets), "eth0"),
    lambda octets: cdp.read(synthetic_cdp(octets), "eth0"),
    lambda octets: dhcp.read(synthetic_dhcp(3, octets), "eth0"),
    lambda octets: dhcp.read(octets, "eth0"),
    lambda octets: icmpv6.neighbour(octets, b"abcd"),
    lambda octets: icmpv6.neighbour(icmpv6.echo_to_all(OWN, b"abcd")[:54] + octets, b"abcd"),
    lambda octets: icmpv6.router_advertisement(icmpv6.router_solicitation(OWN)[:54] + b"\x86" + octets),
]


@pytest.mark.parametrize("number", range(len(READERS)))
@given(octets=st.binary(max_size=400))
def test_whatever_is_on_the_cable_is_read_or_unparsed(number: int, octets: bytes) -> None:
    try:
        READERS[number](octets)
    except Unparsed:
        return


@given(cut=st.integers(0, 400), at=st.integers(0, 399), put=st.integers(0, 255))
def test_a_frame_that_was_cut_or_mangled_is_read_or_unparsed(cut: int, at: int, put: int) -> None:
    for frame in (
        synthetic_lldp(more=tlv(8, b"\x05\x01\x0a\x00\x00\x09")),
        synthetic_cdp(cdp_field(1, b"sw")),
        synthetic_dhcp(3, b"\x0c\x02pc"),
    ):
        mangled = bytearray(frame)
        mangled[at % len(mangled)] = put
        for octets in (frame[:cut], bytes(mangled)):
            for reader in (lldp.read, cdp.read, dhcp.read):
                try:
                    reader(octets, "eth0")
                except Unparsed:
                    continue


PREFIX = bytes.fromhex("030440c0000151800000384000000000") + IPv6Address("2001:db8:1::").packed


def advertised(options: bytes, hops: int = 255, source: str = "fe80::1") -> bytes:
    header = b"\x60\x00\x00\x00" + (16 + len(options)).to_bytes(2) + bytes([58, hops]) + IPv6Address(source).packed
    message = b"\x86\x00\x00\x00" + b"\x40\x00\x07\x08" + bytes(8)
    return bytes.fromhex("333300000001001b2100000186dd") + header + icmpv6.ALL_NODES.packed + message + options


def test_a_synthetic_router_announces_its_prefix_and_none_from_afar_does() -> None:
    told = icmpv6.router_advertisement(advertised(b"\x01\x01" + bytes(6) + PREFIX))
    assert told and (told.router, told.mac, told.lifetime_s, told.prefixes) == ("fe80::1", "00:1b:21:00:00:01", 1800, ("2001:db8:1::/64",))
    assert icmpv6.router_advertisement(advertised(PREFIX, hops=254)) is None
    assert icmpv6.router_advertisement(advertised(PREFIX, source="2001:db8::1")) is None
    off_link = icmpv6.router_advertisement(advertised(PREFIX[:3] + b"\x40" + PREFIX[4:]))
    assert off_link and off_link.prefixes == ()
