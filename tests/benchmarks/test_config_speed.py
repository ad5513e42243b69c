"""How fast is a large configuration read?  Indented ones beside hier-config parsing the same text, the others in megabytes a second.

Indented texts look like large real configurations (``large_configs``); of the others a golden of ours is repeated with other names up to
300 kB. Reading is all that is done with a text: parsing it, taking its secrets out, understanding it, computing what is exposed;
hier-config only parses. The best of several runs counts, in turns with the reference's.
"""

import gc
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hier_config import Platform, get_hconfig

from shared.configs import formats, read_config
from tests.benchmarks import large_configs, large_lists
from tests.shared.configs.texts import GOLDEN, KEY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("NETARIO_BENCHMARKS") != "1", reason="NETARIO_BENCHMARKS=1 measures"),
]

SIZE_BYTES = 300_000
ROUNDS = 9
INDENTED = {
    "cisco_ios": Platform.CISCO_IOS,
    "cisco_asa": Platform.CISCO_IOS,
    "cisco_s300": Platform.CISCO_IOS,
    "hp_procurve": Platform.HP_PROCURVE,
    "hp_comware": Platform.HP_COMWARE5,
    "aruba_aoscx": Platform.GENERIC,
    "dell_os10": Platform.GENERIC,
    "fortinet": Platform.FORTINET_FORTIOS,
}
AT_MOST = {"cisco_asa": 1.5, "fortinet": 1.3, "hp_comware": 3.0, "aruba_aoscx": 3.0, "dell_os10": 3.0}
"""Times hier-config's, where it is not 1: its drivers for Comware and the two generic ones put lines into a tree and do no more with them,
4 us each; a line of an access list or a policy is a model of forty fields here."""
MEGABYTE_A_SECOND = 1.0


def _golden(platform: str) -> Path:
    found = [
        path for path in GOLDEN.glob(f"{platform}/*") if not path.name.endswith(".golden.json") and not path.name.startswith("canaries")
    ]
    return max(found, key=lambda path: path.stat().st_size)


def _large(platform: str) -> str:
    for makes in (large_configs, large_lists):
        if platform in makes.PARTS:
            return makes.large(platform)
    text = _golden(platform).read_text(encoding="utf-8")
    return text if text.lstrip().startswith(("<", "{")) else _more_of_all(text)


def _more_of_all(text: str) -> str:
    """The golden over and over, each time with other names."""
    copies, size, number = [], 0, 0
    while size < SIZE_BYTES:
        number += 1
        copies.append(re.sub(r"\b([A-Za-z]{4,})-([A-Za-z]{3,})\b", rf"\g<1>-\g<2>{number}", text))
        size += len(copies[-1])
    return "\n".join(copies)


def _best_s(work: Callable[[], object]) -> float:
    """Processor time: what else the machine does must not count, nor what the other has left for the garbage collector."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


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
        assert ratio <= AT_MOST.get(platform, 1.0)
    if len(text) > 100_000:
        assert rate >= (MEGABYTE_A_SECOND / 2 if formats()[platform].experimental else MEGABYTE_A_SECOND)
