"""ruff and mypy --strict are clean, files are small, and nothing of a developer's machine has slipped in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
MAX_LINES = 350


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, text=True, check=True)
    return [TOP / line for line in listed.stdout.splitlines() if (TOP / line).is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("command", [["ruff", "format", "--check"], ["ruff", "check"], ["mypy"]], ids=" ".join)
def test_linters_are_clean(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_small() -> None:
    long = {
        str(path.relative_to(TOP)): lines
        for path in tracked()
        if path.suffix in {".py", ".css", ".js", ".html"} and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}, "a file this long wants another room"


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    private = re.compile(r"(/home/\w+|/work/\w+|(?<![\w}])/root/\w+|index-url|proxy\.|artifactory|nexus\.)")
    found = [
        f"{path.relative_to(TOP)}: {match.group()}"
        for path in tracked()
        if path.suffix not in {".png"} and path != Path(__file__)
        for match in [private.search(path.read_text(encoding="utf-8", errors="replace"))]
        if match
    ]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [
        str(p.relative_to(TOP))
        for p in tracked()
        if p.suffix == ".py" and p != Path(__file__) and marks.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_top_level_is_the_owner_s() -> None:
    allowed = {"agent", "collector", "shared", "tests", "deploy", "pyproject.toml", "README.md"}
    names = {path.relative_to(TOP).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} == allowed
