"""What a Stormshield answers by NSRPC, as its own files hold it: the text that ``shared.configs.stormshield_sns`` reads.

Source: "CLI/Serverd commands reference guide" v4, CONFIG OBJECT LIST (the fields of each type), CONFIG NETWORK INTERFACE SHOW (the sections
of the file ``network``), CONFIG SLOT LIST, CONFIG FILTER EXPLICIT (a rule as it is written, behind its position); for the files' form
``shared.configs.sns``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.web.nws import Section

Row = Mapping[str, str]

_NUMBERED = re.compile(r"^position=\d+; *(?:ruleid=\d+: *)?")
_NAME = re.compile(r"[^\s=#,\[\]\"|;]+")
_SECTIONS = {"filter": "[Filter]", "nat": "[NAT]"}
_KINDS = {"host": "Host", "network": "Network", "range": "Range", "fqdn": "FQDN", "service": "Service", "protocol": "Protocol"}
_OF_A_SLOT = frozenset({"active", "name"})
"""The rest, as when it was saved last, changes by itself."""
GROUPS = {"group": "objectgroup", "servicegroup": "servicegroup"}
"""Types of groups, and the files that hold them."""


@dataclass(slots=True)
class Told:
    """All that was told."""

    slot: str
    slots: Sequence[Section]
    interfaces: Sequence[Section] = ()
    rules: dict[str, list[str]] = field(default_factory=dict)
    """``filter`` and ``nat``: their lines."""
    objects: Sequence[Row] = ()
    members: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """By type and name of a group."""


def is_name(text: str) -> bool:
    """Whether it may stand in a file, and in a command, as one word."""
    return _NAME.fullmatch(text) is not None


def document(told: Told) -> str:
    lines = ["#### network", *_sections(told.interfaces), "#### Filter/slotinfo", *_sections(told.slots, _OF_A_SLOT), *_objects(told)]
    lines.append(f"#### Filter/{told.slot.zfill(2)}")
    for kind, title in _SECTIONS.items():
        if kind in told.rules:
            lines += [title, *(_NUMBERED.sub("", line) for line in told.rules[kind])]
    return "\n".join([*(_one_line(line) for line in lines), ""])


def _sections(sections: Sequence[Section], only: frozenset[str] = frozenset()) -> Iterator[str]:
    for section in sections:
        yield f"[{section.title}]"
        yield from (f"{name}={_quoted(value)}" for row in section.rows for name, value in row.items() if not only or name in only)


def _objects(told: Told) -> Iterator[str]:
    yield "#### object"
    for kind, title in _KINDS.items():
        of_kind = [row for row in told.objects if row.get("type") == kind and is_name(row.get("name", ""))]
        if of_kind:
            yield f"[{title}]"
            yield from (f"{row['name']}={_value(kind, row)}{_comment(row)}" for row in of_kind)
    for kind, file in GROUPS.items():
        yield f"#### {file}"
        for row in told.objects:
            if row.get("type") == kind and is_name(row.get("name", "")):
                yield f"[{row['name']}]{_comment(row)}"
                yield from told.members.get((kind, row["name"]), ())


def _value(kind: str, row: Row) -> str:
    match kind:
        case "host":
            resolve = row.get("resolve", "")
            return (row.get("ip") or row.get("ipv6", "")) + (f",resolve={resolve}" if resolve else "")
        case "network":
            if row.get("ip"):
                return f"{row['ip']}/{row.get('mask') or row.get('prefixlen', '')}"
            return f"{row.get('ipv6', '')}/{row.get('prefixlenv6', '')}"
        case "range":
            return f"{row.get('begin') or row.get('beginv6', '')}-{row.get('end') or row.get('endv6', '')}"
        case "service":
            last = row.get("toport", "")
            return f"{row.get('port', '')}{f'-{last}' if last else ''}/{row.get('proto', '')}"
        case "protocol":
            return row.get("protonumber", "")
    return row.get("ip", "")


def _comment(row: Row) -> str:
    return f" # {row['comment']}" if row.get("comment") else ""


def _quoted(value: str) -> str:
    bare = value.replace('"', "'")
    return f'"{bare}"' if re.search(r"[\s#]", bare) else bare


def _one_line(line: str) -> str:
    """No value begins a line, or a file, of its own."""
    return " ".join(line.splitlines())
