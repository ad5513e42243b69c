"""Who may manage an ArubaOS-Switch, and by what. Source: ArubaOS-Switch Access Security Guide 16.10."""

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_box import Box


def password(box: Box, statement: Statement) -> bool | None:
    words = statement.words
    if words[1] not in ("manager", "operator"):
        box.reading.pass_over("sign-in", statement)
        return None
    name = words[words.index("user-name") + 1] if "user-name" in words else words[1]
    box.user(name, words[1], has_password=True)
    return None


def local_user(box: Box, statement: Statement) -> None:
    words = statement.words
    group = words[words.index("group") + 1] if "group" in words else ""
    box.user(words[3], group, has_password=True if "password" in words else None)


def managers(box: Box, statement: Statement) -> None:
    """``ip authorized-managers 10.0.0.0 255.255.255.0 access manager access-method ssh``"""
    words = statement.words
    source = values.network(words[2], words[3] if len(words) > 3 and "." in words[3] else "")
    method = words[words.index("access-method") + 1] if "access-method" in words else "any"
    names = {"all": ("any",), "web": ("http", "https")}.get(method, (method,))
    for name in names:
        box.sources[name].append(source)


def web(box: Box, statement: Statement) -> None:
    """``no web-management``, ``web-management ssl``, ``web-management plaintext``; time-outs and the like say nothing of it."""
    words = statement.words
    if "ssl" in words:
        box.service("https", 443, enabled=words[0] != "no")
    elif words == ["no", "web-management"] or words[-1] == "plaintext":
        box.service("http", 80, enabled=words[0] != "no")


def community(box: Box, statement: Statement) -> None:
    box.service("snmp", 161, protocol="udp")
