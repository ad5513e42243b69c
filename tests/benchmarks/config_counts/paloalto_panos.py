"""Counts a PAN-OS configuration's rules: XPath of ElementTree for XML, indents for braces, regular expressions for set lines.

Default rules are left out. A NAT rule that translates source and destination makes two entries, as in the models: forwards come first. One
virtual system or several; Panorama's shared rules before and after.
"""

import re
import shlex
from collections.abc import Iterator
from xml.etree import ElementTree

_RULE = re.compile(r"^(.*?)(pre-rulebase|post-rulebase|rulebase)\0(security|nat)\0rules\0([^\0]+)(?:\0(.*))?$", re.DOTALL)
_PLACES = {"pre-rulebase": "pre", "rulebase": "", "post-rulebase": "post"}


def count(text: str) -> tuple[list[str], list[str]]:
    if "application/service" in text:
        names = [name.strip('"').split("; index")[0] for name in re.findall(r'^("[^"]+"|\S+) \{', text, re.MULTILINE)]
        return [f"vsys1/{name}" for name in names if not name.endswith("-default")], []
    security: dict[str, None] = {}
    nat: dict[str, list[str]] = {}
    start = text.lstrip()
    paths = _xml(start) if start.startswith("<") else _set(text) if re.search(r"^set ", text, re.MULTILINE) else _braces(text)
    moved: dict[str, str] = {}
    for path in paths:
        if path.startswith(("move\0", "delete\0")):
            command, _, rest = path.partition("\0")
            if found := _RULE.match(rest):
                key = _key(found)
                if command == "delete":
                    security.pop(key, None)
                elif found[5] == "top":
                    moved[key] = "top"
        elif found := _RULE.match(path):
            if found[3] == "security":
                security[_key(found)] = None
            else:
                nat.setdefault(_key(found), []).append(found[5] or "")
    keys = [*(key for key in security if key in moved), *(key for key in security if key not in moved)]
    keys.sort(key=lambda key: 0 if key.startswith("shared pre/") else 2 if key.startswith("shared post/") else 1)
    forwards = [key for key, said in nat.items() if _is(said, "translated-address", "destination-translation") or _both_ways(said)]
    sources = [key for key, said in nat.items() if not _both_ways(said) and (key not in forwards or _is(said, "", "source-translation"))]
    return keys, [*forwards, *sources]


def _key(found: re.Match[str]) -> str:
    vsys = re.search(r"vsys\0([^\0]+)\0$", found[1])
    group = re.search(r"device-group\0([^\0]+)\0$", found[1])
    scope = vsys[1] if vsys else group[1] if group else "shared" if found[1].endswith("shared\0") else "vsys1"
    return f"{' '.join(filter(None, (scope, _PLACES[found[2]])))}/{found[4]}"


def _is(said: list[str], word: str, within: str) -> bool:
    return any(within in line and word in line for line in said)


def _both_ways(said: list[str]) -> bool:
    return any("bi-directional\0yes" in line for line in said)


def _set(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if re.match(r"^(set|move|delete) .*rulebase", line):
            words = shlex.split(re.sub(r"^set config devices localhost.localdomain", "set", line).replace("'", ""))
            yield "\0".join(words[1:] if words[0] == "set" else words)


def _braces(text: str) -> Iterator[str]:
    stack: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.endswith("{"):
            stack.append(bare[:-1].strip().strip('"'))
            yield "\0".join(stack)
        elif re.match(r"^\}", bare) and stack:
            stack.pop()
        elif bare and bare[0] != "*":
            yield "\0".join((*stack, bare.rstrip(";").replace(" ", "\0", 1)))


def _xml(text: str) -> Iterator[str]:
    waiting: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(ElementTree.fromstring(text), ())]  # noqa: S314 - a file of ours
    found: list[str] = []
    while waiting:
        element, above = waiting.pop()
        own = (*above, element.get("name") or element.tag)
        leaf = (element.text or "").strip()
        found.append("\0".join((*own, leaf) if leaf else own))
        waiting.extend((child, own) for child in reversed(element))
    yield from found
