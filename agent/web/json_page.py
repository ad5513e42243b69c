"""What a JSON answer says, and what the pages of a list have together.  Source: RFC 8259. Raises Unparsed, Denied and Unsupported.

No answer's text is in a message: it may hold what nobody has looked through for secrets.
"""

import json
from typing import Any

from agent.edge import WebAnswer
from shared.errors import Denied, Unparsed, Unsupported

Object = dict[str, Any]

OK, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 401, 403, 404


def judged(answer: WebAnswer) -> None:
    """By HTTP's own status."""
    if answer.status == UNAUTHORIZED:
        raise Denied("the key was refused (HTTP status 401); it was tried once")
    if answer.status == FORBIDDEN:
        raise Denied("the key may not read this (HTTP status 403)")
    if answer.status == NOT_FOUND:
        raise Unsupported("there is no such interface (HTTP status 404)")
    if answer.status != OK:
        raise Unparsed(f"it answers with HTTP status {answer.status}")


def whole(answer: WebAnswer) -> Object:
    """The answer as an object."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Unparsed(f"the answer is no JSON ({type(error).__name__})") from None
    if not isinstance(value, dict):
        raise Unparsed("the answer is no JSON object")
    return value


def rows(page: Object) -> list[Object]:
    """The objects of one page."""
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise Unparsed("the answer has no list of objects in it")
    return data


def text(row: Object, name: str) -> str:
    """A text of an object; empty where it has none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""
