"""Lists of numbers and of ports as switches write them: ``1,5-7,10``, ``fa1-4``, ``1/0/1-1/0/24``."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

MAX_MEMBERS = 4096
_RANGE = re.compile(r"^(.*?)(\d+)-(?:(.*?)(\d+))$")


def numbers(text: str) -> list[int]:
    """``1,5-7`` -> ``[1, 5, 6, 7]``. ValueError for what is no such list."""
    return list(_numbers(text))


@lru_cache(maxsize=128)
def members(text: str) -> frozenset[int]:
    """As ``numbers``, as a set: many ports carry the same VLANs."""
    return frozenset(_numbers(text))


@lru_cache(maxsize=128)
def _numbers(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in filter(None, re.split(r"[,\s]+", text)):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if high - low + len(found) >= MAX_MEMBERS:
            raise ValueError("a list with more members than there can be")
        found += range(low, high + 1)
    return tuple(found)


def written(members: Iterable[int]) -> str:
    """``[1, 5, 6, 7]`` -> ``1,5-7``"""
    return _written(frozenset(members))


@lru_cache(maxsize=256)
def _written(members: frozenset[int]) -> str:
    """The ports of a switch carry a few sets of VLANs, some of thousands."""
    runs: list[list[int]] = []
    for number in sorted(members):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def ports(text: str) -> Iterator[str]:
    """``fa1-3,gi1`` -> fa1, fa2, fa3, gi1; ``1/0/1-1/0/3`` and ``1/0/1-3`` alike."""
    count = 0
    for part in filter(None, re.split(r"\s*,\s*", text.strip())):
        found = _RANGE.match(part)
        if found is None or (found[3] and found[3] != found[1]):
            yield part
            continue
        for number in range(int(found[2]), int(found[4]) + 1):
            count += 1
            if count > MAX_MEMBERS:
                raise ValueError("a list with more ports than there can be")
            yield f"{found[1]}{number}"
