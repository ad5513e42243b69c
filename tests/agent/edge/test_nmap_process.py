"""nmap against real listeners in a namespace; its rarer answers from XML that is synthetic."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from agent.edge.nmap_process import NmapProcess, nmap_lacking, read
from shared.errors import Unparsed
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

Result = TypeVar("Result")

# a web server, a silent listener, and a print port that writes down every byte that it is sent
_FAR = """
import http.server, socket, sys, threading
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
threading.Thread(target=http.server.ThreadingHTTPServer(("10.99.0.7", 8080), Quiet).serve_forever, daemon=True).start()
printer = socket.create_server(("10.99.0.7", 9100))
print("ready", flush=True)
while True:
    line, _ = printer.accept()
    open(sys.argv[1], "ab").write(line.recv(1000) or b"<connected>")
"""


@pytest.fixture
def served(segment: Segment, tmp_path: Path) -> Iterator[Path]:
    """The file that holds what the print port was sent."""
    sent = tmp_path / "sent"
    command = ["ip", "netns", "exec", segment.far.name, sys.executable, "-c", _FAR, str(sent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as far:
        assert far.stdout and far.stdout.readline() == "ready\n"
        yield sent
        far.kill()


def inside(segment: Segment, question: Callable[[], Result]) -> Result:
    with inside_net(segment.agent):
        return question()


def test_open_ports_are_found_and_a_print_port_is_sent_nothing(segment: Segment, served: Path) -> None:
    answer = inside(segment, lambda: asyncio.run(NmapProcess().scan("10.99.0.7", "22,80,8080,9100", 150, 30)))
    assert answer and answer.ranges == "22,80,8080,9100"
    assert [(port.number, port.service, port.examined) for port in answer.ports] == [
        (8080, "http-proxy", False),
        (9100, "jetdirect", False),
    ]
    time.sleep(0.2)
    assert not served.exists()


def test_a_host_with_every_port_shut_has_answered(segment: Segment) -> None:
    answer = inside(segment, lambda: asyncio.run(NmapProcess().scan("10.99.0.7", "22,80", 0, 30)))
    assert answer and answer.ports == ()


def test_a_host_that_is_gone_is_silent(segment: Segment) -> None:
    assert inside(segment, lambda: asyncio.run(NmapProcess().scan("10.99.0.55", "22,80", 0, 30))) is None


def test_the_machine_s_own_ports_can_be_asked(segment: Segment) -> None:
    answer = inside(segment, lambda: asyncio.run(NmapProcess().scan(segment.own, "22,80", 0, 30)))
    assert answer and answer.ports == ()


@pytest.mark.slow
def test_services_are_named_with_product_and_version(segment: Segment, served: Path) -> None:
    (web,) = inside(segment, lambda: asyncio.run(NmapProcess().services("10.99.0.7", [8080], 60)))
    assert (web.number, web.service, web.product, web.examined) == (8080, "http", "SimpleHTTPServer", True)


def test_the_pace_is_kept(segment: Segment) -> None:
    started = time.monotonic()
    inside(segment, lambda: asyncio.run(NmapProcess().scan("10.99.0.7", "1-60", 20, 30)))
    assert time.monotonic() - started > 2.5


def test_a_scan_that_is_given_up_leaves_no_process(segment: Segment) -> None:
    async def given_up() -> None:
        asking = asyncio.create_task(NmapProcess().scan("10.99.0.7", "1-60000", 50, 600))
        await asyncio.sleep(0.5)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    inside(segment, lambda: asyncio.run(given_up()))
    assert not subprocess.run(["ip", "netns", "pids", segment.agent.name], capture_output=True, text=True, check=True).stdout


def test_out_of_time_is_not_taken_for_shut(segment: Segment) -> None:
    with pytest.raises(TimeoutError, match="before the last port"):
        inside(segment, lambda: asyncio.run(NmapProcess().scan("10.99.0.7", "1-1000", 20, 2.5)))


_SYNTHETIC = """<nmaprun args="synthetic"><host><status state="up" reason="user-set"/>
<address addr="10.0.0.9" addrtype="ipv4"/><ports>{}</ports></host>
<runstats><finished timestr="" elapsed="1"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>"""


@pytest.mark.parametrize(
    ("number", "service", "named"),
    [
        (443, 'name="http" tunnel="ssl"', "https"),
        (993, 'name="imap" tunnel="ssl"', "imaps"),
        (995, 'name="pop3" tunnel="ssl"', "pop3s"),
        (465, 'name="smtp" tunnel="ssl"', "smtps"),
        (8443, 'name="https" tunnel="ssl"', "https"),
        (853, 'name="domain" tunnel="ssl"', "ssl/domain"),
        (445, 'name="netbios-ssn"', "microsoft-ds"),
        (139, 'name="netbios-ssn"', "netbios-ssn"),
        (587, 'name="smtp"', "submission"),
        (25, 'name="smtp"', "smtp"),
    ],
)
def test_a_service_is_named_as_iana_names_it(number: int, service: str, named: str) -> None:
    xml = _SYNTHETIC.format(f'<port protocol="tcp" portid="{number}"><state state="open" reason=""/><service {service}/></port>')
    assert [port.service for port in read(xml, "10.0.0.9", examined=True)[1]] == [named]


def test_only_open_ports_count() -> None:
    states = ("open", "closed", "filtered", "open|filtered")
    ports = (f'<port protocol="tcp" portid="{i}"><state state="{state}" reason=""/></port>' for i, state in enumerate(states))
    assert [port.number for port in read(_SYNTHETIC.format("".join(ports)), "10.0.0.9", examined=False)[1]] == [0]


@pytest.mark.parametrize("xml", ["", "no xml", "<nmaprun>", "<nmaprun/>"])
def test_what_is_no_answer_is_said(xml: str) -> None:
    with pytest.raises(Unparsed):
        read(xml, "10.0.0.9", examined=False)


def test_nmap_is_here() -> None:
    assert nmap_lacking() == ""
