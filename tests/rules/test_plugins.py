"""A plugin without a golden is refused: what nobody has recorded, nobody knows to work."""

from pathlib import Path

import pytest

from agent.probes import all_probes
from collector.core.comparison import FROM_OUTSIDE

TOP = Path(__file__).parents[2]


def plugins(room: str) -> list[str]:
    """Plugin files of a room: those that are no frame (a frame's name is in its ``__init__`` as one, or starts with ``_``)."""
    names = [path.stem for path in sorted((TOP / room).glob("*.py")) if not path.stem.startswith("_")]
    assert names, f"{room} has no plugin: the rule would hold of nothing"
    return names


@pytest.mark.parametrize("mib", [name for name in plugins("agent/snmp") if name.endswith("_mib")])
def test_every_mib_has_a_golden(mib: str) -> None:
    folder = TOP / "tests/golden/snmp" / mib
    assert any(folder.glob("*.snmprec")), f"{folder.relative_to(TOP)} holds no recording"
    assert {p.stem for p in folder.glob("*.snmprec")} == {p.stem for p in folder.glob("*.json")}


@pytest.mark.parametrize("platform", [name for name in plugins("agent/ssh") if "PLATFORM" in (TOP / f"agent/ssh/{name}.py").read_text()])
def test_every_platform_has_a_golden(platform: str) -> None:
    folder = TOP / "tests/golden/ssh" / platform
    assert folder.is_dir() and any(folder.iterdir()), f"{folder.relative_to(TOP)} holds no recording"


@pytest.mark.parametrize("platform", [name for name in plugins("agent/web") if "PLATFORM" in (TOP / f"agent/web/{name}.py").read_text()])
def test_every_web_platform_has_a_synthetic_peer(platform: str) -> None:
    folder = TOP / "tests/golden/web" / platform
    assert {path.name for path in folder.iterdir()} >= {"synthetic_office.json", "synthetic_office.golden.json"}


@pytest.mark.parametrize(
    "platform", [name for name in plugins("shared/configs") if "\nPLATFORM = " in (TOP / f"shared/configs/{name}.py").read_text()]
)
def test_every_configuration_format_has_goldens_and_canaries(platform: str) -> None:
    folder = TOP / "tests/golden/configs" / platform
    assert any(folder.glob("*.golden.json")), f"{folder.relative_to(TOP)} holds no golden"
    assert any(folder.glob("canaries*")), f"{folder.relative_to(TOP)} holds no text with canaries"


@pytest.mark.parametrize("service", plugins("agent/udp"))
def test_every_udp_service_has_a_golden(service: str) -> None:
    folder = TOP / "tests/golden/udp" / service
    assert any(folder.glob("*.hex")), f"{folder.relative_to(TOP)} holds no recorded datagram"
    assert {p.stem for p in folder.glob("*.hex")} == {p.stem for p in folder.glob("*.json")}


@pytest.mark.parametrize("section", plugins("collector/sections"))
def test_every_section_is_tested(section: str) -> None:
    tests = "\n".join(path.read_text() for path in (TOP / "tests").rglob("test_*.py") if path != Path(__file__))
    assert f"sections.{section}" in tests or f'"{section}"' in tests


@pytest.mark.parametrize(
    "page", [name for name in plugins("collector/pages") if "ROUTER" in (TOP / f"collector/pages/{name}.py").read_text()]
)
def test_every_page_declares_the_context_that_it_renders(page: str) -> None:
    source = (TOP / f"collector/pages/{page}.py").read_text()
    assert "Context:" in source and "@dataclass(frozen=True" in source


def test_the_collector_knows_which_probes_see_what_anyone_sees() -> None:
    """Else a port that opens would hide what has changed in a device's own tables."""
    own_machine = {"host", "neighbourhood"}
    assert {probe.NAME for probe in all_probes() if not probe.CREDENTIALS} - own_machine == FROM_OUTSIDE
