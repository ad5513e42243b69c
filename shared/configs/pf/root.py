"""Which element does a text begin with?  Past declarations and comments, without reading it."""

import re

_ROOT = re.compile(r"<([\w.-]+)")


def first_element(text: str) -> str:
    """The root's name; empty where the text does not begin as XML."""
    at = 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == "\ufeff"):
            at += 1
        ends = "-->" if text.startswith("<!--", at) else "?>" if text.startswith("<?", at) else ""
        if not ends:
            found = _ROOT.match(text, at)
            return found[1] if found else ""
        close = text.find(ends, at)
        if close < 0:
            return ""
        at = close + len(ends)
