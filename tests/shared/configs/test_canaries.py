"""Secrets planted in every place that a platform has for them, and in places that it has not: none survives.

A text ``canaries*`` has marks of the form ``@@FORM@@``, ``@@FORM:label@@``: each is filled with a secret of that form, another for each
seed. ``clear`` marks (``@@public:x@@``) must be kept: a text in which everything is removed documents nothing.
"""

import base64
import json
import random
import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.configs import read_config
from shared.configs.observations import observations
from shared.errors import NetarioError
from tests.shared.configs.texts import KEY, name_of, texts

TEMPLATES = texts("canaries*")
MARK = re.compile(r"@@(\w+)(?::[\w-]+)?@@")
SEEDS = 5
ALPHANUMERIC = string.ascii_letters + string.digits


def _some(chance: random.Random, alphabet: str, size: int) -> str:
    return "".join(chance.choice(alphabet) for _ in range(size))


def _word(chance: random.Random) -> str:
    """What people choose: ``Primavera-2024!`` and the like."""
    stem = chance.choice(("Primavera", "Zanzibar", "Quokka", "Montebianco", "Fjordland"))
    middle = f"{_some(chance, string.ascii_lowercase, 3)}{chance.randrange(100, 9999)}"
    return f"{stem}{middle}{chance.choice('!#%-_')}{_some(chance, ALPHANUMERIC, 2)}"


def _pem(chance: random.Random) -> str:
    body = "\n".join(_some(chance, f"{ALPHANUMERIC}+/", 64) for _ in range(4))
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"


FORMS: dict[str, Callable[[random.Random], str]] = {
    "word": _word,
    "lower": lambda chance: _some(chance, string.ascii_lowercase, 11),
    "phrase": lambda chance: f"{_word(chance)} {_some(chance, string.ascii_lowercase, 9)}",
    "hex": lambda chance: _some(chance, "0123456789abcdef", 40),
    "HEX": lambda chance: _some(chance, "0123456789ABCDEF", 32),
    "base64": lambda chance: base64.b64encode(_some(chance, ALPHANUMERIC, 24).encode()).decode(),
    "key44": lambda chance: base64.b64encode(chance.randbytes(32)).decode(),
    "hash": lambda chance: f"$6${_some(chance, ALPHANUMERIC, 8)}${_some(chance, f'{ALPHANUMERIC}./', 43)}",
    "bcrypt": lambda chance: f"$2y$10${_some(chance, f'{ALPHANUMERIC}./', 53)}",
    "digits": lambda chance: _some(chance, string.digits, 12),
    "pem": _pem,
    "jwt": lambda chance: f"eyJhbGciOiJIUzI1NiJ9.eyJ{_some(chance, ALPHANUMERIC, 24)}.{_some(chance, ALPHANUMERIC, 30)}",
    "public": lambda chance: f"{_some(chance, string.ascii_lowercase, 6)}-open",
}


def planted(template: str, seed: int) -> tuple[str, list[str], list[str]]:
    """The text with its secrets, the secrets, and what is none."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    secrets: list[str] = []
    public: list[str] = []

    def fill(mark: re.Match[str]) -> str:
        value = FORMS[mark[1]](chance)
        (public if mark[1] == "public" else secrets).append(value)
        return value

    return MARK.sub(fill, template), secrets, public


def traces(secret: str) -> list[str]:
    """The secret, or a telling part of it: the lines of a key, the longer half of a phrase, its form in base64."""
    lines = [line for line in secret.splitlines() if not line.startswith("-----")]
    words = [word for line in lines for word in line.split() if len(word) >= 8]
    return [*words, base64.b64encode(secret.encode()).decode()]


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_planted_secret_survives(template: Path, seed: int) -> None:
    text, secrets, public = planted(template.read_text(encoding="utf-8"), seed)
    assert len(secrets) >= 8, "too few canaries to say anything"
    told = read_config(template.parent.name, text, KEY)
    seen = "\n".join(
        (told.text, told.document.model_dump_json(by_alias=True), repr(told.document), *(o.model_dump_json() for o in observations(told)))
    )
    unescaped = seen + json.dumps(seen, ensure_ascii=False)
    survivors = [trace for secret in secrets for trace in traces(secret) if trace in unescaped]
    assert survivors == [], f"of {len(secrets)} secrets"
    assert [value for value in public if value not in told.text] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_planted_secret_survives_in_an_error(template: Path) -> None:
    """The text is cut at many places: whatever is said of it, no secret is in it."""
    text, secrets, _ = planted(template.read_text(encoding="utf-8"), 99)
    needles = [trace for secret in secrets for trace in traces(secret)]
    for cut in range(40, len(text), max(1, len(text) // 60)):
        try:
            told = read_config(template.parent.name, text[:cut], KEY)
            said = told.text + told.document.model_dump_json()
        except NetarioError as error:
            said = f"{error!r} {error}"
        whole = [needle for needle in needles if needle in text[:cut]]
        assert [needle for needle in whole if needle in said] == [], f"cut at {cut}"


def test_a_changed_secret_shows_and_an_equal_one_does_not() -> None:
    template = TEMPLATES[0]
    first, second = (planted(template.read_text(encoding="utf-8"), seed)[0] for seed in (1, 2))
    platform = template.parent.name
    assert read_config(platform, first, KEY).text == read_config(platform, first, KEY).text
    assert read_config(platform, first, KEY).text != read_config(platform, second, KEY).text
    assert read_config(platform, first, KEY).text != read_config(platform, first, b"another agent's key").text


def test_there_are_as_many_canaries_as_promised() -> None:
    marks = sum(len(MARK.findall(path.read_text(encoding="utf-8"))) for path in TEMPLATES)
    assert marks >= 8 * len(TEMPLATES)
