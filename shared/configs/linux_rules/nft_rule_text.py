"""A rule in nft's language as the statements that ``nft -j`` would print.

Source: nft(8), libnftables-json(5), nftables 1.0.6. What is not known becomes a statement ``words``: a condition in nft's own words, so
that the rule does not look wider than it is."""

from collections.abc import Callable
from typing import Any

from shared.configs.linux_rules.nft_tokens import Tokens

_PAYLOADS = frozenset(
    ("ip", "ip6", "tcp", "udp", "udplite", "sctp", "dccp", "th", "icmp", "icmpv6", "igmp", "ether", "vlan", "arp", "ah", "esp", "comp")
)  # fmt: skip
_BARE_META = frozenset(
    ("iif", "oif", "iifname", "oifname", "mark", "skuid", "skgid", "pkttype", "iifgroup", "oifgroup", "iiftype", "oiftype", "cpu",
     "cgroup", "rtclassid")
)  # fmt: skip
_OPERATORS = ("==", "!=", "<", ">", "<=", ">=", "eq", "ne", "lt", "gt", "le", "ge")
_SPELLED = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_ENDS = ("\n", ";", "}", "")
_VERDICTS = ("accept", "drop", "return", "continue", "notrack")
_BEGINS = frozenset((*_VERDICTS, "counter", "log", "jump", "goto", "reject", "dnat", "snat", "masquerade", "redirect", "comment", "limit"))
_NAT_FLAGS = ("random", "fully-random", "persistent")
_LIMIT_WORDS = ("over", "until")


def statements(tokens: Tokens) -> tuple[list[Any], str]:
    """The rule's statements and its comment; the place is then at its end."""
    found: list[Any] = []
    comment = ""
    while tokens.peek() not in _ENDS:
        word = tokens.peek()
        before = tokens.at
        if word == "comment":
            tokens.at += 1
            comment = tokens.take()
        elif read := _STATEMENTS.get(word):
            tokens.at += 1
            found.append(read(tokens, word))
        elif (match := _match(tokens)) is not None:
            found.append(match)
        else:
            tokens.at = before
            words = _words(tokens)
            found.append({"effect" if " set " in words else "words": words})
    return found, comment


def _words(tokens: Tokens) -> str:
    """What is not known, up to the next statement that is."""
    words: list[str] = []
    depth = 0
    while not tokens.at_end() and (depth or (tokens.peek() not in _ENDS and (not words or tokens.peek() not in _BEGINS))):
        word = tokens.peek()
        depth += (word == "{") - (word == "}")
        if word != "\n":
            words.append(word)
        tokens.at += 1
    return " ".join(words)


# --- what is asked ---


def _expression(tokens: Tokens) -> dict[str, Any] | None:
    """``tcp dport``, ``meta l4proto``, ``ct state``, ``fib daddr type``, several of them joined by dots; None: no such thing."""
    parts: list[dict[str, Any]] = []
    while True:
        part = _single(tokens)
        if part is None:
            return None
        parts.append(part)
        if tokens.peek() != ".":
            return parts[0] if len(parts) == 1 else {"concat": parts}
        tokens.at += 1


def _single(tokens: Tokens) -> dict[str, Any] | None:
    word = tokens.peek()
    if word in _BARE_META:
        tokens.at += 1
        return {"meta": {"key": word}}
    if word == "meta" and tokens.peek(1) not in _ENDS:
        tokens.at += 2
        return {"meta": {"key": tokens.peek(-1)}}
    if word == "ct":
        return _connection(tokens)
    if word == "fib":
        tokens.at += 1
        flags = [tokens.take()]
        while tokens.skip("."):
            flags.append(tokens.take())
        return {"fib": {"flags": flags, "result": tokens.take()}}
    if word in _PAYLOADS and tokens.peek(1) not in (*_ENDS, "{", "option"):
        tokens.at += 2
        return {"payload": {"protocol": word, "field": tokens.peek(-1)}}
    return None


def _connection(tokens: Tokens) -> dict[str, Any] | None:
    tokens.at += 1
    body: dict[str, Any] = {}
    if tokens.peek() in ("original", "reply"):
        body["dir"] = tokens.take()
    if tokens.peek() in ("ip", "ip6"):
        body["family"] = tokens.take()
    body["key"] = tokens.take()
    return None if body["key"] in ("count", "helper", "timeout", "expectation") and tokens.peek() in ("set", "over") else {"ct": body}


def _match(tokens: Tokens) -> dict[str, Any] | None:
    left = _expression(tokens)
    if left is None:
        return None
    if tokens.skip("vmap"):
        return {"vmap": {"key": left, "data": _map_data(tokens)}}
    if tokens.skip("set"):
        return {"mangle": {"key": left, "value": " ".join(_rest(tokens))}}
    negated_or = tokens.peek() if tokens.peek() in _OPERATORS else ""
    if negated_or:
        tokens.at += 1
    elif tokens.peek() in ("&", "|", "^", "and", "or", "!", "/"):
        return None
    right = _value(tokens)
    if right is None or tokens.peek() in ("/", "&", "|", "^", "map"):
        return None
    return {"match": {"op": _SPELLED.get(negated_or, negated_or) or "==", "left": left, "right": right}}


def _rest(tokens: Tokens) -> list[str]:
    words: list[str] = []
    while tokens.peek() not in _ENDS and tokens.peek() not in _BEGINS:
        words.append(tokens.take())
    return words


def _value(tokens: Tokens) -> Any:
    """A word, words joined by dots, a list with commas, or a set; None: nothing is there."""
    if tokens.peek() == "{":
        return {"set": elements(tokens)}
    if tokens.peek() in _ENDS:
        return None
    listed = [_joined(tokens)]
    while tokens.skip(","):
        tokens.skip_lines()
        listed.append(_joined(tokens))
    return listed[0] if len(listed) == 1 else listed


def _joined(tokens: Tokens) -> Any:
    parts: list[Any] = [_scalar(tokens.take())]
    while tokens.skip("."):
        parts.append(_scalar(tokens.take()))
    return parts[0] if len(parts) == 1 else {"concat": parts}


def _scalar(word: str) -> Any:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 12 else {"exists": True, "missing": False}.get(word, word)


def elements(tokens: Tokens) -> list[Any]:
    """``{ a, b . c comment "x", d : accept }``; an element of a map is a pair."""
    found: list[Any] = []
    depth = 0
    if not tokens.skip("{"):
        return found if tokens.peek() in _ENDS else [_joined(tokens)]
    while not tokens.at_end():
        if tokens.skip("\n", ","):
            continue
        if tokens.skip("{"):  # a definition that is a set of its own
            depth += 1
            continue
        if tokens.skip("}"):
            if not depth:
                break
            depth -= 1
            continue
        key = _joined(tokens)
        while tokens.peek() not in (",", "}", ":", "") and not tokens.at_end():  # a comment, a time-out, a line's end
            tokens.at += 1
        if tokens.skip(":"):
            tokens.skip_lines()
            found.append([key, _verdict_or_value(tokens)])
        else:
            found.append(key)
    return found


def _verdict_or_value(tokens: Tokens) -> Any:
    word = tokens.peek()
    if word in (*_VERDICTS, "jump", "goto"):
        tokens.at += 1
        return {word: {"target": tokens.take()}} if word in ("jump", "goto") else {word: None}
    return _joined(tokens)


def _map_data(tokens: Tokens) -> Any:
    return {"set": elements(tokens)} if tokens.peek() == "{" else tokens.take()


# --- what is done ---


def _plain(tokens: Tokens, word: str) -> Any:
    return {word: None}


def _counter(tokens: Tokens, word: str) -> Any:
    if tokens.peek() == "packets":
        tokens.at += 4
    elif tokens.skip("name"):
        return {"counter": tokens.take()}
    return {"counter": {"packets": 0, "bytes": 0}}


def _call(tokens: Tokens, word: str) -> Any:
    return {word: {"target": tokens.take()}}


def _reject(tokens: Tokens, word: str) -> Any:
    if not tokens.skip("with"):
        return {"reject": None}
    kind = tokens.take()
    if kind == "tcp":
        tokens.at += 1
        return {"reject": {"type": "tcp reset"}}
    tokens.skip("type")
    return {"reject": {"type": kind, "expr": tokens.take()}}


def _log(tokens: Tokens, word: str) -> Any:
    body: dict[str, Any] = {}
    while tokens.peek() in ("prefix", "level", "flags", "group", "snaplen", "queue-threshold"):
        key = tokens.take()
        if key == "flags" and tokens.peek() in ("tcp", "ip"):
            tokens.at += 1
        body[key] = tokens.take()
    return {"log": body or None}


def _limit(tokens: Tokens, word: str) -> Any:
    words = [word]
    while tokens.peek() in ("rate", "name", *_LIMIT_WORDS, "burst", "packets", "bytes", "kbytes", "mbytes") or words[-1] in (
        *("rate", "name", "burst"),
        *_LIMIT_WORDS,
    ):
        words.append(tokens.take())
        if words[-1].isdecimal() and tokens.peek().partition("/")[0] in ("bytes", "kbytes", "mbytes"):
            words.append(tokens.take())
    return {"words": " ".join(words)}


def _nat(tokens: Tokens, word: str) -> Any:
    body: dict[str, Any] = {}
    while tokens.peek() in ("ip", "ip6", "inet", "prefix"):
        tokens.at += 1
    if tokens.skip("to"):
        key = None if tokens.peek().startswith(":") else _expression(tokens)
        if key is not None and tokens.skip("map"):
            body["addr"] = {"map": {"key": key, "data": _map_data(tokens)}}
        else:
            _destination(body, tokens.take())
    flags = []
    while tokens.peek() in (*_NAT_FLAGS, ","):
        flags.append(tokens.take())
    if flags:
        body["flags"] = [flag for flag in flags if flag != ","]
    return {word: body or None}


def _destination(body: dict[str, Any], text: str) -> None:
    """``10.0.0.5:80``, ``[fd00::5]:80``, ``fd00::5``, ``:80``"""
    address, port = text, ""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    if address:
        body["addr"] = address
    if port.strip(":"):
        body["port"] = _scalar(port.strip(":"))


def _as_words(kind: str) -> Callable[[Tokens, str], Any]:
    def read(tokens: Tokens, word: str) -> Any:
        tokens.at -= 1
        return {kind: _words(tokens)}

    return read


_STATEMENTS: dict[str, Callable[[Tokens, str], Any]] = {
    **dict.fromkeys(_VERDICTS, _plain),
    "counter": _counter,
    "jump": _call,
    "goto": _call,
    "reject": _reject,
    "log": _log,
    "limit": _limit,
    **dict.fromkeys(("dnat", "snat", "masquerade", "redirect"), _nat),
    **dict.fromkeys(("add", "update", "delete", "queue", "flow", "dup", "fwd", "tproxy", "synproxy"), _as_words("effect")),
    **dict.fromkeys(("meter", "quota", "xt"), _as_words("words")),
}
