"""What was at a port when it was last examined, so that version detection asks only what is new or has changed.

A small file for each host in the state folder, named by its MAC address where that is known. An entry holds as long as the port says the
same of itself, and seven days at most. A file that is missing, cannot be read or cannot be written costs no more than the asking.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from shared.model import Frozen, Utc
from shared.observation import PortSeen, SaidSeen

log = logging.getLogger(__name__)

FOLDER = "known-services"
HOLDS_FOR = timedelta(days=7)
_MAX_FILE_BYTES = 1_000_000


class KnownService(Frozen):
    examined_utc: Utc
    said: str
    """What the port said of itself then, as a digest."""
    port: PortSeen


class KnownHost(Frozen):
    services: tuple[KnownService, ...] = ()

    def at(self, number: int, said: str, now_utc: datetime) -> PortSeen | None:
        """What is known of a port; None: it is new, has changed, or is to be looked at again."""
        for known in self.services:
            if known.port.number == number and known.said == said and timedelta(0) <= now_utc - known.examined_utc < HOLDS_FOR:
                return known.port
        return None


def digest(said: Iterable[SaidSeen]) -> str:
    lines = sorted(f"{seen.field}={seen.value}" for seen in said)
    return hashlib.blake2b("\n".join(lines).encode("utf-8", "replace"), digest_size=12).hexdigest()


def read(state_dir: Path, host: str) -> KnownHost:
    path = _path(state_dir, host)
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            return KnownHost()
        return KnownHost.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return KnownHost()


def note(state_dir: Path, host: str, before: KnownHost, found: Mapping[int, PortSeen], said: Mapping[int, str], now_utc: datetime) -> None:
    """Keeps ``found`` in place of what was known of these ports, and of the others what still holds."""
    fresh = tuple(KnownService(examined_utc=now_utc, said=said[number], port=port) for number, port in sorted(found.items()))
    kept = tuple(k for k in before.services if k.port.number not in found and now_utc - k.examined_utc < HOLDS_FOR)
    path = _path(state_dir, host)
    part = path.with_suffix(".part")
    try:
        if not state_dir.is_dir():
            return  # a scan on its own, without a service's state
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part.write_text(KnownHost(services=(*kept, *fresh)).model_dump_json(exclude_defaults=True), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        log.warning("known services not kept", extra={"folder": path.parent, "reason": error.strerror})


def _path(state_dir: Path, host: str) -> Path:
    """``host``: a MAC or an IP address in normal form, of which a file name can be made."""
    return state_dir / FOLDER / f"{host.replace(':', '-')}.json"
