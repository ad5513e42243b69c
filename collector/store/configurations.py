"""The texts of devices' configurations, each version once by its content. A report's observations point at them by their digest.

Two texts that differ only in lines that change by themselves have the same digest: the first one is kept. What the agent removed is not
in them; which versions a device had, and when, is the history of the inventory's ``configurations``.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from collector.store.tables import ConfigurationText, HistoryItem
from shared.configuration_seen import ConfigurationSeen
from shared.device_config import DeviceConfiguration
from shared.model import Frozen
from shared.observation import Observation
from shared.report import Report

LEVEL = 6
MAX_VERSIONS = 200


class Version(Frozen):
    """A configuration of a device, in force from one scan until another."""

    stable_sha256: str
    platform: str
    from_utc: datetime
    to_utc: datetime | None


def taken_out(report: Report) -> tuple[Report, Mapping[str, str]]:
    """The report without the texts, and the texts by their digests."""
    texts = {
        seen.stable_sha256: seen.text
        for outcome in report.outcomes
        for seen in outcome.observations
        if isinstance(seen, ConfigurationSeen) and seen.text
    }
    if not texts:
        return report, texts
    outcomes = tuple(
        outcome.model_copy(update={"observations": tuple(map(_without_text, outcome.observations))}) for outcome in report.outcomes
    )
    return report.model_copy(update={"outcomes": outcomes}), texts


def _without_text(observation: Observation) -> Observation:
    return observation.model_copy(update={"text": ""}) if isinstance(observation, ConfigurationSeen) else observation


def keep(session: Session, site_id: UUID, texts: Mapping[str, str], at_utc: datetime) -> None:
    for digest, text in texts.items():
        if session.get(ConfigurationText, (site_id, digest)) is None:
            content = text.encode("utf-8", "replace")
            packed = zlib.compress(content, LEVEL)
            session.add(
                ConfigurationText(site_id=site_id, stable_sha256=digest, size_bytes=len(content), packed=packed, first_seen_utc=at_utc)
            )
            session.flush()


def text(session: Session, site_id: UUID, stable_sha256: str) -> str | None:
    row = session.get(ConfigurationText, (site_id, stable_sha256))
    return zlib.decompress(row.packed).decode("utf-8") if row else None


def versions(session: Session, site_id: UUID, device_id: str) -> list[Version]:
    """The newest first; a version that came back is there twice. A change of what was understood alone is no new version."""
    query = select(HistoryItem).where(HistoryItem.site_id == site_id, HistoryItem.device == device_id, HistoryItem.kind == "configurations")
    found: list[Version] = []
    for row in session.exec(query.order_by(col(HistoryItem.valid_from_utc))):
        each = DeviceConfiguration.model_validate_json(row.document)
        last = found[-1] if found else None
        if last and (last.stable_sha256, last.platform, last.to_utc) == (each.stable_sha256, each.platform, row.valid_from_utc):
            found[-1] = last.model_copy(update={"to_utc": row.valid_to_utc})
        else:
            found.append(
                Version(stable_sha256=each.stable_sha256, platform=each.platform, from_utc=row.valid_from_utc, to_utc=row.valid_to_utc)
            )
    return found[::-1][:MAX_VERSIONS]
