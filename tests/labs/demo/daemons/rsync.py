"""What backups are written to.  Source: rsyncd.conf(5)."""

from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

_CONFIG = """\
use chroot = no
hosts allow = {lan}

[backup]
    comment = Backup notturni
    path = {store}
    read only = yes
"""
_STORE = "/var/lib/backup"


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    Path(_STORE).mkdir(exist_ok=True)
    put("/etc/rsyncd.conf", _CONFIG.format(lan=lab.truth.lan, store=_STORE))
    return (Program("rsync", ("rsync", "--daemon", "--no-detach", "--log-file=/dev/stdout")),)
