"""Reports become devices that keep their ids, are missing only where that is known, and lose nothing to a failure."""

import pytest

from collector.core.inventory import build_inventory
from collector.core.knowledge import FORMER_ADDRESS, KnownDevice, KnownSite
from collector.core.merge import OlderReport, fold, merge
from shared.inventory import Device
from shared.observation import AddressSeen, NameSeen, NameSource, PortSeen, Provenance, SystemSeen
from shared.outcome import State
from tests.collector.core import synthetic as s


def devices(known: KnownSite) -> dict[str, Device]:
    """By their first address."""
    return {device.addresses[0].address: device for device in build_inventory(known).devices}


def at(known: KnownSite, address: str) -> KnownDevice:
    return known.devices[devices(known)[address].id]


def test_each_host_of_a_scan_is_one_device() -> None:
    assert set(devices(fold([s.office()]))) == {host.address for host in s.OFFICE}


def test_a_third_party_creates_nothing() -> None:
    told = s.outcome("snmp", "10.9.0.2", AddressSeen(address="10.9.0.77", mac="00:11:22:33:44:55", provenance=Provenance.THIRD_PARTY))
    named = s.outcome("names", "10.9.0.78", NameSeen(address="10.9.0.78", name="x", source=NameSource.DNS))
    assert fold([s.report(told, named)]).devices == {}


def test_an_answered_probe_creates_where_no_sweep_reaches() -> None:
    known = fold([s.report(s.outcome("snmp", "172.16.5.1", SystemSeen(name="branch")))])
    assert devices(known)["172.16.5.1"].hostnames == ("branch",)


def test_a_device_keeps_its_id_when_its_address_changes() -> None:
    before = fold([s.office(0)])
    after = merge(before, s.office(60, hosts=s.changed("web", address="10.9.0.31")))
    assert devices(after)["10.9.0.31"].id == devices(before)["10.9.0.30"].id
    assert [held.address for held in devices(after)["10.9.0.31"].addresses] == ["10.9.0.31"]
    assert len(after.devices) == len(s.OFFICE)


def test_an_address_used_by_another_mac_is_another_device() -> None:
    before = fold([s.office(0)])
    after = merge(before, s.office(60, hosts=s.changed("pc", mac="00:1b:21:00:00:99")))
    old = devices(before)["10.9.0.101"].id
    assert len(after.devices) == len(s.OFFICE) + 1
    assert after.devices[old].missing_since == s.moment(60)


def test_two_hosts_that_swap_addresses_stay_themselves() -> None:
    before = fold([s.office(0)])
    swapped = s.changed("web", s.changed("mail", address=s.WEB.address), address=s.MAIL.address)
    after = merge(before, s.office(60, hosts=swapped))
    assert devices(after)[s.MAIL.address].id == devices(before)[s.WEB.address].id
    assert devices(after)[s.WEB.address].id == devices(before)[s.MAIL.address].id
    assert len(after.devices) == len(s.OFFICE)


def test_a_router_with_a_leg_in_two_subnets_is_one_device() -> None:
    outer = s.Host("fw-guest", "10.8.0.1", "00:0d:b9:00:00:03")
    table = s.outcome(
        "snmp", "10.9.0.1", s.interface(1, "lan0", s.FW.mac, "10.9.0.1/24"), s.interface(2, "guest0", outer.mac, "10.8.0.1/24")
    )
    known = fold([s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"), table)])
    assert [held.address for device in build_inventory(known).devices for held in device.addresses] == ["10.8.0.1", "10.9.0.1"]
    assert len(known.devices) == 1
    again = merge(known, s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"), minute=60))
    assert again.devices.keys() == known.devices.keys()


def test_two_devices_that_turn_out_to_be_one_become_the_elder() -> None:
    outer = s.Host("fw-guest", "10.8.0.1", "00:0d:b9:00:00:03")
    apart = fold([s.report(s.arp([s.FW])), s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"), minute=30)])
    assert len(apart.devices) == 2
    table = s.outcome(
        "snmp", "10.9.0.1", s.interface(1, "lan0", s.FW.mac, "10.9.0.1/24"), s.interface(2, "guest0", outer.mac, "10.8.0.1/24")
    )
    joined = merge(apart, s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"), table, minute=60))
    assert list(joined.devices) == [devices(apart)["10.9.0.1"].id]


def test_a_virtual_router_is_the_member_whose_table_lists_its_address() -> None:
    shared = s.Host("vip", "10.9.0.254", "00:00:5e:00:01:0a")
    master = s.outcome("ssh", "10.9.0.1", s.interface(2, "lan0", s.FW.mac, "10.9.0.1/24", "10.9.0.254/24"))
    standby = s.Host("fw2", "10.9.0.3", "00:0d:b9:00:00:08")
    first = fold([s.report(s.arp([s.FW, standby, shared]), master)])
    taken_over = s.outcome("ssh", "10.9.0.3", s.interface(2, "lan0", standby.mac, "10.9.0.3/24", "10.9.0.254/24"))
    plain = s.outcome("ssh", "10.9.0.1", s.interface(2, "lan0", s.FW.mac, "10.9.0.1/24"))
    second = merge(first, s.report(s.arp([s.FW, standby, shared]), taken_over, plain, minute=60))
    assert len(first.devices) == 2
    assert second.devices.keys() == first.devices.keys()
    members = [[{a.address for a in device.addresses} for device in build_inventory(known).devices] for known in (first, second)]
    assert members == [[{"10.9.0.1", "10.9.0.254"}, {"10.9.0.3"}], [{"10.9.0.1"}, {"10.9.0.3", "10.9.0.254"}]]


def test_a_virtual_router_that_no_table_lists_is_nobody_known() -> None:
    shared = s.Host("vip", "10.9.0.254", "00:00:5e:00:01:0a")
    known = fold([s.report(s.arp([s.FW, shared])), s.report(s.arp([s.FW, shared]), minute=60)])
    assert len(known.devices) == 2


def test_container_bridges_join_nobody() -> None:
    hosts = [s.Host("a", "10.9.0.41", "ac:1f:6b:00:00:41"), s.Host("b", "10.9.0.42", "ac:1f:6b:00:00:42")]
    tables = [
        s.outcome(
            "ssh",
            h.address,
            s.interface(2, "eth0", h.mac, f"{h.address}/24"),
            s.interface(3, "docker0", "02:42:ac:11:00:01", "172.17.0.1/16"),
        )
        for h in hosts
    ]
    known = fold([s.report(s.arp(hosts), *tables), s.report(s.arp(hosts), *tables, minute=60)])
    assert len(known.devices) == 2


def test_proxy_arp_does_not_make_a_subnet_one_device() -> None:
    behind = [s.Host(f"h{i}", f"10.9.0.{i}", "00:0d:b9:00:00:01") for i in range(1, 31)]
    known = fold([s.report(s.arp(behind)), s.report(s.arp(behind), minute=60), s.report(s.arp(behind[:4]), minute=120)])
    assert len(known.devices) == 30


def test_a_serial_number_names_a_device_with_a_new_network_card() -> None:
    box = s.Host("nas", "10.9.0.40", "00:11:32:00:00:40")
    told = [s.outcome("snmp", "10.9.0.40", SystemSeen(serial="SYNTHETIC-77"))]
    first = fold([s.report(s.arp([box]), *told)])
    second = merge(first, s.report(s.arp(s.changed("nas", [box], mac="00:11:32:00:00:41")), *told, minute=60))
    assert second.devices.keys() == first.devices.keys()


def test_a_placeholder_serial_number_names_nobody() -> None:
    a, b = s.Host("a", "10.9.0.41", "ac:1f:6b:00:00:41"), s.Host("b", "10.9.0.42", "ac:1f:6b:00:00:42")
    first = fold([s.report(s.arp([a]), s.outcome("snmp", a.address, SystemSeen(serial="To be filled by O.E.M.")))])
    second = merge(first, s.report(s.arp([b]), s.outcome("snmp", b.address, SystemSeen(serial="To be filled by O.E.M.")), minute=60))
    assert len(second.devices) == 2


def test_the_agent_s_own_box_is_a_device() -> None:
    known = fold([s.report(*s.host_probe())])
    assert devices(known)["10.9.0.250"].os == "Debian GNU/Linux"


def test_who_is_not_seen_in_an_answered_sweep_is_missing_since_then() -> None:
    known = fold([s.office(0), s.office(60, hosts=s.without("pc")), s.office(120, hosts=s.without("pc"))])
    assert at(known, "10.9.0.101").missing_since == s.moment(60)
    assert at(known, "10.9.0.101").last_seen == s.moment(0)
    back = merge(known, s.office(180))
    assert at(back, "10.9.0.101").missing_since is None
    assert at(back, "10.9.0.101").first_seen == s.moment(0)


@pytest.mark.parametrize("state", [state for state in State if state is not State.ANSWERED])
def test_a_sweep_that_failed_removes_nobody(state: State) -> None:
    known = fold([s.office(0), s.report(s.arp(s.OFFICE[:2], state=state), minute=60)])
    assert [d.missing_since for d in known.devices.values()] == [None] * len(s.OFFICE)


def test_a_scan_that_was_cut_short_removes_nobody() -> None:
    known = fold([s.office(0), s.report(s.arp(s.OFFICE[:2]), minute=60, complete=False)])
    assert [d.missing_since for d in known.devices.values()] == [None] * len(s.OFFICE)


def test_a_sweep_of_another_subnet_removes_nobody() -> None:
    known = fold([s.office(0), s.report(s.arp([s.Host("x", "10.8.0.5", "ac:1f:6b:00:00:09")], "10.8.0.0/24"), minute=60)])
    assert [d.missing_since for d in known.devices.values()] == [None] * (len(s.OFFICE) + 1)


def test_a_sweep_that_finds_nobody_where_there_were_several_is_a_cable_that_is_out() -> None:
    known = fold([s.office(0), s.report(s.arp([s.AGENT]), *s.host_probe(), minute=60)])
    assert [d.missing_since for d in known.devices.values()] == [None] * len(s.OFFICE)


def test_a_port_is_closed_where_it_was_examined_and_nowhere_else() -> None:
    known = fold([s.office(0)])
    some = s.changed("web", ports=(s.WEB.ports[1],))[2]
    narrow = merge(known, s.report(s.arp(s.OFFICE), s.ports(some, ranges="400-500"), s.services(some), minute=60))
    assert [port.number for port in devices(narrow)["10.9.0.30"].ports] == [80, 443]
    wide = merge(narrow, s.report(s.arp(s.OFFICE), s.ports(some), s.services(some), minute=120))
    assert [port.number for port in devices(wide)["10.9.0.30"].ports] == [443]
    assert devices(wide)["10.9.0.30"].ports_looked_at[0].ranges == "1-1024,5000,8080,9100"


def test_a_partial_look_closes_nothing() -> None:
    known = fold([s.office(0), s.report(s.ports(s.changed("web", ports=())[2], state=State.PARTIAL), minute=60)])
    assert [port.number for port in devices(known)["10.9.0.30"].ports] == [80, 443]


def test_a_version_that_was_not_told_once_stays() -> None:
    silent = s.changed("web", ports=((80, "http", "nginx", ""), (443, "https", "", "")))
    known = fold([s.office(0), s.office(60, hosts=silent)])
    assert [(p.product, p.version) for p in devices(known)["10.9.0.30"].ports] == [("nginx", "1.22"), ("nginx", "1.22")]


def test_a_port_passed_over_by_the_service_probe_keeps_its_service() -> None:
    outcomes = [*s.from_outside(s.OFFICE)]
    outcomes = [o for o in outcomes if (o.probe, o.target) != ("services", "10.9.0.30")]
    partly = s.services(s.changed("web", ports=s.WEB.ports[:1])[2])
    known = fold([s.office(0), s.report(*outcomes, partly, minute=60)])
    assert [p.product for p in devices(known)["10.9.0.30"].ports] == ["nginx", "nginx"]


def test_what_a_device_listens_on_inside_opens_no_port() -> None:
    known = fold([s.office(0)])
    assert [port.number for port in devices(known)["10.9.0.1"].ports] == [22]


@pytest.mark.parametrize("state", [state for state in State if state not in (State.ANSWERED, State.PARTIAL)])
def test_a_failed_probe_blanks_nothing(state: State) -> None:
    known = fold([s.office(0)])
    failed = [s.outcome(o.probe, o.target, state=state) for o in s.office().outcomes if o.probe != "arp"]
    after = merge(known, s.report(s.arp(s.OFFICE), *failed, minute=60))
    assert build_inventory(after).devices == tuple(d.model_copy(update={"last_seen": s.moment(60)}) for d in build_inventory(known).devices)
    assert build_inventory(after).firewall_rules == build_inventory(known).firewall_rules
    assert len(build_inventory(after).not_seen) == len({(o.probe, o.target) for o in failed})


def test_what_a_device_is_stays_when_it_moves_and_no_longer_tells() -> None:
    moved = s.changed("fw", address="10.9.0.5")
    known = fold([s.office(0), s.report(*s.from_outside(moved), minute=60)])
    found = devices(known)["10.9.0.5"]
    assert found.os == "Debian GNU/Linux"
    assert "10.9.0.1" not in [held.address for held in found.addresses]
    assert {port.address for port in found.ports} == {"10.9.0.5"}
    assert len(build_inventory(known).firewall_rules) == 3
    assert ("ssh", FORMER_ADDRESS) in known.devices[found.id].looks


def test_an_older_report_is_refused() -> None:
    with pytest.raises(OlderReport, match="merge all reports anew"):
        merge(fold([s.office(60)]), s.office(0))


def test_an_unchanged_scan_leaves_every_look_as_it_is() -> None:
    before = fold([s.report(*s.from_outside(s.OFFICE), s.snmp_switch(s.FORWARDING_TABLE, 0))])
    after = merge(before, s.report(*s.from_outside(s.OFFICE), s.snmp_switch(s.FORWARDING_TABLE, 60), minute=60))
    for device_id, device in before.devices.items():
        for key, look in device.looks.items():
            assert after.devices[device_id].looks[key] is look


def test_a_hostile_report_is_merged_all_the_same() -> None:
    flood = s.outcome("ports", "10.9.0.30", *(PortSeen(address="10.9.0.30", protocol="tcp", number=n) for n in range(2000)))
    strange = s.outcome("arp", "not a subnet", AddressSeen(address="10.9.0.5", mac="00:1b:21:00:00:05", provenance=Provenance.OWN_REPLY))
    loop = s.outcome(
        "snmp", "10.9.0.5", s.interface(1, "lo", "ff:ff:ff:ff:ff:ff", "127.0.0.1/8"), s.interface(1, "lo", None, "127.0.0.1/8")
    )
    known = fold([s.report(flood, strange, loop), s.report(strange, loop, minute=60)])
    assert len(known.devices) == 2


def test_virtual_routers_of_one_group_number_in_two_subnets_are_two() -> None:
    mac = "00:00:5e:00:01:0a"
    outcomes = [s.arp([s.Host("v9", "10.9.0.254", mac)]), s.arp([s.Host("v8", "10.8.0.254", mac)], "10.8.0.0/24")]
    known = fold([s.report(*outcomes), s.report(*outcomes, minute=60)])
    assert len(known.devices) == 2


def test_a_host_with_the_same_container_bridge_is_another_host() -> None:
    a, b = s.Host("a", "10.9.0.41", "ac:1f:6b:00:00:41"), s.Host("b", "10.9.0.42", "ac:1f:6b:00:00:42")
    reports = [
        s.report(
            s.arp([h], f"{h.address}/32"),
            s.outcome("ssh", h.address, s.interface(2, "eth0", h.mac, f"{h.address}/24"), s.interface(3, "docker0", "02:42:0a:00:00:01")),
            minute=minute,
        )
        for minute, h in ((0, a), (60, b))
    ]
    assert len(fold(reports).devices) == 2


def test_an_address_that_two_tables_list_belongs_to_neither() -> None:
    hosts = [s.Host("a", "10.9.0.41", "ac:1f:6b:00:00:41"), s.Host("b", "10.9.0.42", "ac:1f:6b:00:00:42")]
    tables = [
        s.outcome("ssh", h.address, s.interface(2, "eth0", h.mac, f"{h.address}/24"), s.interface(3, "docker0", None, "172.17.0.1/16"))
        for h in hosts
    ]
    answered = s.outcome("ports", "172.17.0.1", PortSeen(address="172.17.0.1", protocol="tcp", number=80))
    assert len(fold([s.report(s.arp(hosts), *tables, answered)]).devices) == 3


def test_who_answers_where_a_device_has_moved_away_from_is_another() -> None:
    known = fold([s.office(0)])
    answered = s.outcome("ports", "10.9.0.30", PortSeen(address="10.9.0.30", protocol="tcp", number=80))
    after = merge(known, s.report(s.arp(s.changed("web", address="10.9.0.31")), answered, minute=60))
    assert len(after.devices) == len(s.OFFICE) + 1
    assert devices(after)["10.9.0.31"].id == devices(known)["10.9.0.30"].id


def test_a_partial_look_adds_and_updates_and_takes_nothing_away() -> None:
    changed_rule = s.RULES[1].model_copy(update={"services": ("tcp/8443",)})
    after = merge(fold([s.office(0)]), s.report(s.ssh((changed_rule,), 60, state=State.PARTIAL), minute=60))
    rules = {rule.key: rule.services for rule in build_inventory(after).firewall_rules}
    assert rules == {"r-established": ("any",), "r-web": ("tcp/8443",), "r-policy": ("any",)}


def test_a_scan_that_tells_less_of_the_same_leaves_the_look_as_it_is() -> None:
    before = fold([s.office(0)])
    silent = s.changed("web", ports=((80, "http", "nginx", ""), (443, "https", "", "")))
    after = merge(before, s.office(60, hosts=silent))
    key = ("services", "10.9.0.30")
    assert at(after, "10.9.0.30").looks[key] is at(before, "10.9.0.30").looks[key]
