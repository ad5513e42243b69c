"""Services that flood, drip, lie and keep silent, on real sockets in a namespace: each costs its own look, and the rest is whole."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.conftest import Segment
from tests.labs.collector_process import TOP

# 10.99.0.7 has one bad service of each kind and two good ones; whatever port of 10.99.0.99 is asked, all of them are open
_FAR = r"""
import socket, threading, time
NOT_UTF8 = b"220 m\xff\xfe\x1b[2Jx.test ESMTP\xe9 \xe2\x80\xae synthetic\r\n"
def flood(line):
    for _ in range(160): line.sendall(b"x" * 65536)
def drip(line):
    while True: line.sendall(b"x"); time.sleep(1)
def say(octets):
    def serve(line): line.sendall(octets); line.recv(1)
    return serve
def page(line): line.recv(1000); line.sendall(b"HTTP/1.0 200 OK\r\nServer: synthetic/1.0\r\n\r\n<title>good</title>"); line.close()
def endless(line):
    line.recv(1000); line.sendall(b"HTTP/1.0 200 OK\r\nServer: endless/1.0\r\n\r\n")
    while True: line.sendall(b"<p>" * 10000)
def silence(line): line.recv(1); time.sleep(60)
KINDS = {21: flood, 22: say(b"SSH-2.0-OpenSSH_9.2p1\r\n"), 23: drip, 25: say(NOT_UTF8), 80: silence, 110: silence, 443: silence,
         445: flood, 993: silence, 8080: page, 8081: endless}
def guarded(serve, line):
    try: serve(line)
    except OSError: pass
def listen(listener, serve):
    while True:
        line, _ = listener.accept()
        threading.Thread(target=guarded, args=(serve, line), daemon=True).start()
for port, serve in KINDS.items():
    threading.Thread(target=listen, args=(socket.create_server(("10.99.0.7", port)), serve), daemon=True).start()
pit = socket.create_server(("", 7))
threading.Thread(target=listen, args=(pit, drip), daemon=True).start()
print("ready", flush=True)
time.sleep(120)
"""
_EVERY_PORT = """table ip synthetic {
chain p { type nat hook prerouting priority -100; ip daddr 10.99.0.99 meta l4proto tcp redirect to :7; }
}
"""
PROBES = ("arp", "ports", "greetings", "http", "smb")


@pytest.fixture
def report(segment: Segment, tmp_path: Path) -> Iterator[dict[str, Any]]:
    far = ["ip", "netns", "exec", segment.far.name]
    subprocess.run([*far, "nft", "-f", "-"], input=_EVERY_PORT, text=True, check=True)
    config = tmp_path / "agent.toml"
    config.write_text(f'state_dir = "{tmp_path}"\n[scan]\nsubnets = ["10.99.0.0/24"]\npackets_per_s = 0\n')
    scan = ["scan", "--config", str(config), "--only", ",".join(PROBES), "--output", str(tmp_path / "report.json")]
    with subprocess.Popen([*far, sys.executable, "-c", _FAR], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        command = ["ip", "netns", "exec", segment.agent.name, sys.executable, "-m", "agent", *scan]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
        process.kill()
    assert done.returncode in (0, 1), done.stderr
    yield json.loads((tmp_path / "report.json").read_text())


def test_every_bad_service_ends_as_an_outcome_and_the_rest_is_whole(report: dict[str, Any]) -> None:
    outcomes = {(o["probe"], o["target"]): o for o in report["outcomes"]}
    bad = {probe: outcomes[probe, "10.99.0.7"] for probe in PROBES[1:]}
    assert report["complete"] and not [o for o in report["outcomes"] if o["state"] == "broken"]
    assert all(outcome["duration_ms"] < 30_000 for outcome in report["outcomes"])
    seen = [o for outcome in bad.values() for o in outcome["observations"]]
    named = {o["number"]: (o["service"], o["product"]) for o in seen if o["type"] == "port_seen" and o.get("product")}
    assert named == {22: ("ssh", "OpenSSH"), 8080: ("http", "synthetic"), 8081: ("http", "endless")}
    assert {o["number"] for o in bad["ports"]["observations"] if o["type"] == "port_seen"} == {
        *(21, 22, 23, 25, 80, 110, 443, 445, 993, 8080, 8081)
    }
    said = {(o["port"], o["field"]): o["value"] for o in seen if o["type"] == "said_seen"}
    assert said[25, "smtp.greeting"].isprintable() and "\u202e" not in said[25, "smtp.greeting"]
    assert said[8080, "http.title"] == "good" and len(said[21, "tcp.greeting"]) <= 256
    assert bad["http"]["state"] == "partial" and "80, 443" in bad["http"]["detail"]
    assert bad["smb"]["observations"] == []

    pit = outcomes["ports", "10.99.0.99"]
    assert pit["state"] == "partial" and "tar pit" in pit["detail"]
    asked = {
        o["port"] for probe in ("greetings", "http") for o in outcomes[probe, "10.99.0.99"]["observations"] if o["type"] == "said_seen"
    }
    assert len(asked) < 14, "few of the ports of a host on which all are open"
