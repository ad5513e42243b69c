"""What the collector was told: the command line first, then the environment, then defaults. Read once; nobody else reads either.

``NETARIO_DATA`` and ``NETARIO_DATABASE`` stand in for ``--data`` and ``--database``; ``NETARIO_MASTER_KEY_FILE`` names the vault's key
where it is not ``master.key`` in the data folder. Raises BadInput.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from collector.store.database import default_url
from shared.errors import BadInput
from shared.model import Frozen
from shared.secret import Secret

DEFAULT_DATA_DIR = Path("/var/lib/netario-collector")
DEFAULT_LISTEN = "127.0.0.1:8080"
KEY_FILE = "master.key"


class Settings(Frozen):
    data_dir: Path
    database_url: Secret
    """May hold a password."""
    master_key_file: Path
    raw_retention: timedelta = timedelta(days=90)
    """Raw reports are kept at least this long, and until a checkpoint stands in for them."""
    session_valid: timedelta = timedelta(hours=12)


def settings(data: Path | None, database: str | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises BadInput where the data folder can be neither made nor written."""
    data_dir = (data or Path(environment.get("NETARIO_DATA") or DEFAULT_DATA_DIR)).absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"the data folder {data_dir} cannot be made: {error.strerror}. Name another one with --data.") from None
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise BadInput(f"the data folder {data_dir} cannot be written by this user. Name another one with --data.")
    return Settings(
        data_dir=data_dir,
        database_url=Secret(database or environment.get("NETARIO_DATABASE") or default_url(data_dir)),
        master_key_file=Path(environment.get("NETARIO_MASTER_KEY_FILE") or data_dir / KEY_FILE),
    )


def listen_address(text: str) -> tuple[str, int]:
    """``127.0.0.1:8080``, ``[::1]:8080`` or ``:8080`` (every address). Raises BadInput."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise BadInput(f"{text!r} is no address to listen on. Write it like {DEFAULT_LISTEN}.")
    return host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port)  # noqa: S104  # asked for by leaving the host out
