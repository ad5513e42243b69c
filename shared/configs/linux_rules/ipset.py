"""Lists of addresses that iptables' rules name, as ``ipset save`` prints them.

Source: ipset(8) 7.17: ``create NAME hash:net family inet ...``, ``add NAME 10.0.0.0/8 timeout 60 comment "x"``. A list with time-outs
changes by itself: its members are no configuration. ``list:set`` holds other lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.linux_rules.terms import MAX_ELEMENTS
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.device_config import AddressObject

TIMED = re.compile(r"^add \S+ \S+ timeout \d+")
_OF_ADDRESSES = ("hash:ip", "hash:net", "bitmap:ip", "list:set", "hash:mac", "hash:ip,mark")

MAX_LISTS = 500
"""Lists of lists: with more of them each is shown by its name."""


@dataclass(slots=True)
class _Set:
    name: str
    kind: str
    timed: bool
    comment: str = ""
    members: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Ipsets:
    sets: dict[str, _Set] = field(default_factory=dict)
    _groups: dict[str, list[str]] = field(default_factory=dict)
    _own: dict[str, list[str]] = field(default_factory=dict)
    """Of all sets, once they are read."""

    @property
    def told(self) -> bool:
        """The text holds lists at all: one that it lacks is then not defined."""
        return bool(self.sets)

    def __contains__(self, name: str) -> bool:
        return name in self.sets

    def of_addresses(self, name: str) -> bool:
        """A list of addresses alone, or one that is not told here."""
        return name not in self.sets or self.sets[name].kind in _OF_ADDRESSES

    def line(self, statement: Statement) -> bool:
        """Reads one line. False: it is none of ipset's."""
        words = statement.words
        if words[:1] == ["create"] and len(words) > 2:
            self.sets[words[1]] = _Set(words[1], words[2], "timeout" in words)
        elif words[:1] == ["add"] and len(words) > 2 and words[1] in self.sets:
            here = self.sets[words[1]]
            if not here.timed:
                here.members.append(f"!{words[2]}" if "nomatch" in words[3:] else words[2])
        else:
            return False
        return True

    def resolved(self, name: str) -> tuple[str, ...]:
        """The members through lists of lists; the name itself where it is not told, changes by itself or is very long."""
        if not self._own and not self._groups:
            self._groups = {each.name: each.members for each in self.sets.values() if each.kind == "list:set"}
            self._own = {each.name: each.members for each in self.sets.values() if each.kind != "list:set" and each.members}
        if len(self._groups) > MAX_LISTS:
            return (name,)
        try:
            found = tuple(_spelled(value) for value in values.resolved(name, self._own, self._groups))
        except ValueError:
            return (name,)
        return found if 0 < len(found) <= MAX_ELEMENTS else (name,)

    def objects(self) -> Iterator[AddressObject]:
        for each in self.sets.values():
            members = tuple(each.members) if each.kind == "list:set" else ()
            shown = () if each.timed else self.resolved(each.name)
            note = f"{each.kind}; changes by itself" if each.timed else each.kind
            yield AddressObject(
                name=each.name, kind="group" if members else "address", values=() if shown == (each.name,) else shown,
                members=members, comment=note if len(each.members) <= MAX_ELEMENTS else f"{note}; {len(each.members)} members",
            )  # fmt: skip

    def fill(self, reading: Reading) -> None:
        reading.address_objects += self.objects()


def _spelled(text: str) -> str:
    bare = text.removeprefix("!")
    try:
        spelled = values.network(bare)
    except ValueError:
        spelled = bare
    return f"!{spelled}" if text.startswith("!") else spelled
