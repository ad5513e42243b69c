"""A technician's browser, as far as HTML goes: a client with a scanned site, forms filled by their labels' names, pages parsed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient

from collector.store.database import default_url
from collector.store.migrate import opened
from shared.report import Report
from tests.collector.harness import Clock, Enrol, Enrolled, Push
from tests.pages.synthetic_site import first_scan, second_scan

VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: pages ask the store, and the store is tested on both."""
    url = default_url(tmp_path)
    opened(url).close()
    return url


@dataclass
class Page(HTMLParser):
    """An answer taken apart: its elements with their attributes, its text, and whether each element was closed."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed and self.unclosed[-1] == tag, f"</{tag}> closes {self.unclosed[-3:]}"
        self.unclosed.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.named("a") if attributes.get("href", "").startswith("/")]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def parsed(answer: httpx.Response) -> Page:
    """Also holds what every page must: well-formed, one h1, a language, a title, no style or script of its own, nothing cached."""
    assert answer.headers["content-type"].startswith("text/html"), answer.text[:300]
    assert answer.headers["cache-control"] == "no-store"
    page = Page()
    page.feed(answer.text)
    page.close()
    assert page.unclosed == []
    assert len(page.named("h1")) == 1
    assert page.named("html")[0]["lang"] in {"en", "it"}
    return page


@dataclass(frozen=True)
class Browser:
    web: TestClient
    csrf: str

    def get(self, path: str, status: int = 200, **headers: str) -> Page:
        answer = self.web.get(path, headers=headers)
        assert answer.status_code == status, answer.text[:2000]
        return parsed(answer)

    def post(self, path: str, **fields: str) -> httpx.Response:
        answer: httpx.Response = self.web.post(
            path, data={"csrf": self.csrf, **{name.replace("__", "-"): value for name, value in fields.items()}}
        )
        return answer

    def sent_on(self, path: str, **fields: str) -> Page:
        """A form that is taken: the page that the browser is sent on to."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, answer.text[:2000]
        return self.get(answer.headers["location"])


@pytest.fixture
def browser(technician: TestClient) -> Browser:
    """Signed in; the forms bring their token themselves, as a browser's do."""
    csrf = technician.headers.pop("X-CSRF-Token")
    return Browser(technician, csrf)


@dataclass(frozen=True)
class Place:
    client: str
    site: str
    scans: tuple[UUID, ...]
    agent: Enrolled


Scanned = Callable[[Callable[[Report], Report]], Place]


@pytest.fixture
def scanned(enrol: Enrol, push: Push, clock: Clock) -> Scanned:
    """``scanned(change)``: a client whose site was scanned twice; ``change`` may alter each report on its way."""

    def made(change: Callable[[Report], Report]) -> Place:
        agent = enrol("Officina Rossi")
        reports = [first_scan(agent.id, agent.site, clock() - timedelta(hours=1)), second_scan(agent.id, agent.site, clock())]
        for report in reports:
            answer = push(agent, change(report))
            assert answer.status_code == 201, answer.text
        return Place(str(agent.client), str(agent.site), tuple(report.id for report in reports), agent)

    return made


@pytest.fixture
def place(scanned: Scanned) -> Place:
    return scanned(lambda report: report)
