"""The master key: a file outside the database and outside its backups, which only the collector's user may read.

Each line of the file is a key, 32 bytes in base64. The first seals; all open, so that a key can be changed without a pause. A key's id
is drawn from the key itself (SHA-256 of it with a prefix, 16 hex digits): an id never points to another key. Raises ``KeyFault``.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import NetarioError

KEY_BYTES = 32


class KeyFault(NetarioError):
    """The master key is missing, damaged, or not the one that sealed this."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    current: str
    """The id of the key that seals."""
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str) -> bytes:
        """Raises KeyFault."""
        try:
            return self.keys[key_id]
        except KeyError:
            raise KeyFault(
                f"the key {key_id} that sealed this is not in the master key file. Put the file back that belongs to this database."
            ) from None


def load(path: Path) -> KeyRing:
    """Raises KeyFault."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFault(f"the master key {path} can be read by others than its owner. Run: chmod 600 {path}")
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise KeyFault(f"the master key {path} is not there. Put back the copy that belongs to this database.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFault(f"the master key {path} cannot be read: {error}") from None
    return _ring([_key(line, path) for line in lines], path)


def create(path: Path) -> KeyRing:
    """Makes a new key in a new file; an existing file is never written over. Raises KeyFault."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyFault(f"the master key {path} cannot be made: {error.strerror}") from None
    return _ring([key], path)


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"netario master key id\0" + key).hexdigest()[:16]


def _key(line: str, path: Path) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFault(f"the master key {path} is damaged: a line of it is not {KEY_BYTES} bytes in base64. Put back a good copy.")
    return key


def _ring(keys: list[bytes], path: Path) -> KeyRing:
    if not keys:
        raise KeyFault(f"the master key {path} is empty. Put back a good copy.")
    return KeyRing(current=key_id(keys[0]), keys={key_id(key): key for key in keys})
