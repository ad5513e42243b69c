"""What a Stormshield firewall's web server answers to a command: ``<nws code msg><serverd ret code msg><data format>...``.

Source: Stormshield's own python-SNS-API 1.1 (Apache 2.0): the codes of ``nws`` (100 done, 205 login) and ``serverd`` (100 to 199 done, 202
and 205 rights, 206 licence), and the formats ``section``, ``section_line`` and ``list``. A document type declaration is refused. Raises
Unparsed, Denied, Unsupported; no answer's text is in a message.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from agent.edge import WebAnswer
from shared.errors import Denied, Unparsed, Unsupported

MAX_DEPTH, MAX_KEYS = 16, 400_000

DONE = 100
LOGIN_REFUSED, UNKNOWN_COMMAND = 205, 201
NO_RIGHT, NOT_LICENSED = (202, 205), 206


@dataclass(slots=True)
class Section:
    """``rows``: the keys of each line, their names in small letters; a section without lines is one row. ``lines``: lines of plain text."""

    title: str
    rows: list[dict[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Nws:
    code: int
    said: str
    sections: list[Section] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    """``ret`` of each ``serverd``: the last one tells how the command ended."""
    total: int | None = None
    """How many rows there are in all, where only some are given."""
    session: str = ""


def read(answer: WebAnswer) -> Nws:
    if answer.status != 200:
        raise Unsupported(f"there is no such interface (HTTP status {answer.status})")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(answer.body, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise Unparsed("the answer is no XML of this interface") from None
    if builder.nws is None:
        raise Unsupported("the answer is no XML of this interface")
    return builder.nws


def judged(answer: WebAnswer) -> None:
    """Whether a command was done."""
    nws = read(answer)
    if nws.code == LOGIN_REFUSED:
        raise Denied("the session has no right to this (code 205)")
    if nws.code == UNKNOWN_COMMAND:
        raise Unsupported("there is no such command (code 201)")
    if nws.code != DONE:
        raise Unparsed(f"the command was not done (code {nws.code})")
    ended = nws.results[-1] if nws.results else 0
    if ended in NO_RIGHT:
        raise Denied(f"the account may not do this (ret {ended})")
    if ended == NOT_LICENSED or ended // 100 == 2:
        raise Unsupported(f"the firewall does not have this (ret {ended})")
    if ended // 100 != 1:
        raise Unparsed(f"the command was not done (ret {ended})")


class _Builder:
    def __init__(self) -> None:
        self.nws: Nws | None = None
        self._path: list[str] = []
        self._keys = 0
        self._words: list[str] = []
        self._row: dict[str, str] | None = None

    def doctype(self, *declared: object) -> None:
        raise Unparsed("the answer declares a document type: its entities could be anything")

    def start(self, name: str, has: dict[str, str]) -> None:
        self._path.append(name)
        self._words = []
        if len(self._path) > MAX_DEPTH:
            raise Unparsed("the answer has more levels than this interface has")
        if len(self._path) == 1:
            self.nws = Nws(int(has.get("code", 0)), has.get("msg", "")) if name == "nws" else None
        if self.nws is None:
            raise Unsupported("the answer is no XML of this interface")
        if name == "serverd":
            self.nws.results.append(int(has.get("ret", 0)))
            self.nws.total = int(has["total"]) if has.get("total", "").isdecimal() else self.nws.total
        elif name == "section":
            self.nws.sections.append(Section(has.get("title", "")))
            self._row = None
        elif name == "line":
            self._row = {}
        elif name == "key" and self.nws.sections:
            self._key(self.nws.sections[-1], has)

    def _key(self, section: Section, has: dict[str, str]) -> None:
        self._keys += 1
        if self._keys > MAX_KEYS:
            raise Unparsed(f"the answer has more than {MAX_KEYS} values")
        if self._row is None:
            self._row = {}
            section.rows.append(self._row)
        self._row[has.get("name", "").lower()] = has.get("value", "")

    def text(self, words: str) -> None:
        self._words.append(words)

    def end(self, name: str) -> None:
        self._path.pop()
        if self.nws is None:
            return
        words = "".join(self._words).strip()
        if name == "line" and self.nws.sections:
            if self._row:
                self.nws.sections[-1].rows.append(self._row)
            elif words:
                self.nws.sections[-1].lines.append(words)
            self._row = None
        elif name == "sessionid":
            self.nws.session = words
        self._words = []
