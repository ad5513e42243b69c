"""Secrets planted in every make's configuration: none reaches report, database, log, difference or page, whatever is done with it."""

import gzip
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from collector.store.database import Database
from shared.configs import read_config
from shared.configs.observations import observations
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.pages.conftest import Browser, Scanned
from tests.shared.configs.test_canaries import TEMPLATES, planted, traces
from tests.shared.configs.texts import KEY, name_of

DEVICE = "192.168.40.2"


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_planted_secret_arrives_anywhere(
    template: Path, browser: Browser, scanned: Scanned, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    filled = [planted(template.read_text(encoding="utf-8"), seed) for seed in (101, 102)]
    needles = [trace for _, secrets, _ in filled for secret in secrets for trace in traces(secret)]
    texts, reports = [text for text, _, _ in filled], []

    def with_configuration(report: Report) -> Report:
        seen = tuple(observations(read_config(template.parent.name, texts.pop(0), KEY)))
        outcome = Outcome(probe="ssh", target=DEVICE, at_utc=report.finished_utc, state=State.ANSWERED, duration_ms=9, observations=seen)
        reports.append(report.model_copy(update={"outcomes": (*report.outcomes, outcome)}))
        return reports[-1]

    place = scanned(with_configuration)
    found = browser.web.get(f"/api/v1/sites/{place.site}/inventory")
    device = next(one for one in found.json()["devices"] if DEVICE in {held["address"] for held in one["addresses"]})
    path = f"/sites/{place.site}/devices/{device['id']}"
    shown = [found.text, *(report.model_dump_json(by_alias=True) for report in reports)]
    pages = [path, f"{path}/configuration", f"/clients/{place.client}", "/search?q=443"]
    pages += [link for link in browser.get(f"{path}/configuration").links() if "against=" in link or "version=" in link]
    pages.append(f"/sites/{place.site}/changes?from={place.scans[0]}&to={place.scans[1]}")
    shown += [browser.web.get(page).text for page in pages]
    uploaded = browser.web.post(
        f"/clients/{place.client}/read-config",
        data={"csrf": browser.csrf, "platform": template.parent.name, "site": place.site, "device": device["id"]},
        files={"file": ("saved", filled[0][0].encode())},
    )
    assert uploaded.status_code == 200, uploaded.text[:500]
    shown += [uploaded.text, caplog.text, *_database(database)]
    everything = "\n".join(shown)
    assert re.search(r"\[removed:[0-9a-f]{10}\]", everything)
    assert [needle for needle in needles if needle in everything] == []


def _database(database: Database) -> Iterator[str]:
    with database.reading() as session:
        tables = session.connection().execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        for table in tables:
            for row in session.connection().execute(sql(f'SELECT * FROM "{table}"')):  # noqa: S608 - the database's own names
                yield from map(_readable, row)


def _readable(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for unpacked in (gzip.decompress, zlib.decompress):
        try:
            return unpacked(value).decode()
        except (gzip.BadGzipFile, OSError, zlib.error):
            continue
    return value.decode("latin-1")
