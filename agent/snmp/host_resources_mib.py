"""Which printer is it? How much memory has the host, which processors, disks and file systems?

Source: HOST-RESOURCES-MIB (RFC 2790). Of a printer, hrDeviceDescr of its hrDevicePrinter row is the model's full name. A print server
lists foreign printers there too: a row counts only where Printer-MIB describes the same index, or where it is the first device.

hrMemorySize and hrDiskStorageCapacity are in KiB; a file system's size is in allocation units, and wraps below zero above 2^31 of them on
old agents. What programs and users make and unmake (containers, sessions, snaps, memory) is no file system of the host. What is
installed and what runs is not asked: it is long, and nobody's documentation.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import printer_mib
from agent.snmp.rows import Row, Rows
from shared.hardware import DiskSeen, HostSeen, VolumeSeen
from shared.observation import Observation, SystemSeen

_host = (1, 3, 6, 1, 2, 1, 25)

hrMemorySize = (*_host, 2, 2, 0)
hrStorageType = (*_host, 2, 3, 1, 2)
hrStorageDescr = (*_host, 2, 3, 1, 3)
hrStorageAllocationUnits = (*_host, 2, 3, 1, 4)
hrStorageSize = (*_host, 2, 3, 1, 5)
hrStorageUsed = (*_host, 2, 3, 1, 6)
hrDeviceType = (*_host, 3, 2, 1, 2)
hrDeviceDescr = (*_host, 3, 2, 1, 3)
hrDiskStorageCapacity = (*_host, 3, 6, 1, 4)
hrDeviceTypes = (*_host, 3, 1)
hrDevicePrinter = (*hrDeviceTypes, 5)
hrDeviceProcessor = (*hrDeviceTypes, 3)

RANK = 45
GET = (hrMemorySize,)
WALK = (
    (hrDeviceType, hrDeviceDescr),
    (hrStorageSize, hrStorageType, hrStorageDescr, hrStorageAllocationUnits, hrStorageUsed),
    (hrDiskStorageCapacity,),
)
ASK_FIRST = 2

DISKS, VOLUMES, PROCESSORS = 128, 128, 1024
KIB = 1024
MOST_BYTES = 2**60
SMALLEST_BYTES = 8 * KIB * KIB
"""What is smaller is made of memory, or holds a device's settings."""
_STORAGES = {4: "fixed-disk", 5: "removable-disk", 6: "floppy-disk", 7: "compact-disc", 9: "flash", 10: "network-disk"}
"""Last number of hrStorageType (hrStorageTypes, RFC 2790): memory of all sorts is left out."""
_MAKESHIFT = ("/dev", "/run", "/proc", "/sys", "/snap", "/tmp", "/var/lib/docker", "/var/lib/containers", "/var/lib/kubelet")  # noqa: S108


def read(rows: Rows) -> Iterator[Observation]:
    own = {row.index for row in rows.table(printer_mib.WALK[0])} | {(1,)}
    devices = {row.index: (row.oid(hrDeviceType), row.text(hrDeviceDescr)) for row in rows.table(WALK[0])}
    for index, (kind, name) in devices.items():
        if kind == hrDevicePrinter and index in own and name:
            yield SystemSeen(model=name)
    yield from _memory_and_processors(rows, [name for kind, name in devices.values() if kind == hrDeviceProcessor][:PROCESSORS])
    yield from rows.each("disks", WALK[2], _disk({index: name for index, (_, name) in devices.items()}), DISKS)
    yield from _volumes(rows)


def _memory_and_processors(rows: Rows, processors: list[str]) -> Iterator[Observation]:
    memory_kib = rows.integer(hrMemorySize)
    told = HostSeen(
        memory_bytes=memory_kib * KIB if memory_kib and 0 < memory_kib < MOST_BYTES // KIB else None,
        processors=len(processors) or None,
        processor=next(filter(None, processors), ""),
    )
    if told != HostSeen():
        yield told


def _disk(names: dict[tuple[int, ...], str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        (index,) = row.index
        size_kib = row.count(hrDiskStorageCapacity)
        if size_kib and size_kib < MOST_BYTES // KIB:
            yield DiskSeen(name=names.get((index,), "") or f"disk {index}", size_bytes=size_kib * KIB)

    return build


def _volumes(rows: Rows) -> Iterator[Observation]:
    """Each file system once, by the first of the names that it is mounted at."""
    met: set[tuple[int, int | None]] = set()
    for volume in rows.each("file systems", WALK[1], _volume):
        if isinstance(volume, VolumeSeen) and (volume.size_bytes, volume.used_bytes) not in met:
            if len(met) == VOLUMES:
                rows.passed_over["file systems"] += 1
                break
            met.add((volume.size_bytes, volume.used_bytes))
            yield volume


def _volume(row: Row) -> Iterable[Observation]:
    kind = row.oid(hrStorageType) or ()
    name, unit_bytes = row.text(hrStorageDescr), row.count(hrStorageAllocationUnits)
    size, used = _unsigned(row.integer(hrStorageSize)), _unsigned(row.integer(hrStorageUsed))
    if kind[-1:] not in {(number,) for number in _STORAGES} or not (name and unit_bytes and size) or _is_makeshift(name):
        return
    if unit_bytes * size >= MOST_BYTES:
        raise ValueError("no disk is this large")
    if unit_bytes * size < SMALLEST_BYTES:
        return
    fits = used is not None and used <= size
    yield VolumeSeen(
        name=name,
        kind=_STORAGES[kind[-1]],
        size_bytes=unit_bytes * size,
        used_bytes=unit_bytes * used if used is not None and fits else None,
        used_percent=round(100 * used / size) if used is not None and fits else None,
    )


def _unsigned(value: int | None) -> int | None:
    return value + 2**32 if value is not None and -(2**31) <= value < 0 else value


def _is_makeshift(name: str) -> bool:
    return any(name == path or name.startswith(path + "/") for path in _MAKESHIFT)
