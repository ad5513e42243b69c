"""A workstation that gets its address by DHCP.  Source: busybox udhcpc; its script's arguments: ``deconfig``, ``bound``, ``renew``."""

from collections.abc import Sequence

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

_SCRIPT = """\
#!/bin/sh
case $1 in
deconfig) ip address flush dev "$interface" scope global ;;
bound | renew)
    ip address replace "$ip/$mask" dev "$interface"
    ip route replace default via "${router%% *}" dev "$interface" ;;
esac
"""


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    script = put("/etc/udhcpc/default.script", _SCRIPT, mode=0o755)
    interface = host.interfaces[0].name
    asked = ("udhcpc", "-f", "-i", interface, "-s", str(script), "-x", f"hostname:{host.name}", "-t", "60", "-T", "1", "-A", "1")
    return (Program("udhcpc", asked),)
