"""OPNsense: rules, translation and tunnels in two forms, and which goes first."""

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import VpnKind

INTERFACES = """<interfaces>
<wan><enable>1</enable><if>igc0</if><ipaddr>203.0.113.2</ipaddr><subnet>29</subnet><gateway>GW</gateway></wan>
<lan><enable>1</enable><if>igc1</if><ipaddr>10.0.0.1</ipaddr><subnet>24</subnet></lan>
<openvpn><enable>1</enable><if>openvpn</if><type>group</type></openvpn>
</interfaces>"""


def document(body: str) -> ReadConfig:
    return read_config("opnsense", f"<opnsense>\n{INTERFACES}\n{body}\n</opnsense>\n", b"key").document


def newer(sequence: int, interface: str, more: str = "") -> str:
    return (
        f'<rule uuid="n{sequence}{interface}"><enabled>1</enabled><sequence>{sequence}</sequence><action>pass</action><quick>1</quick>'
        f"<interface>{interface}</interface><source_net>any</source_net><destination_net>any</destination_net>{more}</rule>"
    )


def older(name: str, interface: str, more: str = "") -> str:
    return (
        f'<rule uuid="{name}"><type>pass</type><interface>{interface}</interface><source><any>1</any></source>'
        f"<destination><any>1</any></destination>{more}</rule>"
    )


def both(new: str, old: str = "", more: str = "") -> ReadConfig:
    return document(f"<filter>{old}</filter><OPNsense><Firewall><Filter><rules>{new}</rules></Filter>{more}</Firewall></OPNsense>")


def test_the_newer_form_goes_first_within_floating_groups_and_interfaces() -> None:
    found = both(
        newer(20, "lan") + newer(10, "lan") + newer(5, "wan,lan") + newer(7, "openvpn") + newer(6, ""),
        older("o-lan", "lan") + older("o-float", "lan", "<floating>yes</floating>") + older("o-group", "openvpn"),
    )
    order = [each.key for each in found.firewall_rules if not each.implicit]
    assert order == ["n5wan,lan", "n6", "o-float", "n7openvpn", "o-group", "n10lan", "n20lan", "o-lan"]


def test_switches_of_the_newer_form_are_off_when_empty() -> None:
    more = "<log/><source_not/><interfacenot/><tcpflags_any/><allowopts/>"
    only = next(each for each in both(newer(1, "lan", more)).firewall_rules if not each.implicit)
    assert (only.log, only.sources, only.from_, only.conditions, only.last_match) == (False, ("any",), ("lan",), (), False)


def test_negation_and_lists_of_the_newer_form() -> None:
    text = newer(1, "lan", "<interfacenot>1</interfacenot>").replace(
        "<source_net>any</source_net>", "<source_net>lan,10.9.0.0/16,OSPITI</source_net><source_not>1</source_not>"
    )
    named = "<enabled>1</enabled><name>OSPITI</name><type>host</type><content>10.8.0.1\n10.8.0.2</content>"
    alias = f"<Alias><aliases><alias>{named}</alias></aliases></Alias>"
    only = next(each for each in both(text, more=alias).firewall_rules if not each.implicit)
    assert only.from_ == ("!lan",)
    assert only.sources == ("!net:lan", "!10.9.0.0/16", "!10.8.0.1", "!10.8.0.2")
    assert only.source_names == ("!lan", "!10.9.0.0/16", "!OSPITI")


def test_forwards_follow_their_sequence_and_register_rules() -> None:
    def forward(uuid: str, sequence: int, more: str) -> str:
        return (
            f'<rule uuid="{uuid}"><sequence>{sequence}</sequence><disabled>0</disabled><nordr>0</nordr><interface>wan</interface>'
            f"<protocol>tcp</protocol><source><network/><not/></source><destination><network>wanip</network><port>443</port><not>0</not>"
            f"</destination><target>10.0.0.5</target><local-port>https</local-port>{more}</rule>"
        )

    found = document(f"<nat>{forward('b', 20, '<pass>rule</pass>')}{forward('a', 10, '<pass/>')}</nat>")
    assert [(each.key, each.enabled, each.sources, each.to_ports) for each in found.port_forwards] == [
        ("a", True, ("any",), "443"),
        ("b", True, ("any",), "443"),
    ]
    assert [each.linked_rule for each in found.port_forwards] == ["", "pass-b"]


def test_an_alias_that_is_switched_off_keeps_its_rule_from_loading() -> None:
    alias = (
        "<Alias><aliases><alias><enabled>0</enabled><name>X</name><type>host</type><content>10.8.0.1</content></alias></aliases></Alias>"
    )
    text = newer(1, "lan").replace("<source_net>any", "<source_net>X")
    only = next(each for each in both(text, more=alias).firewall_rules if not each.implicit)
    assert only.why_without_effect == "alias X is switched off"


def test_a_connection_without_a_peer_is_for_people_who_dial_in() -> None:
    body = (
        "<OPNsense><IPsec><general><enabled>1</enabled></general></IPsec><Swanctl><Connections>"
        '<Connection uuid="1"><enabled>1</enabled><remote_addrs/><description>a</description></Connection>'
        '<Connection uuid="2"><enabled>1</enabled><remote_addrs>198.51.100.1</remote_addrs><description>b</description></Connection>'
        "</Connections></Swanctl></OPNsense>"
    )
    assert [(vpn.name, vpn.kind) for vpn in document(body).vpns] == [("a", VpnKind.IPSEC_CLIENTS), ("b", VpnKind.IPSEC)]


def test_ipsec_that_is_switched_off_as_a_whole_has_no_tunnel_in_force() -> None:
    phase1 = "<phase1><ikeid>1</ikeid><interface>wan</interface><remote-gateway>198.51.100.1</remote-gateway></phase1>"
    assert [vpn.enabled for vpn in document(f"<ipsec>{phase1}</ipsec>").vpns] == [False]
    assert [vpn.enabled for vpn in document(f"<ipsec><enable>1</enable>{phase1}</ipsec>").vpns] == [True]


def test_uuids_are_not_taken_for_keys() -> None:
    uuid = "15151515-0000-4000-8000-000000000020"
    body = (
        f"<OPNsense><OpenVPN><Instances><Instance><vpnid>1</vpnid><tls_key>{uuid}</tls_key></Instance></Instances><StaticKeys>"
        f'<StaticKey uuid="{uuid}"><key>very secret</key></StaticKey></StaticKeys></OpenVPN></OPNsense>'
    )
    told = read_config("opnsense", f"<opnsense>{body}</opnsense>", b"key")
    assert uuid in told.text
    assert len(told.document.vpns[0].secret_fingerprints) == 1
    assert told.document.secrets_removed.count == 1


def test_kea_gives_the_interfaces_address_where_nothing_else_is_said() -> None:
    body = (
        "<OPNsense><Kea><dhcp4><general><enabled>1</enabled></general><subnets><subnet4><subnet>10.0.0.0/24</subnet>"
        "<option_data_autocollect>1</option_data_autocollect><option_data><routers/></option_data><pools>10.0.0.50-10.0.0.60</pools>"
        "</subnet4></subnets></dhcp4></Kea></OPNsense>"
    )
    (pool,) = document(body).dhcp
    assert (pool.interface, pool.gateway, pool.dns_servers, pool.first_address) == ("lan", "10.0.0.1", ("10.0.0.1",), "10.0.0.50")
