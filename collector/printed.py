"""The commands ``inventory`` and ``diff``: files in, text or one JSON document out. No database, no network.

All that is printed was made safe for a terminal when it was read (``shared.text``).
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from collector.core import offline
from collector.core.wording import sentence
from collector.pages.language import languages
from shared.change import Changes
from shared.errors import BadInput
from shared.inventory import Device, Inventory
from shared.report import MAX_REPORT_BYTES, Report

MAX_PORTS_SHOWN = 12


def documents(paths: Iterable[Path]) -> list[Report | Inventory]:
    """``-`` is standard input. Raises BadInput."""
    return [offline.read_document(str(path), _text(path)) for path in paths]


def reports(paths: Iterable[Path]) -> list[Report]:
    """Raises BadInput, also for an inventory: it has been merged already."""
    found = []
    for path, document in zip(paths, documents(paths), strict=True):
        if not isinstance(document, Report):
            raise BadInput(f"{path}: an inventory cannot be merged again. Give reports that 'netario-agent scan --output' has written.")
        found.append(document)
    return found


def inventory_lines(inventory: Inventory) -> Iterator[str]:
    """What a person wants to see first."""
    if inventory.as_of_utc:
        yield f"As of {inventory.as_of_utc:%Y-%m-%d %H:%M} UTC"
    rows = [("DEVICE", "KIND", "WHAT", "ADDRESSES", "OPEN PORTS"), *(_row(device) for device in inventory.devices)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)), row[4]]).rstrip()
    lists = ("subnets", "links", "firewall_rules", "port_forwards", "vpns", "certificates", "findings", "not_seen")
    counts = ((name.replace("_", " "), len(getattr(inventory, name))) for name in lists)
    yield f"{len(inventory.devices)} devices, " + ", ".join(f"{count} {name}" for name, count in counts)


def change_lines(changes: Changes, language: str) -> Iterator[str]:
    """One sentence a change, in the reader's language. Raises BadInput for a language that there is not."""
    translate = _translator(language)
    for change in changes.changes:
        yield sentence(change, translate)
    if not changes.changes:
        yield translate("Nothing has changed.")


def _translator(language: str) -> Callable[[str], str]:
    known = languages()
    if language not in known:
        raise BadInput(f"--language {language}: there is {', '.join(known)}.")
    return known[language].translator.gettext


def _text(path: Path) -> bytes:
    try:
        text = sys.stdin.buffer.read(MAX_REPORT_BYTES + 1) if str(path) == "-" else _start_of(path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    if len(text) > MAX_REPORT_BYTES:
        raise BadInput(f"{path}: larger than {MAX_REPORT_BYTES} bytes. A report is never that large.")
    return text


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_REPORT_BYTES + 1)


def _row(device: Device) -> tuple[str, str, str, str, str]:
    what = " ".join(word for word in (device.vendor, device.model, device.os, device.os_version) if word)
    ports = sorted({(port.number, port.protocol) for port in device.ports})
    shown = ", ".join(f"{number}/{protocol}" for number, protocol in ports[:MAX_PORTS_SHOWN])
    more = f" and {len(ports) - MAX_PORTS_SHOWN} more" if len(ports) > MAX_PORTS_SHOWN else ""
    gone = " (missing)" if device.missing_since else ""
    return device.title + gone, device.kind.value, what, ", ".join(held.address for held in device.addresses), shown + more
