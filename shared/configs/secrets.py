"""Takes the secrets out of a configuration before anything else looks at it.

Three nets, each for what the one before has let through:

1. the platform's own rules: which statement, element or key holds a secret (``SecretRule``);
2. names: what follows a word like ``password`` or ``community``, and what is under such a name, is a secret unless it is a plain setting;
3. looks: password hashes, private keys, tokens, credentials in URLs, and long random texts under names that are not known to be public.

A secret becomes ``[removed:FINGERPRINT]``. The fingerprint is an HMAC under a key that stays with the agent: a changed secret shows as a
change, an equal one as equal, and a short password cannot be guessed from it. Sources: Oxidized's models, pfsense-redactor's and the
vendors' own lists of what they hide; measured with canaries (``tests/shared/configs/test_canaries.py``).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from shared.configs.secret_nets import (
    REMOVED,
    Span,
    is_plain_setting,
    is_secret_name,
    marked,
    may_hold,
    named,
    public_parts,
    random_words,
    without_quotes,
    word_may_hold,
)
from shared.configs.statement import Statement
from shared.device_config import SecretPlace

FINGERPRINT_DIGITS = 10


@dataclass(frozen=True, slots=True)
class SecretRule:
    """A place where a platform keeps a secret. ``statement`` has a group ``secret`` (or several: ``secret2`` ...)."""

    statement: re.Pattern[str]
    kind: str = "password"
    within: re.Pattern[str] | None = None
    """Only below a statement that this is found in."""
    salted: bool = False
    """The platform encrypts it anew each time it prints it: no fingerprint, as that would be another each time."""


def rule(statement: str, kind: str = "password", within: str = "", *, salted: bool = False) -> SecretRule:
    return SecretRule(re.compile(statement, re.DOTALL), kind, re.compile(within) if within else None, salted)


@dataclass(frozen=True)
class SecretRules:
    """A platform's rules. ``public``: statements (or paths of leaves) that look like secrets and are none."""

    rules: Sequence[SecretRule] = ()
    public: Sequence[re.Pattern[str]] = ()

    @cached_property
    def _alternatives(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        """Those that begin at a statement's first letter, and those that may begin anywhere, each as one expression."""
        patterns = [_FLAGS.sub(r"(?\1:\2)", _NAME_OF_GROUP.sub("(?:", each.statement.pattern)) for each in self.rules]
        anchored = [pattern[1:] for pattern in patterns if pattern.startswith("^") and "|^" not in pattern]
        others = [pattern for pattern in patterns if not (pattern.startswith("^") and "|^" not in pattern)]
        return _one_of(anchored), _one_of(others)

    def may_fit(self, text: str) -> bool:
        """Whether one of the rules fits; most statements are done with after it."""
        begins, anywhere = self._alternatives
        return bool((begins and begins.match(text)) or (anywhere and anywhere.search(text)))


_NAME_OF_GROUP = re.compile(r"\(\?P<\w+>")
_FLAGS = re.compile(r"^\(\?([aimsx]+)\)(.*)$", re.DOTALL)


def _one_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL) if patterns else None


@dataclass(slots=True)
class Redactor:
    """Replaces secrets and remembers where they stood. Without a key there are no fingerprints."""

    key: bytes = b""
    rules: SecretRules = SecretRules()
    places: list[SecretPlace] = field(default_factory=list)
    nets: bool = True
    """False: the platform's rules alone, for a reader that lays the nets itself."""
    clean: set[str] = field(default_factory=set)
    """Words in which nets 2 and 3 find nothing: a configuration says the same ones over and over."""
    clean_texts: set[str] = field(default_factory=set)
    """Whole statements that no rule fits and no net finds anything in, wherever they stand: many ports say the same."""

    def statements(self, statements: Iterable[Statement]) -> None:
        """Takes the secrets out of the statements' texts; comments are looked at too."""
        clean = self.clean_texts
        for statement in statements:
            if statement.text and statement.text not in clean:
                statement.text = self.text(statement.text, statement)

    def text(self, text: str, statement: Statement) -> str:
        """One statement's text without its secrets."""
        if text in self.clean_texts:
            return text
        may_fit, is_clean = self.rules.may_fit(text), not self.nets or self._is_clean(text)
        if is_clean and not may_fit:
            self.clean_texts.add(text)
            return text
        spans = list(self._spans(text, statement, may_fit=may_fit, is_clean=is_clean))
        return self._replaced(text, spans, statement.path, statement.line) if spans else text

    def leaf(self, path: str, value: str, line: int | None = None) -> str:
        """The value of an element or key: ``path`` is its place, its name last, joined by ``/``. For XML, JSON and the like."""
        if not value or value.isspace():
            return value
        for each in self.rules.rules:
            if each.statement.search(path):
                # what was removed before is counted again, as the same
                return self._removed(value.strip(), path, line, each.kind, each.salted)
        public = any(pattern.search(path) for pattern in self.rules.public)
        if not public and is_secret_name(path.rsplit("/", 1)[-1]) and not is_plain_setting(value):
            return self._removed(value.strip(), path, line, "password", salted=False)
        guessed = () if public else (*named(value), *random_words(value))
        spans = [*guessed, *marked(value), *_removed_before(value)] if may_hold(value) else []
        return self._replaced(value, spans, path, line) if spans else value

    def _spans(self, text: str, statement: Statement, *, may_fit: bool, is_clean: bool) -> Iterator[Span]:
        for each in self.rules.rules if may_fit else ():
            for found in each.statement.finditer(text):
                if each.within is None or _is_within(statement, each.within):
                    for name, value in found.groupdict().items():
                        if name.startswith("secret") and value:
                            yield Span(*without_quotes(text, found.start(name), found.end(name)), each.kind, each.salted)
        if not is_clean:
            if guessed := (*named(text), *random_words(text)):
                public = list(public_parts(text, self.rules.public))
                yield from (span for span in guessed if not any(start <= span.start and span.end <= end for start, end in public))
            yield from marked(text)
            yield from _removed_before(text)

    def _is_clean(self, text: str) -> bool:
        clean = self.clean
        words = text.split()
        if clean.issuperset(words):
            return True
        for word in words:
            if word not in clean:
                if word_may_hold(word):
                    return False
                clean.add(word)
        return True

    def _replaced(self, text: str, spans: Sequence[Span], path: str, line: int | None) -> str:
        parts, at = [], 0
        clean_path = _without(path, [text[span.start : span.end] for span in spans])
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            start = max(span.start, at)
            if start >= span.end:
                continue
            parts.append(text[at:start])
            parts.append(self._removed(text[start : span.end], clean_path, line, span.kind, span.salted))
            at = span.end
        return "".join((*parts, text[at:]))

    def _removed(self, value: str, path: str, line: int | None, kind: str, salted: bool) -> str:
        known = REMOVED.fullmatch(value)
        fingerprint = (known[1] or "") if known else "" if salted or not self.key else fingerprint_of(value, self.key)
        self.places.append(SecretPlace(line=line, path=path, kind=kind, fingerprint=fingerprint))
        return f"[removed:{fingerprint}]" if fingerprint else "[removed]"


def fingerprint_of(value: str, key: bytes) -> str:
    return hmac.new(key, value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:FINGERPRINT_DIGITS]


def _removed_before(text: str) -> Iterator[Span]:
    """What is read once more: a secret that is gone already is counted again, as the same."""
    if "[removed" in text:
        yield from (Span(*found.span(), "") for found in REMOVED.finditer(text))


def _is_within(statement: Statement, within: re.Pattern[str]) -> bool:
    here = statement.parent
    while here is not None:
        if within.search(here.text):
            return True
        here = here.parent
    return False


def _without(path: str, values: Iterable[str]) -> str:
    """The path without the secrets of its own last part."""
    for value in sorted(set(values), key=len, reverse=True):
        if not value.strip():
            continue
        first = value.strip().split("\n", 1)[0][:120]
        path = path.replace(first, "…")
        # a long statement is clipped, perhaps within the secret
        cut = next((size for size in range(len(first) - 1, 2, -1) if path.endswith(first[:size])), 0)
        path = f"{path[:-cut]}…" if cut else path
    return path
