"""Which statements does a configuration inherit? Junos's ``groups``, ``apply-groups``, wildcards and ``apply-path``.

What stands in a group is merged below each place that applies it, where it is not there already; of several groups the first that is
listed goes before the later, those of an inner level before those of an outer. ``<*>`` and ``<ge-*>`` in a group stand for names that the
configuration itself has. ``${node}`` in a cluster is the node that prints it: ``node0`` is taken. Source: Junos CLI user guide,
"Configuration groups".
"""

import re
from fnmatch import fnmatchcase

from shared.configs.reading import Reading
from shared.configs.word_tree import Node, Tree

MAX_INHERITED = 300_000
MAX_STEPS = 3_000_000
_META = ("apply-groups", "apply-groups-except", "apply-flags", "apply-macro")
_NO_NAMES = frozenset({*_META, "interface-range", "description"})
"""Words of the grammar itself, which no wildcard stands for."""


def inherit(tree: Tree, reading: Reading) -> None:
    """Applies all groups; what belongs to groups that are not applied, or match nothing, is passed over."""
    groups = tree.root.children.pop("groups", None)
    groups = groups.use() if groups is not None else Node("groups")
    maker = _Maker(tree, groups, reading)
    _apply_below(maker, tree.root)
    for group in groups.children.values():
        _leave(maker, group)
    if maker.left > 0 and maker.steps > 0:
        return
    reading.warnings.append(f"the groups make more than {MAX_INHERITED} statements, or are applied too often: not all were")


class _Maker:
    def __init__(self, tree: Tree, groups: Node, reading: Reading) -> None:
        self.tree, self.groups, self.reading = tree, groups, reading
        self.left = MAX_INHERITED
        self.steps = MAX_STEPS
        self.applied: set[str] = set()
        self.copied: set[Node] = set()
        self.missing: set[str] = set()

    def group(self, name: str) -> Node | None:
        if name == "${node}":
            name = "node0"
            if "node0" in self.groups.children and "node0" not in self.applied:
                self.reading.warnings.append("this is a cluster: what only the first node (node0) has was read, not the second's")
        found = self.groups.children.get(name)
        if found is None and name not in self.missing and name != "junos-defaults":
            self.missing.add(name)
            self.reading.warnings.append(f"the group {name} is applied and not defined")
        if found is not None and not found.inactive:
            self.applied.add(name)
            return found.use()
        return None


def _apply_below(maker: _Maker, node: Node) -> None:
    for child in list(node.children.values()):
        if child.children and child.name not in _META and not child.inactive:
            _apply_below(maker, child)
    applied = node.children.pop("apply-groups", None)
    excepted = node.children.get("apply-groups-except")
    if excepted is not None:
        for each in (excepted, *excepted.children.values()):
            each.use()
    for name in ("apply-flags", "apply-macro"):
        if name in node.children:
            node.children.pop(name).leave("notes for scripts (apply-macro)")
    if applied is None or applied.inactive:
        return
    applied.use()
    for each in applied.children.values():
        group = None if each.inactive else maker.group(each.use().name)
        if group is not None:
            for source in _located(group, node.path()):
                _merge(maker, node, source, group.name)


def _located(group: Node, path: list[str]) -> list[Node]:
    here = [group]
    for word in path:
        here = [child for node in here for child in node.children.values() if _fits(child.name, word) and not child.inactive]
        for child in here:
            child.use()
    return here


def _fits(pattern: str, word: str) -> bool:
    if pattern.startswith("<") and pattern.endswith(">") and len(pattern) > 2:
        return word not in _NO_NAMES and len(pattern) < 100 and fnmatchcase(word, pattern[1:-1])
    return pattern == word


def _merge(maker: _Maker, node: Node, source: Node, group: str) -> None:
    excepted = node.children.get("apply-groups-except")
    if node.inactive or (excepted is not None and group in excepted.children):
        return
    for name, child in list(source.children.items()):
        maker.steps -= 1
        if maker.steps < 0 or child.inactive or name in _META:
            continue
        if name.startswith("<") and name.endswith(">"):
            for own in list(node.children.values()):
                maker.steps -= 1
                if maker.steps > 0 and _fits(name, own.name):
                    child.use()
                    _merge(maker, own, child, group)
        elif name in node.children:
            child.use()
            _merge(maker, node.children[name], child, group)
        else:
            _copy(maker, node, child)


def _copy(maker: _Maker, node: Node, source: Node) -> None:
    """Wildcards that stand for nothing here are left out."""
    if maker.left <= 0:
        return
    maker.left -= 1
    made = Node(source.name, node, node.depth + 1, origin=source)
    maker.copied.add(source)
    node.children[source.name] = made
    for child in source.children.values():
        if not child.inactive and child.name not in _META and not (child.name.startswith("<") and child.name.endswith(">")):
            _copy(maker, made, child)


def _leave(maker: _Maker, group: Node) -> None:
    """What was copied is judged by its copies; the rest is known and without effect."""
    if group.name not in maker.applied:
        group.leave("groups that are not applied")
        return
    for node in group.walk():
        if not node.used and node not in maker.copied and not node.section:
            node.section = "groups: what matches nothing here"


_STEP = re.compile(r"^<(.*)>$")


def by_path(root: Node, path: str) -> list[str]:
    """The words that an ``apply-path "interfaces <*> unit <*> family inet address <*>"`` finds."""
    here = [root]
    steps = path.split()[:30]
    for step in steps:
        wild = _STEP.match(step)
        here = [
            child for node in here for child in node.children.values()
            if not child.inactive and (fnmatchcase(child.name, wild[1]) if wild else child.name == step)
        ]  # fmt: skip
    return list(dict.fromkeys(node.name for node in here)) if steps else []
