"""Templates see what their context declares and nothing else, escape everything, and hold no style or script of their own."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from collector import pages
from collector.pages.render import TEMPLATES, environment

PARTIALS = {"base.html", "macros.html", "fields.html", "section.html"}
PAGES = sorted(path.name for path in TEMPLATES.rglob("*.html") if path.name not in PARTIALS)
OWN_GLOBALS = {"_", "gettext", "ngettext", "dict", "range"}


def contexts() -> dict[str, type]:
    """The contexts of all pages, by the template's name: ``CredentialEditContext`` is ``credential_edit.html``'s."""
    found: dict[str, type] = {}
    for module in pkgutil.iter_modules(pages.__path__):
        for name, thing in vars(importlib.import_module(f"{pages.__name__}.{module.name}")).items():
            if name.endswith("Context") and isinstance(thing, type) and is_dataclass(thing):
                stem = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Context")).lower()
                found[f"{stem}.html"] = thing
    return found


def test_each_template_has_its_context_and_each_context_its_template() -> None:
    assert sorted(contexts()) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_template_uses_what_its_context_declares(name: str) -> None:
    made = environment("en")
    used: set[str] = set()
    for template in (name, "base.html"):
        tree = made.parse((TEMPLATES / template).read_text(encoding="utf-8"))
        own = {one for node in tree.find_all(nodes.FromImport) for one in node.names} | {macro.name for macro in tree.find_all(nodes.Macro)}
        used |= meta.find_undeclared_variables(tree) - own  # Jinja forgets, within a block, the macros of its template
    declared = {field.name for field in fields(contexts()[name])}
    assert used - OWN_GLOBALS <= declared
    assert declared <= used, "declared and never shown"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_escapes_everything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|Markup|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert re.findall(r"<script[^>]*>", text) in ([], ['<script src="/static/netario.js" defer>'])
    assert not re.search(r"""(src|href|action)="(https?:)?//""", text), "nothing is loaded from elsewhere"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_form_that_changes_something_brings_its_token(path: Path) -> None:
    forms = re.findall(r'<form[^>]*method="post"[^>]*>(.*?)</form>', path.read_text(encoding="utf-8"), re.DOTALL)
    for form in forms:
        assert 'name="csrf"' in form or path.name == "sign_in.html"


def test_environments_escape() -> None:
    for code in ("en", "it"):
        assert environment(code).from_string("{{ name }}{{ _('x') }}").render(name="<b>") == "&lt;b&gt;x"
