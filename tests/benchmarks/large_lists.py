"""Large configurations of makes that write a line or a few for each thing of a list: leases, address lists, rules."""

from collections.abc import Mapping, Sequence

from tests.benchmarks.large_configs import Part, written


def large(platform: str) -> str:
    return written(HEADS[platform], PARTS[platform])


HEADS: Mapping[str, str] = {
    "mikrotik_routeros": "# 2026-03-01 10:00:00 by RouterOS 7.18.2\n# software id = ABCD-1234\n#\n# model = CCR2004-16G-2S+\n",
    "openwrt": "package network\n\nconfig interface 'lan'\n\toption device 'br-lan'\n\toption proto 'static'\n"
    "\toption ipaddr '10.0.0.1'\n\toption netmask '255.255.255.0'\n\nconfig interface 'wan'\n\toption device 'eth1'\n"
    "\toption proto 'dhcp'\n\n",
}

_USERS = 20
PARTS: Mapping[str, Sequence[Part]] = {
    "mikrotik_routeros": (
        Part(100, "add interface=bridge name=vlan{vlan} vlan-id={vlan}\n", "/interface vlan\n"),
        Part(100, "add address=10.{x}.{y}.1/24 interface=vlan{vlan} network=10.{x}.{y}.0\n", "/ip address\n"),
        Part(1, "add comment=defconf interface=ether1\n", "/ip dhcp-client\n"),
        Part(1500, 'add address=10.200.{x}.{y} comment="server {n}" list=GRUPPO-{list}\n', "/ip firewall address-list\n"),
        Part(
            600,
            'add action=accept chain=forward comment="regola {n}" dst-address-list=GRUPPO-{list} dst-port={service}'
            " in-interface=vlan{access}"
            " protocol=tcp\n",
            "/ip firewall filter\nadd action=accept chain=input connection-state=established,related\n",
            "add action=drop chain=forward in-interface=ether1\nadd action=drop chain=input in-interface=ether1\n",
        ),
        Part(
            60,
            'add action=dst-nat chain=dstnat comment="inoltro {n}" dst-port={service} in-interface=ether1 protocol=tcp'
            " to-addresses=10.0.200.{y} to-ports=443\n",
            "/ip firewall nat\n",
        ),
        Part(900, 'add address=10.{x}.{y}.20 comment="posto {n}" mac-address={mac}\n', "/ip dhcp-server lease\n"),
        Part(200, "add dst-address=10.{n}.0.0/16 gateway=10.0.1.{y}\n", "/ip route\n"),
        Part(_USERS, "add name=utente{n} password=Chiave{n}Lunga service=l2tp\n", "/ppp secret\n"),
    ),
    "openwrt": (
        Part(900, "config host\n\toption name 'pc{n}'\n\toption mac '{mac}'\n\toption ip '10.{x}.{y}.20'\n\n", "package dhcp\n\n"),
        Part(
            1000,
            "config rule\n\toption name 'regola {n}'\n\toption src 'lan'\n\toption dest 'wan'\n\toption proto 'tcp'\n"
            "\toption dest_ip '10.200.{x}.{y}'\n\toption dest_port '{service}'\n\toption target 'ACCEPT'\n\n",
            "package firewall\n\nconfig zone\n\toption name 'lan'\n\tlist network 'lan'\n\toption input 'ACCEPT'\n"
            "\toption forward 'REJECT'\n"
            "\nconfig zone\n\toption name 'wan'\n\tlist network 'wan'\n\toption input 'REJECT'\n"
            "\toption forward 'REJECT'\n\toption masq '1'\n\n",
        ),
        Part(
            60,
            "config redirect\n\toption name 'inoltro {n}'\n\toption src 'wan'\n\toption dest 'lan'\n\toption proto 'tcp'\n"
            "\toption src_dport '{service}'\n\toption dest_ip '10.0.200.{y}'\n\toption dest_port '443'\n\toption target 'DNAT'\n\n",
        ),
    ),
}
