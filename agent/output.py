"""The file of ``scan --output``: known to be writable before the scan begins, replaced only by a whole report.

``-`` is standard output; an empty name is none. A name that is no ordinary file (a pipe, /dev/stdout) is written as it is.
Raises BadInput where it cannot be written.
"""

import sys
from pathlib import Path
from types import TracebackType

from shared.errors import BadInput
from shared.report import Report


class ReportFile:
    def __init__(self, name: str) -> None:
        self._name = name
        self._path = Path(name) if name not in ("", "-") else None
        self._part: Path | None = None

    def __enter__(self) -> "ReportFile":
        if self._path:
            whole = self._path.exists() and not self._path.is_file()
            self._part = self._path if whole else self._path.with_name(f".{self._path.name}.part")
            self._write("", self._part)
        return self

    def write(self, report: Report) -> None:
        text = report.model_dump_json(by_alias=True, indent=2) + "\n"
        if self._name == "-":
            sys.stdout.write(text)
        elif self._path and self._part:
            self._write(text, self._part)
            if self._part != self._path:
                self._part.replace(self._path)

    def _write(self, text: str, path: Path) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{self._name}: cannot be written (--output): {error.strerror}") from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._part and self._part != self._path:
            self._part.unlink(missing_ok=True)
