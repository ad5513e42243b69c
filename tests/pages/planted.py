"""Synthetic: a report with one text in every field that a network writes, to see what pages make of it."""

from collections.abc import Callable
from typing import Any

from shared.report import Report

STRUCTURE = frozenset(
    """document id agent site address mac type provenance target probe state prefix started_utc finished_utc at_utc not_before_utc
    not_after_utc protocol gateway subnets probes ranges source destination kind scope action first_address last_address dns_servers
    sha256 object_id chassis_mac key doubt""".split()  # noqa: SIM905  # forty names read better as one text
)
"""Names whose values have a form of their own: a report with something else there is refused, or nothing would be merged."""


def planted(text: str) -> Callable[[Report], Report]:
    """A report with ``text`` in every field that a network writes."""

    def change(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: change(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [change(inner, name) for inner in value]
        return text if isinstance(value, str) and name not in STRUCTURE else value

    def report(made: Report) -> Report:
        document = made.model_dump(mode="json", by_alias=True)
        return Report.model_validate({**document, "agent": {**change(document["agent"])}, "outcomes": change(document["outcomes"])})

    return report
