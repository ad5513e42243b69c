"""What is known of one site: the state between two reports, from which the inventory is built and to which a report is merged.

A **look** is the newest outcome that a probe had on one target, cut down to what it says of one device. A new answered look of the
same probe and target takes the old one's place; a failed one leaves it, so that a failure never blanks what is known. A look that says
the same again (volatile fields aside) stays the very same object, with the time when it first said so: the store keeps looks as rows
and rewrites only those whose ``digest`` has changed, and what is read back from it equals what was merged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.observation import Observation

SITE = ""
"""The device id of looks that belong to the site as a whole, such as the agent's own account of its subnets."""

FORMER_ADDRESS = "former address"
"""The target of a look that was taken at an address which the device no longer has: what it said of the device as a whole still holds."""

LookKey = tuple[str, str]
"""(probe, target)"""


@dataclass(frozen=True, slots=True)
class Look:
    probe: str
    target: str
    at_utc: datetime
    digest: str
    """``shared.stable.stable_digest`` of ``observations``."""
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class KnownDevice:
    id: str
    """Ours: a UUID derived from the report and the evidence that created it, so that a replay gives the same."""
    first_seen: datetime
    last_seen: datetime
    missing_since: datetime | None = None
    looks: Mapping[LookKey, Look] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """An outcome of the newest report that was not answered: what could not be looked at, and why."""

    probe: str
    target: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class KnownSite:
    devices: Mapping[str, KnownDevice] = field(default_factory=dict)
    looks: Mapping[LookKey, Look] = field(default_factory=dict)
    """Looks of the site as a whole."""
    failures: tuple[Failure, ...] = ()
    as_of_utc: datetime | None = None
    newest_report: UUID | None = field(default=None, compare=False)
    """The report that ended last. None: not known, or nothing was merged."""
    scanned_subnets: tuple[str, ...] = ()
    absorbed: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What the newest merge alone found: the id of a device that turned out to be another -> the id of that one. Not kept."""
