"""nft's own language as the objects that ``nft -j`` would print: ``nft list ruleset``, and files such as /etc/nftables.conf.

Source: nft(8), nftables 1.0.6. Read are tables with their chains, sets and maps, ``define``, and the commands ``add`` and ``insert`` of
files. What else a file orders (``include``, ``delete`` ...) is unread: it is not known here what it does."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.configs.linux_rules.nft_rule_text import elements, statements
from shared.configs.linux_rules.nft_tokens import Tokens, without_definitions
from shared.configs.reading import Reading
from shared.configs.statement import Statement

FAMILIES = ("ip", "ip6", "inet", "arp", "bridge", "netdev")
BEGIN = re.compile(
    rf"^(?:#!\S*/nft\b|(?:add )?table (?:(?:{'|'.join(FAMILIES)}) )?[\w.-]+ ?(?:\{{|$)|flush ruleset|define \w+ ?= "
    rf"|(?:add|insert|create) (?:rule|chain|set|map|element) (?:{'|'.join(FAMILIES)}) )",
    re.MULTILINE,
)
_STARTS = re.compile(r"(?:nft )?(?:table|flush|define|redefine|include|add|insert|create|delete|destroy|reset|replace)\b(?! \S+ timeout)")
_IPSET = re.compile(r"(?:create \S+ (?:hash|bitmap|list):|add \S+ \S+(?: (?:timeout|comment|nomatch|packets)\b.*)?$)")
_COUNTED = re.compile(r"\bcounter packets \d+ bytes \d+")
_EXPIRES = re.compile(r" expires \w+")
_HANDLE = re.compile(r" # handle \d+$")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?:-"(?:[^"\\]|\\.)*")?|[{};,]|[^\s{};,"]+|\n')
_COMMENT = re.compile(r'^((?:[^"#]|"(?:[^"\\]|\\.)*")*)#.*$')
_OTHERS = ("flowtable", "counter", "quota", "limit", "synproxy", "secmark", "ct")
MAX_DEPTH = 20


@dataclass(slots=True)
class Nesting:
    """Tells which lines are nft's: those that begin a command of its, up to the brace that closes it."""

    depth: int = 0

    def takes(self, line: str) -> bool:
        bare = line.strip()
        if not self.depth and (not bare[:1].isalpha() or not _STARTS.match(bare) or _IPSET.match(bare)):
            return False
        if "{" not in bare and "}" not in bare:
            return True
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", _COMMENT.sub(r"\1", bare))
        self.depth = max(0, self.depth + outside.count("{") - outside.count("}"))
        return True


def without_counters(line: str) -> str:
    """The line without what changes by itself."""
    return _HANDLE.sub("", _EXPIRES.sub("", _COUNTED.sub("counter packets 0 bytes 0", line)))


@dataclass(slots=True)
class _File:
    reading: Reading
    tokens: Tokens
    objects: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    sets: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def tell(self, line: int, kind: str, body: dict[str, Any]) -> None:
        self.objects.append((line, {kind: body}))


def objects(lines: Sequence[Statement], reading: Reading) -> list[tuple[int, dict[str, Any]]]:
    file = _File(reading, Tokens(without_definitions(list(_tokens(lines)))))
    by_line = {line.line: line for line in lines}
    while not file.tokens.at_end():
        start = file.tokens.line()
        before = file.tokens.at
        if not _command(file):
            for line in range(start, file.tokens.line_before() + 1):
                if line in by_line and not by_line[line].noise:
                    reading.unread(by_line[line])
        if file.tokens.at == before:
            file.tokens.at += 1
    return file.objects


def _tokens(lines: Iterable[Statement]) -> Iterator[tuple[str, int]]:
    for line in lines:
        text = line.text if line.text.startswith("#") is False else ""
        text = _COMMENT.sub(r"\1", text)
        joined = text.endswith("\\")
        for found in _TOKEN.finditer(text.removesuffix("\\")):
            yield found[0], line.line
        if not joined:
            yield "\n", line.line


def _command(file: _File) -> bool:
    tokens = file.tokens
    if tokens.skip("\n", ";"):
        return True
    word = tokens.take()
    if word == "nft":
        word = tokens.take()
    if word == "flush":
        tokens.rest_of_line()
        return True
    if word in ("add", "create", "insert"):
        word = tokens.take()
    elif word != "table":
        tokens.rest_of_line()
        return False
    read = {"table": _table, "chain": _chain_of, "rule": _rule_of, "set": _set_of, "map": _set_of, "element": _element_of}.get(word)
    if read is None:
        tokens.rest_of_line()
        return False
    return read(file, word)


def _family_and(file: _File, names: int) -> list[str]:
    family = file.tokens.take() if file.tokens.peek() in FAMILIES else "ip"
    return [family, *(file.tokens.take() for _ in range(names))]


def _table(file: _File, word: str) -> bool:
    family, name = _family_and(file, 1)
    body: dict[str, Any] = {"family": family, "name": name}
    file.tell(file.tokens.line(), "table", body)
    if not file.tokens.skip("{"):
        return True
    while not file.tokens.at_end() and not file.tokens.skip("}"):
        if file.tokens.skip("\n", ";"):
            continue
        word = file.tokens.take()
        if word == "chain":
            _chain(file, family, name, file.tokens.take())
        elif word in ("set", "map"):
            _set(file, word, family, name, file.tokens.take())
        elif word == "flags":
            body["flags"] = [part for part in file.tokens.rest_of_line() if part != ","]
        elif word in _OTHERS:
            kind = f"ct {file.tokens.take()}" if word == "ct" else word
            file.tell(file.tokens.line(), kind, {"family": family, "table": name, "name": file.tokens.take()})
            file.tokens.skip_block()
        else:
            file.tokens.rest_of_line()
    return True


def _chain_of(file: _File, word: str) -> bool:
    family, table, name = _family_and(file, 2)
    _chain(file, family, table, name)
    return True


def _rule_of(file: _File, word: str) -> bool:
    family, table, chain = _family_and(file, 2)
    line = file.tokens.line()
    _rule(file, {"family": family, "table": table, "chain": chain}, line)
    return True


def _set_of(file: _File, word: str) -> bool:
    family, table, name = _family_and(file, 2)
    _set(file, word, family, table, name)
    return True


def _element_of(file: _File, word: str) -> bool:
    family, table, name = _family_and(file, 2)
    body = file.sets.get((family, table, name))
    if body is None:
        file.tokens.rest_of_line()
        return False
    body.setdefault("elem", []).extend(elements(file.tokens))
    return True


def _chain(file: _File, family: str, table: str, name: str) -> None:
    tokens = file.tokens
    body: dict[str, Any] = {"family": family, "table": table, "name": name}
    file.tell(tokens.line(), "chain", body)
    if not tokens.skip("{"):
        return
    while not tokens.at_end() and not tokens.skip("}"):
        if tokens.skip("\n", ";"):
            continue
        word = tokens.peek()
        if word == "type" and tokens.peek(2) == "hook":
            told = tokens.rest_of_line()
            body.update(type=told[1], hook=told[3], policy="accept")
        elif word == "policy":
            body["policy"] = tokens.rest_of_line()[1]
        elif word in ("comment", "devices", "device", "flags") and "type" not in tokens.peek(1):
            tokens.rest_of_line()
        else:
            _rule(file, {"family": family, "table": table, "chain": name}, tokens.line())


def _rule(file: _File, body: dict[str, Any], line: int) -> None:
    found, comment = statements(file.tokens)
    if comment:
        body["comment"] = comment
    if found:
        file.tell(line, "rule", {**body, "expr": found})


def _set(file: _File, kind: str, family: str, table: str, name: str) -> None:
    tokens = file.tokens
    body: dict[str, Any] = {"family": family, "table": table, "name": name}
    file.tell(tokens.line(), kind, body)
    file.sets[family, table, name] = body
    if not tokens.skip("{"):
        return
    while not tokens.at_end() and not tokens.skip("}"):
        if tokens.skip("\n", ";"):
            continue
        word = tokens.take()
        if word == "elements":
            tokens.skip("=")
            body["elem"] = elements(tokens)
        elif word == "flags":
            body["flags"] = [part for part in tokens.rest_of_line() if part != ","]
        elif word == "timeout":
            body["timeout"] = "".join(tokens.rest_of_line())
        else:
            tokens.rest_of_line()
