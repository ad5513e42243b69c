"""Configurations as the commands that would make them: Junos's ``| display set`` and PAN-OS's ``set`` output format.

``set a b c`` puts words below one another; ``deactivate`` and ``activate`` (Junos) switch what is there, ``delete`` takes it away,
``move`` and ``insert`` change the order; a text in quotes may go on over lines. Source: Junos CLI user guide; PAN-OS CLI quick start.
"""

from shared.configs.braces import MAX_TEXT_LINES, PROMPT
from shared.configs.statement import Document, Statement
from shared.configs.word_tree import Node, Tree, words_of

COMMANDS = frozenset({"set", "deactivate", "activate", "delete", "move", "insert", "protect", "unprotect", "annotate", "top", "edit"})


def parse(text: str) -> Document:
    document = Document()
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        body, number = lines[at].strip(), at + 1
        at += 1
        if body.count('"') % 2:
            end = _end_of_quotes(lines, at, body)
            body = "\n".join((body, *lines[at:end])).rstrip()
            document.complete = document.complete and (end > at or number < len(lines))
            at = end
        noise = not body or body[0] in "#!" or body.startswith("/*") or bool(PROMPT.match(body))
        statement = Statement(number, body, noise=noise)
        document.statements.append(statement)
        if not noise:
            document.roots.append(statement)
    return document


def _end_of_quotes(lines: list[str], at: int, body: str) -> int:
    """The line after the one that ends a text in quotes; ``at`` where none does."""
    quotes = body.replace('\\"', "").count('"')
    for end in range(at, min(len(lines), at + MAX_TEXT_LINES)):
        if quotes % 2 == 0:
            return end
        if lines[end].lstrip().startswith(("set ", "deactivate ")):
            return at
        quotes += lines[end].replace('\\"', "").count('"')
        if quotes % 2 == 0:
            return end + 1
    return at


def tree(document: Document) -> Tree:
    made = Tree(document)
    for index, statement in enumerate(document.statements):
        if statement.noise:
            continue
        said = words_of(statement.text)
        command = said[0]
        if command == "set":
            made.add(made.root, said[1:], statement, (index, index + 1))
        elif command in ("deactivate", "activate", "protect", "unprotect") and len(said) > 1:
            _switch(made, command, statement)
        elif command == "delete" and len(said) > 1:
            _delete(made, statement)
        elif command in ("move", "insert") and len(said) > 2:
            _move(made, statement)
        else:
            made.targets.append((statement, []))
    return made


def _switch(made: Tree, command: str, statement: Statement) -> None:
    here = made.root
    for word in words_of(statement.text)[1:]:
        if word not in here.children:
            # what is not there cannot be switched: nothing is said
            made.targets.append((statement, [made.root]))
            return
        here = here.children[word]
    if command in ("deactivate", "activate"):
        here.inactive = command == "deactivate"
    made.targets.append((statement, [here]))


def _delete(made: Tree, statement: Statement) -> None:
    here: Node | None = made.root
    for word in words_of(statement.text)[1:]:
        here = here.children.get(word) if here is not None else None
    if here is not None and here.parent is not None:
        here.leave("deleted again further down")
        here.parent.children.pop(here.name, None)
    made.targets.append((statement, [made.root]))


def _move(made: Tree, statement: Statement) -> None:
    """``move rulebase security rules X top``, ``... before Y``; Junos: ``insert ... policy X before policy Y``."""
    said = words_of(statement.text)
    where = next((at for at in range(len(said) - 1, 0, -1) if said[at] in ("before", "after", "top", "bottom")), 0)
    here: Node | None = made.root
    for word in said[1:where]:
        here = here.children.get(word) if here is not None else None
    if not where or here is None or here.parent is None:
        made.targets.append((statement, []))
        return
    siblings = here.parent.children
    names = [name for name in siblings if name != here.name]
    other = said[-1]
    if said[where] in ("before", "after") and other not in names:
        made.targets.append((statement, []))
        return
    at = {"top": 0, "bottom": len(names)}.get(said[where], names.index(other) + (said[where] == "after") if other in names else 0)
    names.insert(at, here.name)
    here.parent.children = {name: siblings[name] for name in names}
    made.targets.append((statement, [made.root]))
