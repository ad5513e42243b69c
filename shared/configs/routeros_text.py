r"""RouterOS's configuration text as entries: ``/export`` in its usual, terse and verbose forms, and ``print`` of a firewall table.

``/ip firewall filter`` begins a menu, ``add action=drop chain=input`` is an entry of it; terse has both in one line; since version 7 a menu
may be written with slashes. A line that ends with a backslash goes on in the next, whose leading space is none. Values are quoted where
they hold more than letters; ``\"``, ``\\``, ``\n``, ``\$``, ``\_`` (a space) and ``\F0`` (a byte) are escapes. Comments that the box puts
before an entry (``# pppoe-out1 not ready``) say why that has no effect. Source: MikroTik's documentation, "Configuration Management" and
"Scripting"; exports of versions 6.40 to 7.20.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.configs.secrets import Redactor, SecretRules
from shared.configs.statement import Statement
from shared.device_config import SecretPlace

MAX_JOINED_LINES = 20_000
_TOKEN = re.compile(
    r'\[(?P<find>[^\]]*)\]|(?P<key>[^\s=\["]+)=(?:"(?P<quoted>[^"\\]*(?:\\.[^"\\]*)*)"|(?P<bare>\S*))|(?P<word>"[^"\\]*(?:\\.[^"\\]*)*"|\S+)',
    re.DOTALL,
)
_ESCAPES = re.compile(r"(?:\\[0-9A-F]{2})+|\\(.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "", "b": "", "f": "", "v": ""}
_ESCAPED_CHAR = re.compile(r"\\.", re.DOTALL)
_STARTS = re.compile(r"/|#|(?:add|set|remove)\b")
_VERBS = frozenset({"add", "set", "remove", "unset", "enable", "disable", "move", "comment", "edit", "reset", "print", "export", "import"})
_PRINTED = re.compile(r"^\s*(\d+)\s+([XIDRPAHSE]{1,6})?(?:\s+|$)(?:;;;\s?(.*)|(.*=.*))?$")
_LOG_LINE = re.compile(r"^\d\d:\d\d:\d\d echo: ")
_REMOVED_AT = re.compile(r"\[removed")


@dataclass(slots=True)
class Entry:
    """One command of the export: ``add``, ``set`` ... in a menu, without its secrets."""

    statement: Statement
    menu: str
    """``ip firewall filter``; empty: the text began without one."""
    verb: str = ""
    """Empty: the line that begins the menu."""
    target: str = ""
    """What ``set`` is about: ``default-name=ether1`` of a ``[ find ]``, a number, or a name."""
    attrs: dict[str, str] = field(default_factory=dict)
    """Values as text; a name that was unset (``!src-port``) is not in it."""
    stray: bool = False
    """It holds words that are no part of an entry."""
    note: str = ""
    """The box's own remark above it."""

    def get(self, name: str, default: str = "") -> str:
        return self.attrs.get(name, default)

    @property
    def disabled(self) -> bool:
        return self.attrs.get("disabled") == "yes"

    @property
    def line(self) -> int:
        return self.statement.line


@dataclass(slots=True)
class Export:
    statements: list[Statement] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    """How many lines of the text each statement takes."""
    entries: list[Entry] = field(default_factory=list)
    complete: bool = True
    printed: bool = False
    """It is what ``print`` gives of one table, not an export."""

    def text(self) -> str:
        """The configuration again, with as many lines as it had."""
        return "".join(
            f"{statement.indent}{wrapped(statement.text, length)}\n"
            for statement, length in zip(self.statements, self.lengths, strict=True)
        )


def parse(text: str, redactor: Redactor) -> Export:
    """Statements, their secrets out, their words read."""
    export = Export(printed=_is_printed(text))
    lines = text.splitlines()
    menu_statement: Statement | None = None
    at = 0
    while at < len(lines):
        raw = lines[at]
        stripped = raw.strip()
        statement = Statement(at + 1, stripped, raw[: len(raw) - len(raw.lstrip())])
        export.statements.append(statement)
        first = at
        at += 1
        if not stripped or stripped[0] == "#" or _LOG_LINE.match(stripped):
            statement.noise = True
        elif stripped[-1] == "\\" or '"' in stripped:
            statement.text, at, whole = _joined(lines, first)
            export.complete = export.complete and whole
        statement.noise = statement.noise or not statement.text
        if not statement.noise:
            if statement.text[0] == "/":
                menu_statement = statement
            elif menu_statement is not None:
                statement.parent = menu_statement
        export.lengths.append(at - first)
    _without_secrets(export.statements, redactor)
    export.entries = list(_printed_entries(export.statements) if export.printed else _entries(export.statements))
    return export


def _joined(lines: list[str], at: int) -> tuple[str, int, bool]:
    """The statement that begins in line ``at``, the number of the line after it, and whether its end was there."""
    parts: list[str] = []
    last = min(len(lines), at + MAX_JOINED_LINES)
    is_open = False
    while at < last:
        line = lines[at].strip() if not parts else lines[at].lstrip()
        at += 1
        goes_on = line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1
        part = line[:-1] if goes_on else line.rstrip()
        if '"' in part and _ESCAPED_CHAR.sub("", part).count('"') % 2:
            is_open = not is_open
        parts.append(part)
        if goes_on:
            continue
        if not is_open:
            return "".join(parts), at, True
        if at < last and _STARTS.match(lines[at]):
            break
        parts.append("\n")
    return "".join(parts).rstrip("\n"), at, False


def wrapped(text: str, length: int) -> str:
    """The statement broken into ``length`` lines, as RouterOS breaks it: at spaces where there are enough."""
    missing = length - 1 - text.count("\n")
    if missing <= 0:
        return text
    step = len(text) / (missing + 1)
    parts, start = [], 0
    for number in range(1, missing + 1):
        wanted = max(start + 1, int(number * step))
        space = text.find(" ", wanted, wanted + 40) + 1
        at = space or wanted
        while at < len(text) and (text[at].isspace() or text[at - 1] in "\\\n"):
            at += 1
        at = min(at, len(text))
        parts.append(text[start:at])
        start = at
    return "\\\n    ".join((*parts, text[start:]))


def _without_secrets(statements: list[Statement], redactor: Redactor) -> None:
    """The platform's rules first, then the nets for what they do not know.

    The nets read prose, in which ``password`` is followed by one. Here the words of a menu are none, nor is the attribute after a value
    like ``auth-method=pre-shared-key``: marks after values keep the nets from going on over them."""
    rules = Redactor(redactor.key, SecretRules(redactor.rules.rules), nets=False)
    nets = Redactor(redactor.key)
    for statement in statements:
        text = statement.text
        if not text or _ONLY_MENU.match(text):
            continue
        head = _HEAD.match(text)
        at = head.end() if head and not statement.noise else 0
        parent = Statement(statement.line, text[:at].strip()) if text[0] == "/" else statement.parent
        # the path names the menu and the verb, never the values beside the secret
        place = Statement(statement.line, _verb(text[:at]), parent=parent)
        rules.places.clear()
        nets.places.clear()
        cleared = rules.text(text[at:], place) if any(word in text for word in _RULES_ASK) else text[at:]
        marked = _QUOTED_VALUE.sub(f'\\1{_MARK}"{_MARK}', _SECRET_WORD_VALUE.sub(f"\\1{_MARK}", cleared))
        statement.text = text[:at] + nets.text(marked, place).replace(_MARK, "")
        if nets.places:
            redactor.places += _named(nets.places, statement.text, {each.fingerprint: each.kind for each in rules.places})


# no rule of the platform's finds anything in a text without one of these: looking for them is cheaper than the rules
_RULES_ASK = (
    "pass", "secret", "psk", "key", "communit", "token", "pin", "seed", "cak", "ckn", "source", "script", " on-", "cmd", "contents",
    "entrypoint",
    "user-data", "name=", "identity=", "value=", "[removed",
)  # fmt: skip
_MARK = ";\x03"
_ONLY_MENU = re.compile(r"/[a-z0-9]+(?:[ /][a-z0-9-]+){0,4}$")
_HEAD = re.compile(r"(?:/[\w/-]+(?: [\w-]+)*? )?(?:add|set|remove|print)(?:\s+|$)")
_QUOTED_VALUE = re.compile(r'(="(?!\[removed(?::[0-9a-f]{10})?\]")[^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_SECRET_WORD_VALUE = re.compile(r"(=[^\s\"]*(?:key|word|secret|psk|phrase|communit(?:y|ies)|token|credentials|seed|code|pin))(?=\s)")


def _verb(head: str) -> str:
    return head.split()[-1] if head.strip() else "…"


def _named(places: list[SecretPlace], text: str, kinds: Mapping[str, str]) -> Iterator[SecretPlace]:
    """The places with the names of their attributes."""
    names = list(_names_of_removed(text))
    for number, each in enumerate(places):
        name = names[number] if len(names) == len(places) else ""
        yield each.model_copy(update={"path": f"{each.path} {name}".strip(), "kind": each.kind or kinds.get(each.fingerprint, "")})


def _names_of_removed(text: str) -> Iterator[str]:
    marks = [found.start() for found in _REMOVED_AT.finditer(text)]
    spans = [(found.end("key"), found.end(), found["key"]) for found in _TOKEN.finditer(text) if found["key"]]
    for mark in marks:
        yield next((name for start, end, name in spans if start <= mark < end), "")


def unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPES.sub(_unescaped, value)


def _unescaped(found: re.Match[str]) -> str:
    if (char := found[1]) is not None:
        return _PLAIN_ESCAPES.get(char, char)
    raw = bytes.fromhex(found[0].replace("\\", ""))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _entries(statements: list[Statement]) -> Iterator[Entry]:
    menu, note = "", ""
    for statement in statements:
        if statement.noise:
            note = statement.text.removeprefix("#").strip() if statement.text.startswith("#") else note
            continue
        text = statement.text
        if text[0] == "/":
            menu, text = _menu(text)
        entry = Entry(statement, menu, note=note)
        if text:
            _fill(entry, text)
        yield entry
        note = ""


def _menu(text: str) -> tuple[str, str]:
    """``/ip firewall filter add chain=input`` -> its menu and the rest."""
    at = 0
    words: list[str] = []
    for found in re.finditer(r"\S+", text):
        word = found[0]
        if word in _VERBS or "=" in word or word[0] in "[!":
            return " ".join(words), text[at:].strip()
        words += filter(None, word.split("/"))
        at = found.end()
    if words and words[-1] in _VERBS:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _fill(entry: Entry, text: str) -> None:
    """Verb, target and attributes."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "quoted":
            entry.attrs[found["key"]] = unescaped(found["quoted"])
        elif kind == "bare":
            entry.attrs[found["key"]] = unescaped(found["bare"])
        elif kind == "find":
            entry.target = found["find"].strip().removeprefix("find").strip().removeprefix("where").strip()
        elif not entry.verb:
            entry.verb = found["word"]
        elif found["word"][0] != "!":
            entry.stray = entry.stray or bool(entry.target or entry.attrs) or entry.verb == "add"
            entry.target = entry.target or unescaped(found["word"].strip('"'))


def _is_printed(text: str) -> bool:
    return text.lstrip()[:2000].startswith("Flags: X - disabled") and "chain=" in text


def _printed_entries(statements: list[Statement]) -> Iterator[Entry]:
    """``print all`` of a firewall table: an entry is a number, flags, its comment, and its attributes in one or several lines."""
    entry: Entry | None = None
    for statement in statements:
        if statement.noise or statement.text.startswith(("Flags:", "Columns:")):
            statement.noise = True
            continue
        if found := _PRINTED.match(statement.text):
            if entry is not None:
                yield _of_table(entry)
            entry = Entry(statement, "ip firewall filter", "add")
            if "X" in (found[2] or ""):
                entry.attrs["disabled"] = "yes"
            if "I" in (found[2] or ""):
                entry.note = "invalid"
            if found[3]:
                entry.attrs["comment"] = found[3].strip()
            if found[4]:
                _add_printed(entry, found[4])
        elif entry is not None and "=" in statement.text:
            _add_printed(entry, statement.text)
            statement.parent = entry.statement
            entry.statement.children.append(statement)
        else:
            yield Entry(statement, "", "?")
    if entry is not None:
        yield _of_table(entry)


def _add_printed(entry: Entry, text: str) -> None:
    for found in _TOKEN.finditer(text):
        if found["key"]:
            entry.attrs[found["key"]] = unescaped(found["quoted"] if found["quoted"] is not None else found["bare"])


def _of_table(entry: Entry) -> Entry:
    if entry.get("chain") in ("srcnat", "dstnat") or entry.get("action") in ("dst-nat", "src-nat", "masquerade", "redirect", "netmap"):
        entry.menu = "ip firewall nat"
    return entry
