"""PAN-OS's own form of a configuration, ``running-config.xml``, as the same tree of words that its braces and set lines make.

``<entry name="x">`` is the word x, ``<member>x</member>`` too, and a leaf's text is the word below its element. The API's answer wraps the
configuration in ``<response><result>``. Source: PAN-OS XML API guide.
"""

import re
from dataclasses import dataclass, field

from shared.configs import xml_tree
from shared.configs.secrets import Redactor
from shared.configs.statement import Document, Statement
from shared.configs.word_tree import MAX_DEPTH, Node, Tree
from shared.errors import Unparsed

_ROOT = re.compile(r"<([A-Za-z][\w.-]*)[\s/>]")


@dataclass(slots=True)
class XmlTree(Tree):
    xml: xml_tree.Tree | None = None
    elements: dict[Node, xml_tree.Element] = field(default_factory=dict)

    def line(self, node: Node) -> int | None:
        found = self.elements.get(node)
        return found.line if found is not None else None

    def raw(self, node: Node) -> str:
        found = self.elements.get(node)
        return self.xml.raw(found) if self.xml is not None and found is not None else ""


def parse(text: str, redactor: Redactor) -> XmlTree:
    """The tree, with its secrets taken out. Raises Unparsed for what has no element of a configuration."""
    found = _ROOT.search(text)
    if found is None or found[1] not in ("config", "response"):
        raise Unparsed("the text holds no element config", "")
    read = xml_tree.parse(text, found[1], redactor.leaf)
    made = XmlTree(Document(complete=not read.stopped), xml=read)
    waiting = [(read.root, made.root)]
    while waiting:
        element, base = waiting.pop()
        here = _place(made, element, base)
        if here is not None:
            waiting.extend((child, here) for child in reversed(element.children))
    return made


def _place(made: XmlTree, element: xml_tree.Element, base: Node) -> Node | None:
    """The node of an element; None where it is too deep."""
    text = element.text.strip()
    said = element.tag if not text else f"{element.tag} {text}"
    statement = Statement(element.line, said)
    if base.depth + 2 > MAX_DEPTH:
        made.targets.append((statement, []))
        return None
    if element.tag == "member":
        end = base.add(text)
    elif element.tag == "entry" and element.attributes and "name" in element.attributes:
        name = element.attributes["name"]
        statement.text = f"entry {name}"
        end = base.add(name)
    else:
        end = base.add(element.tag)
    made.elements.setdefault(end, element)
    made.targets.append((statement, [end.add(text) if text and element.tag != "member" else end]))
    return end
