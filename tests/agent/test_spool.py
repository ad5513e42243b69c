"""A report is on the disk whole or not at all, and stays until it is taken, whatever happens to the process, the file or the disk."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.lock import Busy
from agent.spool import Spool
from shared.errors import Missing, Unparsed
from shared.report import Report

Make = Callable[..., Report]
LIMIT = 1_000_000_000


def test_a_report_comes_back_as_it_went_in(tmp_path: Path, report: Make) -> None:
    made = report(padding=50)
    Spool(tmp_path, LIMIT).put(made)
    spool = Spool(tmp_path, LIMIT)
    (waiting,) = spool.waiting()
    assert waiting.report == made.id
    assert Report.model_validate_json(gzip.decompress(spool.read(waiting))) == made
    assert waiting.path.stat().st_mode & 0o777 == 0o600 and waiting.path.parent.stat().st_mode & 0o777 == 0o700


def test_oldest_first(tmp_path: Path, report: Make) -> None:
    spool = Spool(tmp_path, LIMIT)
    newest = report(3)
    for made in (newest, report(1, newest.finished_utc - timedelta(days=400)), report(2, newest.finished_utc - timedelta(seconds=1))):
        spool.put(made)
    assert [waiting.report.int for waiting in spool.waiting()] == [1, 2, 3]


# a slow disk: the time between a file's first byte and its name is long enough to be hit
_WRITER = """
import os, sys, time, uuid
from pathlib import Path
synced = os.fsync
os.fsync = lambda handle: (synced(handle), time.sleep(0.02))
from agent.spool import Spool
from shared.report import Report
spool = Spool(Path(sys.argv[1]), 10**9)
made = Report.model_validate_json(Path(sys.argv[2]).read_text())
print("ready", flush=True)
while True:
    spool.put(made.model_copy(update={"id": uuid.uuid4()}))
"""


@pytest.mark.slow
def test_kill_9_in_the_middle_of_writing_leaves_only_whole_reports(tmp_path: Path, report: Make) -> None:
    source = tmp_path / "synthetic.json"
    source.write_text(report(padding=300).model_dump_json(by_alias=True))
    halves = 0
    for attempt in range(6):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), str(source)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout and writer.stdout.readline() == "ready\n"
        time.sleep(0.2 + attempt * 0.007)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        halves += len(list((tmp_path / "spool").glob(".*.part")))
        spool = Spool(tmp_path, LIMIT)
        assert not list((tmp_path / "spool").glob(".*.part")), "the start removes what a crash left"
        for waiting in spool.waiting():
            spool.read(waiting)
    assert spool.waiting() and halves, "no report was finished, or none was hit half-way: nothing was tested"


def test_a_leftover_of_a_crash_is_removed_and_never_sent(tmp_path: Path, report: Make) -> None:
    Spool(tmp_path, LIMIT).put(report())
    half = tmp_path / "spool" / ".20260301T080000Z-half.json.gz.part"
    half.write_bytes(b"\x1f\x8b")
    spool = Spool(tmp_path, LIMIT)
    assert not half.exists() and len(spool.waiting()) == 1


def test_a_write_under_way_in_another_process_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    spool = Spool(tmp_path, LIMIT)
    opening = "import sys, pathlib, agent.spool as s; print('ready', flush=True); s.Spool(pathlib.Path(sys.argv[1]), 10**9); print('open')"
    with spool._writing():
        other = subprocess.Popen([sys.executable, "-c", opening, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert other.stdout and other.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.7)
    assert other.communicate(timeout=10)[0] == "open\n"


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda packed: packed[: len(packed) // 2], "middle"),
        (lambda packed: packed[:20] + b"\0\0\0\0" + packed[24:], "damaged"),
        (lambda packed: b"", "middle"),
        (lambda packed: gzip.compress(b"[]"), "another report"),
        (lambda packed: gzip.compress(json.dumps({"id": "x"}).encode()), "another report"),
        (lambda packed: gzip.compress(b"no json"), "damaged"),
        (lambda packed: gzip.compress(b" " * (65 * 1024 * 1024)), "too large"),
    ],
    ids=["cut", "flipped", "empty", "list", "stranger", "text", "bomb"],
)
def test_a_damaged_file_is_known_before_it_is_sent(tmp_path: Path, report: Make, damage: Callable[[bytes], bytes], why: str) -> None:
    spool = Spool(tmp_path, LIMIT)
    path = spool.put(report(padding=30))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Unparsed, match=why):
        spool.read(spool.waiting()[0])


def test_a_rejected_report_is_kept_beside_its_reason(tmp_path: Path, report: Make) -> None:
    spool = Spool(tmp_path, LIMIT)
    spool.put(report())
    spool.reject(spool.waiting()[0], "another agent's site")
    (kept,) = spool.rejected()
    assert not spool.waiting() and kept.with_name(kept.name + ".txt").read_text() == "another agent's site\n"
    assert Report.model_validate_json(gzip.decompress(kept.read_bytes())) == report()


def test_above_the_limit_rejected_ones_go_first_then_the_oldest_and_never_the_newest(
    tmp_path: Path, report: Make, caplog: pytest.LogCaptureFixture
) -> None:
    wide = Spool(tmp_path, LIMIT)
    first = report(1, padding=20)
    size = wide.put(first).stat().st_size
    wide.reject(wide.waiting()[0], "why")
    for number in (2, 3):
        wide.put(report(number, first.finished_utc + timedelta(minutes=number), padding=20))
    assert len(wide.rejected()) == 1 and len(wide.waiting()) == 2

    narrow = Spool(tmp_path, int(size * 2.5))
    narrow.put(report(4, first.finished_utc + timedelta(minutes=4), padding=20))
    assert not list((tmp_path / "spool/rejected").iterdir())
    assert [waiting.report.int for waiting in narrow.waiting()] == [3, 4]
    assert "above its limit" in caplog.text

    Spool(tmp_path, 1).put(report(5, first.finished_utc + timedelta(minutes=5), padding=20))
    assert [waiting.report.int for waiting in narrow.waiting()] == [5], "the newest is kept whatever the limit"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_harms_no_other_report(small_disk: Path, report: Make) -> None:
    spool = Spool(small_disk, LIMIT)
    spool.put(report(1, padding=500))
    with pytest.raises(Missing, match="No space left"):
        spool.put(report(2, padding=12_000))
    assert not list((small_disk / "spool").glob(".*.part"))
    (waiting,) = spool.waiting()
    assert spool.read(waiting)


def test_a_full_disk_costs_the_rejected_reports_first(small_disk: Path, report: Make) -> None:
    spool = Spool(small_disk, LIMIT)
    spool.put(report(1, padding=5000))
    spool.reject(spool.waiting()[0], "why")
    spool.put(report(2, padding=5000))
    assert [waiting.report.int for waiting in spool.waiting()] == [2] and not spool.rejected()


def test_one_process_pushes_at_a_time(tmp_path: Path) -> None:
    spool = Spool(tmp_path, LIMIT)
    with spool.pushing(), pytest.raises(Busy, match="another netario-agent"), Spool(tmp_path, LIMIT).pushing():
        pass
    with spool.pushing():
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_folder_that_is_not_ours_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Missing, match="state_dir"):
        Spool(tmp_path / "file", LIMIT)
