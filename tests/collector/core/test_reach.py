"""What is found by IPv6, behind routers and by listening: one device each, and nothing made up. All synthetic."""

from collector.core.inventory import build_inventory
from collector.core.merge import fold, merge
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.firewall import DhcpPool
from shared.inventory import Device, Finding
from shared.observation import AddressSeen, DhcpPoolSeen, NameSeen, NameSource, NeighbourSeen, Observation, Provenance
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.core import synthetic as s

SEGMENT, FAR = "2001:db8:9::", "10.50.0.0/24"
ROUTER, ROGUE = "10.9.0.1", "10.9.0.66"


def reply(address: str, mac: str | None = None, **more: str) -> AddressSeen:
    return AddressSeen.model_validate({"address": address, "mac": mac, "provenance": Provenance.OWN_REPLY, **more})


def ndp(*seen: Observation) -> Outcome:
    return s.outcome("ndp", "site", *seen)


def devices(*reports: Report) -> list[Device]:
    return list(build_inventory(fold(reports)).devices)


def test_addresses_that_a_proxy_answered_for_make_no_device_and_do_not_join_the_proxy() -> None:
    doubted = (AddressSeen(address=f"10.9.0.{i}", provenance=Provenance.THIRD_PARTY, doubt="proxy_arp") for i in range(150, 200))
    sweep = s.arp(s.OFFICE)
    found = devices(s.report(sweep.model_copy(update={"observations": (*sweep.observations, *doubted)})))
    assert {device.addresses[0].address for device in found} == {host.address for host in s.OFFICE}
    assert all(len(device.addresses) == 1 for device in found)


def test_a_machine_with_an_unusable_mac_address_is_a_device_without_one() -> None:
    found = devices(s.report(s.outcome("arp", s.SUBNET, reply("10.9.0.8", doubt="unusable_mac"), reply("10.9.0.9", doubt="unusable_mac"))))
    assert [(device.addresses[0].address, device.addresses[0].mac) for device in found] == [("10.9.0.8", None), ("10.9.0.9", None)]


def test_a_host_with_ipv4_and_ipv6_is_one_device() -> None:
    (found,) = devices(s.report(s.arp([s.WEB]), ndp(reply(f"{SEGMENT}30", s.WEB.mac))))
    assert [held.address for held in found.addresses] == [s.WEB.address, f"{SEGMENT}30"]


def test_a_host_without_ipv4_is_a_device_and_the_same_address_on_two_links_is_two() -> None:
    same = (reply("fe80::1", "00:1b:21:00:00:51", interface="eth0"), reply("fe80::1", "00:1b:21:00:00:52", interface="eth1"))
    found = devices(s.report(ndp(*same)), s.report(ndp(*same), minute=60))
    assert sorted([(h.address, h.mac, h.interface) for h in device.addresses] for device in found) == [
        [("fe80::1", "00:1b:21:00:00:51", "eth0")],
        [("fe80::1", "00:1b:21:00:00:52", "eth1")],
    ]


def test_a_host_with_ipv6_is_missing_when_its_ipv4_address_is_silent() -> None:
    before = fold([s.report(s.arp(s.OFFICE), ndp(reply(f"{SEGMENT}30", s.WEB.mac)))])
    after = merge(before, s.report(s.arp([host for host in s.OFFICE if host != s.WEB]), ndp(), minute=60))
    assert [device.missing_since for device in after.devices.values()].count(s.moment(60)) == 1
    answers_by_ipv6 = merge(before, s.report(s.arp([h for h in s.OFFICE if h != s.WEB]), ndp(reply(f"{SEGMENT}30", s.WEB.mac)), minute=60))
    assert not any(device.missing_since for device in answers_by_ipv6.devices.values())


def test_absence_is_known_behind_a_router_too() -> None:
    hosts = [reply(f"10.50.0.{i}") for i in (1, 2, 3)]
    before = fold([s.report(s.outcome("liveness", FAR, *hosts))])
    assert FAR in before.scanned_subnets and len(before.devices) == 3
    after = merge(before, s.report(s.outcome("liveness", FAR, *hosts[:2]), minute=60))
    assert [device.missing_since for device in after.devices.values()].count(s.moment(60)) == 1


def heard(*servers: DhcpServerSeen, more: tuple[Outcome, ...] = ()) -> list[Finding]:
    inventory = build_inventory(fold([s.report(s.arp(s.OFFICE), *s.host_probe(), s.outcome("neighbourhood", "site", *servers), *more)]))
    return [finding for finding in inventory.findings if finding.code == "second_dhcp_server"]


def server(address: str, mac: str | None = None, interface: str = "eth0") -> DhcpServerSeen:
    return DhcpServerSeen(server=address, mac=mac, interface=interface)


def test_one_dhcp_server_is_taken_for_the_right_one() -> None:
    assert heard(server(ROUTER, s.FW.mac)) == [] and heard(server(ROUTER, s.FW.mac), server(ROUTER)) == []


def test_a_second_dhcp_server_on_a_segment_is_a_finding() -> None:
    found = heard(server(ROUTER, s.FW.mac), server(ROGUE, "00:1b:21:00:00:66"))
    assert [finding.subject for finding in found] == [f"{ROUTER} ({s.FW.mac}), {ROGUE} (00:1b:21:00:00:66)"]
    assert heard(server(ROUTER), server(ROGUE, interface="eth1")) == [], "another segment, another server"


def test_with_a_documented_server_only_the_stranger_is_a_finding() -> None:
    pool = DhcpPoolSeen(pool=DhcpPool(key="lan", first_address="10.9.0.100", last_address="10.9.0.200"))
    documented = (s.outcome("ssh", s.FW.address, pool),)
    found = heard(server(s.FW.address), server(ROGUE), more=documented)
    assert [finding.subject for finding in found] == [f"{ROGUE} ≠ {s.FW.address}"]
    assert [finding.subject for finding in heard(server(ROGUE), more=documented)] == [f"{ROGUE} ≠ {s.FW.address}"], "unheard this time"


def test_what_a_client_says_by_dhcp_is_filed_under_the_device_and_makes_none() -> None:
    client = DhcpClientSeen(mac=s.PC.mac, address=s.PC.address, name="reception", vendor_class="MSFT 5.0")
    named = NameSeen(address=s.PC.address, name="reception", source=NameSource.DHCP, provenance=Provenance.THIRD_PARTY)
    stranger = DhcpClientSeen(mac="00:1b:21:00:00:77", address="10.9.0.177", name="gone")
    known = fold([s.report(s.arp(s.OFFICE), s.outcome("neighbourhood", "site", client, stranger, named))])
    assert len(known.devices) == len(s.OFFICE)
    (pc,) = (device for device in build_inventory(known).devices if device.addresses[0].address == s.PC.address)
    assert "reception" in pc.hostnames
    silent = merge(known, s.report(s.arp(s.OFFICE), s.outcome("neighbourhood", "site", state=State.SILENT), minute=60))
    assert build_inventory(silent).devices[0].hostnames == build_inventory(known).devices[0].hostnames


def test_the_agents_own_switch_port_is_a_link() -> None:
    switch = NeighbourSeen(protocol="lldp", local_port="eth0", chassis_mac=s.SWITCH.mac, port_id="gi0/7", name="sw")
    inventory = build_inventory(fold([s.report(s.arp(s.OFFICE), *s.host_probe(), s.outcome("neighbourhood", s.AGENT.address, switch))]))
    assert [(link.port, link.to_port, link.known_by) for link in inventory.links] == [("eth0", "gi0/7", "lldp")]
