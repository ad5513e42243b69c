"""A planted secret is in no page but the answer to its own reveal, and in no log."""

import logging

import pytest

from tests.collector.pages.conftest import Browser, Place
from tests.collector.pages.test_hostile import crawl

PLANTED = "Segreto-piantato-4711"


def test_a_planted_secret_is_on_no_page(browser: Browser, place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for area in ("remote_access", "security", "email", "backup", ""):
        browser.sent_on(f"/clients/{place.client}/credentials/new", name=f"login {area}", value=PLANTED, area=area)
    refused = browser.post(f"/clients/{place.client}/credentials/new", name="", value=PLANTED)
    assert refused.status_code == 422
    assert PLANTED not in refused.text
    pages = crawl(browser, "/clients")
    credentials = [path for path in pages if path.startswith("/credentials/")]
    assert len(credentials) == 5
    for path in credentials:
        shown = browser.post(f"{path}/reveal")
        assert PLANTED in shown.text, "the one place"
        assert shown.headers["cache-control"] == "no-store"
        assert PLANTED not in str(shown.headers)
    for path in crawl(browser, "/clients"):
        assert PLANTED not in browser.web.get(path, follow_redirects=True).text, path
    assert PLANTED not in caplog.text
