"""Logins by SSH: on the firewall those of the read-only account, by key or password; on others by key alone.

Source: sshd_config(5) of OpenSSH 9.2 and 9.6, sudoers(5). PAM is off, so that no session of the machine's is opened.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo import keys
from tests.labs.demo.daemons import Lab, Program, put, run
from tests.labs.demo.truth import Host

_CONFIG = """\
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys/%u
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin no
UsePAM no
X11Forwarding no
PrintMotd no
AllowUsers {user}
"""
_MAY_READ = (
    "nft -j list ruleset",
    "nft list ruleset",
    "wg show interfaces",
    *(f"wg show {which} {what}" for which in ("all", "wg0") for what in ("public-key", "listen-port", "peers", "allowed-ips", "endpoints")),
    *(
        f"wg show {which} {what}"
        for which in ("all", "wg0")
        for what in ("latest-handshakes", "persistent-keepalive", "fwmark", "transfer")
    ),
    "ss -Hlntup",
    "cat /etc/dnsmasq.conf",
    "cat /var/lib/misc/dnsmasq.leases",
)
"""What the read-only account may run as root: no command here prints a key or changes anything."""


def _sudoers(user: str) -> str:
    def allowed(command: str) -> str:
        program, _, words = command.partition(" ")
        return f"{shutil.which(program)} {words}"

    return "".join(f"{user} ALL=(root) NOPASSWD: {allowed(command)}\n" for command in _MAY_READ)


def _add_account(user: str, lab: Lab) -> None:
    """An account without a home of its own; the files are the host's, not the machine's."""
    password = (lab.keys / keys.SSH_PASSWORD_FILE).read_text()
    hashed = run("openssl", "passwd", "-6", "-stdin", text=password).strip()
    for file, line in (
        ("passwd", f"{user}:x:2980:2980:read-only account:/:/bin/bash"),
        ("group", f"{user}:x:2980:"),
        ("shadow", f"{user}:{hashed}:19000:0:99999:7:::"),
    ):
        path = Path("/etc") / file
        kept = [each for each in path.read_text(encoding="utf-8").splitlines() if not each.startswith(f"{user}:")]
        path.write_text("\n".join([*kept, line, ""]), encoding="utf-8")
    authorized = (lab.keys / f"{keys.SSH_KEY_FILE}.pub").read_text()
    put(f"/etc/ssh/authorized_keys/{user}", authorized)
    put(f"/etc/sudoers.d/{user}", _sudoers(user), mode=0o440)


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    user = lab.truth.ssh_user
    _add_account(user, lab)
    for old in Path("/etc/ssh").glob("ssh_host_*"):
        old.unlink()
    keys.write_ssh_key(Path("/etc/ssh/ssh_host_ed25519_key"), host.name)
    put("/etc/ssh/sshd_config", _CONFIG.format(user=user))
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return (Program("sshd", (shutil.which("sshd") or "sshd", "-D", "-e")),)
