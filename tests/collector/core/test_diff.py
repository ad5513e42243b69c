"""What counts as a change, what does not, and how grave it is. All networks here are synthetic."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from collector.core.diff import diff
from collector.core.inventory import build_inventory
from collector.core.merge import fold, merge
from shared.change import Change, ChangeKind, Grade
from shared.firewall import DhcpPool, FirewallRule, PortForward, VpnPeer
from shared.inventory import Certificate, Inventory, Link
from shared.report import Report
from tests.collector.core import synthetic as s


def changes(before: Report, after: Report) -> tuple[Change, ...]:
    known = fold([before])
    return diff(build_inventory(known), build_inventory(merge(known, after)))


def shown(found: Sequence[Change]) -> list[tuple[str, str, str, str]]:
    return [(c.subject, c.kind.value, c.key if c.subject != "device" or c.field else c.title, c.field) for c in found]


def site(minute: float = 0) -> Inventory:
    return build_inventory(fold([s.office(minute)]))


def with_rules(inventory: Inventory, rules: Sequence[FirewallRule]) -> Inventory:
    device = inventory.firewall_rules[0].device
    return inventory.model_copy(
        update={"firewall_rules": tuple(r.model_copy(update={"device": device, "order": i}) for i, r in enumerate(rules, 1))}
    )


def test_a_second_scan_of_the_same_network_shows_nothing() -> None:
    entries = [entry for entry in s.FORWARDING_TABLE if entry[0] != "11"]
    assert changes(s.office(0), s.office(60, entries=entries)) == ()


def test_three_changes_show_as_exactly_these_three() -> None:
    hosts = s.changed("web", s.without("pc"), ports=(*s.WEB.ports, (8080, "http", "nginx", "1.22")))
    rules = (s.RULES[0], s.rule("r-new", 2, services=("tcp/8080",)), *(r.model_copy(update={"order": r.order + 1}) for r in s.RULES[1:]))
    found = changes(s.office(0), s.office(60, hosts=hosts, rules=rules, entries=s.FORWARDING_TABLE[:3]))
    assert sorted(shown(found)) == [
        ("device", "missing", "10.9.0.101", ""),
        ("firewall_rule", "appeared", "r-new", ""),
        ("port", "appeared", "tcp/8080", ""),
    ]
    assert {change.grade for change in found} == {Grade.NOTABLE}


def test_undoing_them_shows_as_three_again() -> None:
    known = fold([s.office(0), s.office(60, hosts=s.without("pc"))])
    found = diff(build_inventory(known), build_inventory(merge(known, s.office(120))))
    assert shown(found) == [("device", "returned", "10.9.0.101", "")]
    assert found[0].grade is Grade.ROUTINE


def test_a_new_device_is_one_change_whatever_it_has_open() -> None:
    new = s.Host("nas", "10.9.0.40", "00:11:32:00:00:40", ((873, "rsync", "", ""), (5000, "http", "nginx", "")))
    found = changes(s.office(0), s.office(60, hosts=(*s.OFFICE, new)))
    assert shown(found) == [("device", "appeared", "10.9.0.40", "")]
    assert found[0].grade is Grade.NOTABLE


def test_a_device_that_moves_shows_its_address_and_not_its_ports() -> None:
    assert shown(changes(s.office(0), s.office(60, hosts=s.changed("web", address="10.9.0.31")))) == [
        ("address", "changed", "10.9.0.31", "address")
    ]


def test_telnet_is_risky() -> None:
    opened = s.changed("web", ports=(*s.WEB.ports, (23, "telnet", "", "")))
    assert [change.grade for change in changes(s.office(0), s.office(60, hosts=opened))] == [Grade.RISKY]


def test_a_service_on_a_public_address_is_risky() -> None:
    outside = s.Host("public", "203.0.113.9", "00:1b:21:00:00:77", ((443, "https", "nginx", "1"),))
    more = s.changed("public", (outside,), ports=(*outside.ports, (8443, "https-alt", "", "")))
    wan = "203.0.113.0/24"
    first = s.report(s.arp([outside], wan), s.ports(outside, "1-9000"))
    second = s.report(s.arp(more, wan), s.ports(more[0], "1-9000"), minute=60)
    assert [change.grade for change in changes(first, second)] == [Grade.RISKY]


def test_a_port_that_was_not_looked_at_before_has_not_opened() -> None:
    first = s.report(s.arp([s.WEB]), s.ports(s.WEB, "1-1024"))
    more = s.changed("web", (s.WEB,), ports=(*s.WEB.ports, (8080, "http", "", "")))[0]
    assert changes(first, s.report(s.arp([s.WEB]), s.ports(more, "1-9000"), minute=60)) == ()


def test_a_new_version_is_a_change_and_a_version_not_told_is_none() -> None:
    newer = s.changed("web", ports=((80, "http", "nginx", "1.26"), (443, "https", "nginx", "1.22")))
    assert shown(changes(s.office(0), s.office(60, hosts=newer))) == [("port", "changed", "tcp/80", "version")]


def test_rules_that_are_first_read_now_are_not_new() -> None:
    without_ssh = s.office(0)
    without_ssh = without_ssh.model_copy(update={"outcomes": tuple(o for o in without_ssh.outcomes if o.probe != "ssh")})
    found = changes(without_ssh, s.office(60))
    assert [change for change in found if change.subject not in ("device",)] == []


def test_a_rule_put_in_between_moves_no_other() -> None:
    rules = (s.rule("r-first", 1), *(r.model_copy(update={"order": r.order + 1}) for r in s.RULES))
    assert [c.key for c in changes(s.office(0), s.office(60, rules=rules))] == ["r-first"]


def test_of_the_order_only_what_is_moved_is_told() -> None:
    rules = [s.rule(f"r{n}", n, services=(f"tcp/{n}",)) for n in range(1, 21)]
    moved = [rules[14], *rules[:14], *rules[15:]]
    a = with_rules(site(), rules)
    found = diff(a, with_rules(a, moved))
    assert [(c.key, c.field, c.before, c.after) for c in found] == [("r15", "order", "15", "1")]


def test_a_rule_whose_key_is_its_content_is_changed_under_its_name() -> None:
    edited = s.rule("hash-of-new-content", 2, services=("tcp/443", "tcp/8443"), destinations=("10.9.0.30",), comment="Web")
    found = changes(s.office(0), s.office(60, rules=(s.RULES[0], edited, s.RULES[2])))
    assert [(c.kind, c.field, c.before, c.after) for c in found] == [(ChangeKind.CHANGED, "services", "tcp/443", "tcp/443, tcp/8443")]


def test_a_rule_that_allows_everything_is_risky_when_it_comes_and_when_it_becomes_so() -> None:
    a = with_rules(site(), [s.rule("r1", 1, sources=("10.9.0.5",))])
    assert [c.grade for c in diff(a, with_rules(a, [s.rule("r1", 1, sources=("10.9.0.5",)), s.rule("r2", 2)]))] == [Grade.RISKY]
    assert [c.grade for c in diff(a, with_rules(a, [s.rule("r1", 1)]))] == [Grade.RISKY]


def test_a_new_port_forward_is_risky() -> None:
    a = site()
    new = PortForward(key="f2", order=2, protocol="tcp", public_ports="3389", to_address="10.9.0.30", device=a.port_forwards[0].device)
    (change,) = diff(a, a.model_copy(update={"port_forwards": (*a.port_forwards, new)}))
    assert (change.grade, change.title) == (Grade.RISKY, "tcp/3389 → 10.9.0.30:3389")


def test_peers_of_a_tunnel_are_told_one_by_one_and_their_endpoints_not_at_all() -> None:
    a = site()
    vpn = a.vpns[0]
    roamed = vpn.peers[0].model_copy(update={"endpoint": "192.0.2.9:1", "last_handshake_utc": s.moment(999)})
    b = a.model_copy(update={"vpns": (vpn.model_copy(update={"peers": (roamed, VpnPeer(name="New", public_key="k2"))}),)})
    assert [(c.field, c.before, c.after) for c in diff(a, b)] == [("peer", "", "New k2")]


def test_a_dhcp_range_that_changes() -> None:
    a = site()
    pool = DhcpPool(key="lan", prefix="10.9.0.0/24", first_address="10.9.0.100", last_address="10.9.0.150", device=a.vpns[0].device)
    a = a.model_copy(update={"dhcp": (pool,)})
    b = a.model_copy(update={"dhcp": (pool.model_copy(update={"last_address": "10.9.0.199"}),)})
    assert [(c.subject, c.field, c.after) for c in diff(a, b)] == [("dhcp", "last_address", "10.9.0.199")]


def test_one_certificate_renewed_on_several_ports_is_one_change() -> None:
    a = site()
    old = a.certificates[0]
    both = (old, old.model_copy(update={"port": 80}))
    renewed = tuple(c.model_copy(update={"sha256": "c2", "not_after_utc": c.not_after_utc + timedelta(days=90)}) for c in both)
    found = diff(a.model_copy(update={"certificates": both}), a.model_copy(update={"certificates": renewed}))
    assert [(c.subject, c.kind, c.key) for c in found] == [("certificate", ChangeKind.CHANGED, "10.9.0.30:80, 10.9.0.30:443")]


def test_a_port_that_opens_with_a_certificate_is_one_change() -> None:
    opened = s.changed("web", ports=(*s.WEB.ports, (8080, "https-alt", "nginx", "1.22")))
    second = s.office(60, hosts=opened)
    second = second.model_copy(update={"outcomes": (*second.outcomes, s.certificate(port=8080, sha256="c9"))})
    first = s.office(0)
    outcomes = tuple(o for o in second.outcomes if o.probe != "certificates")
    both = s.outcome("certificates", s.WEB.address, *(o for c in second.outcomes if c.probe == "certificates" for o in c.observations))
    assert shown(changes(first, second.model_copy(update={"outcomes": (*outcomes, both)}))) == [("port", "appeared", "tcp/8080", "")]


def test_a_device_plugged_in_elsewhere_is_a_change_and_one_that_is_silent_is_none() -> None:
    elsewhere = [(port if mac != s.PC.mac else "12", mac) for port, mac in s.FORWARDING_TABLE]
    found = changes(s.office(0), s.office(60, entries=elsewhere))
    assert [(c.subject, c.before, c.after) for c in found] == [("link", "sw.office.example 11", "sw.office.example 12")]


def test_a_neighbour_that_goes_with_its_device_is_told_there() -> None:
    first, second = s.office(0), s.office(60, hosts=s.without("sw"))
    assert shown(changes(first, second)) == [("device", "missing", "10.9.0.2", "")]


def test_a_new_cable_between_known_devices_is_a_change() -> None:
    a = site()
    ids = {device.title: device.id for device in a.devices}
    cable = Link(device=ids["sw.office.example"], port="2", to_device=ids["web.office.example"], to_port="eth1", known_by="lldp")
    assert [(c.subject, c.kind) for c in diff(a, a.model_copy(update={"links": (*a.links, cable)}))] == [("link", ChangeKind.APPEARED)]


def test_a_device_that_turned_out_to_be_another_is_not_missing() -> None:
    outer = s.Host("fw-guest", "10.8.0.1", "00:0d:b9:00:00:03")
    apart = fold([s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"))])
    table = s.outcome(
        "snmp", "10.9.0.1", s.interface(1, "lan0", s.FW.mac, "10.9.0.1/24"), s.interface(2, "guest0", outer.mac, "10.8.0.1/24")
    )
    joined = merge(apart, s.report(s.arp([s.FW]), s.arp([outer], "10.8.0.0/24"), table, minute=60))
    assert [c for c in diff(build_inventory(apart), build_inventory(joined)) if c.subject == "device" and not c.field] == []


def test_routes_by_routing_protocols_come_and_go_in_silence() -> None:
    a = site()
    route = a.routes[0].model_copy(update={"destination": "10.50.0.0/16", "origin": "ospf"})
    assert diff(a, a.model_copy(update={"routes": (*a.routes, route)})) == ()
    static = route.model_copy(update={"origin": "static"})
    assert [c.subject for c in diff(a, a.model_copy(update={"routes": (*a.routes, static)}))] == ["route"]


@pytest.mark.parametrize("field", ["kind", "vendor", "model", "os", "os_version", "serial"])
def test_that_nothing_is_concluded_any_more_is_no_change(field: str) -> None:
    a = site()
    switch = next(device for device in a.devices if device.title.startswith("sw"))
    blank = type(switch).model_fields[field].default
    others = tuple(device for device in a.devices if device is not switch)
    assert diff(a, a.model_copy(update={"devices": (*others, switch.model_copy(update={field: blank}))})) == ()


def test_a_new_serial_number_is_notable() -> None:
    a = site()
    devices = tuple(d.model_copy(update={"serial": "OTHER"}) if d.serial else d for d in a.devices)
    assert [(c.field, c.grade) for c in diff(a, a.model_copy(update={"devices": devices}))] == [("serial", Grade.NOTABLE)]


def test_the_gravest_come_first() -> None:
    a = with_rules(site(), [s.rule("r1", 1, sources=("10.9.0.5",))])
    b = with_rules(a, [s.rule("r0", 1, sources=("10.9.0.6",)), s.rule("r1", 2, sources=("10.9.0.5",)), s.rule("r2", 3)])
    assert [c.grade for c in diff(a, b)] == [Grade.RISKY, Grade.NOTABLE]


def test_certificates_are_compared_by_their_hash_alone() -> None:
    a = site()
    seen: Certificate = a.certificates[0].model_copy(update={"protocol": "TLSv1.2"})
    assert diff(a, a.model_copy(update={"certificates": (seen,)})) == ()


def test_a_service_that_did_not_say_before_has_not_changed() -> None:
    a = site()
    blank = tuple(
        d.model_copy(update={"ports": tuple(p.model_copy(update={"product": "", "version": ""}) for p in d.ports)}) for d in a.devices
    )
    silent = a.model_copy(update={"devices": blank})
    assert diff(silent, a) == diff(a, silent) == ()


def test_a_link_that_goes_with_a_device_is_not_told_beside_it() -> None:
    a = site()
    gone = tuple(d.model_copy(update={"missing_since": s.moment(60)}) if d.title.startswith("fw") else d for d in a.devices)
    b = a.model_copy(update={"devices": gone, "links": tuple(link for link in a.links if link.known_by != "lldp")})
    assert [(c.subject, c.kind) for c in diff(a, b)] == [("device", ChangeKind.MISSING)]
