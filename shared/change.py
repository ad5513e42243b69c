"""One difference between two inventories. Printed by ``netario-collector diff --json``; its sentence is made for the reader."""

from enum import StrEnum
from typing import Literal

from shared.model import Frozen, Utc
from shared.text import OneLine

CHANGES_VERSION = 1


class Grade(StrEnum):
    ROUTINE = "routine"
    NOTABLE = "notable"
    RISKY = "risky"
    """Someone should know today: a new way in, a rule that allows everything."""


class ChangeKind(StrEnum):
    APPEARED = "appeared"
    MISSING = "missing"
    """It did not answer, where the scan's coverage was complete."""
    RETURNED = "returned"
    CHANGED = "changed"


class Change(Frozen):
    kind: ChangeKind
    subject: Literal[
        "device",
        "address",
        "port",
        "interface",
        "part",
        "firewall_rule",
        "port_forward",
        "source_nat",
        "vpn",
        "route",
        "dhcp",
        "certificate",
        "link",
        "subnet",
        "vlan",
        "exposed_port",
        "configuration",
        "admin_user",
        "remote_access",
        "secret",
        "zone",
        "switch_port",
    ]
    grade: Grade = Grade.ROUTINE
    device: OneLine = ""
    device_title: OneLine = ""
    key: OneLine = ""
    """What it is within its device: ``tcp/443``, an address, a rule's key."""
    title: OneLine = ""
    """For a person: ``accept tcp/22 from any to 10.0.0.5``."""
    field: OneLine = ""
    """For ``changed``: which field."""
    before: OneLine = ""
    after: OneLine = ""


class Changes(Frozen):
    document: Literal["netario-changes"] = "netario-changes"
    version: int = CHANGES_VERSION
    from_utc: Utc | None = None
    to_utc: Utc | None = None
    changes: tuple[Change, ...] = ()
