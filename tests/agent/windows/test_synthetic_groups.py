"""What the readers make of synthetic answers that a documented Windows may give: unfilled firmware, workgroups, hostile values."""

from uuid import UUID

import pytest

from agent.windows import Group, Peer, groups, read_group, wsman
from agent.windows.sealed import unseal
from agent.windows.services import software
from shared.errors import Unparsed
from shared.observation import InterfaceSeen, RouteSeen, SystemSeen

PEER = Peer("10.9.0.10", 5986)


def _group(name: str) -> Group:
    return next(group for group in groups() if group.name == name)


def test_groups_only_read_and_name_what_they_read() -> None:
    assert len(groups()) >= 5
    for query in [query for group in groups() for query in group.queries]:
        assert query.wql.startswith("SELECT ") and "*" not in query.wql


@pytest.mark.parametrize(
    ("system", "firmware", "product", "expected"),
    [
        ({"Manufacturer": "System manufacturer", "Model": "System Product Name"}, {"SerialNumber": "Default string"}, {}, ("", "", "")),
        (
            {"Manufacturer": "LENOVO", "Model": "20W000ABIX"},
            {"SerialNumber": "PF3AAAAA"},
            {"Version": "ThinkPad T14 Gen 2i"},
            ("LENOVO", "ThinkPad T14 Gen 2i", "PF3AAAAA"),
        ),
        ({}, {"SerialNumber": "None"}, {"Vendor": "HP", "Name": "ProDesk", "IdentifyingNumber": "CZC1"}, ("HP", "ProDesk", "CZC1")),
    ],
)
def test_synthetic_firmware_that_nobody_filled_names_nothing(
    system: dict[str, str], firmware: dict[str, str], product: dict[str, str], expected: tuple[str, str, str]
) -> None:
    (seen,) = read_group(_group("computer system"), PEER, [[system], [firmware], [product]])
    assert isinstance(seen, SystemSeen)
    assert (seen.vendor, seen.model, seen.serial) == expected


@pytest.mark.parametrize(("domain", "member", "name"), [("WORKGROUP", "false", "pc1"), ("rossi.example", "true", "pc1.rossi.example")])
def test_a_synthetic_workgroup_is_no_part_of_a_name(domain: str, member: str, name: str) -> None:
    system = {"DNSHostName": "pc1", "Domain": domain, "PartOfDomain": member}
    (seen,) = read_group(_group("computer system"), PEER, [[system], [], []])
    assert isinstance(seen, SystemSeen) and seen.name == name


def test_synthetic_adapters_with_bad_values_lose_only_those() -> None:
    adapter = {
        "InterfaceIndex": "3",
        "Description": "eth",
        "MACAddress": "zz",
        "IPAddress": "10.9.0.5\nnonsense\nfe80::1%3",
        "IPSubnet": "255.0.255.0\n24",
        "DefaultIPGateway": "10.9.0.1\nfe80::9",
    }
    interface, *routes = read_group(_group("network adapters"), PEER, [[adapter]])
    assert isinstance(interface, InterfaceSeen)
    assert interface.mac is None
    assert [(a.address, a.prefix_length) for a in interface.addresses] == [("10.9.0.5", None), ("fe80::1", None)]
    assert [(r.route.destination, r.route.gateway) for r in routes if isinstance(r, RouteSeen)] == [
        ("0.0.0.0/0", "10.9.0.1"),
        ("::/0", "fe80::9"),
    ]


def test_services_are_known_by_name_and_by_beginning() -> None:
    assert [software(name) for name in ("mssqlserver", "MSSQL$X", "NTDS", "Spooler", "")] == [
        *("Microsoft SQL Server", "Microsoft SQL Server", "Active Directory Domain Services", "", "")
    ]


def test_a_request_escapes_what_it_is_given() -> None:
    request = wsman.enumerate_request("http://h/<", UUID(int=1), "root/cimv2", "SELECT A FROM B WHERE C < '&'")
    assert b"C &lt; '&amp;'" in request and b"http://h/&lt;" in request


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Length=5 Content-Type: application/octet-stream\r\n\x02\x00\x00\x00ab",
        b"Length=5\r\nContent-Type: application/octet-stream\r\n\xff\xff\xff\xff" + b"a" * 50,
        b"Length=999999999 \r\nContent-Type: application/octet-stream\r\n\x10\x00\x00\x00" + b"a" * 50,
    ],
)
def test_a_synthetic_sealed_body_that_lies_is_unparsed(body: bytes) -> None:
    with pytest.raises(Unparsed):
        unseal(body, lambda signature, message: message)


@pytest.mark.parametrize("answer", [b"", b"<a/>", b"<a", b"\xff\xfe<\0a\0", b"<e:Envelope xmlns:e='urn:x'/>"])
def test_a_synthetic_answer_that_is_none_is_unparsed(answer: bytes) -> None:
    with pytest.raises(Unparsed):
        wsman.read_page(answer)
