"""What a device answers to SNMP, as snmpsim reads it: one file a kind of device, each with ``recording(host, truth) -> str``.

Source: snmpsim's data file format: a line ``OID|TAG|VALUE`` for each object, in the order of the OIDs; the tag is the ASN.1 type's
number, followed by ``x`` where the value is in hexadecimal digits, or by ``:`` and the name of a module that varies it.
"""

from collections.abc import Iterable
from ipaddress import ip_interface

from tests.labs.demo.truth import Host, Truth

INTEGER = "2"
TEXT = "4"
HEX = "4x"
OBJECT = "6"
ADDRESS = "64"
COUNTER = "65"
GAUGE = "66"
UPTIME = "67:numeric"

Row = tuple[str, str, str | int]
"""OID, tag, value."""

ONE_DAY_CS = 8_640_000
ETHERNET = 6
LOOPBACK = 24
UP, DOWN = 1, 2


def lines(rows: Iterable[Row]) -> str:
    in_order = sorted(rows, key=lambda row: [int(part) for part in row[0].split(".")])
    return "".join(f"{oid}|{tag}|{value}\n" for oid, tag, value in in_order)


def hex_mac(mac: str) -> str:
    return mac.replace(":", "")


def mac_index(mac: str) -> str:
    return ".".join(str(int(pair, 16)) for pair in mac.split(":"))


def system(host: Host, truth: Truth, object_id: str, services: int, days_up: int) -> list[Row]:
    """SNMPv2-MIB's system group (RFC 3418); the uptime runs, 100 ticks a second."""
    base = "1.3.6.1.2.1.1"
    return [
        (f"{base}.1.0", TEXT, host.description),
        (f"{base}.2.0", OBJECT, object_id),
        (f"{base}.3.0", UPTIME, f"rate=100,initial={days_up * ONE_DAY_CS}"),
        (f"{base}.4.0", TEXT, f"admin@{truth.domain}"),
        (f"{base}.5.0", TEXT, host.name),
        (f"{base}.6.0", TEXT, host.location),
        (f"{base}.7.0", INTEGER, services),
    ]


def interface(index: int, name: str, kind: int, mac: str, state: int, megabits: int, alias: str = "") -> list[Row]:
    """A row of IF-MIB's ifTable and ifXTable (RFC 2863)."""
    table, more = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
    return [
        (f"{table}.1.{index}", INTEGER, index),
        (f"{table}.2.{index}", TEXT, name),
        (f"{table}.3.{index}", INTEGER, kind),
        (f"{table}.4.{index}", INTEGER, 1500),
        (f"{table}.5.{index}", GAUGE, megabits * 1_000_000),
        (f"{table}.6.{index}", HEX, hex_mac(mac)),
        (f"{table}.7.{index}", INTEGER, UP),
        (f"{table}.8.{index}", INTEGER, state),
        (f"{table}.10.{index}", COUNTER, 481_207 * index if state == UP else 0),
        (f"{table}.16.{index}", COUNTER, 750_113 * index if state == UP else 0),
        (f"{more}.1.{index}", TEXT, name),
        (f"{more}.15.{index}", GAUGE, megabits),
        (f"{more}.18.{index}", TEXT, alias),
    ]


def own_address(host: Host, index: int) -> list[Row]:
    """IP-MIB's ipAddrTable and ipForwarding (RFC 1213): the device's address, on interface ``index``; it does not route."""
    lan = ip_interface(host.interfaces[0].addresses[0])
    table = "1.3.6.1.2.1.4.20.1"
    return [
        ("1.3.6.1.2.1.4.1.0", INTEGER, 2),
        (f"{table}.1.{lan.ip}", ADDRESS, str(lan.ip)),
        (f"{table}.2.{lan.ip}", INTEGER, index),
        (f"{table}.3.{lan.ip}", ADDRESS, str(lan.netmask)),
    ]
