"""Who may manage a Comware switch, and by what: local users, SSH, Telnet and web servers. Source: HPE 5130 EI Security and Fundamentals
configuration guides (Comware 7)."""

from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.configs.switch_box import Box


def local_user(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[-1] == "network" and "class" in words:
        box.reading.pass_over("guest users", statement)
        return
    role, password = "", None
    for each in (child for child in statement.children if not child.noise):
        parts = each.words
        if parts[0] == "password":
            password = True
        elif parts[0] in ("authorization-attribute", "level"):
            found = parts[-1] if parts[0] == "authorization-attribute" else f"level {parts[1]}"
            found = f"level {found}" if "level" in parts and found.isdigit() else found
            role = role if "user-role" in parts and role else found
        elif parts[0] not in ("service-type", "state", "access-limit", "group", "bind-attribute", "expiration-date", "description", "undo",
                              "password-control", "validity-date", "ftp-directory", "work-directory", "idle-cut",
                              "public-key"):  # fmt: skip
            box.reading.unread(each)
    box.user(words[1], role, has_password=password)


def served(name: str, port: int) -> Handler[Box]:
    """``ssh server enable`` and ``undo ssh server enable``; ``acl`` and the rest say from where and how."""

    def handle(box: Box, statement: Statement) -> bool | None:
        words = statement.words
        if words[-1] in ("enable", "disable") or words in (["ip", "http"], ["ip", "https"]):
            box.service(name, port, enabled=words[0] != "undo" and words[-1] != "disable")
        elif "acl" in words and words[-1] != "acl":
            box.guard(name, words[-1], f"{name} server")
        elif words[:2] in (["ssh", "server"], ["ssh", "user"], ["telnet", "server"], ["ip", "http"], ["ip", "https"]):
            box.reading.pass_over("sign-in", statement)
        else:
            return False
        return None

    return handle


def community(box: Box, statement: Statement) -> None:
    box.service("snmp", 161, protocol="udp")
