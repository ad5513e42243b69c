"""Each page as a technician meets it: what it shows, what its forms do, and what it says where something is missing."""

import re

import pytest
from fastapi.testclient import TestClient

from collector.sections import areas
from collector.store import audit
from collector.store.database import Database
from tests.collector.harness import PASSWORD, Enrol
from tests.collector.pages.conftest import Browser, Place, parsed

SECRET = "corretto-cavallo-Zebra!"


def book(place: Place) -> str:
    return f"/clients/{place.client}?site={place.site}"


def device(browser: Browser, place: Place, name: str) -> str:
    """The address of a device's page, out of the book."""
    page = browser.web.get(book(place)).text
    found = re.search(rf'href="(/sites/{place.site}/devices/[^"]+)"[^>]*><bdi>{re.escape(name)}</bdi>', page)
    assert found, f"the book names no device {name}"
    return found.group(1)


def add_credential(browser: Browser, place: Place, area: str = "security") -> str:
    """Its page."""
    fields = {"name": "fw01 root", "username": "root", "value": SECRET, "area": area, "web_address": "https://192.168.40.1/"}
    page = browser.sent_on(f"/clients/{place.client}/credentials/new", **fields)
    assert "fw01 root" in page.text
    return next(link for link in page.links() if re.fullmatch(r"/credentials/[0-9a-f-]{36}", link))


# signing in and out


def test_a_page_asks_for_the_sign_in_and_leads_back(web: TestClient, place: Place) -> None:
    refused = web.get(book(place))
    assert refused.status_code == 303
    form = parsed(web.get(refused.headers["location"]))
    assert {"name": "next", "type": "hidden", "value": book(place)} in form.named("input")


def test_sign_in_opens_the_page_that_was_wanted(browser: Browser, web: TestClient) -> None:
    answer = web.post("/sign-in", data={"name": "Anna", "password": "corretto-cavallo", "next": "/agents"})
    assert answer.status_code == 403
    assert "not right" in parsed(answer).text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""])
def test_sign_in_never_leads_to_another_web_site(browser: Browser, web: TestClient, elsewhere: str) -> None:
    answer = web.post("/sign-in", data={"name": "anna", "password": PASSWORD.reveal(), "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/clients")
    assert "httponly" in answer.headers["set-cookie"].lower()


def test_sign_out_ends_the_session(browser: Browser) -> None:
    page = browser.sent_on("/sign-out")
    assert "You have signed out." in page.text
    assert browser.web.get("/clients").status_code == 303


# clients


def test_a_newcomer_is_told_what_to_do(browser: Browser) -> None:
    page = browser.get("/clients")
    assert "No client yet" in page.text
    assert "client first" in browser.get("/agents").text


def test_a_client_is_added_found_and_renamed(browser: Browser) -> None:
    added = browser.sent_on("/clients", name="Studio Bianchi", site="")
    assert "has been added" in added.text
    assert "Studio Bianchi" in browser.get("/clients?q=bian").text
    assert "Main site" in browser.get("/clients").text
    assert "Nothing found" in browser.get("/clients?q=rossi").text
    client = next(link for link in browser.get("/clients").links() if re.fullmatch(r"/clients/[0-9a-f-]{36}", link))
    browser.sent_on(f"{client}/edit", name="Studio Bianchi e Verdi", note="Chiamare prima di intervenire")
    page = browser.sent_on(f"{client}/sites", site="Magazzino")
    assert "Chiamare prima" in page.text
    assert "Magazzino" in page.text


def test_a_client_that_cannot_be_added_is_explained(browser: Browser, place: Place) -> None:
    for name, said in [("", "A name is needed"), ("x" * 201, "At most 200 characters"), ("Officina Rossi", "already")]:
        answer = browser.post("/clients", name=name)
        assert answer.status_code == 422
        assert said in parsed(answer).text


# the book


def test_the_book_answers_at_once(browser: Browser, place: Place) -> None:
    page = browser.get(book(place))
    for expected in (
        "203.0.113.14",
        "1 missing",
        "3 changes",
        "1 risky",
        "udp/51820",
        "192.168.40.11:993",
        "Remote access",
        "Postfix smtpd",
    ):
        assert expected in page.words, expected
    assert "refused: check the password" in page.words, "what could not be looked at"


def test_the_book_opens_at_the_site_that_was_scanned(browser: Browser, place: Place) -> None:
    browser.sent_on(f"/clients/{place.client}/sites", site="A site that comes first")
    assert "203.0.113.14" in browser.get(f"/clients/{place.client}").text


def test_devices_are_filtered_by_any_word(browser: Browser, place: Place) -> None:
    page = browser.get(f"{book(place)}&q=samba+445")
    assert "nas01" in page.text
    assert "laser-ufficio" not in page.text
    assert "No device matches" in browser.get(f"{book(place)}&q=nothing-like-it").text
    assert "laser-ufficio" in browser.get(f"{book(place)}&q=stampante&lang=it").text


def test_a_site_without_agent_says_how_to_get_one(browser: Browser, place: Place) -> None:
    page = browser.sent_on(f"/clients/{place.client}/sites", site="Magazzino")
    assert "This site has no agent yet" in page.text


# a device


def test_a_firewall_shows_what_it_lets_through(browser: Browser, place: Place) -> None:
    page = browser.get(device(browser, place, "fw01.officina-rossi.example"))
    expected_words = ("temporanea?", "tcp/3389", "masquerade", "wg0", "GigabitEthernet0/1", "192.168.40.199", "GNU/Linux 12")
    for expected in expected_words:
        assert expected in page.words, expected


def test_a_missing_device_says_since_when(browser: Browser, place: Place) -> None:
    page = browser.get(device(browser, place, "www.officina-rossi.example"))
    assert "has not answered since" in page.text
    assert "12 days left" in page.text


def test_a_device_shows_its_own_credentials_and_notes(browser: Browser, place: Place) -> None:
    path = device(browser, place, "nas01")
    nas = path.rsplit("/", 1)[1]
    browser.sent_on(f"/clients/{place.client}/credentials/new", name="NAS admin", value=SECRET, device=nas)
    browser.sent_on(f"/clients/{place.client}/records/new", area="backup", title="Copie sul NAS", device=nas, field__software="rsync")
    page = browser.get(path)
    assert "NAS admin" in page.text
    assert "Copie sul NAS" in page.text
    assert "NAS admin" not in browser.get(device(browser, place, "sw01")).text


# changes


def test_changes_are_sentences_by_grade(browser: Browser, place: Place) -> None:
    page = browser.get(f"/sites/{place.site}/changes")
    assert "3 changes" in page.text
    for expected in ("tcp/23 opened", "firewall rule added", "no longer answers", "Risky"):
        assert expected in page.words, expected
    italian = browser.get(f"/sites/{place.site}/changes?lang=it")
    for expected in ("3 cambiamenti", "porta tcp/23 aperta", "regola del firewall aggiunta", "non risponde più"):
        assert expected in italian.words, expected


def test_changes_between_chosen_scans(browser: Browser, place: Place) -> None:
    first, second = place.scans
    same = browser.get(f"/sites/{place.site}/changes?from={second}&to={second}")
    assert "No change" in same.text
    swapped = browser.get(f"/sites/{place.site}/changes?from={second}&to={first}")
    assert "order of time" in swapped.text
    assert "3 changes" in swapped.text
    assert "This is the first scan" in browser.get(f"/sites/{place.site}/changes?to={first}").text


def test_changes_of_a_site_never_scanned(browser: Browser, enrol: Enrol) -> None:
    assert "Nothing to compare yet" in browser.get(f"/sites/{enrol('Studio Bianchi').site}/changes").text


# notes


def test_every_field_of_an_area_is_written_and_shown(browser: Browser, place: Place) -> None:
    for chosen in areas():
        fields = {
            f"field-{f.name}": {"date": "2026-05-31", "choice": f.choices[0][0] if f.choices else ""}.get(f.kind, f"written {f.name}")
            for f in chosen.fields
        }
        page = browser.sent_on(f"/clients/{place.client}/records/new", area=chosen.name, title="Planted title", **fields)
        assert "has been saved" in page.text
        for one in chosen.fields:
            if one.kind in {"line", "lines", "web_address"}:
                assert f"written {one.name}" in page.text, one.name
            assert one.label in page.text
        if any(one.kind == "date" for one in chosen.fields):
            assert "31 May 2026" in page.text


def test_a_note_is_changed_and_deleted(browser: Browser, place: Place) -> None:
    page = browser.sent_on(f"/clients/{place.client}/records/new", area="backup", title="Notturno", field__software="Veeam 12")
    record = next(link for link in page.links() if link.startswith("/records/"))
    assert "Veeam 12" in browser.web.get(record).text
    changed = browser.sent_on(record, title="Notturno e mensile", field__software="Veeam 13")
    assert "Notturno e mensile" in changed.text
    assert "Veeam 12" not in changed.text
    assert "Notturno" not in browser.sent_on(f"{record}/delete").text


def test_a_note_that_cannot_be_saved_keeps_what_was_typed(browser: Browser, place: Place) -> None:
    fields = {"field-restore_tested": "yesterday", "field-software": "Veeam", "field-schedule": "x" * 1001}
    answer = browser.post(f"/clients/{place.client}/records/new", area="backup", title="", **fields)
    assert answer.status_code == 422
    page = parsed(answer)
    assert "A name is needed." in page.text
    assert "A date is needed here" in page.text
    assert "At most 1000 characters." in page.text
    assert "Veeam" in [field.get("value") for field in page.named("input")]


def test_an_area_that_is_none(browser: Browser, place: Place) -> None:
    assert "There is nothing here" in browser.get(f"/clients/{place.client}/records/new?area=kitchen", 404).text


# credentials


def test_a_credential_is_shown_by_a_press_alone_and_recorded(browser: Browser, place: Place, database: Database) -> None:
    path = add_credential(browser, place)
    assert SECRET not in browser.web.get(path).text
    answer = browser.post(f"{path}/reveal", back=book(place))
    page = parsed(answer)
    assert SECRET in page.text
    assert answer.headers["refresh"] == f"30; url={book(place)}"
    assert re.search(r"Who has seen it .* anna", page.words)
    with database.reading() as session:
        entries = audit.of_subject(session, path.rsplit("/", 1)[1], "credential.reveal")
    assert [(entry.actor, entry.detail) for entry in entries] == [("anna", "fw01 root")]
    assert browser.web.get(f"{path}/reveal").status_code == 303


def test_a_reveal_never_leads_to_another_web_site(browser: Browser, place: Place) -> None:
    path = add_credential(browser, place)
    answer = browser.post(f"{path}/reveal", back="//evil.example/")
    assert "evil.example" not in answer.text + answer.headers["refresh"]


def test_a_credential_keeps_its_value_where_none_is_typed(browser: Browser, place: Place) -> None:
    path = add_credential(browser, place)
    browser.sent_on(path, name="fw01 admin", username="admin", value="", area="backup")
    assert SECRET in browser.post(f"{path}/reveal").text
    browser.sent_on(path, name="fw01 admin", value="un-altro-Valore", area="backup")
    assert "un-altro-Valore" in browser.post(f"{path}/reveal").text
    assert "fw01 admin" not in browser.sent_on(f"{path}/delete").text


CREDENTIAL_FAULTS: list[tuple[dict[str, str], str]] = [
    ({"name": "x", "value": ""}, "A password, key or code is needed."),
    ({"name": "", "value": "y"}, "A name is needed."),
    ({"name": "x", "value": "y" * 16_385}, "At most 16384 characters."),
    ({"name": "x", "value": "y", "area": "kitchen"}, "Choose one of the list."),
    ({"name": "x", "value": "y", "device": "no-such-device"}, "Choose one of the list."),
]


def test_a_credential_that_cannot_be_saved_is_explained(browser: Browser, place: Place) -> None:
    for fields, said in CREDENTIAL_FAULTS:
        answer = browser.post(f"/clients/{place.client}/credentials/new", **fields)
        assert answer.status_code == 422
        assert said in parsed(answer).text
        assert fields["value"] == "" or f'value="{fields["value"]}"' not in answer.text, "a value that was typed is never sent back"


# agents


def test_agents_show_how_their_last_scan_went(browser: Browser, place: Place) -> None:
    for path in ("/agents", f"/clients/{place.client}/agents"):
        page = browser.get(path)
        for expected in ("Officina Rossi-agent", "reporting", "0.1.0", "30 answered, 2 not", "snmp 1", "ssh 1"):
            assert expected in page.words, expected


def test_a_token_is_shown_once_with_the_command(browser: Browser, place: Place) -> None:
    answer = browser.post(f"/sites/{place.site}/enrolment")
    found = re.search(r"netario-agent enroll http://testserver --token (\S{43})<", answer.text)
    assert found
    assert browser.web.get(f"/sites/{place.site}/enrolment").status_code == 303
    page = browser.get(f"/clients/{place.client}/agents")
    assert "waits to be used" in page.text
    assert found.group(1) not in page.text
    asked = {"token": found.group(1), "hostname": "box", "version": "0.1.0"}
    assert browser.web.post("/api/v1/agents/enroll", json=asked).status_code == 200


def test_a_revoked_agent_is_refused(browser: Browser, place: Place) -> None:
    page = browser.sent_on(f"/agents/{place.agent.id}/revoke")
    assert "has been revoked" in page.text
    headers = {"Authorization": f"Bearer {place.agent.key.reveal()}"}
    assert browser.web.post("/api/v1/reports", content=b"{}", headers=headers).status_code == 401


# what cannot be shown


NOWHERE = (
    "/nothing",
    "/clients/not-an-id",
    "/clients/{site}",
    "/clients/{client}?site={client}",
    "/sites/{client}/changes",
    "/sites/{site}/changes?from=x",
    "/sites/{site}/devices/x",
    "/credentials/1",
    "/records/1",
)


def test_a_page_that_is_not_there(browser: Browser, place: Place) -> None:
    for path in NOWHERE:
        assert "There is nothing here" in browser.get(path.format(client=place.client, site=place.site), 404).text, path


def test_an_error_is_said_in_the_reader_s_language(browser: Browser) -> None:
    assert "Qui non c’è nulla" in browser.get("/nothing", 404, **{"Accept-Language": "it-IT,it;q=0.9,en;q=0.5"}).text


def test_an_expired_form_is_explained_and_does_nothing(browser: Browser, place: Place) -> None:
    path = add_credential(browser, place)
    for csrf in ("", "of-another-session"):
        answer = browser.web.post(f"{path}/reveal", data={"csrf": csrf})
        assert answer.status_code == 403
        assert "This form has expired" in parsed(answer).text
        assert SECRET not in answer.text
    italian = browser.web.post(f"{path}/delete", data={"csrf": "x"}, headers={"Accept-Language": "it"})
    assert "Questo modulo è scaduto" in parsed(italian).text
    assert browser.web.get(path).status_code == 200
