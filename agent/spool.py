"""Reports that wait on the disk until the collector has them: one file a report, there whole or not at all.

``<utc>-<report id>.json.gz`` in ``spool/`` of the state folder. A file is written under a name that nobody reads, synced, renamed, and
the folder synced; a crash leaves at most a ``.part`` file, which the next start removes. What a collector refuses for good goes to
``rejected/`` beside a ``.txt`` that says why. Raises Missing where the disk does not take a report.
"""

import errno
import gzip
import json
import logging
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from agent.lock import locked, private_folder
from shared.errors import Missing, Unparsed
from shared.report import MAX_PACKED_BYTES, MAX_REPORT_BYTES, Report

log = logging.getLogger(__name__)

_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json\.gz")
_PART = ".part"


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """Sorts oldest first."""

    name: str
    path: Path
    report: UUID


class Spool:
    """``limit_bytes`` holds for waiting and rejected reports together."""

    def __init__(self, state_dir: Path, limit_bytes: int) -> None:
        self._folder = state_dir / "spool"
        self._rejected = self._folder / "rejected"
        self._limit_bytes = limit_bytes
        for folder in (state_dir, self._folder, self._rejected):
            private_folder(folder)
        self._remove_parts()

    def put(self, report: Report) -> Path:
        """Keeps the report; back only when it is safe from a crash. A report too large for any collector goes to ``rejected/``."""
        plain = report.model_dump_json(by_alias=True).encode()
        packed = gzip.compress(plain, compresslevel=6, mtime=0)
        name = f"{report.finished_utc:%Y%m%dT%H%M%SZ}-{report.id}.json.gz"
        with self._writing():
            path = self._put(name, packed)
            self._make_room(path)
        if len(plain) > MAX_REPORT_BYTES or len(packed) > MAX_PACKED_BYTES:
            self.reject(Waiting(name, path, report.id), f"{len(plain)} bytes, {len(packed)} packed: no collector takes a report so large")
        return path

    def waiting(self) -> list[Waiting]:
        names = ((path, _NAME.fullmatch(path.name)) for path in self._folder.iterdir())
        return sorted(Waiting(path.name, path, UUID(match[2])) for path, match in names if match)

    def read(self, waiting: Waiting) -> bytes:
        """The packed report, known to be whole. Raises Unparsed where the file is damaged."""
        packed = waiting.path.read_bytes()
        try:
            unpacking = zlib.decompressobj(wbits=31)
            plain = unpacking.decompress(packed, MAX_REPORT_BYTES + 1)
            if not unpacking.eof:
                raise Unparsed("the file ends in the middle of the report, or is too large")
            said = json.loads(plain)
        except (zlib.error, ValueError) as error:
            raise Unparsed(f"the file is damaged: {error}") from None
        if not isinstance(said, dict) or said.get("id") != str(waiting.report):
            raise Unparsed("the file holds another report than its name says")
        return packed

    def forget(self, waiting: Waiting) -> None:
        """The collector has it."""
        waiting.path.unlink(missing_ok=True)
        _sync(self._folder)

    def reject(self, waiting: Waiting, reason: str) -> None:
        """Puts the report aside for a person to look at."""
        log.error("report put aside", extra={"report": waiting.name, "reason": reason})
        target = self._rejected / waiting.name
        target.with_name(f"{target.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        waiting.path.replace(target)
        _sync(self._rejected)
        _sync(self._folder)

    def rejected(self) -> list[Path]:
        return sorted(path for path in self._rejected.iterdir() if _NAME.fullmatch(path.name))

    @contextmanager
    def pushing(self) -> Iterator[None]:
        """One process pushes at a time. Raises agent.lock.Busy."""
        with locked(self._folder / ".push.lock", "another netario-agent is pushing reports at this moment"):
            yield

    def _put(self, name: str, packed: bytes) -> Path:
        try:
            return self._write(name, packed)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT) or not self.rejected():
                raise Missing(f"{self._folder}: the report cannot be kept: {error.strerror}") from None
        log.warning("disk full: rejected reports are dropped", extra={"folder": self._rejected})
        for path in self.rejected():
            _drop(path)
        try:
            return self._write(name, packed)
        except OSError as error:
            raise Missing(f"{self._folder}: the report cannot be kept: {error.strerror}") from None

    def _write(self, name: str, packed: bytes) -> Path:
        path, part = self._folder / name, self._folder / f".{name}{_PART}"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _sync(self._folder)
        return path

    def _make_room(self, newest: Path) -> None:
        """Drops reports while all together are above the limit: rejected ones first, then the oldest; never the newest."""
        candidates = [*self.rejected(), *(waiting.path for waiting in self.waiting() if waiting.path != newest)]
        held = sum(path.stat().st_size for path in (*candidates, newest))
        for path in candidates:
            if held <= self._limit_bytes:
                return
            log.error("spool above its limit: report dropped", extra={"report": path.name, "limit_bytes": self._limit_bytes})
            held -= path.stat().st_size
            _drop(path)

    def _remove_parts(self) -> None:
        with self._writing():
            for part in self._folder.glob(f".*{_PART}"):
                log.warning("half-written report of a crash removed", extra={"file": part.name})
                part.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with locked(self._folder / ".write.lock", "", wait=True):
            yield


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.txt").unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """A rename is safe from a power cut only when its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
