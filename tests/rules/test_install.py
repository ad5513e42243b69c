"""Each side installs without the other's dependencies, and its commands then work."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]

SIDES = {
    "agent": ("collector", {"fastapi", "sqlmodel", "alembic", "sqlalchemy", "jinja2", "uvicorn"}),
    "collector": ("agent", {"scapy", "pysnmp", "netmiko", "paramiko", "nmap"}),
}

IMPORT_ALL = """
import importlib, importlib.util, pkgutil, sys
side, *foreign = sys.argv[1:]
package = importlib.import_module(side)
for module in pkgutil.walk_packages(package.__path__, side + "."):
    if "__main__" not in module.name and ".versions." not in module.name and not module.name.endswith("migrations.env"):
        importlib.import_module(module.name)
print([name for name in foreign if importlib.util.find_spec(name)])
"""


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
def test_a_side_installs_alone(side: str, tmp_path: Path) -> None:
    _, foreign = SIDES[side]
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    constraints = TOP / "deploy/constraints.txt"
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", constraints, f"{TOP}[{side}]"]
    subprocess.run(pip, check=True, timeout=600)
    found = subprocess.run(
        [python, "-c", IMPORT_ALL, side, *sorted(foreign)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]", "the other side's libraries came along"
    version = subprocess.run([tmp_path / f"venv/bin/netario-{side}", "--version"], capture_output=True, text=True, check=True, timeout=60)
    shown = subprocess.run(
        [sys.executable, "-c", "import shared; print(shared.VERSION)"], cwd=TOP, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() in version.stdout
