"""Real UDP daemons on the far side of a segment, each with a folder of its own. All end with the block that started them.

``ip netns exec`` gives each a view of the mounts of its own, in which /run is empty: nothing of this machine is read or written.
"""

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.agent.conftest import Segment

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
OWN_RUN = 'mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon /run/samba/nmbd && exec "$@"'


def program(name: str) -> str:
    found = shutil.which(name, path=PATH)
    assert found, f"{name} is not installed: see deploy/packages/test.txt"
    return found


@contextmanager
def running(segment: Segment, directory: Path, commands: Iterable[Sequence[str]]) -> Iterator[None]:
    """Each command in the far namespace; what it prints in ``directory``. Ended by id."""
    processes = []
    try:
        for place, command in enumerate(commands):
            line = ["ip", "netns", "exec", segment.far.name, "sh", "-c", OWN_RUN, "sh", *command]
            with (directory / f"{place}.log").open("wb") as log:
                processes.append(subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={"PATH": PATH}))
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def dnsmasq(directory: Path) -> list[str]:
    return [program("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file="]


def chrony(directory: Path) -> list[str]:
    """It serves, and leaves this machine's clock alone (-x)."""
    conf = directory / "chrony.conf"
    conf.write_text(f"local stratum 3\nallow\ncmdport 0\nbindcmdaddress /\npidfile {directory}/chrony.pid\n")
    return [program("chronyd"), "-d", "-x", "-u", "root", "-f", str(conf)]


def snmpd(directory: Path) -> list[str]:
    conf = directory / "snmpd.conf"
    conf.write_text("rocommunity not-offered-by-the-probe\nengineIDType 3\nengineIDNic eth0\n")
    own = f"SNMP_PERSISTENT_DIR={directory}"
    return ["env", own, program("snmpd"), "-f", "-Lo", "-C", "-c", str(conf), "-p", str(directory / "snmpd.pid"), "udp:161"]


def nmbd(directory: Path) -> list[str]:
    conf = directory / "smb.conf"
    folders = "\n".join(
        f"{kind} = {directory}" for kind in ("lock directory", "state directory", "cache directory", "pid directory", "private dir")
    )
    conf.write_text(f"[global]\nnetbios name = NAS01\nworkgroup = OFFICINA\ninterfaces = eth0\n{folders}\n")
    return [program("nmbd"), "--foreground", "--no-process-group", "--debug-stdout", f"--configfile={conf}"]


def avahi(directory: Path) -> list[str]:
    """A printer with a web page, by avahi's own service files."""
    conf, services = directory / "avahi.conf", directory / "services"
    conf.write_text(
        "[server]\nhost-name=printer-hall\nenable-dbus=no\nallow-interfaces=eth0\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"
    )
    services.mkdir()
    (services / "printer.service").write_text(
        '<?xml version="1.0"?><service-group><name>HP LaserJet Hall</name>'
        "<service><type>_ipp._tcp</type><port>631</port><txt-record>ty=HP LaserJet Pro M404dn</txt-record>"
        "<txt-record>usb_MFG=HP</txt-record><txt-record>note=Hall</txt-record></service>"
        "<service><type>_http._tcp</type><port>80</port></service></service-group>"
    )
    command = f"{program('avahi-daemon')} --no-drop-root --no-chroot --no-rlimits --debug -f {conf}"
    return ["sh", "-c", f"mount --bind {services} /etc/avahi/services && exec {command}"]


def kamailio(directory: Path) -> list[str]:
    conf = directory / "kamailio.cfg"
    conf.write_text(
        'children=1\nlog_stderror=yes\nlisten=udp:10.99.0.1:5060\nloadmodule "sl.so"\nrequest_route { sl_send_reply("200", "OK"); }\n'
    )
    return [program("kamailio"), "-DD", "-E", "-f", str(conf), "-Y", str(directory), "-m", "16", "-M", "4"]


def charon(directory: Path) -> list[str]:
    """By its starter, with one road warrior's connection for each version of IKE."""
    settings, connections = directory / "strongswan.conf", directory / "ipsec.conf"
    settings.write_text(f"charon {{\n piddir = {directory}\n send_vendor_id = yes\n}}\n")
    connections.write_text(
        "conn %default\n left=10.99.0.1\n right=%any\n authby=secret\n auto=add\n"
        "conn one\n keyexchange=ikev1\n ike=aes256-sha256-modp2048!\nconn two\n keyexchange=ikev2\n ike=aes256-sha256-modp2048!\n"
    )
    return ["env", f"STRONGSWAN_CONF={settings}", "/usr/lib/ipsec/starter", "--nofork", "--conf", str(connections)]


def miniupnpd(directory: Path) -> list[str]:
    """It starts with no reserved address for its outside, which here is its loopback: nothing has a way out of the segment."""
    conf = directory / "miniupnpd.conf"
    conf.write_text(
        "ext_ifname=lo\next_ip=100.1.2.3\nlistening_ip=eth0\nport=5000\nuuid=00000000-0000-4000-8000-00000000cafe\n"
        "friendly_name=Synthetic Router\nmanufacturer_name=Officina\nmodel_name=R1\nserial=12345678\nmodel_number=7\n"
    )
    return [program("miniupnpd"), "-d", "-f", str(conf), "-P", str(directory / "miniupnpd.pid")]


def wsdd(directory: Path) -> list[str]:
    return [program("wsdd"), "--interface", "eth0", "--ipv4only", "--hostname", "PC-UFFICIO", "--workgroup", "OFFICINA", "--verbose"]


def openvpn(directory: Path) -> list[str]:
    """A server without tls-auth, as it answers strangers; its tunnel leads nowhere."""
    key, certificate, conf = (directory / name for name in ("key.pem", "certificate.pem", "openvpn.conf"))
    made = f"{program('openssl')} req -x509 -newkey rsa:2048 -nodes -subj /CN=vpn -keyout {key} -out {certificate}"
    subprocess.run(["sh", "-c", made], check=True, capture_output=True)
    conf.write_text(
        f"mode server\ntls-server\nproto udp\nport 1194\ndev null\ndev-type tun\ndh none\nca {certificate}\ncert {certificate}\nkey {key}\n"
    )
    return [program("openvpn"), "--config", str(conf)]
