"""``deploy/quickstart`` after its set-up: the demo from nothing, checked or kept up; or your own network with ``--lan``."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.labs import own_network
from tests.labs.collector_process import Failed
from tests.labs.demo.network import LabFailed
from tests.labs.found import compare
from tests.labs.office import ADMIN, Office, opened

EXIT_DONE, EXIT_IN_PART, EXIT_NOTHING = 0, 1, 3
SHOWN = 6


def main() -> int:
    asked = _parser().parse_args()
    if asked.lan:
        return own_network.document(asked.lan, asked.credentials, asked.data, asked.yes)
    # SIGTERM takes the same way out as Ctrl-C: everything is ended
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_NOTHING))
    try:
        with tempfile.TemporaryDirectory(prefix="netario-demo-") as folder:
            return check(Path(folder)) if asked.check else show(Path(folder))
    except (Failed, LabFailed) as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return EXIT_NOTHING
    except KeyboardInterrupt:
        print("\nEverything is taken down.")
        return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="deploy/quickstart", description="Netario from nothing, on a demo client network or on your own.")
    parser.add_argument("--check", action="store_true", help="the demo without staying up: found against truth; exit 1 if anything differs")
    own = parser.add_argument_group("your own network")
    own.add_argument("--lan", metavar="CIDR", help="document this subnet from this machine, instead of the demo")
    own.add_argument("--credentials", type=Path, metavar="FILE", help="communities and logins, in the form of deploy/examples/agent.toml")
    own.add_argument(
        "--data", type=Path, metavar="DIR", help="where the collector keeps its data (default: netario-data beside this checkout)"
    )
    own.add_argument("--yes", action="store_true", help="do not ask before the first packet")
    return parser


def check(folder: Path) -> int:
    """Found against truth, then a second scan of the unchanged network, then three changes. True output, whatever it is."""
    began = time.monotonic()
    with opened(folder) as office:
        _step(f"demo network, collector and agent are up after {time.monotonic() - began:.0f} s; first scan")
        first = office.scan()
        right = _found_against_truth(office)
        office.write_documentation()

        _step("second scan, nothing changed")
        second = office.scan()
        right &= _changes_are(office, first, second, [])

        _step("third scan, after three changes: ws01 gone, port 8080 opened on web01, a firewall rule added")
        office.network.remove_host("ws01")
        office.network.open_port("web01", 8080)
        office.network.add_firewall_rule()
        third = office.scan()
        right &= _changes_are(
            office, second, third, [("device", "missing", "ws01"), ("port", "appeared", "web01"), ("firewall_rule", "appeared", "fw01")]
        )

        sent = office.network.print_bytes()
        right &= _line("bytes sent to the printer's ports", not any(sent.values()), ", ".join(f"{p}: {n}" for p, n in sorted(sent.items())))
    _step(f"{'everything is as it should be' if right else 'NOT everything is as it should be'}; {time.monotonic() - began:.0f} s in all")
    return EXIT_DONE if right else EXIT_IN_PART


def show(folder: Path) -> int:
    with opened(folder) as office:
        _step("demo network, collector and agent are up; the agent scans")
        office.scan()
        office.write_documentation()
        _found_against_truth(office)
        print(
            f"\n  Open      {office.collector.url}\n  sign in   {ADMIN}\n  password  {office.password}\n\n"
            f"The agent's host is a namespace; to scan again:\n  {' '.join(office.agent_command('scan', '--push'))}\n\n"
            "Ctrl-C takes everything down, the data with it."
        )
        signal.pause()
    return EXIT_DONE


def _found_against_truth(office: Office) -> bool:
    right = True
    for each in compare(office.network.truth, office.inventory()):
        wrong = [f"missing: {words}" for words in each.missing] + [f"not there: {words}" for words in each.invented]
        right &= _line(each.category, each.right, f"{len(each.expected & each.found)} of {len(each.expected)} found")
        for words in wrong[:SHOWN]:
            print(f"      {words}")
        if len(wrong) > SHOWN:
            print(f"      and {len(wrong) - SHOWN} more")
    return right


def _changes_are(office: Office, older: str, newer: str, expected: list[tuple[str, str, str]]) -> bool:
    found = office.changes(older, newer).changes
    named = sorted((change.subject, str(change.kind), change.device_title.split(".")[0]) for change in found)
    right = _line("changes", named == sorted(expected), f"{len(found)}, expected {len(expected)}")
    for change in found:
        told = f" ({change.field}: {change.before} -> {change.after})" if change.field else ""
        print(f"      {change.subject} {change.kind}: {change.device_title} {change.title}{told}")
    return right


def _line(category: str, right: bool, told: str) -> bool:
    print(f"  {'ok ' if right else 'NOT'} {category:<34} {told}", flush=True)
    return right


def _step(words: str) -> None:
    print(f"netario: {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
