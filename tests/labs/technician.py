"""A technician at a collector's pages, as a program: signs in, fills in forms as they stand in the page, reads the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

from shared.change import Changes
from shared.inventory import Inventory


@dataclass(slots=True)
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each select: what a person reads -> what is sent."""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""
        self._option: tuple[str, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif not self.forms:
            return
        elif tag == "input" and given.get("name") and (given.get("type") not in {"checkbox", "radio", "submit"} or "checked" in given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "textarea" and given.get("name"):
            self._area = given["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "select" and given.get("name"):
            self._select = given["name"]
            self.forms[-1].choices[self._select] = {}
        elif tag == "option" and self._select:
            self._option = (given.get("value", ""), "selected" in given)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._area = self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data
        elif self._option and self._select:
            value, selected = self._option
            form, self._option = self.forms[-1], None
            form.choices[self._select][data.strip()] = value
            if selected or self._select not in form.fields:
                form.fields[self._select] = value


class Technician:
    def __init__(self, url: str) -> None:
        self.web = httpx.Client(base_url=url, follow_redirects=True, trust_env=False, timeout=60.0, headers={"Accept-Language": "en"})

    @classmethod
    @contextmanager
    def signed_in(cls, url: str, name: str, password: str) -> Iterator["Technician"]:
        person = cls(url)
        try:
            page = person.web.get("/")
            person.submit(page, "sign-in", name=name, password=password)
            yield person
        finally:
            person.web.close()

    def submit(self, page: httpx.Response, action: str, **filled: str) -> httpx.Response:
        """Fills the page's first form whose action holds ``action``, and sends it; a select takes what a person would read."""
        page.raise_for_status()
        reader = _Forms()
        reader.feed(page.text)
        form = next((f for f in reader.forms if action in (f.action or str(page.url))), None)
        assert form, f"{page.url} has no form {action!r}: {[f.action for f in reader.forms]}"
        for name, value in filled.items():
            known = {**form.fields, **dict.fromkeys(form.choices, "")}
            assert name in known, f"{page.url}: the form has no field {name!r}, but {sorted(known)}"
            form.fields[name] = form.choices.get(name, {}).get(value, value)
        sent = self.web.request(form.method, urljoin(str(page.url), form.action), data=form.fields)
        sent.raise_for_status()
        return sent

    def json(self, path: str, **query: str) -> Any:
        answer = self.web.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def scans(self, site: str) -> list[dict[str, Any]]:
        """The newest first."""
        found: list[dict[str, Any]] = self.json(f"/api/v1/sites/{site}/scans")
        return found

    def inventory(self, site: str) -> Inventory:
        return Inventory.model_validate(self.json(f"/api/v1/sites/{site}/inventory"))

    def changes(self, site: str, older: str, newer: str) -> Changes:
        return Changes.model_validate(self.json(f"/api/v1/sites/{site}/changes", **{"from": older, "to": newer}))
