"""An expression or statement of nft's JSON written as nft's language has it, for people: what has no field of its own is shown this way.

Source: libnftables-json(5), nft(8), nftables 1.0.6. Nothing is refused: what is not known here is written as compact JSON.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_PLAIN_META = {"iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup", "iiftype", "oiftype"}
_CALCULATIONS = {"&", "|", "^", "<<", ">>"}
_DEFAULT_BURST = 5


def text_of(expression: Any) -> str:
    """``{"payload": {"protocol": "tcp", "field": "dport"}}`` -> ``tcp dport``"""
    if isinstance(expression, list):
        return ", ".join(text_of(part) for part in expression)
    if isinstance(expression, bool):  # what a fib lookup or a header's presence is compared with
        return "exists" if expression else "missing"
    if not isinstance(expression, dict):
        return str(expression)
    name, body = next(iter(expression.items()), ("", None))
    write = _EXPRESSIONS.get(name)
    try:
        return write(body) if write else _json(expression)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError):  # of another form than the manual says
        return _json(expression)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _meta(body: Any) -> str:
    return str(body["key"]) if body["key"] in _PLAIN_META else f"meta {body['key']}"


def _payload(body: Any) -> str:
    return f"{body['protocol']} {body['field']}" if "protocol" in body else f"@{body['base']},{body['offset']},{body['len']}"


def _ct(body: Any) -> str:
    return " ".join(str(body[key]) for key in ("dir", "family", "key") if key in body).join(("ct ", ""))


def _set(body: Any) -> str:
    elements = body if isinstance(body, list) else [body]
    return f"{{ {', '.join(sorted((_element(element) for element in elements), key=natural_order))} }}"


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts 9 before 10, and 10.0.0.9 before 10.0.0.10. A set has no order, and nft prints it in one that changes."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"[0-9]{1,18}|[^0-9]+", text))


def _element(element: Any) -> str:
    if isinstance(element, list) and len(element) == 2:
        return f"{text_of(element[0])} : {statement_text(element[1])}"
    return text_of(element)


def _operation(sign: str) -> Callable[[Any], str]:
    return lambda body: f" {sign} ".join(text_of(part) for part in body)


_EXPRESSIONS: dict[str, Callable[[Any], str]] = {
    "meta": _meta,
    "socket": lambda body: f"socket {body['key']}",
    "osf": lambda body: f"osf {body['key']}",
    "ipsec": lambda body: " ".join(["ipsec", *(str(body[key]) for key in ("dir", "key", "spnum") if key in body)]),
    "numgen": lambda body: f"numgen {body['mode']} mod {body['mod']}",
    "jhash": lambda body: f"jhash {text_of(body['expr'])} mod {body['mod']}",
    "payload": _payload,
    "ct": _ct,
    "set": _set,
    "prefix": lambda body: f"{text_of(body['addr'])}/{body['len']}",
    "range": lambda body: f"{text_of(body[0])}-{text_of(body[1])}",
    "concat": lambda body: " . ".join(text_of(part) for part in body),
    "tcp option": lambda body: " ".join(["tcp option", *(str(body[key]) for key in ("name", "field") if key in body)]),
    "rt": lambda body: f"rt {body['key']}",
    "elem": lambda body: text_of(body["val"]),
    "fib": lambda body: f"fib {' . '.join(body['flags'])} {body['result']}",
    "map": lambda body: f"{text_of(body['key'])} map {text_of(body['data'])}",
    "&": _operation("&"),
    "|": _operation("|"),
    "^": _operation("^"),
    "<<": _operation("<<"),
    ">>": _operation(">>"),
}


def statement_text(statement: Any) -> str:
    """``{"match": ...}`` -> ``tcp dport 22``; ``{"accept": null}`` -> ``accept``. Counters are left out: they change by themselves."""
    if not isinstance(statement, dict):
        return text_of(statement)
    name, body = next(iter(statement.items()), ("", None))
    write = _STATEMENTS.get(name)
    try:
        if write:
            return write(body)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError):
        return _json(statement)
    return name if body is None else _json(statement)


def _match(body: Any) -> str:
    calculated = isinstance(body["left"], dict) and not _CALCULATIONS.isdisjoint(body["left"])
    sign = "" if body["op"] in ("==", "in") and not calculated else f"{body['op']} "
    return f"{text_of(body['left'])} {sign}{text_of(body['right'])}"


def _reject(body: Any) -> str:
    return "reject" if not body else " ".join(["reject with", *(str(body[key]) for key in ("type", "expr") if key in body)])


def _log(body: Any) -> str:
    return "log" if not body else f"log {' '.join(f'{key} {json.dumps(value)}' for key, value in sorted(body.items()))}"


def _limit(body: Any) -> str:
    over = "over " if body.get("inv") else ""
    unit = f" {body['rate_unit']}" if body.get("rate_unit", "packets") != "packets" else ""
    burst = body.get("burst", _DEFAULT_BURST)
    tail = "" if burst in (0, _DEFAULT_BURST) else f" burst {burst} {body.get('burst_unit', 'packets')}"
    return f"limit rate {over}{body['rate']}{unit}/{body['per']}{tail}"


def _translation(kind: str) -> Callable[[Any], str]:
    def write(body: Any) -> str:
        if not body:
            return kind
        address, port = body.get("addr"), body.get("port")
        where = "" if address is None else text_of(address)
        return f"{kind} to {where}{'' if port is None else f':{text_of(port)}'}"

    return write


def _dynamic_set(body: Any) -> str:
    inner = " ".join([text_of(body["elem"]), *(statement_text(part) for part in body.get("stmt", ()))])
    return f"{body['op']} {body['set']} {{ {inner} }}"


def _named(word: str) -> Callable[[Any], str]:
    return lambda body: f"{word} {body if isinstance(body, str) else body['target']}"


_STATEMENTS: dict[str, Callable[[Any], str]] = {
    "words": str,
    "effect": str,
    "match": _match,
    "reject": _reject,
    "log": _log,
    "limit": _limit,
    "jump": _named("jump"),
    "goto": _named("goto"),
    "dnat": _translation("dnat"),
    "snat": _translation("snat"),
    "masquerade": _translation("masquerade"),
    "redirect": _translation("redirect"),
    "mangle": lambda body: f"{text_of(body['key'])} set {text_of(body['value'])}",
    "vmap": lambda body: f"{text_of(body['key'])} vmap {text_of(body['data'])}",
    "set": _dynamic_set,
    "ct count": lambda body: f"ct count {'over ' if body.get('inv') else ''}{body['val']}",
    "xt": lambda body: f"xt {body['type']} {body['name']}",
    "ct helper": lambda body: f"ct helper set {body}",
    "flow": lambda body: f"flow {body['op']} {body['flowtable']}",
}


def rule_text(statements: list[Any], comment: str) -> str:
    """A whole rule in nft's language, without its counters."""
    parts = [statement_text(statement) for statement in statements if not (isinstance(statement, dict) and "counter" in statement)]
    return " ".join([*parts, *([f"comment {json.dumps(comment, ensure_ascii=False)}"] if comment else [])])
