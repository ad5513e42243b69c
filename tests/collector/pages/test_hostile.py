"""Synthetic attacks: names, banners and notes that try to become HTML, on every page, in both languages. Nothing of them may."""

import re

import pytest

from collector.sections import areas
from shared.report import Report
from tests.collector.pages.conftest import Browser, Page, Place, Scanned
from tests.pages.planted import planted

MARKUP = "\"><x-planted y-planted='1'></bdi></td></script><script>x-planted()</script><img src=x onerror=x-planted()>'>{{ 7*191 }}%(x)s%s"
RIGHT_TO_LEFT = "\u202egpj.exe\u2066\u05d0\u05d1\u05d2 x-planted"
LONG = "<b>" + "x-planted" * 111_112
SHAPES = {"markup": MARKUP, "right-to-left": RIGHT_TO_LEFT}


def crawl(browser: Browser, start: str, limit: int = 60) -> dict[str, Page]:
    """Every page that can be reached by links from ``start``."""
    pages: dict[str, Page] = {}
    waiting = [start]
    while waiting and len(pages) < limit:
        path = waiting.pop(0).partition("#")[0]
        if path in pages or "lang=" in path:
            continue
        answer = browser.web.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.text[:500])
        page = Page()
        page.feed(answer.text)
        assert page.unclosed == [], path
        pages[path] = page
        waiting += page.links()
    return pages


def assert_nothing_came_of_it(path: str, page: Page) -> None:
    for tag, attributes in page.elements:
        assert "planted" not in tag, path
        assert not any("planted" in name or name.startswith("on") or name == "style" for name in attributes), (path, tag, attributes)
        assert tag != "script" or set(attributes) == {"src", "defer"}, (path, attributes)
        assert tag != "img" or attributes["src"] == "/static/netario.svg", path
        href = attributes.get("href", "/")
        assert re.match(r"(/|#|https?://)", href), (path, href)
    assert "1337" not in page.text, f"{path}: a template within data was run"
    assert path == "reveal" or not re.search("[\u202a-\u202e\u2066-\u2069]", page.text), f"{path}: a direction override came through"


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_network_says_stays_text(browser: Browser, scanned: Scanned, shape: str) -> None:
    place = scanned(planted(SHAPES[shape]))
    for language in ("en", "it"):
        browser.web.get(f"/clients?lang={language}")
        pages = crawl(browser, "/clients")
        assert sum("/devices/" in path and not path.endswith("/correct") for path in pages) == 9
        assert sum(path.endswith("/correct") for path in pages) == 9
        assert any("/changes" in path for path in pages)
        for path, page in pages.items():
            assert_nothing_came_of_it(path, page)
    book = pages[f"/clients/{place.client}"]
    assert book.text.count("x-planted") > 50, "the data did not reach the page: the test would hold of nothing"


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_person_writes_stays_text(browser: Browser, place: Place, shape: str) -> None:
    text = SHAPES[shape][:190]
    browser.sent_on(f"/clients/{place.client}/edit", name=text, note=text)
    browser.sent_on(f"/clients/{place.client}/sites", site=text)
    for area in areas():
        fields = {f"field-{field.name}": text for field in area.fields if field.kind in {"line", "lines", "web_address"}}
        browser.sent_on(f"/clients/{place.client}/records/new", area=area.name, title=text, **fields)
        fields = {"username": text, "web_address": f"javascript:{text}", "note": text, "area": area.name}
        browser.sent_on(f"/clients/{place.client}/credentials/new", name=text, value=text, **fields)
    pages = crawl(browser, "/clients")
    assert sum(path.startswith("/records/") for path in pages) == len(areas())
    credentials = [path for path in pages if path.startswith("/credentials/")]
    assert len(credentials) == len(areas())
    shown = browser.post(f"{credentials[0]}/reveal")
    pages["reveal"] = Page()
    pages["reveal"].feed(shown.text)
    for path, page in pages.items():
        assert_nothing_came_of_it(path, page)
    assert sum("x-planted" in page.text for page in pages.values()) > 10


@pytest.mark.parametrize("parameter", ["/clients?q=", "/clients/{client}?q=", "/clients/{client}/credentials?q=", "/sign-in?next=/"])
def test_what_an_address_holds_stays_text(browser: Browser, place: Place, parameter: str) -> None:
    path = parameter.format(client=place.client)
    answer = browser.web.get(path + MARKUP.replace("%", "%25").replace("#", "%23"))
    page = Page()
    page.feed(answer.text)
    assert page.unclosed == []
    assert_nothing_came_of_it(path, page)


def test_a_megabyte_from_a_network_is_clipped(browser: Browser, scanned: Scanned) -> None:
    def long_names(report: Report) -> Report:
        document = report.model_dump(mode="json", by_alias=True)
        for outcome in document["outcomes"]:
            if outcome["probe"] == "names" and outcome["target"].endswith((".1", ".20")):
                outcome["observations"][0]["name"] = LONG
            if outcome["state"] == "denied":
                outcome["detail"] = LONG
        return Report.model_construct(**{**dict(report), "outcomes": Report.model_validate(document).outcomes})

    place = scanned(long_names)
    answer = browser.web.get(f"/clients/{place.client}")
    assert "x-planted" in answer.text
    assert len(answer.text) < 400_000
    page = Page()
    page.feed(answer.text)
    assert_nothing_came_of_it("book", page)


def test_a_megabyte_from_a_person_is_refused_with_a_reason(browser: Browser, place: Place) -> None:
    for field in ("field-steps", "field-server", "title"):
        fields = {"title": "t", field: LONG[:900_000]}
        answer = browser.post(f"/clients/{place.client}/records/new", area="remote_access", **fields)
        assert answer.status_code == 422
        assert "At most" in answer.text
        assert len(answer.text) < 400_000
