"""Which logins have been refused lately, so that an account is not locked by being tried again and again?

One small file in the state folder, ``logins.json``, mode 0600: for each host, protocol and credential how often in a row it was refused,
when last, and a salted digest of the login. After ``DENIALS`` refusals in a row a login is not offered for ``REST`` or until it is another
one; the secret itself is never written. A file that cannot be read or written costs no scan: the log says so, and what was refused is
remembered until the scan's end.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field, ValidationError

from shared.model import Frozen, Utc

log = logging.getLogger(__name__)

FILE_NAME = "logins.json"
DENIALS = 2
REST = timedelta(hours=24)
MAX_ENTRIES = 10_000


class Refusals(Frozen):
    """Of one login at one host, since it was last accepted."""

    digest: str
    times: int
    last_utc: Utc


class _File(Frozen):
    salt: str
    refused: dict[str, Refusals] = Field(default_factory=dict)


class Lockout:
    """Raises nothing."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE_NAME
        self._file = self._read()

    def why_not(self, host: str, protocol: str, name: str, secret: str, now: datetime) -> str:
        """Why the login must rest, for a person; empty where it may be offered. ``secret``: all that makes up the login."""
        known = self._file.refused.get(_key(host, protocol, name))
        if known is None or known.times < DENIALS or known.digest != self._digest(secret) or not now - REST < known.last_utc <= now:
            return ""
        until = known.last_utc + REST
        return f"refused {known.times} times in a row; rests until {until:%Y-%m-%d %H:%M} UTC, or until it is changed"

    def denied(self, host: str, protocol: str, name: str, secret: str, now: datetime) -> None:
        key, digest = _key(host, protocol, name), self._digest(secret)
        known = self._file.refused.get(key)
        times = known.times + 1 if known and known.digest == digest else 1
        self._write({**self._file.refused, key: Refusals(digest=digest, times=times, last_utc=now)})

    def accepted(self, host: str, protocol: str, name: str) -> None:
        key = _key(host, protocol, name)
        if key in self._file.refused:
            self._write({other: refusals for other, refusals in self._file.refused.items() if other != key})

    def _digest(self, secret: str) -> str:
        return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(self._file.salt), n=2**12, r=8, p=1, dklen=16).hex()

    def _read(self) -> _File:
        try:
            return _File.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _File(salt=secrets.token_hex(16))
        except (OSError, ValidationError) as error:
            log.warning("refused logins are not known", extra={"file": self._path, "reason": type(error).__name__})
            return _File(salt=secrets.token_hex(16))

    def _write(self, refused: dict[str, Refusals]) -> None:
        kept = sorted(refused.items(), key=lambda entry: entry[1].last_utc)[-MAX_ENTRIES:]
        self._file = _File(salt=self._file.salt, refused=dict(kept))
        part = self._path.with_name(f".{FILE_NAME}.part")
        try:
            part.touch(mode=0o600)
            part.write_text(self._file.model_dump_json(indent=1), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            log.warning("refused logins not noted", extra={"folder": self._path.parent, "reason": error.strerror})


def _key(host: str, protocol: str, name: str) -> str:
    return f"{protocol} {host} {name}"
