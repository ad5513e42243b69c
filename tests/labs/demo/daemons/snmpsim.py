"""SNMP of devices that no daemon here could be: the switch and the printer, by snmpsim from recordings made of ``truth.toml``.

``python -m tests.labs.demo.daemons.snmpsim ARGUMENTS`` is snmpsim's own command responder. It gives up root before it has
imported all that it needs, and before it binds its port: a Python below ``/root`` it could then no longer read, so those imports are
made first, and the host lets everybody bind port 161.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

_RECORDINGS = "/var/lib/snmpsim"
_CACHE = "/run/snmpsim"
_USER = "nobody"
_GROUP = "nogroup"
_IMPORTED_LATE = ("dbm.dumb", "dbm.sqlite3", "dbm.gnu", "dbm.ndbm", "encodings.idna", "encodings.latin_1")


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    """The community is the recording's file name, as snmpsim has it."""
    recording = importlib.import_module(f"tests.labs.demo.recordings.{host.kind}").recording(host, lab.truth)
    put(f"{_RECORDINGS}/{lab.truth.community}.snmprec", recording)
    cache = Path(_CACHE)
    cache.mkdir()
    cache.chmod(0o777)
    Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("161\n")
    own = ("-m", __name__, f"--data-dir={_RECORDINGS}", f"--cache-dir={_CACHE}", f"--process-user={_USER}", f"--process-group={_GROUP}")
    return (Program("snmpsim", (sys.executable, *own, f"--agent-udpv4-endpoint={host.address}:161", "--log-level=error")),)


def _main() -> int:
    for name in _IMPORTED_LATE:
        try:
            importlib.import_module(name)
        except ImportError as absent:
            print(f"{name} is not there, and snmpsim does without: {absent}", file=sys.stderr)
    return int(importlib.import_module("snmpsim.commands.responder").main() or 0)


if __name__ == "__main__":
    sys.exit(_main())
