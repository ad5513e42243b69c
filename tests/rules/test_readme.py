"""What README and the documents name exists: commands, options, environment variables, files."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DOCUMENTS = [TOP / "README.md", TOP / ".github/CONTRIBUTING.md", *sorted((TOP / "deploy").rglob("*.md"))]
TEXT = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
CODE = "\n".join(
    path.read_text(encoding="utf-8") for side in ("agent", "collector", "shared", "tests") for path in (TOP / side).rglob("*.py")
)
SCRIPTS = "\n".join((TOP / "deploy" / name).read_text(encoding="utf-8") for name in ("setup.sh", "quickstart", "test"))


def commands(text: str) -> set[tuple[str, str]]:
    """(program, subcommand) as the text writes them in code."""
    return set(re.findall(r"\b(netario-(?:agent|collector)) ([a-z][a-z-]+)\b", text))


def mentions(pattern: str) -> list[tuple[str, str]]:
    return sorted({(path.name, match) for path, text in TEXT.items() for match in re.findall(pattern, text)})


@pytest.mark.parametrize(("document", "variable"), mentions(r"\bNETARIO_[A-Z_]+\b") or [("none", "")])
def test_environment_variables_exist(document: str, variable: str) -> None:
    assert not variable or f'"{variable}"' in CODE or variable in SCRIPTS, f"{document} names {variable}, which nothing reads"


@pytest.mark.parametrize(("program", "subcommand"), sorted(set().union(*(commands(text) for text in TEXT.values()))))
def test_commands_exist(program: str, subcommand: str) -> None:
    module = program.removeprefix("netario-")
    helped = subprocess.run(
        [sys.executable, "-m", module, subcommand, "--help"], cwd=TOP, capture_output=True, text=True, timeout=60, check=False
    )
    assert helped.returncode == 0, helped.stderr


@pytest.mark.parametrize(("document", "name"), mentions(r"\b((?:agent|collector|shared|tests|deploy)/[\w./-]*[\w/])"))
def test_paths_exist(document: str, name: str) -> None:
    assert (TOP / name).exists() or list(TOP.glob(name + "*")), f"{document} names {name}, which is not there"


@pytest.mark.parametrize(("document", "target"), mentions(r"\]\(((?!https?:)[^)#]+)"))
def test_links_lead_somewhere(document: str, target: str) -> None:
    home = next(path for path in DOCUMENTS if path.name == document)
    assert (home.parent / target).exists(), f"{document} links to {target}"


def test_options_of_the_two_commands_exist() -> None:
    for path, text in TEXT.items():
        for option in re.findall(r"deploy/quickstart (--[a-z-]+)", text):
            assert option in SCRIPTS or f'"{option}"' in CODE, f"{path.name} names {option}"


def test_both_languages_of_readme_show_the_same_commands() -> None:
    english, italian = (TEXT[TOP / name] for name in ("README.md", "deploy/docs/LEGGIMI.md"))
    code = [
        [line.split("  #")[0].strip() for line in text.splitlines() if re.match(r" {4,}(?!`)\S", line) and not line.startswith("   `")]
        for text in (english, italian)
    ]

    assert code[0] == code[1]
