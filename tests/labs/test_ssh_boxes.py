"""Real boxes behind OpenSSH's server, each in a network namespace of its own: an FRR router at its vtysh, a Linux with iptables' rules."""

import getpass
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from agent.ssh import platforms
from tests.agent.ssh.servers import Server, sshd
from tests.labs.collector_process import TOP

pytestmark = pytest.mark.slow

BOX, AGENT = "10.98.0.1", "10.98.0.2"
FRR = Path("/usr/lib/frr")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def cable() -> Iterator[tuple[Path, Path]]:
    """(the agent's namespace, the box's), with a cable between them."""
    tag = uuid4().hex[:8]
    names = [f"ns-{tag}-agent", f"ns-{tag}-box"]
    try:
        for name in names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "eth0", "netns", names[0], "type", "veth", "peer", "name", "eth0", "netns", names[1])
        for name, address in zip(names, (AGENT, BOX), strict=True):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
        yield Path("/run/netns") / names[0], Path("/run/netns") / names[1]
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def ask(agent: Path, server: Server, platform: str, state_dir: Path, **more: object) -> dict[str, Any]:
    credential = {"name": "box", "platform": platform, "hosts": [BOX], "port": server.port, "username": getpass.getuser()}
    settings = {"state_dir": str(state_dir), "ssh": [{**credential, "key_file": str(server.directory / "user_key")}]}
    words = ["ip", "netns", "exec", agent.name, sys.executable, "-m", "tests.labs.ssh_client"]
    question = json.dumps({"settings": settings, "target": BOX, **more})
    done = subprocess.run(words, input=question, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def frr(box: Path, folder: Path) -> Iterator[Path]:
    """zebra and staticd in the namespace; gives the folder of their sockets."""
    configs = {
        "zebra": f"hostname rtr-sede\ninterface eth0\n description to the office\nexit\nip prefix-list LAN seq 5 permit {BOX}/24\n",
        "staticd": f"hostname rtr-sede\nip route 192.168.50.0/24 10.98.0.77\nip route 192.168.51.0/24 {AGENT}\n",
    }
    folder.mkdir(mode=0o755)
    shutil.chown(folder, "frr", "frr")  # the daemons give up their rights
    with ExitStack() as running:
        for name, config in configs.items():
            (folder / f"{name}.conf").write_text(config)
            own = ["-f", str(folder / f"{name}.conf"), "-i", str(folder / f"{name}.pid"), "-z", str(folder / "zserv")]
            words = ["ip", "netns", "exec", box.name, str(FRR / name), "--vty_socket", str(folder), "--log", f"file:{folder}/log", *own]
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(_ended, process)
            _wait_for(folder / f"{name}.vty", process)
        yield folder


def _ended(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 20
    while not path.exists():
        assert process.poll() is None and time.monotonic() < ends, f"{path.stem} does not listen"
        time.sleep(0.05)


@pytest.mark.skipif(not (FRR / "zebra").exists() or not shutil.which("vtysh"), reason="FRR is not installed: apt install frr")
def test_a_router_that_runs_frr(cable: tuple[Path, Path], tmp_path: Path) -> None:
    agent, box = cable
    folder = Path("/tmp") / f"frr-{uuid4().hex[:8]}"  # noqa: S108 - a socket's path must be short
    types = platforms()["cisco_ios"].types if "cisco_ios" in platforms() else ("terminal length 0",)
    commands = ["show version", "show running-config", "show ip route", "show nothing of the kind"]
    try:
        with frr(box, folder), sshd(tmp_path / "sshd", f"ForceCommand vtysh --vty_socket {folder}", address=BOX, namespace=box) as server:
            said = ask(agent, server, "cisco_ios", tmp_path / "state", commands=commands, types=types)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    version, config, routes, nothing = (said[command] for command in commands)
    assert version.startswith("FRRouting")
    lines = config.splitlines()
    assert lines[0].startswith("Building configuration") and lines[-1] == "end"
    assert {"hostname rtr-sede", "ip route 192.168.50.0/24 10.98.0.77", " description to the office"} <= set(lines)
    assert "10.98.0.0/24 is directly connected, eth0" in routes and "192.168.51.0/24" in routes
    assert nothing.startswith("Unsupported: not on this device")


@pytest.mark.skipif(
    not shutil.which("iptables-nft", path="/usr/sbin:/sbin:/usr/bin"), reason="iptables is not installed: apt install iptables"
)
def test_a_linux_with_iptables_rules(cable: tuple[Path, Path], tmp_path: Path) -> None:
    agent, box = cable
    rules = (
        "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n"
        '-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "maintenance" -j ACCEPT\n'
        "-A FORWARD -s 10.98.0.0/24 -p tcp -m multiport --dports 80,443 -j ACCEPT\nCOMMIT\n"
        "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
        "-A PREROUTING -i eth0 -p tcp -m tcp --dport 8443 -j DNAT --to-destination 192.168.77.10:443\n"
        "-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n"
    )
    subprocess.run(["ip", "netns", "exec", box.name, "iptables-nft-restore"], input=rules, text=True, check=True, capture_output=True)
    with sshd(tmp_path / "sshd", address=BOX, namespace=box) as server:
        told = ask(agent, server, "linux", tmp_path / "state")
    assert told["state"] in ("answered", "partial"), told["detail"]
    facts = told["observations"]
    ruled = [fact["rule"] for fact in facts if fact["type"] == "firewall_rule_seen"]
    assert any("maintenance" in json.dumps(rule) for rule in ruled) and any("443" in json.dumps(rule) for rule in ruled)
    assert any("192.168.77.10" in json.dumps(fact) for fact in facts if fact["type"] == "port_forward_seen")
    assert any(fact["type"] == "source_nat_seen" for fact in facts)
    assert any(fact["type"] == "host_key_seen" and fact["sha256"] == server.fingerprint for fact in facts)


IKE = """
connections {
  milano {
    version = 2
    local_addrs = 10.98.0.1
    remote_addrs = 198.51.100.7
    proposals = aes256-sha256-modp2048
    local { auth = psk
      id = sede }
    remote { auth = psk
      id = milano }
    children { lan { local_ts = 192.168.77.0/24
      remote_ts = 192.168.88.0/24
      esp_proposals = aes256-sha256 } }
  }
}
secrets { ike-milano { id = milano
  secret = "Quokka-9183-psk" } }
"""
NFT = """
table inet filter {
  chain input { type filter hook input priority 0; policy drop;
    ct state established,related accept
    tcp dport 22 ip saddr 10.98.0.0/24 accept comment "amministrazione"
    udp dport { 500, 4500, 51820 } accept; }
  chain forward { type filter hook forward priority 0; policy drop; ip daddr 192.168.77.10 tcp dport 443 accept; }
}
table ip nat { chain prerouting { type nat hook prerouting priority -100; iifname "eth0" tcp dport 8443 dnat to 192.168.77.10:443; }; }
"""


@contextmanager
def tunnels(box: Path, folder: Path) -> Iterator[Path]:
    """strongSwan's charon and wireguard-go in the namespace; gives charon's settings, by which swanctl finds its socket."""
    folder.mkdir(mode=0o700)
    settings, connections = folder / "strongswan.conf", folder / "swanctl.conf"
    socket = f"unix://{folder}/charon.vici"
    settings.write_text(
        f"charon {{\n piddir = {folder}\n plugins {{ vici {{ socket = {socket} }} }}\n}}\nswanctl {{ socket = {socket} }}\n"
    )
    connections.write_text(IKE)
    inside = ["ip", "netns", "exec", box.name, "env", f"STRONGSWAN_CONF={settings}"]
    with ExitStack() as running:
        for words in (["/usr/lib/ipsec/charon"], ["wireguard-go", "--foreground", "wg0"]):
            process = subprocess.Popen([*inside, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(_ended, process)
            _wait_for(folder / "charon.vici" if "charon" in words[0] else Path("/run/wireguard/wg0.sock"), process)
        subprocess.run([*inside, "swanctl", "--load-all", "--file", str(connections)], check=True, capture_output=True)
        key = subprocess.run(["wg", "genkey"], check=True, capture_output=True, text=True).stdout.strip()
        (folder / "wg.conf").write_text(f"[Interface]\nPrivateKey = {key}\nListenPort = 51820\n")
        subprocess.run([*inside, "wg", "setconf", "wg0", str(folder / "wg.conf")], check=True, capture_output=True)
        subprocess.run([*inside, "nft", "-f", "-"], input=NFT, text=True, check=True, capture_output=True)
        (folder / "key").write_text(key)
        yield settings


@pytest.mark.skipif(
    not all(shutil.which(program, path="/usr/sbin:/sbin:/usr/bin") for program in ("swanctl", "wireguard-go", "nft"))
    or not Path("/usr/lib/ipsec/charon").exists(),
    reason="strongSwan or wireguard-go is not installed: apt install strongswan-charon strongswan-swanctl wireguard-go",
)
def test_a_firewall_with_nftables_ipsec_and_wireguard(cable: tuple[Path, Path], tmp_path: Path) -> None:
    agent, box = cable
    folder = Path("/tmp") / f"vpn-{uuid4().hex[:8]}"  # noqa: S108 - a socket's path must be short
    try:
        with tunnels(box, folder) as settings:
            key = (folder / "key").read_text()
            with sshd(tmp_path / "sshd", f"SetEnv STRONGSWAN_CONF={settings}", address=BOX, namespace=box) as server:
                told = ask(agent, server, "linux", tmp_path / "state")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert told["state"] in ("answered", "partial"), told["detail"]
    vpns = {fact["vpn"]["name"]: fact["vpn"] for fact in told["observations"] if fact["type"] == "vpn_seen"}
    assert vpns["wg0"]["listen_port"] == 51820
    milano = vpns["milano"]
    assert (milano["kind"], milano["ike_version"], milano["auth"]) == ("ipsec", "2", ["psk"])
    assert {"local": "192.168.77.0/24", "remote": "192.168.88.0/24"} in milano["selectors"]
    assert any("amministrazione" in json.dumps(fact) for fact in told["observations"] if fact["type"] == "firewall_rule_seen")
    assert any(fact["forward"]["to_address"] == "192.168.77.10" for fact in told["observations"] if fact["type"] == "port_forward_seen")
    assert "Quokka-9183-psk" not in json.dumps(told) and key not in json.dumps(told)
