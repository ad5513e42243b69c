"""One scan of the synthetic office, as a document."""

from dataclasses import replace

import pytest

from collector.core import names, offline
from collector.core.inventory import build_inventory
from collector.core.links import _natural
from collector.core.merge import fold
from collector.core.subnets import is_public
from shared.errors import BadInput
from shared.firewall import PortForward
from shared.inventory import Device, Inventory, Kind
from shared.observation import (
    AddressSeen,
    NameSeen,
    NameSource,
    NeighbourSeen,
    PortForwardSeen,
    Provenance,
    RouteSeen,
    SystemSeen,
)
from shared.outcome import State
from tests.collector.core import synthetic as s


@pytest.fixture(name="office")
def _office() -> Inventory:
    return build_inventory(fold([s.office()]))


def named(inventory: Inventory, name: str) -> Device:
    return next(device for device in inventory.devices if device.title.startswith(name))


def test_devices_stand_in_the_order_of_their_addresses(office: Inventory) -> None:
    assert [d.addresses[0].address for d in office.devices] == [
        "10.9.0.1", "10.9.0.2", "10.9.0.20", "10.9.0.30", "10.9.0.101", "10.9.0.250",
    ]  # fmt: skip


def test_a_device_is_what_its_evidence_says(office: Inventory) -> None:
    switch, firewall = named(office, "sw"), named(office, "fw")
    assert (switch.kind, switch.vendor, switch.model, switch.os_version) == (Kind.SWITCH, "HP", "J9776A 2530-24G", "YA.16.11.0015")
    assert switch.serial == "CN00SYNTH1"
    assert firewall.kind is Kind.FIREWALL
    assert ("kind", "hp-switch", "snmp", "10.9.0.2") in {(e.field, e.rule, e.probe, e.target) for e in switch.evidence}


def test_addresses_have_mac_subnet_and_provenance(office: Inventory) -> None:
    inside, outside = named(office, "fw").addresses
    assert (inside.address, inside.mac, inside.subnet, inside.interface) == ("10.9.0.1", "00:0d:b9:00:00:01", "10.9.0.0/24", "lan0")
    assert (outside.address, outside.provenance) == ("203.0.113.2", Provenance.OWN_TABLE)


def test_subnets_vlans_and_public_addresses(office: Inventory) -> None:
    assert [(subnet.prefix, subnet.gateway, subnet.scanned) for subnet in office.subnets] == [
        ("10.9.0.0/24", "10.9.0.1", True),
        ("203.0.113.0/24", "203.0.113.1", False),
    ]
    assert [(vlan.vlan, vlan.name) for vlan in office.vlans] == [(1, "DEFAULT_VLAN")]
    assert office.public_addresses == ("203.0.113.2",)


def test_a_port_with_a_neighbour_is_an_uplink_and_one_with_a_single_device_is_where_that_is(office: Inventory) -> None:
    titles = {device.id: device.title.split(".")[0] for device in office.devices}
    assert [(link.port, titles[link.to_device], link.known_by) for link in office.links] == [
        ("1", "fw", "lldp"), ("3", "web", "bridge_table"), ("4", "mail", "bridge_table"),
        ("11", "pc", "bridge_table"), ("24", "agent", "bridge_table"),
    ]  # fmt: skip


def test_a_port_with_the_addresses_of_two_devices_tells_of_neither() -> None:
    entries = [("7", s.PC.mac or ""), ("7", s.WEB.mac or "")]
    inventory = build_inventory(fold([s.office(entries=entries)]))
    assert {link.port for link in inventory.links} == {"1"}


def test_both_ends_of_a_cable_are_one_link() -> None:
    heard = NeighbourSeen(local_port="lan0", chassis_mac=s.SWITCH.mac, port_id="1", name="sw")
    outcomes = [o for o in s.office().outcomes if o.probe != "ssh"]
    inventory = build_inventory(fold([s.report(*outcomes, s.ssh(extra=(heard,)))]))
    (cable,) = [link for link in inventory.links if link.known_by == "lldp"]
    assert (cable.device, cable.port, cable.to_port) == (named(inventory, "sw").id, "1", "lan0")


def test_rules_translations_and_tunnels_have_their_device(office: Inventory) -> None:
    firewall = named(office, "fw").id
    items = (*office.firewall_rules, *office.port_forwards, *office.source_nat, *office.vpns, *office.routes)
    assert {item.device for item in items} == {firewall}
    assert [rule.key for rule in office.firewall_rules] == ["r-established", "r-web", "r-policy"]


def test_a_route_known_twice_is_one() -> None:
    route = {"destination": "0.0.0.0/0", "gateway": "203.0.113.1", "interface": "3"}
    connected = {"destination": "10.9.0.0/24", "gateway": "0.0.0.0", "interface": "lan0"}
    told = s.outcome("snmp", s.FW.address, *(RouteSeen.model_validate({"route": r}) for r in (route, connected)))
    inventory = build_inventory(fold([s.report(s.arp([s.FW]), s.ssh(), told)]))
    assert [(r.destination, r.gateway, r.interface) for r in inventory.routes] == [
        ("0.0.0.0/0", "203.0.113.1", "wan0"), ("10.9.0.0/24", None, "lan0"),
    ]  # fmt: skip


def test_mail_and_its_encryption(office: Inventory) -> None:
    assert [(m.port, m.service, m.encryption) for m in office.mail] == [(25, "smtp", ""), (993, "imaps", "tls")]


def test_backup_services_are_known_by_the_table() -> None:
    nas = s.Host("nas", "10.9.0.40", "00:11:32:00:00:40", ((873, "rsync", "", ""), (8007, "ajp12", "", "")))
    inventory = build_inventory(fold([s.office(hosts=(*s.OFFICE, nas))]))
    assert [(b.software, b.port) for b in inventory.backups] == [("rsync daemon", 873), ("Proxmox Backup Server", 8007)]


def test_what_could_not_be_looked_at_is_said(office: Inventory) -> None:
    assert [(n.probe, n.target, n.state, n.detail) for n in office.not_seen] == [("snmp", "10.9.0.20", "silent", "no answer")]


def test_findings_are_few_and_grounded() -> None:
    telnet = s.changed("web", ports=((23, "telnet", "", ""),))
    outcomes = [o for o in s.office(hosts=telnet).outcomes if o.probe != "certificates"]
    remote = PortForward(key="f-rdp", order=2, protocol="tcp", public_ports="3389", to_address="10.9.0.101")
    outcomes = [o for o in outcomes if o.probe != "ssh"] + [s.ssh(extra=(PortForwardSeen(forward=remote),))]
    known = fold([s.report(*outcomes, s.certificate(days=20))])
    assert [finding.code for finding in build_inventory(known).findings] == [
        "certificate_ends_soon", "remote_control_from_anywhere", "telnet_open",
    ]  # fmt: skip
    late = fold([s.report(*outcomes, s.certificate(days=0), minute=1)])
    assert "certificate_ended" in {finding.code for finding in build_inventory(late).findings}


def test_a_forward_to_a_device_that_is_gone_is_found() -> None:
    known = fold([s.office(0), s.office(60, hosts=s.without("web"))])
    assert "forward_to_missing_device" in {finding.code for finding in build_inventory(known).findings}


def test_what_a_router_remembers_enriches_and_what_it_leases_names() -> None:
    behind = s.outcome("snmp", "172.16.5.9", SystemSeen(serial="SYNTHETIC-1"))
    told = AddressSeen(address="172.16.5.9", mac="00:1b:21:00:05:09", provenance=Provenance.THIRD_PARTY)
    inventory = build_inventory(fold([s.report(s.arp([s.FW, s.PC]), s.ssh(extra=(told,)), behind)]))
    assert {d.addresses[0].address: d.addresses[0].mac for d in inventory.devices}["172.16.5.9"] == "00:1b:21:00:05:09"
    assert named(inventory, "pc").hostnames == ("pc",)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("fw01", NameSource.SNMP), ("fw01.rossi.example", NameSource.DNS)], ("fw01.rossi.example",)),
        ([("FW01.Rossi.example.", NameSource.DNS), ("fw01", NameSource.SSH)], ("fw01.rossi.example",)),
        ([("fw01", NameSource.SNMP), ("gate.rossi.example", NameSource.DNS)], ("fw01", "gate.rossi.example")),
        ([("PC-7", NameSource.NETBIOS), ("desk7.rossi.example", NameSource.DNS)], ("desk7.rossi.example", "pc-7")),
        ([("localhost", NameSource.SSH), ("10.0.0.1", NameSource.DNS), ("(none)", NameSource.SNMP)], ()),
        (
            [("mail.a.example", NameSource.DNS), ("mail.b.example", NameSource.TLS), ("mail", NameSource.SSH)],
            ("mail.a.example", "mail.b.example"),
        ),
    ],
)
def test_names_in_short_and_in_full_are_one(told: list[tuple[str, NameSource]], expected: tuple[str, ...]) -> None:
    seen = [NameSeen(address="10.0.0.1", name=name, source=source) for name, source in told]
    assert names.hostnames(seen) == names.hostnames(reversed(seen)) == expected


@pytest.mark.parametrize(
    ("address", "public"),
    [("203.0.113.2", True), ("8.8.8.8", True), ("10.0.0.1", False), ("100.64.0.1", False), ("2001:db8::1", True), ("fe80::1", False)],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_ports_are_ordered_as_a_person_counts() -> None:
    assert sorted(["Gi1/0/10", "Gi1/0/2", "10", "2", "²", ""], key=_natural)[0] == ""
    assert sorted(["Gi1/0/10", "Gi1/0/2"], key=_natural) == ["Gi1/0/2", "Gi1/0/10"]


def test_equal_knowledge_gives_equal_json_whatever_the_order_of_looks() -> None:
    known = fold([s.office()])
    devices = {i: replace(d, looks=dict(reversed(d.looks.items()))) for i, d in reversed(known.devices.items())}
    turned = type(known)(
        devices=devices,
        looks=dict(reversed(known.looks.items())),
        failures=known.failures,
        as_of_utc=known.as_of_utc,
        scanned_subnets=known.scanned_subnets,
    )
    assert build_inventory(turned).model_dump_json() == build_inventory(known).model_dump_json()


def test_documents_are_read_and_compared_offline() -> None:
    report = s.office()
    text = report.model_dump_json(by_alias=True)
    assert offline.read_document("a.json", text) == report
    inventory = offline.inventory_of([report])
    assert offline.read_document("b.json", inventory.model_dump_json(by_alias=True)) == inventory
    later = s.office(60, hosts=s.without("pc"))
    there, back = offline.as_inventories(report, later), offline.as_inventories(later, report)
    assert [c.kind.value for c in offline.changes_between(*there).changes] == ["missing"]
    assert [c.kind.value for c in offline.changes_between(*back).changes] == ["returned"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"document": "other"}',
        '{"document": "netario-report"}',
        '{"document": "netario-inventory", "version": 99}',
        "[" * 100_000,
    ],
)
def test_what_is_no_document_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadInput, match=r"^x\.json: "):
        offline.read_document("x.json", text)


def test_partial_is_among_what_was_not_seen_in_full() -> None:
    known = fold([s.report(s.arp(s.OFFICE, state=State.PARTIAL))])
    assert [(n.probe, n.state) for n in build_inventory(known).not_seen] == [("arp", "partial")]


def test_what_only_a_router_s_table_names_is_no_device_and_stands_in_a_list_of_its_own() -> None:
    heard = [
        AddressSeen(address=address, mac=mac, provenance=Provenance.THIRD_PARTY, interface="phones0")
        for address, mac in (
            ("10.8.0.21", "80:5e:c0:00:00:21"),
            ("10.8.0.3", "80:5e:c0:00:00:03"),
            (s.WEB.address, s.WEB.mac),
            ("10.9.0.77", s.WEB.mac),
            ("fe80::1", "80:5e:c0:00:00:21"),
        )
    ]
    router = s.outcome("snmp", s.FW.address, s.interface(3, "phones0", "00:0d:b9:00:00:09", "10.8.0.1/24"), *heard)
    inventory = build_inventory(fold([s.report(s.arp([s.FW, s.WEB]), router)]))
    firewall, web = inventory.devices[0].id, inventory.devices[1].id
    told = [(each.address, each.mac, each.subnet, each.device, each.told_by) for each in inventory.not_contacted]
    assert told == [
        ("10.8.0.3", "80:5e:c0:00:00:03", "10.8.0.0/24", "", (firewall,)),
        ("10.8.0.21", "80:5e:c0:00:00:21", "10.8.0.0/24", "", (firewall,)),
        ("10.9.0.77", s.WEB.mac, "10.9.0.0/24", web, (firewall,)),
    ]
    assert len(inventory.devices) == 2
