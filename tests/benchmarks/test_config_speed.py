"""How fast is a large configuration read?  Indented ones beside hier-config parsing the same text, the others in megabytes a second.

Each text is a golden of ours, repeated with other names and numbers up to 300 kB. Reading is all that is done with a text: parsing it,
taking its secrets out, understanding it, computing what is exposed. The best of several runs counts, in turns with the reference's.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hier_config import Platform, get_hconfig

from shared.configs import formats, read_config
from tests.shared.configs.texts import GOLDEN, KEY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("NETARIO_BENCHMARKS") != "1", reason="NETARIO_BENCHMARKS=1 measures"),
]

SIZE_BYTES = 300_000
ROUNDS = 3
INDENTED = {
    "cisco_ios": Platform.CISCO_IOS,
    "cisco_asa": Platform.CISCO_IOS,
    "cisco_s300": Platform.CISCO_IOS,
    "hp_procurve": Platform.HP_PROCURVE,
    "hp_comware": Platform.HP_COMWARE5,
    "aruba_aoscx": Platform.GENERIC,
    "tplink_jetstream": Platform.GENERIC,
    "netgear_prosafe": Platform.GENERIC,
    "dell_os6": Platform.GENERIC,
    "dell_os10": Platform.GENERIC,
    "dell_powerconnect": Platform.GENERIC,
    "fortinet": Platform.FORTINET_FORTIOS,
}
MEGABYTE_A_SECOND = 1.0


def _golden(platform: str) -> Path:
    found = [
        path for path in GOLDEN.glob(f"{platform}/*") if not path.name.endswith(".golden.json") and not path.name.startswith("canaries")
    ]
    return max(found, key=lambda path: path.stat().st_size)


def _large(platform: str) -> str:
    text = _golden(platform).read_text(encoding="utf-8")
    if text.lstrip().startswith(("<", "{")):
        return text
    return _more_blocks(text) if platform in INDENTED else _more_of_all(text)


def _more_of_all(text: str) -> str:
    """The golden over and over, each time with other names."""
    copies, size, number = [], 0, 0
    while size < SIZE_BYTES:
        number += 1
        copies.append(re.sub(r"\b([A-Za-z]{4,})-([A-Za-z]{3,})\b", rf"\g<1>-\g<2>{number}", text))
        size += len(copies[-1])
    return "\n".join(copies)


def _more_blocks(text: str) -> str:
    """The golden, and its innermost blocks over and over under other names; hier-config takes no block twice, nor an ``exit``."""
    lines = [line for line in text.splitlines() if line.strip() not in ("", "!", "#", "exit", "return") and not line.startswith(("!", "#"))]
    grown: list[str] = []
    rounds = max(1, SIZE_BYTES // len(text))
    at = 0
    while at < len(lines):
        indent = _indent(lines[at])
        end = at + 1
        while end < len(lines) and _indent(lines[end]) > indent:
            end += 1
        inner = any(_indent(lines[k]) > indent + 4 for k in range(at, end))
        block = lines[at:end]
        if len(block) > 1 and not inner and not block[0].lstrip().startswith(("banner", "crypto pki", "line ", "set ")):
            closing = lines[end] if end < len(lines) and lines[end].strip() == "next" else None
            for number in range(rounds):
                grown += [_renamed(block[0], number), *block[1:], *([closing] if closing else [])]
            at = end + (1 if closing else 0)
        else:
            grown.append(lines[at])
            at += 1
    return "\n".join(grown) + "\n"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _renamed(head: str, number: int) -> str:
    if not number:
        return head
    return f'{head[:-1]}{number}"' if head.endswith('"') else f"{head}{number}"


def _best_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.mark.parametrize("platform", sorted(formats()))
def test_reading_takes_its_time(platform: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = _large(platform)
    reference = INDENTED.get(platform)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_best_s(lambda: read_config(platform, text, KEY)))
        if reference is not None:
            theirs.append(_best_s(lambda: get_hconfig(reference, text)))
    rate = len(text.encode()) / 1e6 / min(ours)
    ratio = min(ours) / min(theirs) if theirs else None
    with capsys.disabled():
        print(f"\n{platform}: {len(text) / 1000:.0f} kB, {rate:.2f} MB/s" + (f", {ratio:.2f} of hier-config" if ratio else ""), end="")
    if ratio is not None:
        assert ratio <= 1.0
    elif len(text) > 100_000:
        assert rate >= MEGABYTE_A_SECOND
