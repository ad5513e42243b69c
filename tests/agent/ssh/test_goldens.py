"""Every platform reads its recordings as the goldens say; broken recordings give Unparsed and nothing else.

A recording is a text of parts, each headed by ``#### part``, as the device printed it.
"""

import random
import re
from pathlib import Path

import pytest

from agent.join import join
from agent.ssh import platforms, read_part
from shared.errors import Unparsed
from shared.observation import Observation
from shared.stable import stable_digest
from tests.agent.goldens import assert_golden, recordings

RECORDINGS = recordings("ssh", "*.txt")


def parts(text: str) -> dict[str, str]:
    cut = re.split(r"^#### (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(cut[1::2], cut[2::2], strict=True))


def read(platform: str, text: str) -> tuple[list[Observation], list[str]]:
    facts: list[Observation] = []
    notes: list[str] = []
    for part, answer in parts(text).items():
        try:
            facts.extend(read_part(platforms()[platform], part, answer))
        except Unparsed as error:
            notes.append(f"{part}: {error}")
    return facts, notes


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recording_reads_as_its_golden(recording: Path) -> None:
    facts, notes = read(recording.parent.name, recording.read_text(encoding="utf-8"))
    assert_golden(recording, join(facts), notes)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_reading_twice_gives_the_same(recording: Path) -> None:
    text = recording.read_text(encoding="utf-8")
    assert stable_digest(read(recording.parent.name, text)[0]) == stable_digest(read(recording.parent.name, text)[0])


@pytest.mark.parametrize("platform", sorted(platforms()))
def test_every_part_is_in_some_recording(platform: str) -> None:
    """But the configuration, whose goldens are those of ``shared.configs``."""
    own = [recording for recording in RECORDINGS if recording.parent.name == platform]
    recorded = {part for recording in own for part in parts(recording.read_text(encoding="utf-8"))}
    assert set(platforms()[platform].ask) - set(platforms()[platform].configuration) <= recorded


@pytest.mark.parametrize("seed", range(60))
def test_synthetic_damage_gives_unparsed_and_nothing_else(seed: int) -> None:
    """Bytes changed, cut out or doubled at random places: ``read`` raises whatever is not Unparsed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    recording = RECORDINGS[seed % len(RECORDINGS)]
    text = recording.read_text(encoding="utf-8")
    for part, answer in parts(text).items():
        damaged = list(answer)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(damaged) + 1)
            damaged[at : at + chance.choice((0, 1, 40))] = chance.choice(("", "{", "[]", "null", '"', "\0", "999999999999", "é", "\n"))
        read(recording.parent.name, f"#### {part}\n{''.join(damaged)}")


ODD_RULE = '{"nftables": [1, null, {"rule": {"expr": [{"match": 1}, {"jump": 2}, {"vmap": {"data": 3}}, null]}}]}'


@pytest.mark.parametrize("value", ["[]", "{}", "null", "1", "[[]]", '{"nftables": {}}', ODD_RULE])
def test_synthetic_json_of_another_form(value: str) -> None:
    for part in ("rules", "addresses", "routes", "neighbours"):
        read("linux", f"#### {part}\n{value}\n")
