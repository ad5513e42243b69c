"""``python -m tests.labs.demo up [--directory D]``: the demo network in the foreground, until Ctrl-C."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.labs.demo.network import DemoNetwork, LabFailed


def _describe(net: DemoNetwork) -> Iterator[str]:
    truth = net.truth
    yield f"{truth.client}: {len(truth.lan_hosts)} devices in {truth.lan}, behind {truth.firewall.host}"
    for host in truth.lan_hosts:
        ports = ", ".join(str(port.number) for port in host.ports) or ("answers ARP only" if host.answers == "arp" else "no open port")
        yield f"  {host.name:8} {host.address:12} {host.mac}  {host.kind:12} {ports}{', SNMP' if host.snmp else ''}"
    yield ""
    yield f"SNMP community {truth.community}; SSH to {truth.firewall.host} as {truth.ssh_user} with {net.ssh_key_file}"
    yield f"The agent's settings: {net.directory / 'agent.toml'}"
    yield f"A command where the agent stands: {' '.join(net.command('netario', 'COMMAND'))}"
    yield f"Logs: {net.directory / 'logs'}"


@contextmanager
def _directory(asked: Path | None) -> Iterator[Path]:
    if asked:
        yield asked
        return
    with tempfile.TemporaryDirectory(prefix="netario-demo-") as made:
        yield Path(made)


def _up(asked: Path | None) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _directory(asked) as directory:
            began = time.monotonic()
            with DemoNetwork.started(directory) as net:
                (directory / "agent.toml").write_text(net.agent_config(), encoding="utf-8")
                print("\n".join(_describe(net)))
                print(f"Ready after {time.monotonic() - began:.1f} s. Ctrl-C ends it.", flush=True)
                while True:
                    signal.pause()
    except LabFailed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.labs.demo", description="A client network of real daemons in network namespaces."
    )
    actions = parser.add_subparsers(dest="action", required=True)
    up = actions.add_parser("up", help="start it, say what is where, and end it at Ctrl-C")
    up.add_argument("--directory", type=Path, help="keep keys, logs and settings there (default: a temporary one)")
    return _up(parser.parse_args().directory)


if __name__ == "__main__":
    sys.exit(main())
