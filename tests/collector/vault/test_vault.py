"""A stored secret opens only in its own place with its own key, and never without a trace."""

from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from collector.running import Running
from collector.store import audit, credentials
from collector.store.database import NotFound
from collector.store.tables import Credential
from collector.vault import access, cipher, keys
from collector.vault.cipher import Place, Tampered
from collector.vault.keys import KeyFault
from shared.errors import BadInput
from shared.secret import Secret
from tests.collector.harness import Clock, Enrolled

VALUE = Secret("planted-p4ssword-ünïcode")


def added(here: Running, agent: Enrolled, name: str = "Firewall", value: Secret = VALUE) -> UUID:
    with here.database.writing() as session:
        return access.add(session, here.keys, agent.client, value, name=name, by="anna", now=here.now(), username="admin").id


def actions(here: Running, credential_id: UUID) -> list[str]:
    with here.database.reading() as session:
        return [entry.action for entry in audit.of_subject(session, credential_id)]


def test_a_value_comes_back_and_the_reveal_is_written_down(here: Running, agent: Enrolled) -> None:
    credential_id = added(here, agent)
    assert access.reveal(here.database, here.keys, "berta", credential_id, here.now(), "192.0.2.7").reveal() == VALUE.reveal()
    with here.database.reading() as session:
        entry = audit.of_subject(session, credential_id, "credential.reveal")[0]
    assert (entry.actor, entry.at_utc, entry.address, entry.client_id) == ("berta", here.now(), "192.0.2.7", agent.client)


def test_a_value_that_cannot_be_written_down_is_not_shown(here: Running, agent: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trace comes first: with the audit broken, the cipher is never asked."""
    credential_id = added(here, agent)
    opened: list[object] = []
    monkeypatch.setattr(cipher, "unseal", lambda *given: opened.append(given))
    with here.database.writing() as session:
        session.connection().execute(text("ALTER TABLE audit_entry RENAME TO audit_away"))
    with pytest.raises(Exception, match="audit_entry"):
        access.reveal(here.database, here.keys, "berta", credential_id, here.now())
    assert opened == []


def test_the_trace_is_committed_before_the_value_is_opened(here: Running, agent: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    credential_id = added(here, agent)
    seen: list[list[str]] = []

    def crash(*_: object) -> NoReturn:
        seen.append(actions(here, credential_id))
        raise KeyboardInterrupt

    monkeypatch.setattr(cipher, "unseal", crash)
    with pytest.raises(KeyboardInterrupt):
        access.reveal(here.database, here.keys, "berta", credential_id, here.now())
    assert seen == [["credential.reveal", "credential.add"]]


def test_a_changed_ciphertext_does_not_open(here: Running, agent: Enrolled) -> None:
    credential_id = added(here, agent)
    with here.database.reading() as session:
        sealed = credentials.get(session, credential_id).sealed
    for position in (0, 1, 12, 13, len(sealed) - 1):
        damaged = bytearray(sealed)
        damaged[position] ^= 1
        put(here, credential_id, bytes(damaged))
        with pytest.raises(Tampered):
            access.reveal(here.database, here.keys, "berta", credential_id, here.now())
    for short in (b"", sealed[:5], sealed[:-1]):
        put(here, credential_id, short)
        with pytest.raises(Tampered):
            access.reveal(here.database, here.keys, "berta", credential_id, here.now())
    assert actions(here, credential_id)[:2] == ["credential.not_revealed", "credential.reveal"]


def put(here: Running, credential_id: UUID, sealed: bytes) -> None:
    with here.database.writing() as session:
        credentials.get(session, credential_id).sealed = sealed


def test_a_ciphertext_that_was_moved_does_not_open(here: Running, agent: Enrolled) -> None:
    one, other = added(here, agent, "one", Secret("one's")), added(here, agent, "other", Secret("other's"))
    with here.database.reading() as session:
        sealed = credentials.get(session, one).sealed
    put(here, other, sealed)
    with pytest.raises(Tampered):
        access.reveal(here.database, here.keys, "berta", other, here.now())
    assert access.reveal(here.database, here.keys, "berta", one, here.now()).reveal() == "one's"


def test_client_credential_and_field_are_bound(here: Running, agent: Enrolled) -> None:
    here_place = Place(agent.client, agent.id, "value")
    sealed, key_id = cipher.seal(here.keys, here_place, VALUE)
    assert cipher.unseal(here.keys, here_place, sealed, key_id) == VALUE
    for elsewhere in (Place(agent.id, agent.id), Place(agent.client, agent.client), Place(agent.client, agent.id, "note")):
        with pytest.raises(Tampered):
            cipher.unseal(here.keys, elsewhere, sealed, key_id)
    assert cipher.seal(here.keys, here_place, VALUE)[0] != sealed, "every sealing has a nonce of its own"


def test_the_value_is_changed_and_the_description_alone(here: Running, agent: Enrolled) -> None:
    credential_id = added(here, agent)
    for value, expected in ((Secret("new"), "new"), (None, "new")):
        with here.database.writing() as session:
            access.change(session, here.keys, credential_id, value, name="Renamed", by="berta", now=here.now(), area="security")
        assert access.reveal(here.database, here.keys, "berta", credential_id, here.now()).reveal() == expected
    with here.database.reading() as session:
        row = credentials.of_client(session, agent.client, area="security")[0]
    assert (row.name, row.updated_by, row.created_by, row.username) == ("Renamed", "berta", "anna", "")


def test_a_deleted_credential_is_gone_and_its_trace_stays(here: Running, agent: Enrolled) -> None:
    credential_id = added(here, agent)
    with here.database.writing() as session:
        access.delete(session, credential_id, "berta", here.now())
    with pytest.raises(NotFound):
        access.reveal(here.database, here.keys, "berta", credential_id, here.now())
    assert actions(here, credential_id) == ["credential.delete", "credential.add"]


def test_empty_and_endless_values_are_refused(here: Running, agent: Enrolled) -> None:
    for value in ("", "x" * 20_000):
        with pytest.raises(BadInput):
            added(here, agent, value=Secret(value))
    with here.database.reading() as session:
        assert session.exec(select(Credential)).all() == []


def test_the_key_file_is_the_owner_s_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    made = keys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.load(path) == made
    with pytest.raises(KeyFault, match="cannot be made"):
        keys.create(path)
    assert "keys" not in repr(made) and ": b'" not in repr(made)
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="chmod 600"):
        keys.load(path)


@pytest.mark.parametrize("content", ["", "no base64!", "c2hvcnQ=", "\xff"])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(KeyFault, match=r"master\.key"):
        keys.load(path)


def test_another_key_does_not_open_and_says_which_is_needed(here: Running, agent: Enrolled, tmp_path: Path, clock: Clock) -> None:
    credential_id = added(here, agent)
    stranger = keys.create(tmp_path / "other.key")
    with pytest.raises(KeyFault, match=here.keys.current):
        access.reveal(here.database, stranger, "berta", credential_id, here.now())
    both = tmp_path / "both.key"
    both.write_text((tmp_path / "other.key").read_text() + here.settings.master_key_file.read_text())
    both.chmod(0o600)
    ring = keys.load(both)
    assert ring.current == stranger.current
    assert access.reveal(here.database, ring, "berta", credential_id, here.now()) == VALUE
