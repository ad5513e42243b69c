"""The pages in a real browser, on a desk and on a phone: what a technician does on a bad morning, from the sign-in to the password."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.browser import chromium, sign_in
from tests.pages.planted import planted
from tests.pages.readable import faults_of
from tests.pages.running_collector import NAME, PASSWORD, RunningCollector, serving
from tests.pages.synthetic_site import first_scan, second_scan

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[2]
WIDTHS = {"desk": 1280, "phone": 360}
LONG_NAME = "lunghissimo" * 80
SECRET = "corretto-cavallo-Zebra!"


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCollector]:
    with serving(tmp_path_factory.mktemp("collector")) as running:
        running.command("add-client", "Officina Rossi", "--site", "Sede")
        running.command("add-client", "Studio Bianchi", "--site", "Ufficio")
        enrolment = running.enrol("Officina Rossi", "Sede")
        now = datetime.now(UTC)
        running.push(enrolment, first_scan(enrolment.agent, enrolment.site, now - timedelta(hours=1)))
        running.push(enrolment, second_scan(enrolment.agent, enrolment.site, now - timedelta(minutes=1)))
        _add_long_names(running, now)
        yield running


def _add_long_names(running: RunningCollector, now: datetime) -> None:
    """A client whose network and name have no space to break a line at."""
    running.command("add-client", LONG_NAME[:200], "--site", LONG_NAME[:200])
    enrolment = running.enrol(LONG_NAME[:200], LONG_NAME[:200])
    running.push(enrolment, planted(LONG_NAME)(first_scan(enrolment.agent, enrolment.site, now)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@dataclass(frozen=True)
class Desk:
    page: Page
    url: str
    width: int
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.looks_right()

    def looks_right(self) -> None:
        """Nothing is cut off sideways, and the page can be read and used."""
        self.page.wait_for_load_state()
        widest = self.page.evaluate("document.documentElement.scrollWidth")
        assert widest <= self.width, f"{self.page.url} is {widest} px wide"
        assert faults_of(self.page) == [], self.page.url


@pytest.fixture(params=WIDTHS)
def desk(request: pytest.FixtureRequest, browser: Browser, collector: RunningCollector) -> Iterator[Desk]:
    """Somebody signed in; whatever the browser complains of (a refused style, a failed script) fails the test."""
    width = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB")
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(collector.url) else complaints.append(f"asked {asked.url}"))
    sign_in(page, collector.url, NAME, PASSWORD)
    yield Desk(page, collector.url, width, complaints)
    assert complaints == []
    context.close()


def test_from_the_list_of_clients_to_a_device(desk: Desk) -> None:
    page = desk.page
    desk.looks_right()
    page.get_by_role("link", name="Officina Rossi", exact=True).click()
    desk.looks_right()
    expect(page.get_by_role("heading", level=1)).to_have_text("Officina Rossi")
    expect(page.locator(".glance")).to_contain_text("203.0.113.14")
    page.get_by_role("searchbox", name="Filter devices").fill("fw01")
    page.get_by_role("button", name="Filter").click()
    page.locator("#devices").get_by_role("link", name="fw01.officina-rossi.example").click()
    desk.looks_right()
    expect(page.locator("#rules")).to_contain_text("temporanea?")
    expect(page.locator("#forwards")).to_contain_text("192.168.40.11:993")
    page.get_by_role("link", name="Officina Rossi").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Officina Rossi")


def test_changes_between_two_scans(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Changes Officina Rossi").click()
    desk.looks_right()
    expect(page.get_by_role("status")).to_contain_text("3 changes")
    expect(page.locator(".changes")).to_have_count(2)
    newest = page.get_by_label("to the scan of").input_value()
    page.get_by_label("From the scan of").select_option(newest)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("status")).to_contain_text("No change")
    desk.looks_right()


def test_a_credential_is_added_shown_and_hides_itself(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    page.get_by_role("link", name="Credentials Officina Rossi").click()
    page.get_by_role("link", name="Add credential").first.click()
    desk.looks_right()
    page.get_by_label("What it is for").fill(f"VPN tecnici {desk.width}")
    page.get_by_label("User name").fill("tecnico")
    page.get_by_label("Password, key or code").fill(SECRET)
    page.get_by_label("Area").select_option(label="Remote access")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("has been saved")
    desk.looks_right()
    assert SECRET not in page.content()
    page.get_by_role("button", name=f"Show VPN tecnici {desk.width}").click()
    expect(page.locator("#secret")).to_have_text(SECRET)
    desk.looks_right()
    page.clock.run_for(31_000)
    page.wait_for_url("**/credentials")
    assert SECRET not in page.content()
    page.go_back()
    page.wait_for_load_state()
    assert SECRET not in page.content()


def test_a_backup_note_fills_the_gap(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Studio Bianchi", exact=True).click()
    gaps = page.locator("#backup .gaps li").count()
    page.locator("#backup").get_by_role("link", name="Add note").click()
    desk.looks_right()
    page.get_by_label("Software and version").fill("Veeam 12")
    page.get_by_label("What is protected").fill("srv01\nsrv02")
    page.get_by_label("How to restore").fill("1. Console\n2. Restore")
    page.get_by_label("Last restore test on").fill(datetime.now(UTC).date().isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#backup")).to_contain_text("Veeam 12")
    desk.looks_right()
    assert page.locator("#backup .gaps li").count() < gaps
    page.locator("#backup").get_by_role("link", name="Change").first.click()
    page.get_by_text("Delete this note").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("deleted")


def test_the_language_is_switched_and_stays(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Italiano").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clienti")
    page.get_by_role("link", name="Officina Rossi", exact=True).click()
    expect(page.locator("#backup h2")).to_have_text("Backup")
    expect(page.locator("#remote_access h2")).to_have_text("Accesso remoto")
    desk.looks_right()
    page.get_by_role("link", name="English").click()
    expect(page.locator("#remote_access h2")).to_have_text("Remote access")


def test_every_page_can_be_read_in_both_colours(desk: Desk) -> None:
    page = desk.page
    book = page.get_by_role("link", name="Officina Rossi", exact=True).get_attribute("href")
    assert book
    paths = [book, "/agents", "/clients?q=nobody", *(f"{book}/{rest}" for rest in ("edit", "agents", "credentials/new"))]
    paths += [f"{book}/records/new?area={area}" for area in ("email", "backup")]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in paths:
            desk.open(path)
        page.goto(desk.url + "/agents")
        page.get_by_role("button", name="Enrol an agent Studio Bianchi").click()
        expect(page.locator("#command")).to_contain_text("netario-agent enroll http://127.0.0.1:")
        desk.looks_right()


def test_long_names_do_not_widen_a_page(desk: Desk) -> None:
    desk.page.get_by_role("link", name=LONG_NAME[:200], exact=True).first.click()
    desk.looks_right()
    book = desk.page.url.removeprefix(desk.url).partition("?")[0]
    for place in ("agents", "credentials/new", "edit"):
        desk.open(f"{book}/{place}")
    desk.open(book)
    desk.page.locator("#devices tbody a").first.click()
    desk.looks_right()


def test_the_keyboard_reaches_the_content_first(desk: Desk) -> None:
    desk.page.goto(desk.url + "/agents")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator(":focus")).to_have_text("Skip to content")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"


def test_without_scripts_everything_still_works(browser: Browser, collector: RunningCollector) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    sign_in(page, collector.url, NAME, PASSWORD)
    page.get_by_role("link", name="Credentials Studio Bianchi").click()
    page.get_by_role("link", name="Add credential").click()
    page.get_by_label("What it is for").fill("Senza script")
    page.get_by_label("Password, key or code").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Show Senza script").click()
    expect(page.locator("#secret")).to_have_text(SECRET)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_role("link", name="Hide now").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("signed out")
    context.close()


def test_the_picture_for_the_readme(collector: RunningCollector, tmp_path: Path) -> None:
    file = tmp_path / "book.png"
    words = [sys.executable, "-m", "tests.pages.screenshot", collector.url, NAME, PASSWORD, str(file)]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"\x89PNG")
