"""What one device says of itself over SNMP, and what that makes it: the answer of ``netario-agent probe snmp``."""

from typing import Literal

from shared.address import Ip, Mac
from shared.hardware import Disk, Host, Module, PortVlans, PowerPort, PowerSource, Printer, Supply, Ups, Volume, WifiClient
from shared.inventory import DeviceInterface, Evidence, Kind
from shared.model import Frozen
from shared.observation import NeighbourSeen
from shared.outcome import State
from shared.text import OneLine

SNMP_ANSWER_VERSION = 1


class AnswerAddress(Frozen):
    address: Ip
    prefix_length: int | None = None
    interface: OneLine = ""


class AnswerMac(Frozen):
    """A MAC address that the device has learned on one of its ports."""

    mac: Mac
    port: OneLine
    vlan: int | None = None


class SnmpAnswer(Frozen):
    document: Literal["netario-snmp-answer"] = "netario-snmp-answer"
    schema_version: int = SNMP_ANSWER_VERSION
    """Not ``version``, which a reader would take for the device's."""
    target: OneLine
    label: OneLine = ""
    outcome: State
    detail: OneLine = ""
    hostname: OneLine = ""
    vendor: OneLine = ""
    model: OneLine = ""
    os: OneLine = ""
    os_version: OneLine = ""
    serial: OneLine = ""
    kind: Kind = Kind.OTHER
    location: OneLine = ""
    contact: OneLine = ""
    description: OneLine = ""
    object_id: OneLine = ""
    interfaces: tuple[DeviceInterface, ...] = ()
    addresses: tuple[AnswerAddress, ...] = ()
    neighbours: tuple[NeighbourSeen, ...] = ()
    macs: tuple[AnswerMac, ...] = ()
    supplies: tuple[Supply, ...] = ()
    printers: tuple[Printer, ...] = ()
    ups: Ups | None = None
    power_sources: tuple[PowerSource, ...] = ()
    power_ports: tuple[PowerPort, ...] = ()
    port_vlans: tuple[PortVlans, ...] = ()
    modules: tuple[Module, ...] = ()
    host: Host | None = None
    disks: tuple[Disk, ...] = ()
    volumes: tuple[Volume, ...] = ()
    wifi_clients: tuple[WifiClient, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """Why each of the fields has its value."""
