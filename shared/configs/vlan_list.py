"""Lists of numbers and of ports as switches write them: ``1,5-7,10``, ``fa1-4``, ``1/0/1-1/0/24``."""

import re
from collections.abc import Iterable, Iterator

MAX_MEMBERS = 4096
_RANGE = re.compile(r"^(.*?)(\d+)-(?:(.*?)(\d+))$")


def numbers(text: str) -> list[int]:
    """``1,5-7`` -> ``[1, 5, 6, 7]``. ValueError for what is no such list."""
    found: list[int] = []
    for part in filter(None, re.split(r"[,\s]+", text)):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
        if len(found) > MAX_MEMBERS:
            raise ValueError("a list with more members than there can be")
    return found


def written(members: Iterable[int]) -> str:
    """``[1, 5, 6, 7]`` -> ``1,5-7``"""
    runs: list[list[int]] = []
    for number in sorted(set(members)):
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
