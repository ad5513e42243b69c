"""A USG's tree in JSON as the commands that make the same tree: ``set firewall name WAN_IN rule 10 action 'accept'``.

A command stands at the line of its value, so that lines stay what they are in JSON with a value a line. ``''`` is a word without a value.
Source: UniFi help, "USG Advanced Configuration"; the EdgeOS reader takes the commands.
"""

from collections.abc import Iterator

from shared.configs.json_tree import ITEM
from shared.configs.xml_tree import Element

MARK = "# UniFi gateway: the tree of mca-ctrl -t dump-cfg, as commands"


def commands(root: Element) -> str:
    lines = [MARK]
    for line, words in _paths(root):
        lines += [""] * (line - 1 - len(lines))
        lines.append(f"set {' '.join(_quoted(word) for word in words)}")
    return "\n".join(lines) + "\n"


def _paths(root: Element) -> Iterator[tuple[int, tuple[str, ...]]]:
    waiting: list[tuple[Element, tuple[str, ...]]] = [(child, ()) for child in reversed(root.children)]
    while waiting:
        here, above = waiting.pop()
        words = above if here.tag == ITEM and above else (*above, here.tag)
        if here.children:
            waiting.extend((child, words) for child in reversed(here.children))
        elif words:
            yield here.line, words if here.text in ("", "''") else (*words, here.text)


def _quoted(word: str) -> str:
    word = " ".join(word.split()) or "-"
    return word if word.replace("-", "").replace("_", "").isalnum() else "'" + word.replace("'", "'\\''") + "'"
