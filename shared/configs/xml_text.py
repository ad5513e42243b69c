"""How is text written in XML?  References, CDATA and comments within a value; and what PHP writes beside the standard, put right.

Source: XML 1.0 (5th edition), 2.2 and 4.1. No DTD is read, so only its five names are references; HTML's others mean their character.
"""

import html.entities
import re

_CDATA = (b"<![CDATA[", b"]]>")
_ASIDES = (_CDATA, (b"<!--", b"-->"), (b"<?", b"?>"))
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));")


def meaning(raw: bytes) -> str:
    """What a leaf's bytes mean: references resolved, CDATA unwrapped, comments left out."""
    if b"&" not in raw and b"<" not in raw:
        return raw.decode("utf-8", "replace").replace("\r\n", "\n")
    parts, at = [], 0
    while at < len(raw):
        mark = raw.find(b"<", at)
        plain = raw[at:] if mark < 0 else raw[at:mark]
        parts.append(_REFERENCE.sub(_referred, plain.decode("utf-8", "replace")))
        if mark < 0:
            break
        opens, closes = next((each for each in _ASIDES if raw.startswith(each[0], mark)), _CDATA)
        end = raw.find(closes, mark)
        end = len(raw) if end < 0 else end
        if opens is _CDATA[0]:
            parts.append(raw[mark + len(opens) : end].decode("utf-8", "replace"))
        at = end + len(closes)
    return "".join(parts).replace("\r\n", "\n")


def _referred(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED.get(found[3], found[0])
    return chr(int(found[1], 16) if found[1] else int(found[2]))


def escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if quotes else text


# --- what is put right before expat sees it ---

_UNLAWFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#x(?P<hex>[0-9a-fA-F]{1,8});|#(?P<number>\d{1,8});|(?P<name>[A-Za-z]\w{0,31});)?")


def lawful(text: str) -> str:
    text = _UNLAWFUL.sub(" ", text)
    if "&" not in text:
        return text
    parts, at = [], 0
    while at < len(text):
        mark = text.find("<![CDATA[", at)
        parts.append(_AMPERSAND.sub(_put_right, text[at : None if mark < 0 else mark]))
        if mark < 0:
            break
        end = text.find("]]>", mark)
        end = len(text) if end < 0 else end + 3
        parts.append(text[mark:end])
        at = end
    return "".join(parts)


def _put_right(found: re.Match[str]) -> str:
    if found["hex"] or found["number"]:
        code = int(found["hex"], 16) if found["hex"] else int(found["number"])
        lawful = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        return found[0] if lawful else " "
    if found["name"]:
        meant = html.entities.html5.get(f"{found['name']};", "")
        return meant if meant and meant not in "<>&" else f"&amp;{found[0][1:]}"
    return f"&amp;{found[0][1:]}"
