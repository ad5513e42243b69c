"""Large configurations, mostly of the makes whose blocks are told by indentation, as a building or a data centre has them.

Hundreds of ports that say much the same, a VLAN and a gateway for each part of the network, long access lists, objects, routes, a few
users: in the proportions of large real configurations, about 300 kB each. What hier-config does not take (the same line twice on
top: ``exit``, ``#``, ``!``) is left out or indented. The names and addresses are made up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """So many times ``each``, between ``begin`` and ``end``. Its fields: see ``_fields``."""

    count: int
    each: str
    begin: str = ""
    end: str = ""


def large(platform: str) -> str:
    return written(HEADS[platform], PARTS[platform])


def written(head: str, parts: Sequence[Part]) -> str:
    lines = [head]
    for part in parts:
        lines += [part.begin, *(part.each.format(**_fields(number)) for number in range(part.count)), part.end]
    return "".join(lines)


def _fields(number: int) -> dict[str, object]:
    return {
        "n": number + 1,
        "unit": number // 48 + 1,
        "port": number % 48 + 1,
        "vlan": 100 + number,
        "x": number // 200,
        "y": number % 200 + 1,
        "access": 100 + number % 40,
        "list": number // 40,
        "entry": (number % 40 + 1) * 10,
        "service": 1000 + number * 7 % 9000,
        "priority": 20 * (number % 40 + 1),
        "action": "deny" if number % 5 == 4 else "permit",
        "mac": f"00:1B:21:00:{number // 256:02X}:{number % 256:02X}",
    }


HEADS: Mapping[str, str] = {
    "cisco_ios": "version 16.12\nservice timestamps debug datetime msec\nhostname CORE-1\naaa new-model\nip routing\n",
    "cisco_asa": "ASA Version 9.8(4)20\nhostname FW-1\ndomain-name rossi.example\nnames\n",
    "cisco_s300": "config-file-header\nsw-1\nv3.3.0.16 / RTESLA3.3_930_181_160\nCLI v1.0\nfile SSD indicator encrypted\n@\n",
    "hp_procurve": 'Running configuration:\n; JL260A Configuration Editor; Created on release #WC.16.11.0012\nhostname "sw-1"\n',
    "hp_comware": " version 7.1.070, Release 3507P02\n sysname sw-1\n irf mac-address persistent timer\n",
    "aruba_aoscx": "Current configuration:\n!\n!Version ArubaOS-CX FL.10.13.1010\n!export-password: default\nhostname cx-1\n",
    "dell_os10": "! Version 10.5.4.3\nhostname tor-1\nip domain-name rossi.example\nlogging server 10.80.10.6\nrest api restconf\n",
    "fortinet": "#config-version=FGT600F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin\n",
}

_USERS = 20
_IOS_PORTS = """interface GigabitEthernet{unit}/0/{port}
 description presa {n} piano {unit}
 switchport access vlan {access}
 switchport mode access
 switchport voice vlan 90
 spanning-tree portfast
 spanning-tree bpduguard enable
"""
_IOS_TRUNK = """interface TenGigabitEthernet{n}/1/1
 description dorsale {n}
 switchport trunk native vlan 99
 switchport trunk allowed vlan 10,20,30,90,100-140
 switchport mode trunk
 channel-group {n} mode active
"""
_IOS_GATEWAY = """interface Vlan{vlan}
 description rete {vlan}
 ip address 10.{x}.{y}.1 255.255.255.0
 ip access-group RETE-{list} in
 ip helper-address 10.250.0.5
"""

PARTS: Mapping[str, tuple[Part, ...]] = {
    "cisco_ios": (
        Part(_USERS, "username utente{n} privilege 5 password 7 0822455D0A16544{n}\n"),
        Part(150, "vlan {vlan}\n name rete-{vlan}\n"),
        Part(60, "object-group network SERVER-{n}\n host 10.200.{n}.10\n host 10.200.{n}.11\n 10.201.{n}.0 255.255.255.0\n"),
        Part(960, _IOS_PORTS),
        Part(16, _IOS_TRUNK),
        Part(150, _IOS_GATEWAY),
        Part(200, "ip route 10.{n}.0.0 255.255.0.0 10.250.1.{y} name filiale-{n}\n"),
        *(
            Part(
                40,
                f" {{entry}} {{action}} tcp 10.{n}.{{y}}.0 0.0.0.255 host 10.200.{n}.{{y}} eq {{service}}\n",
                f"ip access-list extended RETE-{n}\n",
                f" 500 permit udp any any eq domain\n 510 permit ip any object-group SERVER-{n + 1}\n",
            )
            for n in range(20)
        ),
        Part(1, "end\n"),
    ),
    "cisco_asa": (
        Part(
            60,
            "interface GigabitEthernet0/1.{vlan}\n vlan {vlan}\n nameif rete{vlan}\n security-level 50\n"
            " ip address 10.{x}.{y}.1 255.255.255.0\n",
        ),
        Part(800, "object network SRV-{n}\n host 10.{x}.200.{y}\n description macchina {n}\n"),
        Part(200, "object-group network GRUPPO-{n}\n network-object object SRV-{n}\n network-object 10.220.{y}.0 255.255.255.0\n"),
        Part(150, "object-group service SERVIZI-{n} tcp\n port-object eq {service}\n port-object range {service} 10000\n"),
        Part(1200, "access-list RETE-{list} extended {action} tcp 10.{x}.{y}.0 255.255.255.0 object SRV-{y} eq {service}\n"),
        Part(300, "access-list DMZ-{list} extended permit tcp any object-group GRUPPO-{y} object-group SERVIZI-{port} log\n"),
        Part(200, "route rete100 10.{n}.0.0 255.255.0.0 10.0.1.{y} 1\n"),
        Part(29, "access-group RETE-{n} in interface rete{vlan}\n"),
        Part(_USERS, "username utente{n} password $sha512$5000$Fq0bXk1AyW3vVn6fQ2m1l{n}== pbkdf2 privilege 5\n"),
        Part(
            30,
            "tunnel-group 198.51.100.{n} type ipsec-l2l\ntunnel-group 198.51.100.{n} ipsec-attributes\n"
            " ikev2 remote-authentication pre-shared-key Chiave{n}Lunga\n",
            "",
            ": end\n",
        ),
    ),
    "cisco_s300": (
        Part(150, "ip route 10.{n}.0.0 /16 10.0.1.{y}\n"),
        Part(1, "vlan database\n vlan 10,20,90,99-250\n exit\n"),
        Part(_USERS, "username utente{n} password encrypted 5f4dcc3b5aa765d61d8327deb882cf99aabbcc{n} privilege 1\n"),
        *(
            Part(
                40,
                f" {{action}} tcp 10.{n}.{{y}}.0 0.0.0.255 any host 10.200.{n}.{{y}} {{service}} ace-priority {{priority}}\n",
                f"ip access-list extended RETE-{n}\n",
                " exit\n",
            )
            for n in range(20)
        ),
        Part(150, "interface vlan {vlan}\n name rete-{vlan}\n ip address 10.{x}.{y}.1 255.255.255.0\n service-acl input RETE-{list}\n"),
        Part(
            1152,
            'interface GigabitEthernet{unit}/0/{port}\n description "presa {n} piano {unit}"\n switchport mode access\n'
            " switchport access vlan {access}\n spanning-tree portfast\n port security max 2\n",
        ),
        Part(
            24,
            'interface TenGigabitEthernet{n}/0/1\n description "dorsale {n}"\n switchport mode trunk\n'
            " switchport trunk native vlan 99\n switchport trunk allowed vlan 10,20,90,100-140\n",
        ),
    ),
    "hp_procurve": (
        Part(
            _USERS, 'aaa authentication local-user "utente{n}" group "Level-15" password sha1 "1f4dcc3b5aa765d61d8327deb882cf99aabbcc{n}"\n'
        ),
        Part(
            1536,
            'interface {unit}/{port}\n   name "presa {n} piano {unit}"\n   speed-duplex auto-1000\n   power-over-ethernet critical\n'
            "   spanning-tree admin-edge-port\n   exit\n",
        ),
        *(
            Part(
                40,
                f"   {{entry}} {{action}} tcp 10.{n}.{{y}}.0 0.0.0.255 10.200.{n}.{{y}} 0.0.0.0 eq {{service}}\n",
                f'ip access-list extended "RETE-{n}"\n',
                "   exit\n",
            )
            for n in range(20)
        ),
        Part(
            200,
            'vlan {vlan}\n   name "rete-{vlan}"\n   untagged {unit}/{port}\n   tagged 1/1-1/24,2/1-2/24,3/48,Trk1\n'
            "   ip address 10.{x}.{y}.1 255.255.255.0\n   ip helper-address 10.250.0.5\n   exit\n",
        ),
        Part(200, "ip route 10.{n}.0.0 255.255.0.0 10.0.1.{y}\n"),
    ),
    "hp_comware": (
        Part(200, " ip route-static 10.{n}.0.0 255.255.0.0 10.0.1.{y} description filiale-{n}\n"),
        Part(150, "vlan {vlan}\n name rete-{vlan}\n description rete del piano {unit}\n"),
        Part(
            150,
            "interface Vlan-interface{vlan}\n description gateway {vlan}\n ip address 10.{x}.{y}.1 255.255.255.0\n"
            " packet-filter name RETE-{list} inbound\n",
        ),
        Part(
            960,
            "interface GigabitEthernet{unit}/0/{port}\n description presa {n} piano {unit}\n port link-mode bridge\n"
            " port access vlan {access}\n poe enable\n stp edged-port\n loopback-detection enable vlan 1 to 4094\n",
        ),
        Part(
            20,
            "interface Ten-GigabitEthernet{n}/0/49\n description dorsale {n}\n port link-type trunk\n"
            " undo port trunk permit vlan 1\n port trunk permit vlan 10 20 90 100 to 140\n",
        ),
        *(
            Part(
                40,
                f" rule {{entry}} {{action}} tcp source 10.{n}.{{y}}.0 0.0.0.255 destination 10.200.{n}.{{y}} 0"
                " destination-port eq {service}\n",
                f"acl advanced name RETE-{n}\n",
            )
            for n in range(20)
        ),
        Part(
            _USERS,
            "local-user utente{n} class manage\n password hash $h$6$hJmU8Zf0kQ1yJ0pB$9FqXyKfZf5jK5G0gD0x9cT3b0b6v{n}==\n"
            " service-type ssh\n authorization-attribute user-role network-operator\n",
        ),
        Part(1, "return\n"),
    ),
    "aruba_aoscx": (
        Part(_USERS, "user utente{n} group operators password ciphertext AQBapZZq0Vv8n2k0e9QyVbqk3Q8pC1bT2xYAAAC1f0a{n}\n"),
        Part(60, "object-group ip address SERVER-{n}\n    10 10.200.{n}.10\n    20 10.201.{n}.0/24\n"),
        *(
            Part(
                40,
                f"    {{entry}} {{action}} tcp 10.{n}.{{y}}.0/255.255.255.0 10.200.{n}.{{y}} eq {{service}} count\n",
                f"access-list ip RETE-{n}\n",
            )
            for n in range(20)
        ),
        Part(200, "vlan {vlan}\n    name rete-{vlan}\n    description rete del piano {unit}\n"),
        Part(
            960,
            "interface 1/{unit}/{port}\n    description presa {n} piano {unit}\n    no shutdown\n    no routing\n"
            "    vlan access {access}\n    spanning-tree port-type admin-edge\n    spanning-tree bpdu-guard\n    loop-protect\n",
        ),
        Part(
            20,
            "interface 2/1/{n}\n    description dorsale {n}\n    no shutdown\n    no routing\n    vlan trunk native 99\n"
            "    vlan trunk allowed 10,20,90,100-140\n",
        ),
        Part(
            200,
            "interface vlan {vlan}\n    description gateway {vlan}\n    ip address 10.{x}.{y}.1/24\n"
            "    ip helper-address 10.250.0.5\n    apply access-list ip RETE-{list} routed-in\n",
        ),
        Part(200, "ip route 10.{n}.0.0/16 10.0.1.{y}\n"),
    ),
    "dell_os10": (
        Part(_USERS, "username utente{n} password $6$q9QBeYjZ$jfxzVqGhkxX3smxJSH9DDz7/3OJc6m5wjF8nnLD7/V{n} role netoperator\n"),
        *(
            Part(
                40,
                f" seq {{entry}} {{action}} tcp 10.{n}.{{y}}.0/24 10.200.{n}.{{y}}/32 eq {{service}}\n",
                f"ip access-list RETE-{n}\n",
            )
            for n in range(20)
        ),
        Part(
            200,
            "interface vlan{vlan}\n description gateway-{vlan}\n no shutdown\n ip address 10.{x}.{y}.1/24\n"
            " ip helper-address 10.250.0.5\n ip access-group RETE-{list} in\n",
        ),
        Part(
            960,
            'interface ethernet1/{unit}/{port}\n description "presa {n} armadio {unit}"\n no shutdown\n'
            " switchport access vlan {access}\n spanning-tree port type edge\n spanning-tree bpduguard enable\n"
            " flowcontrol receive on\n",
        ),
        Part(
            20,
            'interface port-channel{n}\n description "dorsale {n}"\n no shutdown\n switchport mode trunk\n'
            " switchport access vlan 99\n switchport trunk allowed vlan 10,20,90,100-140\n",
        ),
        Part(200, "ip route 10.{n}.0.0/16 10.0.1.{y}\n"),
    ),
    "fortinet": (
        Part(
            60,
            '    edit "rete{vlan}"\n        set vdom "root"\n        set ip 10.{x}.{y}.1 255.255.255.0\n        set allowaccess ping\n'
            '        set role lan\n        set interface "port1"\n        set vlanid {vlan}\n    next\n',
            'config system interface\n    edit "wan1"\n        set vdom "root"\n        set ip 203.0.113.10 255.255.255.248\n'
            "        set role wan\n    next\n",
            "end\n",
        ),
        Part(
            800,
            '    edit "SRV-{n}"\n        set uuid 6f1d2c3b-0000-51ee-8000-{n:012d}\n'
            "        set subnet 10.{x}.200.{y} 255.255.255.255\n"
            "    next\n",
            "config firewall address\n",
            "end\n",
        ),
        Part(
            150,
            '    edit "GRUPPO-{n}"\n        set member "SRV-{n}" "SRV-{vlan}" "SRV-{service}"\n    next\n',
            "config firewall addrgrp\n",
            "end\n",
        ),
        Part(200, '    edit "TCP-{n}"\n        set tcp-portrange {service}\n    next\n', "config firewall service custom\n", "end\n"),
        Part(
            60,
            '    edit "VIP-{n}"\n        set extip 203.0.113.{n}\n        set mappedip "10.0.200.{y}"\n        set extintf "wan1"\n'
            "        set portforward enable\n        set extport {service}\n        set mappedport 443\n    next\n",
            "config firewall vip\n",
            "end\n",
        ),
        Part(
            500,
            '    edit {n}\n        set name "regola {n}"\n        set uuid 7a1d2c3b-0000-51ee-8000-{n:012d}\n'
            '        set srcintf "rete{access}"\n        set dstintf "wan1"\n        set action accept\n'
            '        set srcaddr "GRUPPO-{port}"\n        set dstaddr "SRV-{n}"\n        set schedule "always"\n'
            '        set service "TCP-{port}" "HTTPS"\n        set utm-status enable\n'
            '        set ssl-ssh-profile "certificate-inspection"\n'
            "        set logtraffic all\n        set nat enable\n    next\n",
            "config firewall policy\n",
            "end\n",
        ),
        Part(
            _USERS,
            '    edit "utente{n}"\n        set type password\n        set passwd ENC cXVpbnRvIHRlc3RvIGNpZnJhdG8{n}\n    next\n',
            "config user local\n",
            "end\n",
        ),
        Part(
            200,
            "    edit {n}\n        set dst 10.{n}.0.0 255.255.0.0\n        set gateway 10.0.1.{y}\n"
            '        set device "rete100"\n    next\n',
            "config router static\n",
            "end\n",
        ),
    ),
}
