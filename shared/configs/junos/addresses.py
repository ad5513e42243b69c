"""What is behind the names of addresses? Address books (global, attached, and in zones), address sets, and prefix-lists.

A policy looks a name up in its zone's book first, then in the global one. Source: Junos "Address books and address sets".
"""

from shared.configs import values
from shared.configs.junos.box import Book, Box
from shared.configs.junos.groups import by_path
from shared.configs.word_tree import Node
from shared.device_config import AddressObject

MAX_PATHS = 5
"""``apply-path`` of one list; real ones have one."""
MAX_LISTS = 20_000
BUILT_IN = {"any": ("any",), "any-ipv4": ("0.0.0.0/0",), "any-ipv6": ("::/0",)}


def read(box: Box) -> None:
    for node in box.at("security", "address-book").each_active():
        attached = node.values("attach", "zone")
        node.pass_over("descriptions", "description")
        found = Book()
        _book(box, node, found)
        for place in attached or ([""] if node.name == "global" else []):
            box.books[place] = found
    for zone in box.at("security", "zones", "security-zone").each_active():
        if (own := zone.get("address-book")) is not None:
            found = box.books.setdefault(zone.name, Book())
            _book(box, own, found)
    box.books.setdefault("", Book())
    for listed in box.at("policy-options", "prefix-list").each_active()[:MAX_LISTS]:
        box.prefix_lists[listed.name] = _prefixes(box, listed)
    for each in box.addresses:
        box.reading.address_objects.append(each)


def _book(box: Box, node: Node, book: Book) -> None:
    for address in node.each("address"):
        comment = address.value("description")
        book.own[address.name] = _values(address)
        box.addresses.append(AddressObject(name=address.name, values=book.own[address.name], comment=comment))
    for group in node.each("address-set"):
        comment = group.value("description")
        book.members[group.name] = (*group.values("address"), *group.values("address-set"))
    for group in node.each("address-set"):
        members = book.members[group.name]
        comment = group.value("description")
        resolved = values.resolved(group.name, book.own, book.members)
        box.addresses.append(AddressObject(name=group.name, kind="group", values=resolved, members=members, comment=comment))


def _values(address: Node) -> tuple[str, ...]:
    found: list[str] = []
    for child in address.each():
        if child.name == "dns-name":
            for name in child.each():
                # ``ipv4-only`` and the like
                name.values()
                found.append(name.name)
        elif child.name == "wildcard-address":
            found += [_wildcard(each.name) for each in child.each()]
        elif child.name == "range-address":
            found += [_range(each) for each in child.each()]
        elif child.name == "ip-prefix":
            found += [values.network(each.name) for each in child.each()]
        elif child.name != "description":
            child.used = values.is_network(child.name)
            found += [values.network(child.name)] if child.used else []
    return tuple(found)


def _wildcard(text: str) -> str:
    address, _, mask = text.partition("/")
    try:
        return values.network(address, mask)
    except ValueError:
        return text


def _range(first: Node) -> str:
    last = first.value("to")
    try:
        return values.span(first.name.split("/", 1)[0], last.split("/", 1)[0])
    except ValueError:
        return f"{first.name}-{last}"


def _prefixes(box: Box, listed: Node) -> tuple[str, ...]:
    found: list[str] = []
    for child in listed.each():
        if child.name == "apply-path":
            for path in child.values()[:MAX_PATHS]:
                found += [values.network(name) for name in by_path(box.root, path) if values.is_network(name)]
        elif values.is_network(child.name):
            found.append(values.network(child.name))
        else:
            child.used = False
    return tuple(dict.fromkeys(found))


def resolved(box: Box, zones: list[str], name: str) -> tuple[tuple[str, ...], str]:
    """The values behind a name as a policy of these zones sees it, and what is wrong with it."""
    if name in BUILT_IN:
        return BUILT_IN[name], ""
    if values.is_network(name):
        return (values.network(name),), ""
    key = ("address", zones[0] if len(zones) == 1 else "", name)
    if key not in box.seen:
        books = [box.books[zone] for zone in ([zones[0], ""] if len(zones) == 1 else [""]) if zone in box.books]
        box.seen[key] = _look_up(books, name)
    return box.seen[key]


def _look_up(books: list[Book], name: str) -> tuple[tuple[str, ...], str]:
    for book in books:
        if name in book.own or name in book.members:
            found = values.resolved(name, book.own, book.members)
            missing = [each for each in _names(name, book) if each not in book.own and each not in book.members]
            return found, f"address {missing[0]} is not defined" if missing else ""
    return (name,), f"address {name} is not defined"


def _names(name: str, book: Book) -> list[str]:
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found[here] = None
            waiting.extend(book.members.get(here, ()))
    return list(found)
