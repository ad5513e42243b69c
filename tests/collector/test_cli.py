"""The commands as a person types them: what is printed, how they end, and that a mistake is one line that says what to do."""

import io
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector.cli import main
from collector.store.database import Database
from collector.store.migrate import newest, revision
from collector.store.people import by_name
from shared import VERSION
from shared.change import Changes
from shared.inventory import Inventory
from tests.collector.synthetic import HOSTS, document, report, with_port


@pytest.fixture(autouse=True)
def _the_process_s_own_umask() -> Iterator[None]:
    """The command keeps its files to itself; here it runs inside the tests' process, whose other files are none of its business."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    ended, out, err = said(capsys, *arguments)
    assert (ended, out) == (code, ""), err
    assert err.startswith("netario-collector: ") and err.count("\n") == 1, err
    return err


def test_version_and_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version") == (0, f"netario-collector {VERSION}\n", "")
    assert said(capsys)[0] == 2
    assert said(capsys, "fly")[0] == 2


def test_a_client_a_token_and_an_account_from_nothing(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "add-client", "Officina Rossi", "--data", data)[0] == 0
    code, token, _ = said(capsys, "enrol-token", "--client", "Officina Rossi", "--data", data)
    assert (code, len(token.strip())) == (0, 43)
    code, out, _ = said(capsys, "create-admin", "Anna", "--data", data)
    assert code == 0 and out.startswith("name: anna\npassword: ")
    assert "already" in refused(capsys, 2, "create-admin", "ANNA", "--data", data)
    assert "already" in refused(capsys, 2, "add-client", "Officina Rossi", "--data", data)
    assert said(capsys, "add-client", "Officina Rossi", "--site", "Second", "--data", data)[0] == 0
    assert "Main site, Second" in refused(capsys, 2, "enrol-token", "--client", "Officina Rossi", "--data", data)
    assert said(capsys, "enrol-token", "--client", "Officina Rossi", "--site", "Second", "--data", data)[0] == 0
    assert "no client named Bianchi" in refused(capsys, 2, "enrol-token", "--client", "Bianchi", "--data", data)
    assert "--hours" in refused(capsys, 2, "enrol-token", "--client", "Officina Rossi", "--hours", "0", "--data", data)
    folder = Path(data)
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_password_comes_by_standard_input_and_is_not_printed(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for password, code in (("long enough to keep\n", 0), ("sh0rt-1\n", 2), ("", 2)):
        monkeypatch.setattr("sys.stdin", io.StringIO(password))
        ended, out, err = said(capsys, "create-admin", f"anna{code}", "--password-stdin", "--data", data)
        assert ended == code
        assert not password.strip() or password.strip() not in out + err


def test_migrate_brings_either_database_up(empty_database_url: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--data", data, "--database", empty_database_url)
    if empty_database_url.startswith("postgresql"):
        assert "netario-collector migrate" in refused(capsys, 2, "create-admin", "anna", *where)
    assert said(capsys, "migrate", *where) == (0, f"the database has the form {newest()}.\n", "")
    assert said(capsys, "create-admin", "anna", *where)[0] == 0
    database = Database(empty_database_url)
    with database.reading() as session:
        assert by_name(session, "anna")
    assert revision(database) == newest()
    database.close()


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("nonsense", 2, "postgresql+psycopg://"),
        ("mysql://x/y", 2, "no such database"),
        ("postgresql+psycopg://someone:planted@127.0.0.1:9/x", 3, "cannot be used"),
        ("sqlite:////nowhere/at/all.sqlite3", 3, "unable to open"),
    ],
)
def test_a_database_that_is_none(data: str, capsys: pytest.CaptureFixture[str], url: str, code: int, words: str) -> None:
    said_to = refused(capsys, code, "create-admin", "anna", "--data", data, "--database", url)
    assert words in said_to
    assert "planted" not in said_to


def test_serve_refuses_what_it_cannot_do(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.cli.log_to_standard_error", lambda: None)  # pytest's own logging stays as it is
    assert "Write it like" in refused(capsys, 2, "serve", "--listen", "here", "--data", data)
    assert "--listen" in refused(capsys, 2, "serve", "--listen", "192.0.2.1:80", "--data", data)
    assert list(Path(data).iterdir()) == [], "no key and no database was made for nothing"
    (tmp_path / "file").write_text("")
    assert "--data" in refused(capsys, 2, "serve", "--data", str(tmp_path / "file" / "below"))
    (Path(data) / "master.key").write_text("damaged")
    assert "master key" in refused(capsys, 3, "serve", "--listen", "127.0.0.1:0", "--data", data)


def test_inventory_of_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = tmp_path / "first.json"
    first.write_bytes(document(report("first")))
    code, out, err = said(capsys, "inventory", str(first), "--json")
    assert (code, err) == (0, "")
    found = Inventory.model_validate_json(out)
    assert [held.address for device in found.devices for held in device.addresses] == [host.address for host in HOSTS]
    code, out, _ = said(capsys, "inventory", str(first))
    assert code == 0 and "host-10" in out and "4 devices" in out
    inventory = tmp_path / "inventory.json"
    inventory.write_text(found.model_dump_json(by_alias=True))
    assert "cannot be merged again" in refused(capsys, 2, "inventory", str(inventory))


def test_diff_in_two_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(document(report("first")))
    second.write_bytes(document(report("second", with_port(HOSTS, 10, 8080), after=timedelta(hours=1))))
    code, out, _ = said(capsys, "diff", str(first), str(second), "--json")
    assert code == 0
    assert [change.subject for change in Changes.model_validate_json(out).changes] == ["port"]
    english, italian = (
        said(capsys, "diff", str(first), str(second))[1],
        said(capsys, "diff", str(first), str(second), "--language", "it")[1],
    )
    assert "8080" in english and "8080" in italian and english != italian
    assert said(capsys, "diff", str(first), str(first))[1] == "Nothing has changed.\n"
    assert "there is en, it" in refused(capsys, 2, "diff", str(first), str(second), "--language", "xx")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"document": "x"}', b'{"document": "netario-report"}', b"\xff\xfe"])
def test_what_is_no_report_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert "bad.json" in refused(capsys, 2, "inventory", str(path))
    assert "none.json" in refused(capsys, 2, "inventory", str(tmp_path / "none.json"))


def test_a_newer_report_is_not_guessed_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps({**json.loads(document(report("first"))), "version": 99}))
    assert "newer" in refused(capsys, 2, "inventory", str(path))
