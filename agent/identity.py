"""Who this agent is to its collector: one file, ``agent.json`` in the state folder, mode 0600, written whole or not at all.

Raises Missing where the agent is not enrolled or the file cannot be used.
"""

import ipaddress
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ValidationError

from agent.lock import private_folder
from shared.errors import BadInput, Missing
from shared.model import Frozen
from shared.secret import Secret
from shared.text import OneLine

FILE_NAME = "agent.json"


class Identity(Frozen):
    url: str
    """The collector, without a slash at the end."""
    agent: UUID
    site: UUID
    client_name: OneLine
    site_name: OneLine
    key: Secret
    insecure_http: bool = False


def load(state_dir: Path) -> Identity:
    path = state_dir / FILE_NAME
    try:
        return Identity.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise Missing("this agent is not enrolled: run netario-agent enroll URL --token T, with a token from the collector") from None
    except OSError as error:
        raise Missing(f"{path}: cannot be read: {error.strerror}. Run as root, or as the agent's own user.") from None
    except ValidationError:
        raise Missing(f"{path}: not an identity that this agent wrote. Move it away and enrol again.") from None


def exists(state_dir: Path) -> bool:
    try:
        return (state_dir / FILE_NAME).exists()
    except PermissionError:
        return True


class Reserved:
    """A place on the disk that is known to take the identity, before the one-time token is spent."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path

    def write(self, identity: Identity) -> None:
        document = json.loads(identity.model_dump_json()) | {"key": identity.key.reveal()}
        os.truncate(self._handle, 0)
        os.pwrite(self._handle, json.dumps(document, indent=2).encode() + b"\n", 0)
        os.fsync(self._handle)
        self._path.replace(self._path.parent / FILE_NAME)


@contextmanager
def reserve(state_dir: Path) -> Iterator[Reserved]:
    """Makes sure that an identity can be written. Raises Missing where it cannot."""
    path = private_folder(state_dir) / f".{FILE_NAME}.part"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.write(handle, b" " * 4096)
        os.fsync(handle)
    except OSError as error:
        raise Missing(f"{state_dir}: cannot be written: {error.strerror}. Run as root, or set state_dir in the configuration.") from None
    try:
        yield Reserved(handle, path)
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)


def collector_url(text: str, insecure_http: bool) -> str:
    """The collector's address as a person types it. Raises BadInput; plain http leaves the machine only where that was asked for."""
    parts = urlsplit(text.strip())
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadInput(f"{text!r}: the port is no number between 1 and 65535") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BadInput(f"{text!r} is no address of a collector. Write it like https://netario.example.net.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadInput("the collector's address is written without user name, question mark or hash: https://netario.example.net")
    if parts.scheme == "http" and not insecure_http and not _is_loopback(host):
        raise BadInput(
            f"http://{host} would send the agent's key and the site's whole inventory unencrypted. "
            "Use https://, or add --insecure-http where you accept that."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
