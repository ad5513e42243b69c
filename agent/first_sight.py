"""Which certificate must a host show that is asked over HTTPS?  The recorded one, else the one that it shows now, which is recorded.

Kept beside the SSH host keys (``agent.known_hosts``). Raises Unreachable where nobody answers, Unsupported without TLS, and Refused where
it cannot be recorded: then no login is offered, as the next one could go to anybody.
"""

from typing import TYPE_CHECKING

from agent import known_hosts
from agent.edge import HostKey
from shared.errors import Refused, Unreachable

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.edge import Edges

CERTIFICATE_S = 8.0


async def certificate_sha256(address: str, port: int, edges: "Edges", settings: "Settings") -> str:
    try:
        recorded = known_hosts.recorded(settings.state_dir, address, port)
        if recorded:
            return recorded
        shown = await edges.tls.certificate(address, port, "", CERTIFICATE_S)
        if shown is None:
            raise Unreachable(f"nobody answers at {address} port {port}")
        known_hosts.record(settings.state_dir, address, port, HostKey("tls-certificate", shown.sha256))
    except OSError as error:
        raise Refused(f"the certificate could not be recorded, so the login was not offered: {error}") from None
    return shown.sha256
