"""``deploy/quickstart --lan CIDR``: a collector on loopback, an agent on this machine, one subnet that its owner has named."""

import json
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from agent.config import subnet
from shared.errors import BadInput
from tests.labs.collector_process import TOP, CollectorProcess, Failed

PERSON = "admin"


def document(lan: str, credentials: Path | None, data: Path | None, yes: bool) -> int:
    try:
        prefix = subnet(lan)
        if credentials and not credentials.is_file():
            raise BadInput(f"{credentials}: no such file. deploy/examples/agent.toml shows what it holds.")
    except BadInput as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return error.exit_code
    folder = (data or TOP.parent / "netario-data").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = _configuration(folder, prefix)
    agent = [sys.executable, "-m", "agent"]
    options = ["--config", str(config), *(["--credentials", str(credentials)] if credentials else [])]
    if subprocess.run([*agent, "scan", "--plan", *options], cwd=TOP, check=False).returncode != 0:
        return 2
    if not yes and not _agreed():
        print("Nothing was sent.")
        return 0
    collector = CollectorProcess(folder / "collector", port=8080)
    try:
        return _run(collector, folder, agent, options, prefix)
    except Failed as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print(f"\nThe collector is ended. Its data stays in {folder}; the same command goes on from there.")
        return 0
    finally:
        collector.stop()


def _run(collector: CollectorProcess, folder: Path, agent: list[str], options: list[str], prefix: str) -> int:
    password = _first_time(collector, folder, prefix)
    collector.start()
    if not (folder / "agent" / "agent.json").exists():
        token = collector.run("enrol-token", "--client", "My network").strip().splitlines()[-1]
        done = subprocess.run([*agent, "enroll", collector.url, "--token", token, *options], cwd=TOP, check=False)
        if done.returncode != 0:
            raise Failed("the agent was not enrolled; its message stands above")
    scanned = subprocess.run([*agent, "scan", "--push", "--yes", *options], cwd=TOP, check=False)
    if scanned.returncode not in (0, 1):
        return scanned.returncode
    print(f"\n  Open      {collector.url}\n  sign in   {PERSON}")
    print(
        f"  password  {password}"
        if password
        else f"  password  as shown the first time (another account: netario-collector create-admin NAME --data {collector.data})"
    )
    print(f"\nCtrl-C ends the collector; its data stays in {folder}.", flush=True)
    signal.pause()
    return 0


def _first_time(collector: CollectorProcess, folder: Path, prefix: str) -> str:
    """The new account's password, or empty where the data folder was there already."""
    done = folder / "set-up.json"
    if done.exists():
        return ""
    password = secrets.token_urlsafe(12)
    collector.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    collector.run("create-admin", PERSON, "--password-stdin", given=password + "\n")
    collector.run("add-client", "My network", "--site", prefix)
    done.write_text(json.dumps({"lan": prefix}), encoding="utf-8")
    return password


def _configuration(folder: Path, prefix: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(f'state_dir = "{folder / "agent"}"\n\n[scan]\nsubnets = ["{prefix}"]\n', encoding="utf-8")
    path.chmod(0o600)
    return path


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("quickstart: no terminal to ask on; --yes agrees to the plan above", file=sys.stderr)
        return False
    return input("Send this? [y/N] ").strip().lower() in {"y", "yes", "s", "sì", "si"}
