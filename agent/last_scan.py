"""When did this machine last scan, and how did it go? A small file in the state folder, for ``netario-agent status``; never sent."""

import logging
from pathlib import Path

from pydantic import ValidationError

from shared.model import Frozen, Utc
from shared.observation import AddressSeen, Provenance
from shared.report import Report

log = logging.getLogger(__name__)

FILE_NAME = "last-scan.json"


class LastScan(Frozen):
    finished_utc: Utc
    duration_s: float
    complete: bool
    subnets: tuple[str, ...]
    alive: int = 0
    """How many addresses answered: the next plan stands on it."""
    outcomes: dict[str, int]
    """State -> how many."""


def note(state_dir: Path, report: Report) -> LastScan:
    """Keeps and gives it. A disk that does not take it costs no more than this note."""
    states = [outcome.state.value for outcome in report.outcomes]
    last = LastScan(
        finished_utc=report.finished_utc,
        duration_s=round((report.finished_utc - report.started_utc).total_seconds(), 1),
        complete=report.complete,
        subnets=report.plan.subnets,
        alive=len(
            {
                seen.address
                for outcome in report.outcomes
                for seen in outcome.observations
                if isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY and ":" not in seen.address
            }
        ),
        outcomes={state: states.count(state) for state in sorted(set(states))},
    )
    part = state_dir / f".{FILE_NAME}.part"
    try:
        part.write_text(last.model_dump_json(indent=2), encoding="utf-8")
        part.replace(state_dir / FILE_NAME)
    except OSError as error:
        log.warning("last scan not noted", extra={"folder": state_dir, "reason": error.strerror})
    return last


def read(state_dir: Path) -> LastScan | None:
    """None where there was none, or its note cannot be read."""
    try:
        return LastScan.model_validate_json((state_dir / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None
