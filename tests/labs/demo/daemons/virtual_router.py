"""The firewall answers for a redundancy group's address with the group's MAC address.  Source: RFC 5798; ip-sysctl of the kernel.

No daemon elects anybody: the address and its MAC address stand on an interface of their own, as keepalived leaves them at the member
that has won. Each interface answers ARP for its own addresses only, and replies may take the way of the other.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program
from tests.labs.demo.truth import Host

_SETTINGS = {"arp_ignore": 1, "arp_announce": 2, "rp_filter": 2}


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    for name, value in _SETTINGS.items():
        Path(f"/proc/sys/net/ipv4/conf/all/{name}").write_text(f"{value}\n")
    return ()
