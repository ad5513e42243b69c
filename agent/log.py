"""The agent's log: one line an event, key=value (logfmt), on standard error. Secrets are a type and cannot be printed."""

import json
import logging
import sys
from datetime import UTC, datetime

_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class KeyValue(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        pairs = {"at": at, "level": record.levelname.lower(), "from": record.name, "event": record.getMessage()}
        pairs |= {key: value for key, value in record.__dict__.items() if key not in _USUAL}
        if record.exc_info:
            pairs["traceback"] = self.formatException(record.exc_info)
        return " ".join(f"{key}={_value(value)}" for key, value in pairs.items())


def _value(value: object) -> str:
    """The value as it is where it is one plain word, else as a JSON string: no line break and no escape gets through."""
    text = str(value)
    plain = text.isascii() and text.isprintable() and text and not set(text) & set(' "=\\')
    return text if plain else json.dumps(text)


def to_stderr(level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValue())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("apscheduler", "httpx", "httpcore", "asyncio", "paramiko", "netmiko", "scapy"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    # paramiko logs what a server says to it at every level, and every failed login as an error: outcomes say that
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
