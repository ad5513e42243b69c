"""What a technician says of a device goes before all that was seen of it, and stays.

Pure: an inventory and the corrections in force in, the corrected inventory out. Nothing of what was seen is lost: it stays among the
evidence, where a page finds it to say "documented: X; seen: Y". Corrections are laid over every inventory that is read, old or new, so
that one never looks like a change of the network; what a scan found is stored without them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.inventory import Device, Evidence, Inventory, Kind

FIELDS = ("name", "kind", "vendor", "model", "os", "os_version", "serial", "location")
"""What may be corrected. ``name`` is the first of a device's host names."""
PROBE = "documented"
EVIDENCE_FIELD = {"name": "hostname"}
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Correction:
    device: str
    field: str
    value: str
    by: str
    at_utc: datetime


def corrected(inventory: Inventory, corrections: Iterable[Correction]) -> Inventory:
    """A correction of a device that is not there, or of a field that this release does not know, changes nothing."""
    by_device: dict[str, dict[str, Correction]] = {}
    for correction in corrections:
        if correction.field in FIELDS and (correction.field != "kind" or correction.value in _KINDS):
            by_device.setdefault(correction.device, {})[correction.field] = correction
    if not by_device:
        return inventory
    devices = tuple(_corrected(device, by_device[device.id]) if device.id in by_device else device for device in inventory.devices)
    return inventory.model_copy(update={"devices": devices})


def _corrected(device: Device, corrections: Mapping[str, Correction]) -> Device:
    values: dict[str, Any] = {field: correction.value for field, correction in corrections.items()}
    if "kind" in values:
        values["kind"] = _KINDS[values["kind"]]
    if name := values.pop("name", ""):
        values["hostnames"] = (name, *(other for other in device.hostnames if other.casefold() != name.casefold()))
    documented = tuple(_evidence(device, corrections[field]) for field in FIELDS if field in corrections)
    return device.model_copy(update={**values, "evidence": (*documented, *device.evidence)})


def _evidence(device: Device, correction: Correction) -> Evidence:
    return Evidence(
        field=EVIDENCE_FIELD.get(correction.field, correction.field),
        value=correction.value,
        probe=PROBE,
        target=device.title,
        by=correction.by,
        sureness=1.0,
        said=f"{correction.at_utc:%F %H:%M} UTC",
    )


def documented(device: Device, field: str) -> Evidence | None:
    """Who has corrected a field, where somebody has."""
    name = EVIDENCE_FIELD.get(field, field)
    return next((evidence for evidence in device.evidence if evidence.by and evidence.field == name), None)


def seen(device: Device, field: str) -> str:
    """What a field would hold without its correction; empty: nothing was seen."""
    if documented(device, field) is None:
        return (device.hostnames or ("",))[0] if field == "name" else str(getattr(device, field))
    if field == "name":
        return next(iter(device.hostnames[1:]), "")
    named = [evidence for evidence in device.evidence if evidence.field == field and not evidence.by]
    return max(named, key=lambda evidence: evidence.sureness).value if named else ""
