"""What a device's terminal shows: control sequences carried out, its prompt learnt, its pager and its questions told apart. Pure.

Devices erase their pager's line by carriage returns, backspaces or cursor movements, redraw their prompt, and wrap what is typed. So the
text is drawn as a terminal would draw it, line by line. Sources: ECMA-48 (control functions), Oxidized's models for the forms of pagers
(FortiOS, ProCurve, Cisco, Comware, TP-Link, D-Link, Netgear, Junos), recordings of sessions.

Linear in the length of the text, whatever the device sends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import Denied, NetarioError, Unsupported
from shared.text import one_line

MAX_COLUMNS = 4096
"""A cursor that is sent further stays here."""

_NOISE = re.compile(r"\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[\0\a\x0e\x0f]|\x1b\[[0-9;?]{0,20}[mnrhl]|\x1b[()][A-Z0-9]|\x1b[=>78]")
"""Window titles, bells, colours, modes: nothing that moves."""
_NEXT_LINE = re.compile(r"\x1b\[1M\x1b\[\??[\d;]{1,12}[A-Za-z]\x1b\[1L|\x1bE|\x1b\[(?:1;1|;)?H\x1b\[[02]?J|\r+\n|\x1bD")
"""Ways to begin a line: ProCurve scrolls a region or says NEL, Netgear clears its screen before the prompt, FortiOS doubles the CR."""
_MOVE = re.compile(r"\x1b\[([\d;?]{0,20})([A-Za-z@])|\x1b.?|[\b\r]|[^\x1b\b\r]+", re.DOTALL)


def decoded(raw: bytes) -> str:
    """UTF-8, and what is none as Western European (Windows), in which older devices keep their descriptions."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        return text if text.count("\ufffd") > len(text) // 20 else raw.decode("cp1252", "replace")


def shown(text: str) -> str:
    """``text`` as a terminal shows it, lines parted by a newline alone."""
    text = _NEXT_LINE.sub("\n", _NOISE.sub("", text))
    if not any(control in text for control in "\x1b\b\r"):
        return text
    return "\n".join(_drawn(line) if any(control in line for control in "\x1b\b\r") else line for line in text.split("\n"))


def _drawn(line: str) -> str:
    """One line after all that moved the cursor in it. Blanks behind the cursor are what an erasure has left."""
    cells: list[str] = []
    column = 0
    for move in _MOVE.finditer(line):
        text = move[0]
        if text == "\r":
            column = 0
        elif text == "\b":
            column = max(0, column - 1)
        elif text[0] == "\x1b":
            column = _moved(cells, column, move[1] or "", move[2] or "")
        else:
            cells += [" "] * (column - len(cells))
            cells[column : column + len(text)] = text
            column += len(text)
    kept = len(cells)
    while kept > column and cells[kept - 1] == " ":
        kept -= 1
    return "".join(cells[:kept])


def _moved(cells: list[str], column: int, numbers: str, final: str) -> int:
    """Carries out one control function; gives the column after it. Rows do not matter: what scrolls is read in its order."""
    digits = [int(number[:5]) for number in numbers.strip("?").split(";") if number.isdecimal()]
    first = digits[0] if digits else 0
    match final:
        case "K" | "J":
            if first == 2:
                cells.clear()
            elif first == 0:
                del cells[column:]
        case "D":
            column -= first or 1
        case "C":
            column += first or 1
        case "G":
            column = (first or 1) - 1
        case "H" | "f":
            column = (digits[1] if len(digits) > 1 else 1) - 1
        case "P":
            del cells[column : column + (first or 1)]
    return min(max(column, 0), MAX_COLUMNS)


# --- the prompt ---

_PROMPT = re.compile(r"\S.{0,150}[#>$%\]]\s?|[#>$%]\s?", re.DOTALL)
_MARK = re.compile(r"(?P<body>.*?)(?P<context> ?\([^()]{0,60}\))?(?P<mark> ?[#>$%])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that was seen. It fits again with another mode (``>``, ``#``), context (``(config)``) or number in it."""

    line: str
    pattern: re.Pattern[str]

    def fits(self, line: str) -> bool:
        return len(line) < 1000 and bool(self.pattern.fullmatch(line.strip()))

    @property
    def is_privileged(self) -> bool:
        return self.line.rstrip().endswith("#")


def looks_like_a_prompt(line: str) -> bool:
    return bool(_PROMPT.fullmatch(line.rstrip())) and not pager_key(line)


def prompt_of(line: str) -> Prompt:
    bare = line.strip().lstrip("*!")[:200].strip()
    found = _MARK.fullmatch(bare)
    once = f"{_loosely(found['body'])}(?: ?\\([^()]{{0,60}}\\))? ?[#>$%]" if found else _loosely(bare)
    # a redrawn prompt may stand there twice; a mark in front of it tells of unsaved changes
    return Prompt(bare, re.compile(rf"[*!]? ?{once}(?: ?{once})?", re.DOTALL))


def _loosely(text: str) -> str:
    """The text with any number in place of its numbers, which may count commands or tell the time."""
    return "".join(r"\d{1,9}" if part.isdecimal() else re.escape(part) for part in re.split(r"(\d+)", text))


# --- what a device waits for ---

_PAGERS = (
    (re.compile(r"\(END\)\s*$"), "q"),
    (re.compile(r"-{1,4}\s*\(?more\b[^\n]{0,80}$|<-+\s*more\s*-+>\s*$|^\s*more:\s*<space>|^\s*--- ?more", re.IGNORECASE), " "),
    (re.compile(r"press (?:any key|a key|<?space|<?spacebar|enter)\b|^\s*lines \d+-\d+\b|next page|\[q quit\b", re.IGNORECASE), " "),
    (re.compile(r"^:$"), " "),
)
_ACCEPT_BY_A = re.compile(r"press ['\"(<]?a['\")>]? to accept", re.IGNORECASE)
_ACCEPT_BY_YES = re.compile(r"(?:accept|agree|acknowledge|disclaimer|consent)\b[^\n]{0,80}\byes\b[^\n]{0,30}$", re.IGNORECASE)
_CHANGE_PASSWORD = re.compile(r"change\b[^\n]{0,60}\bpassword\b[^\n]{0,60}[\[(]?\by(?:es)?/n", re.IGNORECASE)
_USER_NAME = re.compile(r"(?:user ?name|user|login|login as)\s*:\s*$", re.IGNORECASE)
_PASSWORD = re.compile(r"pass(?:word|code|phrase)\b[^\n]{0,40}:\s*$", re.IGNORECASE)
_NEW_PASSWORD = re.compile(r"new password\s*:\s*$", re.IGNORECASE)


def pager_key(line: str) -> str:
    """The key that turns the page, where ``line`` is a pager's; empty: it is none."""
    bare = line.strip()
    if not bare or len(bare) > 200:
        return ""
    return next((key for pattern, key in _PAGERS if pattern.search(bare)), "")


def without_pager(line: str) -> str:
    """What stands before the pager's words on its line."""
    found = next((found for pattern, _ in _PAGERS if (found := pattern.search(line))), None)
    return line[: found.start()] if found else line


def accepting_key(line: str, enter: str) -> str:
    """What accepts a banner that must be accepted, or puts the change of an old password off; empty: nothing of the kind is asked."""
    if _ACCEPT_BY_A.search(line):
        return "a"
    if _CHANGE_PASSWORD.search(line):
        return f"n{enter}"
    return f"yes{enter}" if _ACCEPT_BY_YES.search(line) else ""


def asks_user_name(line: str) -> bool:
    return bool(_USER_NAME.search(line))


def asks_password(line: str) -> bool:
    return bool(_PASSWORD.search(line))


def demands_new_password(line: str) -> bool:
    return bool(_NEW_PASSWORD.search(line))


# --- answers ---


def without_echo(text: str, command: str, prompt: Callable[[str], bool]) -> str:
    """The answer without the command that the device repeats before it, wrapped or behind its prompt."""
    wanted, said = "".join(command.split()), ""
    lines = text.split("\n")
    for count, line in enumerate(lines[:4], 1):
        said += "".join(line.split())
        before = said[: -len(wanted)] if wanted else said
        if said.endswith(wanted) and (not before or prompt(before) or looks_like_a_prompt(before)):
            return "\n".join(lines[count:])
        if len(said) > len(wanted) + 200:
            break
    return text


_NO_RIGHT = re.compile(
    r"permission denied|not permitted|not authori[sz]ed|authori[sz]ation (?:failed|denied)|insufficient (?:privilege|permission|rights)"
    r"|access (?:is )?denied|no permission|privilege level|not allowed|return code -37\b",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(
    r"^\s*(?:%+ ?)?(?:error:? ?)?(?:invalid (?:input|command|parameter)|unrecogni[sz]ed command|unknown (?:command|action)"
    r"|incomplete command|ambiguous command|bad command|syntax error|command parse error|expected end of command|wrong parameter"
    r"|command not found|no such command|command fail\b|return code -\d+|input does not match)",
    re.IGNORECASE | re.MULTILINE,
)
_SHORT_ANSWER = 600


def refusal(command: str, text: str) -> NetarioError | None:
    """Why the device did not answer a command, from the words that it says instead; None where it did."""
    if len(text) > _SHORT_ANSWER or text.count("\n") > 8:
        return None
    said = one_line(" ".join(text.split()))[:160]
    marked = text.lstrip().startswith(("%", "^", "error", "Error", "ERROR")) or len(text) < 200
    if marked and _NO_RIGHT.search(text):
        return Denied(f"the account may not run {command!r}: {said}")
    if _NOT_KNOWN.search(text):
        return Unsupported(f"not on this device, or not for this account: {command!r}: {said}")
    return None
