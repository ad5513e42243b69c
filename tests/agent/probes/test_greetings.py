"""Which port is asked by whom: each by one of the probes, a print port by none. What was seen is synthetic."""

import asyncio
from types import SimpleNamespace
from typing import cast

from agent.config import Settings
from agent.edge import Edges
from agent.probe import Answer, Seen, Target
from agent.probes import greetings, http, services, smb
from agent.safety.print_ports import PRINT_PORTS
from shared.errors import Unsupported
from shared.observation import PortSeen, SaidSeen
from shared.outcome import State


def opened(*numbers: int) -> Seen:
    seen = Seen()
    seen.add("synthetic", [PortSeen(address="10.0.0.9", protocol="tcp", number=number, examined=False) for number in numbers])
    return seen


def asked(*numbers: int) -> list[tuple[int, ...]]:
    seen = opened(*numbers)
    return [target.ports for probe in (greetings, http, smb) for target in probe.targets(Settings(), seen)]


def test_each_port_is_asked_by_one_probe() -> None:
    assert asked(22, 25, 53, 80, 389, 443, 445, 554, 4711) == [(22, 25, 53, 389, 554, 4711), (80, 443), (445,)]


def test_a_print_port_is_asked_by_none() -> None:
    for number in sorted(PRINT_PORTS):
        assert asked(number) == [] and services.targets(Settings(), opened(number)) == []


def test_a_port_whose_client_speaks_first_is_left_to_version_detection() -> None:
    assert asked(135, 3389) == [] and services.targets(Settings(), opened(135, 3389)) == [Target("10.0.0.9", (135, 3389))]


def test_where_every_port_is_open_few_are_asked() -> None:
    assert sum(len(ports) for ports in asked(*range(1, 1000))) < 14
    (target,) = services.targets(Settings(), opened(*range(1, 1000)))
    assert len(target.ports) < 14


class Tcp:
    """Speaks plain text only, on port 25 and above 1024; below that nobody takes a connection."""

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        if tls:
            raise Unsupported("no TLS")
        if send.startswith(b"GET"):
            return b"HTTP/1.0 200 OK\r\nServer: nginx/1.22.1\r\n\r\n" if port > 1024 else None
        return None if port == 22 else b"220 mail.a.test ESMTP Postfix\r\n"


def answered(probe: object, *ports: int) -> Answer:
    edges = cast(Edges, SimpleNamespace(tcp=Tcp()))
    ask = greetings.ask if probe is greetings else http.ask
    return asyncio.run(ask(Target("10.0.0.9", ports), edges, Settings(), Seen()))


def test_a_port_that_takes_no_connection_any_more_is_said() -> None:
    assert answered(greetings, 22).state is State.SILENT
    answer = answered(greetings, 22, 25)
    assert answer.state is State.PARTIAL and "port 22" in answer.detail and len(answer.observations) == 3


def test_what_speaks_no_tls_on_a_tls_port_is_heard_in_plain_text() -> None:
    ports = [o for o in answered(greetings, 465).observations if isinstance(o, PortSeen)]
    assert [(o.service, o.product) for o in ports] == [("smtp", "Postfix smtpd")]
    (page,) = (o for o in answered(http, 8443).observations if isinstance(o, PortSeen))
    assert (page.service, page.product, page.version) == ("http", "nginx", "1.22.1")
    assert [o.value for o in answered(http, 8443).observations if isinstance(o, SaidSeen)] == ["nginx/1.22.1"]
    assert answered(http, 80).state is State.SILENT and answered(http, 80, 8080).state is State.PARTIAL
