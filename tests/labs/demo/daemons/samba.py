"""The file server.  Source: smb.conf(5), Samba 4.17 and 4.19."""

from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

_CONFIG = """\
[global]
    server role = standalone server
    workgroup = OFFICINA
    netbios name = {name}
    server string = Server file
    interfaces = {interface}
    bind interfaces only = yes
    map to guest = never
    load printers = no
    printing = bsd
    printcap name = /dev/null
    disable spoolss = yes
    log file = /dev/stdout
    max log size = 0

[condivisa]
    comment = Documenti comuni
    path = {share}
    read only = no
"""
_SHARE = "/var/lib/condivisa"


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    Path(_SHARE).mkdir(exist_ok=True)
    Path("/run/samba").mkdir(exist_ok=True)
    put("/etc/samba/smb.conf", _CONFIG.format(name=host.name.upper(), interface=host.interfaces[0].name, share=_SHARE))
    return tuple(Program(name, (name, "--foreground", "--no-process-group", "--debug-stdout")) for name in ("nmbd", "smbd"))
