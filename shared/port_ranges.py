"""Which ports does a list of ranges name?  Source: nmap(1), ``-p``: ``1-1024,3389``. Ranges here are sorted and do not touch."""

from collections.abc import Iterable, Sequence

Ranges = Sequence[tuple[int, int]]
"""(first, last), both included."""


def parsed(text: str) -> Ranges:
    """``1-3,2-5,7`` -> ``[(1, 5), (7, 7)]``. The text was checked by ``PortsExamined``; empty text names none."""
    pairs = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        pairs.append((int(first), int(last or first)))
    return joined(pairs)


def joined(pairs: Iterable[tuple[int, int]]) -> Ranges:
    """Overlapping and touching ranges become one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(pair for pair in pairs if pair[0] <= pair[1]):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def written(ranges: Ranges) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def holds(ranges: Ranges, number: int) -> bool:
    return any(first <= number <= last for first, last in ranges)


def common(a: Ranges, b: Ranges) -> Ranges:
    """The ports that are in both."""
    if a is b or a == b:
        return a
    if len(a) == len(b) == 1:
        low, high = max(a[0][0], b[0][0]), min(a[0][1], b[0][1])
        return [(low, high)] if low <= high else []
    return joined((max(low, other_low), min(high, other_high)) for low, high in a for other_low, other_high in b)


def without(a: Ranges, b: Ranges) -> Ranges:
    """The ports of ``a`` that are not in ``b``."""
    if not b or not a:
        return a
    left = list(a)
    for low, high in b:
        left = [part for first, last in left for part in ((first, min(last, low - 1)), (max(first, high + 1), last)) if part[0] <= part[1]]
    return joined(left)
