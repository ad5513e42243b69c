"""TLS with a device whose certificate no authority has signed: it must be the one that was recorded, and is looked at before any HTTP.

Self-signed certificates are the rule on devices, so that trust is kept at first sight (``agent.first_sight``), as SSH does. For httpx, of
which httpcore's trace is used: it tells of each connection's handshake before the first byte of a request, on whatever connection.
"""

import hashlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from shared.errors import Refused

# httpx writes a line a request at INFO; nothing of a login is worth a line
logging.getLogger("httpx").setLevel(logging.WARNING)

Trace = Callable[[str, dict[str, Any]], Awaitable[None]]


def any_certificate() -> ssl.SSLContext:
    """Checks nothing by itself: ``only`` does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def only(recorded_sha256: str, shown: Callable[[bytes], None] | None = None) -> Trace:
    """A trace that ends every connection with another certificate, by Refused. ``shown`` is told the certificate (DER) that is right."""

    async def watch(event: str, info: dict[str, Any]) -> None:
        if event != "connection.start_tls.complete":
            return
        stream = info["return_value"]
        certificate = stream.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
        found = hashlib.sha256(certificate).hexdigest()
        if found == recorded_sha256:
            if shown is not None:
                shown(certificate)
            return
        await stream.aclose()
        raise Refused(
            f"the certificate has changed: SHA256 {recorded_sha256} was recorded, {found} is shown. Nothing was sent. If it was renewed, "
            "forget the old one; if not, somebody may be in between"
        )

    return watch
