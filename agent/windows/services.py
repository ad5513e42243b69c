"""What is this Windows for: does it run a database, a mail server, a domain controller, backup software?

Source: Win32_Service (Microsoft Learn, CIMWin32 provider); which services matter stands in ``services.toml``. Told as
``windows.service`` of the port that was asked, so that rules may read it like anything else that a service says of itself.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.windows import Answers, Peer, Query
from shared.observation import Observation, SaidSeen

GROUP = "services"
QUERIES = (Query("SELECT Name, StartMode FROM Win32_Service WHERE State = 'Running'"),)

FIELD = "windows.service"


@cache
def _software() -> dict[str, str]:
    """A service's name in small letters, or its beginning with ``*`` -> the software."""
    table = tomllib.loads(files(__package__).joinpath("services.toml").read_text(encoding="utf-8"))
    return {name.lower(): entry["software"] for entry in table["service"] for name in entry["names"]}


def software(service: str) -> str:
    """What a service belongs to; empty: nothing that matters here."""
    name, known = service.lower(), _software()
    beginning = next((text for pattern, text in known.items() if pattern.endswith("*") and name.startswith(pattern[:-1])), "")
    return known.get(name, beginning)


def read(peer: Peer, services: Answers) -> Iterator[Observation]:
    for found in sorted({text for service in services if (text := software(service.get("Name", "")))}):
        yield SaidSeen(address=peer.address, protocol="tcp", port=peer.port, field=FIELD, value=found)
