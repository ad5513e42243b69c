"""The nets that catch secrets by their names and by their looks, behind a platform's own rules (``shared.configs.secrets``).

Names: what follows a word like ``password`` or ``community`` is a secret unless it is a plain setting. Looks: password hashes, private
keys, tokens, credentials in URLs, and long texts made by chance where nothing says that anybody may know them. Words in English and
Italian.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

REMOVED = re.compile(r"\[removed(?::([0-9a-f]{10}))?\]")
"""What stands in a secret's place."""


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: str
    salted: bool = False


def without_quotes(text: str, start: int, end: int) -> tuple[int, int]:
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


def is_secret_name(name: str) -> bool:
    flat = name.replace("_", "-")
    return bool(_NAME.search(flat)) and not _PUBLIC_NAME.search(flat)


def is_plain_setting(value: str) -> bool:
    return bool(_PLAIN.match(value.strip().strip("\"'")))


MAX_QUALIFIERS = 8
"""``secret password key ...`` without end is a hostile text's."""


def named(text: str) -> Iterator[Span]:
    """What follows a word that says that a secret follows: behind its type (``7``, ``ENC``, ``sha``), if one is told."""
    for found in _NAMED.finditer(text):
        if found["more"].strip("_-") and (_PUBLIC_NAME.search(found["more"]) or not found["link"].strip(" \t")):
            continue
        start, end = found.span("secret")
        for _ in range(MAX_QUALIFIERS):
            if not _QUALIFIER.match(text[start:end].strip("\"'")) or not (following := _NEXT_WORD.match(text, end)):
                break
            start, end = following.span(1)
        start, end = without_quotes(text, start, end)
        if start < end and not is_plain_setting(text[start:end]) and not REMOVED.fullmatch(text[start:end]):
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
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PORT = r"[A-Z-]{0,24}(?:Gigabit|Fast|GigE)-?Ethernet[\d/-]+"
_KNOWN_LONG = re.compile(rf"(?:\"?{_UUID}\"?|{_PORT})", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9.,/-]+")
"""Words in which the nets find nothing, however long: numbers, an address with its mask."""
_PUBLIC_VALUE = re.compile(
    rf"{_UUID}$|AAAA[BCE]3NzaC1|AAAAE2VjZHNh|AAAAG|MII[A-Z]|{_PORT}$",
    re.IGNORECASE,
)
_WORDS_OF_SECRETS = re.compile(
    r"pass|pwd|\bpw|psw|secret|psk|key|communit|credential|token|bearer|basic|digest|seed|segreto|parola|chiave|codice|\bpin\b"
    r"|\$|\{|://|enc |-----begin|\[removed|akia|asia|eyj|gh[pousr]_|xox|sg\.|glpat-|\bsk-|hooks\.slack|[?&;][\w-]*="
)
LONG_WORD_CHARS = 20


def word_may_hold(word: str) -> bool:
    """The same for one word of a statement."""
    if _NUMBERS.fullmatch(word):
        return False
    # "ENC " is the one mark that goes over a word's end
    return bool(_WORDS_OF_SECRETS.search(f"{word} ".lower())) or (len(word) >= LONG_WORD_CHARS and not _KNOWN_LONG.fullmatch(word))


def may_hold(text: str) -> bool:
    """Whether nets 2 and 3 may find something: most statements are done with after this."""
    return bool(_WORDS_OF_SECRETS.search(text.lower())) or (
        len(text) >= LONG_WORD_CHARS and max(map(len, text.split()), default=0) >= LONG_WORD_CHARS
    )


_PUBLIC_CONTEXT = re.compile(r"public|pubkey|certificate|fingerprint|uuid|thumbprint|ssh-(?:rsa|dss|ed25519)|ecdsa-sha2", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN (?:CERTIFICATE|X509 CRL|PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE REQUEST)-----.*?(?:-----END|$)", re.DOTALL)


def marked(text: str) -> Iterator[Span]:
    """What says by its form that it is secret, wherever it stands."""
    for pattern, kind in _LOOKS:
        for found in pattern.finditer(text):
            if found["secret"].strip() and not REMOVED.fullmatch(found["secret"].strip()):
                yield Span(*found.span("secret"), kind, salted=kind == "encrypted")


def random_words(text: str) -> Iterator[Span]:
    """Long texts made by chance, unless what stands before them says that anybody may know them."""
    open_spans = [found.span() for found in _PEM.finditer(text)]
    for found in _LONG.finditer(text):
        word = found[0]
        context = text[max(0, found.start() - 60) : found.start()]
        if _PUBLIC_VALUE.match(word) or _PUBLIC_CONTEXT.search(context) or any(start <= found.start() < end for start, end in open_spans):
            continue
        if _is_random(word):
            yield Span(*found.span(), "key")


def public_parts(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """What a platform's patterns call public, with the value behind it; of a statement of several lines, all from there on."""
    for pattern in patterns:
        for found in pattern.finditer(text):
            behind = _NEXT_WORD.match(text, found.end())
            yield found.start(), len(text) if "\n" in text else behind.end() if behind else found.end()


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
