"""What is a secret among the leaves of a tree (XML, JSON) whose make publishes no list of them?  More is hidden than must be.

A leaf goes out if its place is in the platform's rules, if its name sounds like a secret and its value is no plain setting, or if it is
base64 of a text that holds one; within sentences and URLs, only the part that is one. Where none of that holds, ``Redactor.leaf`` looks at
names and looks as for all formats. Source: what the vendors hide in their own exports; measured with canaries.
"""

import base64
import binascii
import re
from collections.abc import Callable

from shared.configs.secret_nets import REMOVED
from shared.configs.secrets import Redactor, SecretRules, rule

Clean = Callable[[str, str, int], str]
"""(path, value, line) -> the value without its secrets."""

_VALUE = " (value)"
VALUE_RULE = rule(r" \(value\)$", "credential")
"""A platform's rules end with this one: it takes what this file has found within a value."""

_SOUNDS_SO = re.compile(
    r"(?:key|keys|psk|secret|token|passwd|password|passphrase|pass|pwd|pw|pin|credentials?|cookie|community|commstring|comm-string|hash"
    r"|seed|authcode|apikey|license|voucher)$|(?:^|[_-])(?:password|secret|token|passphrase|psk)[_-]",
    re.IGNORECASE,
)
_SOUNDS_PUBLIC = re.compile(
    r"pub(?:lic)?[_-]?key|length|policy|polic|lifetime|expir|timeout|enable|interval|min|max|type$|mode$|count$|id$|algorithm",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:\d{1,5}|-1|on|off|yes|no|true|false|none|enabled?|disabled?|default|auto|any|all|both|deny|allow|required?|optional|never|always"
    r"|psk|rsa|dsa|ecdsa|ed25519|(?:hmac-)?(?:md5|sha\d*)|open|shared|wpa\w*|read-?only|read-?write|noauth|original)$",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[\w./-]{1,18}$")
_CAREFUL = re.compile(r"pass|pwd|pw|psw|secret|psk|key|commun|cred|token|bearer|seed|segreto|parola|chiave|codice|pin|code", re.IGNORECASE)
_LOGIN = re.compile(
    r"\b(?:log-?in|account|user(?:name)?|utente|accesso|credenziali|zugang)\b[\s:=]{1,3}(?:is\s|è\s)?[\w.@-]{1,64}\s?/\s?(?P<secret>[^\s,;]+)",
    re.IGNORECASE,
)
_QUERY = re.compile(r"[?&;](?!(?:host(?:name)?|myip|ip|domain|url|type|page|xml|id|file)=)[\w.-]{1,40}=(?P<secret>[^&;\s\"'<>#]{6,})")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{12,}={0,2}$")
_ALWAYS, _PUBLIC, _SO, _CARE, _REST = "always", "public", "sounds so", "careful", "plain"


def cleaner(redactor: Redactor, rules: SecretRules) -> Clean:
    """The function that every value, attribute and comment goes through."""
    kinds: dict[str, str] = {}

    def clean(path: str, value: str, line: int) -> str:
        kind = kinds.get(path)
        if kind is None:
            kind = kinds[path] = _kind(path, rules)
        if kind == _REST and _SHORT.match(value):
            return value
        return _clean(redactor, rules, kind, path, value, line)

    return clean


def _kind(path: str, rules: SecretRules) -> str:
    name = path.rsplit("/", 1)[-1]
    if any(each.statement.search(path) for each in rules.rules):
        return _ALWAYS
    if any(pattern.search(path) for pattern in rules.public):
        return _PUBLIC
    if _SOUNDS_SO.search(name) and not _SOUNDS_PUBLIC.search(name):
        return _SO
    return _CARE if _CAREFUL.search(name) else _REST


def _clean(redactor: Redactor, rules: SecretRules, kind: str, path: str, value: str, line: int) -> str:
    bare = value.strip()
    if not bare:
        return value
    if kind not in (_ALWAYS, _PUBLIC):
        if (kind == _SO and not _PLAIN.match(bare)) or _hides_one(bare, rules):
            return redactor.leaf(f"{path}{_VALUE}", value, line)
        value = _within(redactor, path, value, line)
    return redactor.leaf(path, value, line)


def _within(redactor: Redactor, path: str, value: str, line: int) -> str:
    """What stands in a sentence or in a URL, where only its neighbours tell what it is."""
    for pattern, sign in ((_LOGIN, "/"), (_QUERY, "=")):
        if sign in value:
            value = pattern.sub(lambda found: _part_out(redactor, path, found, line), value)
    return value


def _part_out(redactor: Redactor, path: str, found: re.Match[str], line: int) -> str:
    return found[0][: found.start("secret") - found.start()] + redactor.leaf(f"{path}{_VALUE}", found["secret"], line)


def _hides_one(value: str, rules: SecretRules) -> bool:
    """Whether it is base64 of a text in which a secret stands."""
    if not 16 <= len(value) <= 200_000 or not _BASE64.match(value) or REMOVED.search(value):
        return False
    try:
        text = base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    if any(not char.isprintable() and char not in "\r\n\t" for char in text):
        return False
    return Redactor(rules=rules).leaf("text", text) != text
