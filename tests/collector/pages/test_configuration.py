"""A device's configuration on its pages: versions, what changed, a saved one read, rules found over all clients; never a secret."""

import gzip
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from collector.store.database import Database
from shared.configs import read_config
from shared.configs.observations import observations
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.pages.conftest import Browser, Place, Scanned

GOLDENS = Path(__file__).parents[2] / "golden" / "configs"
SWITCH = "192.168.40.2"
KEY = b"an agent's own key"
FIRST = (GOLDENS / "cisco_s300/synthetic_sg350_access.txt").read_text(encoding="utf-8")
SECOND = FIRST.replace(
    "username admin password encrypted 5f4dcc3b5aa765d61d8327deb882cf99aabbccdd privilege 15",
    "username admin password encrypted 00112233445566778899aabbccddeeff00112233 privilege 15\n"
    "username riccardo password encrypted 99887766554433221100ffeeddccbbaa99887766 privilege 15",
).replace(" switchport access vlan 10\n", " switchport access vlan 20\n")
SECRETS = ("5f4dcc3b5aa765d61d8327", "00112233445566778899aabb", "99887766554433221100", "uffici-ro")


def with_configuration(texts: list[str]) -> Callable[[Report], Report]:
    """Each report gets the next of the texts, as the switch's answer over SSH."""
    left = list(texts)

    def changed(report: Report) -> Report:
        seen = tuple(observations(read_config("cisco_s300", left.pop(0), KEY)))
        outcome = Outcome(probe="ssh", target=SWITCH, at_utc=report.finished_utc, state=State.ANSWERED, duration_ms=900, observations=seen)
        return report.model_copy(update={"outcomes": (*report.outcomes, outcome)})

    return changed


def device_path(browser: Browser, place: Place) -> str:
    found = browser.web.get(f"/api/v1/sites/{place.site}/inventory").json()
    device = next(one for one in found["devices"] if SWITCH in {held["address"] for held in one["addresses"]})
    return f"/sites/{place.site}/devices/{device['id']}"


def test_versions_and_what_was_changed_between_them(browser: Browser, scanned: Scanned) -> None:
    place = scanned(with_configuration([FIRST, SECOND]))
    path = device_path(browser, place)
    assert f"{path}/configuration" in browser.get(path).links()
    page = browser.get(f"{path}/configuration")
    assert "switchport access vlan 20" in page.words and "every line understood" in page.words
    against = [link for link in page.links() if "against=" in link]
    assert len(against) == 1
    compared = browser.get(against[0])
    assert "username riccardo" in compared.words and "hostname sw-piano1" not in compared.words
    told = browser.get(f"/sites/{place.site}/changes?from={place.scans[0]}&to={place.scans[1]}").words
    for words in (
        "new administrator: riccardo",
        "a password or key was changed: username admin password encrypted … privilege 15",
        "switch port GigabitEthernet1, untagged VLAN changed from “10” to “20”",
    ):
        assert words in told
    assert "its configuration was changed" not in told, "what was changed in it is told"


def test_a_text_that_changed_without_meaning_is_told_as_such(browser: Browser, scanned: Scanned) -> None:
    place = scanned(with_configuration([FIRST, FIRST.replace("exec-timeout 30", "exec-timeout 60")]))
    told = browser.get(f"/sites/{place.site}/changes?from={place.scans[0]}&to={place.scans[1]}").words
    assert "its configuration was changed (54 lines before, 54 now)" in told


def test_the_same_configuration_twice_is_kept_once_and_changes_nothing(browser: Browser, scanned: Scanned, database: Database) -> None:
    moved = FIRST.replace("v2.5.9.54 / RTESLA2.5.9_930_181_160", "v2.5.9.54 / RTESLA2.5.9_930_181_161")
    place = scanned(with_configuration([FIRST, moved]))
    with database.reading() as session:
        assert session.connection().execute(sql("SELECT count(*) FROM configuration_text")).scalar() == 1
    told = browser.get(f"/sites/{place.site}/changes?from={place.scans[0]}&to={place.scans[1]}").words
    assert "its configuration was changed" not in told and "administrator" not in told


def test_no_secret_reaches_database_log_or_page(
    browser: Browser, scanned: Scanned, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = scanned(with_configuration([FIRST, SECOND]))
    path = device_path(browser, place)
    shown = [browser.get(path).text, browser.get(f"{path}/configuration").text]
    shown += [browser.get(link).text for link in browser.get(f"{path}/configuration").links() if "against=" in link]
    shown.append(browser.get(f"/sites/{place.site}/changes?from={place.scans[0]}&to={place.scans[1]}").text)
    shown.append(caplog.text)
    with database.reading() as session:
        tables = session.connection().execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        for table in tables:
            for row in session.connection().execute(sql(f'SELECT * FROM "{table}"')):  # noqa: S608 - the database's own names
                shown += [_readable(value) for value in row]
    everything = "\n".join(shown)
    assert "sw-piano1" in everything
    assert [secret for secret in SECRETS if secret in everything] == []


def _readable(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return gzip.decompress(value).decode()
        except (gzip.BadGzipFile, OSError):
            return value.decode("latin-1")
    return str(value)


def uploaded(browser: Browser, place: Place, content: bytes, **fields: str) -> tuple[int, str]:
    answer = browser.web.post(
        f"/clients/{place.client}/read-config", data={"csrf": browser.csrf, **fields}, files={"file": ("backup.txt", content)}
    )
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_saved_configuration_is_read_and_not_kept(browser: Browser, place: Place, database: Database) -> None:
    status, words = uploaded(browser, place, FIRST.encode())
    assert status == 200
    assert "sw-piano1" in words and "Sala riunioni" in words and "secrets were removed" in words
    assert [secret for secret in SECRETS if secret in words] == []
    with database.reading() as session:
        assert session.connection().execute(sql("SELECT count(*) FROM configuration_text")).scalar() == 0


def test_a_saved_configuration_is_compared_with_what_is_in_force(browser: Browser, scanned: Scanned) -> None:
    place = scanned(with_configuration([FIRST, FIRST]))
    device = device_path(browser, place).rpartition("/")[2]
    status, words = uploaded(browser, place, SECOND.encode(), site=place.site, device=device)
    assert status == 200
    assert "What this file would change" in words and "new administrator: riccardo" in words
    _, same = uploaded(browser, place, FIRST.encode(), site=place.site, device=device)
    assert "It says the same as what is in force." in same


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (b"", {}, "Choose a file."),
        (b"hello\n", {}, "The format was not recognised: choose it."),
        (bytes(range(256)) * 50, {"platform": "cisco_s300"}, "this is no text"),
        (b"hello\n", {"platform": "toaster"}, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(browser: Browser, place: Place, content: bytes, fields: dict[str, str], said: str) -> None:
    status, words = uploaded(browser, place, content, **fields)
    assert status == 422
    assert said in words


def test_an_upload_needs_its_token_and_has_a_bound(browser: Browser, place: Place) -> None:
    path = f"/clients/{place.client}/read-config"
    assert browser.web.post(path, data={"csrf": "wrong"}, files={"file": ("x", b"x")}).status_code == 403
    assert browser.web.post(path, data={"csrf": browser.csrf}, files={"file": ("x", b"x" * 18_000_000)}).status_code == 413


def test_rules_are_found_over_all_clients(browser: Browser, place: Place) -> None:
    found = browser.web.get(f"/api/v1/sites/{place.site}/inventory").json()
    forward = found["port_forwards"][0]
    port = re.split(r"[-,]", forward["public_ports"])[0]
    page = browser.get(f"/search?q={port}")
    assert "Officina Rossi" in page.words and forward["to_address"] in page.words
    assert "Officina Rossi" in browser.get(f"/search?q={forward['to_address']}").words
    assert "Nothing found" in browser.get("/search?q=64999").words
    assert "Nothing found" in browser.get("/search?q=192.0.2.199").words
    assert "who forwards" in browser.get("/search").words
