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
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from shared.configs.statement import Statement
from shared.device_config import SecretPlace

FINGERPRINT_DIGITS = 10
REMOVED = re.compile(r"\[removed(?::([0-9a-f]{10}))?\]")


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

    def statements(self, statements: Iterable[Statement]) -> None:
        """Takes the secrets out of the statements' texts; comments are looked at too."""
        for statement in statements:
            statement.text = self.text(statement.text, statement)

    def text(self, text: str, statement: Statement) -> str:
        """One statement's text without its secrets."""
        spans = list(self._spans(text, statement))
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
        if not public and _is_secret_name(path.rsplit("/", 1)[-1]) and not _is_plain_setting(value):
            return self._removed(value.strip(), path, line, "password", salted=False)
        spans = [*_named(value), *_looks(value, public), *_removed_before(value)]
        return self._replaced(value, spans, path, line) if spans else value

    def _spans(self, text: str, statement: Statement) -> Iterator["Span"]:
        for each in self.rules.rules if self.rules.may_fit(text) else ():
            for found in each.statement.finditer(text):
                if each.within is None or _is_within(statement, each.within):
                    for name, value in found.groupdict().items():
                        if name.startswith("secret") and value:
                            yield Span(*_without_quotes(text, found.start(name), found.end(name)), each.kind, each.salted)
        if _MAY_HOLD.search(text):
            public = any(pattern.search(text) for pattern in self.rules.public)
            if not public:
                yield from _named(text)
            yield from _looks(text, public)
            yield from _removed_before(text)

    def _replaced(self, text: str, spans: Sequence["Span"], path: str, line: int | None) -> str:
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


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: str
    salted: bool = False


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


def _without_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    if end - start >= 2 and text[start] in "\"'" and text[end - 1] == text[start]:
        return start + 1, end - 1
    # a secret at the end of a longer quoted text: "the password is x"
    if (
        end - start >= 2
        and text[end - 1] == '"'
        and text[end - 2] != "\\"
        and '"' not in text[start : end - 1]
        and text.count('"', 0, start) % 2
    ):
        return start, end - 1
    return start, end


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


# --- names ---

_SECRET_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|pw|secret|secrets|psk|psksecret|pre-?shared-?(?:key|secret)|shared-?(?:key|secret)"
    r"|private-?key|priv-?key|api-?key|auth-?key|priv-?password|auth-?password|enc(?:ryption)?-?key|session-?key|license-?key|access-?key"
    r"|community|communities|credentials?|token|bearer|otp-?seed|seed|key-string|keystring|passkey|wpakey|wepkey|sharedkey|privatekey"
    r"|presharedkey|psw|segreto|parola|chiave|codice|pin"
)
_NAME = re.compile(rf"(?:^|[^a-z])(?:{_SECRET_WORDS})$", re.IGNORECASE)
_PUBLIC_NAME = re.compile(
    r"public|polic|expir|length|min|max|age|history|retries|lifetime|timeout|encryption$|algorithm|type$|-id$", re.IGNORECASE
)

_NAMED = re.compile(
    rf"(?<![A-Za-z])(?:{_SECRET_WORDS})(?![A-Za-z])(?P<more>[\w-]*)[\"']?"
    r"(?P<link>\s*[:=]+\s*|\s+(?:of|for|für|di|per|del|della)\s+\S+\s*(?:\s(?:is|was|are|è|e'|ist)\s+|[:=]\s*)"
    r"|\s+(?:is|was|are|è|e'|sono|für|of|for|di|per)\s+|\s+)"
    r"(?P<secret>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;]+)",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"(?:\d{1,2}|ENC|enc|encrypted|encrypted-password|hashed|hash|plaintext|plaintext-password|cleartext|clear|simple|cipher|irreversible-cipher"
    r"|ciphertext|ascii|ascii-text|hexadecimal|hex|ascii-psk|sha|sha1|sha256|sha512|md5|bcrypt|pbkdf2|pbkdf2-sha512|string|text|key|value|secret|password"
    r"|level|unencrypted|localized|auth|priv|aes|des|user-name)$"
)
_PLAIN = re.compile(
    r"(?:enabled?|disabled?|yes|no|on|off|true|false|none|null|default|required?|optional|any|auto|user|users|admin|all|ro|rw|read|write|"
    r"read-only|read-write|unlimited|never|always|global|local|group|md5|sha\d*|aes\d*|des|3des|rsa|dsa|ecdsa|ed25519|file|prompt|ask|empty|"
    r"missing|wrong|invalid|incorrect|authentication|auth|login|protected|protection|policy|encryption|recovery|reset|"
    r"change|changed|changes|manager|length|minimum|maximum|and|or|in|to|the|a|server|servers|client|ring|chain|generate|map|"
    r"for|with|from|by|must|should|not|set|is|are|was|of|-|\*+|#+|<[^>]*>|\{|\[|\(|\)|\}|\]|\.|=|:|\d{1,4})[;,.]?$",
    re.IGNORECASE,
)


def _is_secret_name(name: str) -> bool:
    flat = name.replace("_", "-")
    return bool(_NAME.search(flat)) and not _PUBLIC_NAME.search(flat)


def _is_plain_setting(value: str) -> bool:
    return bool(_PLAIN.match(value.strip().strip("\"'")))


def _named(text: str) -> Iterator[Span]:
    """What follows a word that says that a secret follows: behind its type (``7``, ``ENC``, ``sha``), if one is told."""
    for found in _NAMED.finditer(text):
        if found["more"].strip("_-") and (_PUBLIC_NAME.search(found["more"]) or not found["link"].strip(" \t")):
            continue
        start, end = found.span("secret")
        while _QUALIFIER.match(text[start:end].strip("\"'")) and (following := _NEXT_WORD.match(text, end)):
            start, end = following.span(1)
        start, end = _without_quotes(text, start, end)
        if start < end and not _is_plain_setting(text[start:end]) and not REMOVED.fullmatch(text[start:end]):
            yield Span(start, end, "password")


_NEXT_WORD = re.compile(r"\s+(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;]+)")

# --- looks ---

_PATTERNS = (
    (r"-----BEGIN[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<secret>.*?)(?:-----END[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)", "private key"),
    (r"-----BEGIN OpenVPN Static key[^-]*-----(?P<secret>.*?)(?:-----END|$)", "private key"),
    (r"(?P<secret>\$(?:1|2[abxy]?|5|6|7|8|9|y|14|sha1|apr1|pbkdf2[\w-]*|argon2\w*|scrypt|P|H)\$[^\s\"'<;,]+)", "hash"),
    (r"(?P<secret>\{(?:SSHA|SHA|SMD5|MD5|CRYPT|PBKDF2)[\w-]*\}[^\s\"'<;]+)", "hash"),
    (r"\bENC\s+(?P<secret>[A-Za-z0-9+/=]{8,})", "encrypted"),
    (r"\b[a-z][a-z0-9+.-]*://[^\s:/@\"'<>]*:(?P<secret>[^\s@/\"'<>]+)@", "url"),
    (
        r"[?&;](?:[\w-]*(?:pass(?:word|wd)?|pwd|pw|secret|token|key|apikey|api_key|auth|sig|signature|code))=(?P<secret>[^&\s\"'<>#]+)",
        "url",
    ),
    (r"\b(?:Bearer|Basic|Digest|Token)\s+(?P<secret>[A-Za-z0-9+/=._~-]{8,})", "token"),
    (r"(?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)", "token"),
    (r"(?P<secret>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)", "token"),
    (r"(?P<secret>\b(?:gh[pousr]_|glpat-|xox[abprs]-|sk-|SG\.)[A-Za-z0-9_.-]{16,})", "token"),
    (r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]+)", "url"),
)
_LOOKS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _PATTERNS)
_LONG = re.compile(r"(?<![A-Za-z0-9+/=_.:-])[A-Za-z0-9+/_-]{20,}={0,2}(?![A-Za-z0-9+/=_.:-])")
_PUBLIC_VALUE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|AAAA[BCE]3NzaC1|AAAAE2VjZHNh|AAAAG|MII[A-Z]"
    r"|[A-Z-]{0,24}(?:Gigabit|Fast|GigE)-?Ethernet[\d/-]+$",
    re.IGNORECASE,
)
_MAY_HOLD = re.compile(
    r"pass|pwd|\bpw|psw|secret|psk|key|communit|credential|token|bearer|basic|seed|segreto|parola|chiave|codice|\bpin\b|\$|\{|://|ENC "
    r"|-----BEGIN|\[removed|[A-Za-z0-9+/_-]{20}",
    re.IGNORECASE,
)
MAY_HOLD = _MAY_HOLD
"""For readers that look at each word once only: where this finds nothing, nets 2 and 3 find nothing."""
_PUBLIC_CONTEXT = re.compile(r"public|certificate|fingerprint|uuid|thumbprint|ssh-(?:rsa|dss|ed25519)|ecdsa-sha2", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN (?:CERTIFICATE|X509 CRL|PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE REQUEST)-----.*?(?:-----END|$)", re.DOTALL)


def _looks(text: str, public: bool) -> Iterator[Span]:
    if not _MAY_HOLD.search(text):
        return
    for pattern, kind in _LOOKS:
        for found in pattern.finditer(text):
            if found["secret"].strip() and not REMOVED.fullmatch(found["secret"].strip()):
                yield Span(*found.span("secret"), kind, salted=kind == "encrypted")
    if public:
        return
    open_spans = [found.span() for found in _PEM.finditer(text)]
    for found in _LONG.finditer(text):
        word = found[0]
        context = text[max(0, found.start() - 60) : found.start()]
        if _PUBLIC_VALUE.match(word) or _PUBLIC_CONTEXT.search(context) or any(start <= found.start() < end for start, end in open_spans):
            continue
        if _is_random(word):
            yield Span(*found.span(), "key")


def _is_random(word: str) -> bool:
    """Whether a text of 20 characters and more was made by chance: letters of both cases, or hex, with digits among them."""
    digits, upper, lower = (sum(map(test, word)) for test in (str.isdigit, str.isupper, str.islower))
    if not digits or not (upper or lower):
        return False
    counts = Counter(word.rstrip("="))
    size = sum(counts.values())
    bits = -sum(n / size * math.log2(n / size) for n in counts.values())
    mixed = min(upper, lower) >= 2 and digits >= 2
    is_hex = all(char in "0123456789abcdefABCDEF" for char in word) and digits >= 4
    runs = max(len(run) for run in re.split(r"[-_/]", word))
    return bits >= 3.0 and runs >= 16 and (mixed or is_hex)
