"""Long lists of the file's own names, written as words rather than as one string a line."""


def listed(*lines: str) -> tuple[str, ...]:
    """``"a b", "c"`` -> a, b, c"""
    return tuple(" ".join(lines).split())


def pairs(*lines: str) -> dict[str, str]:
    """``"a=1 b=2"`` -> a: 1, b: 2"""
    return {name: meaning for name, _, meaning in (word.partition("=") for word in listed(*lines))}
