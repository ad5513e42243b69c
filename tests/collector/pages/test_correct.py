"""The form on a device's page: what is written there is shown with who wrote it and what was seen, and can be taken back."""

from collector.store import audit
from collector.store.database import Database
from tests.collector.pages.conftest import Browser, Place


def first_device(browser: Browser, place: Place) -> tuple[str, dict[str, str]]:
    found = browser.web.get(f"/api/v1/sites/{place.site}/inventory").json()
    device = next(one for one in found["devices"] if one.get("vendor") and one.get("hostnames"))
    return f"/sites/{place.site}/devices/{device['id']}", device


def test_a_device_is_corrected_and_the_correction_withdrawn(browser: Browser, place: Place, database: Database) -> None:
    path, device = first_device(browser, place)
    assert f"{path}/correct" in browser.get(path).links()
    assert f"Seen: {device['vendor']}" in browser.get(f"{path}/correct").words
    page = browser.sent_on(f"{path}/correct", vendor="Terra <b>", kind="management", name="Sala server", model="", location="")
    for words in ("The corrections have been saved.", "Terra <b>", f"seen: {device['vendor']}", "documented by anna", "Sala server"):
        assert words in page.words
    again = browser.get(f"{path}/correct")
    assert [field["value"] for field in again.named("input") if field.get("name") == "vendor"] == ["Terra <b>"]
    browser.sent_on(f"{path}/correct", vendor="", kind="management", name="Sala server")
    assert "Terra" not in browser.get(path).words
    with database.reading() as session:
        noted = [(entry.action, entry.detail) for entry in audit.of_subject(session, device["id"])]
    assert noted[0] == ("correction.withdraw", "vendor: Terra <b>")
    assert sorted(noted[1:]) == [
        ("correction.write", "kind: management"),
        ("correction.write", "name: Sala server"),
        ("correction.write", "vendor: Terra <b>"),
    ]


def test_what_cannot_be_is_said_beside_the_field(browser: Browser, place: Place) -> None:
    path, _ = first_device(browser, place)
    answer = browser.post(f"{path}/correct", kind="teapot", model="x" * 201)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text and "At most 200 characters." in answer.text
    browser.get(f"/sites/{place.site}/devices/gone/correct", status=404)
    refused = browser.web.post(f"{path}/correct", data={"vendor": "x", "csrf": "wrong"})
    assert refused.status_code == 403
