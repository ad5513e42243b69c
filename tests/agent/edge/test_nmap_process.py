"""nmap against real listeners in a namespace; its rarer answers from XML that is synthetic."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from agent.edge.nmap_process import NmapProcess, nmap_lacking, read
from shared.errors import Unparsed
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

Result = TypeVar("Result")

_FAR = """
import http.server
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
web = http.server.ThreadingHTTPServer(("10.99.0.7", 8080), Quiet)
print("ready", flush=True)
web.serve_forever()
"""


@pytest.fixture
def served(segment: Segment) -> Iterator[None]:
    """A web server on port 8080 of 10.99.0.7."""
    command = ["ip", "netns", "exec", segment.far.name, sys.executable, "-c", _FAR]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as far:
        assert far.stdout and far.stdout.readline() == "ready\n"
        yield
        far.kill()


def inside(segment: Segment, question: Callable[[], Result]) -> Result:
    with inside_net(segment.agent):
        return question()


@pytest.mark.slow
def test_services_are_named_with_product_and_version(segment: Segment, served: None) -> None:
    (web,) = inside(segment, lambda: asyncio.run(NmapProcess().services("10.99.0.7", [8080], 60)))
    assert (web.number, web.service, web.product, web.examined) == (8080, "http", "SimpleHTTPServer", True)


def test_a_scan_that_is_given_up_leaves_no_process(segment: Segment, served: None) -> None:
    async def given_up() -> None:
        asking = asyncio.create_task(NmapProcess().services("10.99.0.7", [8080], 600))
        await asyncio.sleep(0.5)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    inside(segment, lambda: asyncio.run(given_up()))
    assert not subprocess.run(["ip", "netns", "pids", segment.agent.name], capture_output=True, text=True, check=True).stdout


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
