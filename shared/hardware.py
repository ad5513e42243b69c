"""What a device is made of and what it runs on: supplies, batteries, power over Ethernet, modules, memory, disks, VLANs of its ports.

Each word has two forms of the same fields: ``SupplySeen`` is what a probe saw, ``Supply`` is what the inventory holds. Levels, loads and
counters are volatile: no comparison counts them. Those that a page shows have a ``step`` besides: a kept look is renewed when they have
moved from one step to another, so that what is shown is never off by more. What moves at every look (what a powered port draws) has none:
each renewal keeps the whole device once more.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from shared.address import Ip, Mac
from shared.model import Frozen
from shared.text import OneLine

_VOLATILE: dict[str, Any] = {"volatile": True}
VlanNumber = Annotated[int, Field(ge=1, le=4094)]


def _step(step: int) -> dict[str, Any]:
    return {"volatile": True, "step": step}


class SupplyState(StrEnum):
    OK = "ok"
    LOW = "low"
    """A tenth or less is left; of a waste box: a tenth of its room."""
    EMPTY = "empty"
    FULL = "full"
    """A waste box without room."""
    UNKNOWN = "unknown"


class Supply(Frozen):
    """Toner, ink, drum, fuser, waste box or paper tray of a printer. ``percent`` is what is left; of a waste box: its free room."""

    index: OneLine
    """``1.2`` is the second supply of the first printer, ``tray 1.2`` its second tray."""
    name: OneLine
    kind: OneLine = ""
    """Printer-MIB's name, hyphenated: ``toner``, ``ink-cartridge``, ``waste-toner``, ``paper-tray``."""
    color: OneLine = ""
    media: OneLine = ""
    """What lies in a paper tray: ``iso-a4-white``."""
    unit: OneLine = ""
    """Of capacity and level."""
    capacity: int | None = None
    level: int | None = Field(default=None, json_schema_extra=_VOLATILE)
    percent: int | None = Field(default=None, json_schema_extra=_step(5))
    state: SupplyState = SupplyState.UNKNOWN


class Printer(Frozen):
    """How a printer is. ``problems`` are those of hrPrinterDetectedErrorState: ``jammed``, ``no-paper``, ``door-open``."""

    index: int = 1
    status: OneLine = Field(default="", json_schema_extra=_VOLATILE)
    """``idle``, ``printing``, ``warmup``, ``other``, ``unknown``."""
    problems: tuple[OneLine, ...] = ()
    pages: int | None = Field(default=None, json_schema_extra=_step(1000))
    display: tuple[OneLine, ...] = Field(default=(), json_schema_extra=_VOLATILE)


class Ups(Frozen):
    """A battery and what hangs on it. What is blank or None was not said."""

    output: OneLine = ""
    """``online``, ``on-battery``, ``bypass``, ``boost``, ``trim``, ``eco``, ``off``, ``other``."""
    battery: OneLine = ""
    """``normal``, ``low``, ``depleted``, ``fault``, ``absent``."""
    replace_battery: bool | None = None
    battery_replaced_on: OneLine = ""
    """As its maker writes it: mostly ``mm/dd/yyyy``."""
    charge_percent: int | None = Field(default=None, json_schema_extra=_step(10))
    runtime_s: int | None = Field(default=None, json_schema_extra=_step(900))
    load_percent: int | None = Field(default=None, json_schema_extra=_step(20))
    on_battery_s: int | None = Field(default=None, json_schema_extra=_VOLATILE)
    battery_celsius: int | None = Field(default=None, json_schema_extra=_VOLATILE)


class PowerSource(Frozen):
    """What feeds the power over Ethernet of a switch, or of one member of a stack."""

    group: int
    state: OneLine = ""
    """``on``, ``off``, ``faulty``."""
    budget_w: int | None = None
    used_w: int | None = Field(default=None, json_schema_extra=_step(50))


class PowerPort(Frozen):
    """Power over Ethernet at one port."""

    port: OneLine
    """The interface's name."""
    enabled: bool | None = None
    status: OneLine = ""
    """``delivering``, ``searching``, ``disabled``, ``fault``, ``test``."""
    power_class: int | None = None
    priority: OneLine = ""
    draw_mw: int | None = Field(default=None, json_schema_extra=_VOLATILE)


class PortVlans(Frozen):
    """Which VLANs a port carries: ``untagged`` is the one that it is in without a tag (the access or native VLAN)."""

    port: OneLine
    untagged: VlanNumber | None = None
    tagged: tuple[VlanNumber, ...] = ()


class Module(Frozen):
    """A part with a life of its own: a member of a stack, a line card, a power supply, a transceiver."""

    index: int
    inside: int = 0
    """The index of what it is plugged into; 0: nothing."""
    kind: OneLine
    """ENTITY-MIB's class: ``chassis``, ``module``, ``power-supply``, ``fan``, ``port`` (a transceiver), ``stack``."""
    name: OneLine = ""
    description: OneLine = ""
    vendor: OneLine = ""
    model: OneLine = ""
    serial: OneLine = ""
    hardware_revision: OneLine = ""
    firmware_revision: OneLine = ""
    software_revision: OneLine = ""


class Host(Frozen):
    """Memory and processors."""

    memory_bytes: int | None = None
    processors: int | None = None
    processor: OneLine = ""


class Disk(Frozen):
    name: OneLine
    size_bytes: int


class Volume(Frozen):
    """A file system."""

    name: OneLine
    kind: OneLine = ""
    """``fixed-disk``, ``removable-disk``, ``network-disk``, ``flash``."""
    size_bytes: int
    used_bytes: int | None = Field(default=None, json_schema_extra=_VOLATILE)
    used_percent: int | None = Field(default=None, json_schema_extra=_step(5))


class WifiClient(Frozen):
    mac: Mac
    address: Ip | None = None
    ssid: OneLine = ""
    interface: OneLine = ""
    """Of the access point: its interface's name, or its MAC address where a controller tells."""
    signal_dbm: int | None = None


class SupplySeen(Supply):
    type: Literal["supply_seen"] = "supply_seen"


class PrinterSeen(Printer):
    type: Literal["printer_seen"] = "printer_seen"


class UpsSeen(Ups):
    type: Literal["ups_seen"] = "ups_seen"


class PowerSourceSeen(PowerSource):
    type: Literal["power_source_seen"] = "power_source_seen"


class PowerPortSeen(PowerPort):
    type: Literal["power_port_seen"] = "power_port_seen"


class PortVlansSeen(PortVlans):
    type: Literal["port_vlans_seen"] = "port_vlans_seen"


class ModuleSeen(Module):
    type: Literal["module_seen"] = "module_seen"


class HostSeen(Host):
    type: Literal["host_seen"] = "host_seen"


class DiskSeen(Disk):
    type: Literal["disk_seen"] = "disk_seen"


class VolumeSeen(Volume):
    type: Literal["volume_seen"] = "volume_seen"


class WifiClientsSeen(Frozen):
    """Who is on the device's Wi-Fi just now. They come and go: none of them is a device, or a change, by this alone."""

    type: Literal["wifi_clients_seen"] = "wifi_clients_seen"
    clients: tuple[WifiClient, ...] = Field(default=(), json_schema_extra=_VOLATILE)


HardwareSeen = (
    SupplySeen
    | PrinterSeen
    | UpsSeen
    | PowerSourceSeen
    | PowerPortSeen
    | PortVlansSeen
    | ModuleSeen
    | HostSeen
    | DiskSeen
    | VolumeSeen
    | WifiClientsSeen
)


class Hardware(Frozen):
    """All of one device: the part that a device of the inventory and the answer of ``probe snmp`` have in common."""

    supplies: tuple[Supply, ...] = ()
    printers: tuple[Printer, ...] = ()
    """The printer itself; a print server has several."""
    ups: Ups | None = None
    power_sources: tuple[PowerSource, ...] = ()
    power_ports: tuple[PowerPort, ...] = ()
    port_vlans: tuple[PortVlans, ...] = ()
    modules: tuple[Module, ...] = ()
    host: Host | None = None
    disks: tuple[Disk, ...] = ()
    volumes: tuple[Volume, ...] = ()


Plain = TypeVar("Plain", bound=Frozen)


def hardware(seen: Iterable[object]) -> Hardware:
    """All that the observations say of one device's hardware, each thing once, in the order of its index or name."""
    seen = list(seen)
    upses, hosts = _plain(seen, Ups), _plain(seen, Host)
    return Hardware(
        supplies=_sorted(_plain(seen, Supply), "index"),
        printers=_sorted(_plain(seen, Printer), "index"),
        ups=upses[0] if upses else None,
        power_sources=_sorted(_plain(seen, PowerSource), "group"),
        power_ports=_sorted(_plain(seen, PowerPort), "port"),
        port_vlans=_sorted(_plain(seen, PortVlans), "port"),
        modules=_sorted(_plain(seen, Module), "index"),
        host=hosts[0] if hosts else None,
        disks=_plain(seen, Disk),
        volumes=_sorted(_plain(seen, Volume), "name"),
    )


def _plain(seen: list[object], word: type[Plain]) -> tuple[Plain, ...]:
    """Observations of a word as what the inventory holds of it."""
    return tuple(word.model_validate(one.model_dump(exclude={"type"})) for one in seen if isinstance(one, word))


def _sorted(found: tuple[Plain, ...], field: str) -> tuple[Plain, ...]:
    """Each once, the first account of it; numbers in names in the order of numbers."""
    unique: dict[object, Plain] = {}
    for one in found:
        unique.setdefault(getattr(one, field), one)
    return tuple(sorted(unique.values(), key=lambda one: _natural(str(getattr(one, field)))))


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(text) if part]


_DIGITS = re.compile(r"([0-9]{1,18})")
