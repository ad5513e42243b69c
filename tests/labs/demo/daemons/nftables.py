"""The firewall's rules, and that it routes.  Source: nft(8)."""

from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program, put, run
from tests.labs.demo.firewall import ruleset
from tests.labs.demo.truth import Host


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    rules = put("/etc/nftables.conf", ruleset(lab.truth), mode=0o600)
    run("nft", "-f", str(rules))
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1\n")
    return ()
