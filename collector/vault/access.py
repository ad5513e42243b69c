"""Who may read a stored secret, and who did. Nothing else opens the vault.

The audit entry is committed before the value is opened: a value that was seen without a trace does not exist. Where the entry cannot be
written, the value stays shut.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from collector.store import audit, clients, credentials
from collector.store.database import Database
from collector.store.tables import Credential
from collector.vault import cipher
from collector.vault.cipher import Place, Tampered
from collector.vault.keys import KeyFault, KeyRing
from shared.errors import BadInput
from shared.secret import Secret
from shared.text import many_lines, one_line

VALUE_CHARS = 16_384


def add(
    session: Session, keys: KeyRing, client_id: UUID, value: Secret, *, name: str, by: str, now: datetime, address: str = "",
    area: str = "", username: str = "", url: str = "", note: str = "", device_id: str | None = None,
) -> Credential:  # fmt: skip
    """Stores a login and writes down who did. Raises NotFound for the client, BadInput."""
    clients.get(session, client_id)
    credential_id = uuid4()
    sealed, key_id = cipher.seal(keys, Place(client_id, credential_id), _bounded(value))
    credential = Credential(
        id=credential_id, client_id=client_id, device_id=device_id, area=area, name=clients.named(name, "credential"),
        username=one_line(username), url=one_line(url), note=many_lines(note), sealed=sealed, key_id=key_id,
        created_by=by, created_utc=now, updated_by=by, updated_utc=now,
    )  # fmt: skip
    credentials.add(session, credential)
    audit.write(session, by, "credential.add", credential_id, now, client_id=client_id, detail=credential.name, address=address)
    return credential


def change(
    session: Session, keys: KeyRing, credential_id: UUID, value: Secret | None, *, name: str, by: str, now: datetime, address: str = "",
    area: str = "", username: str = "", url: str = "", note: str = "", device_id: str | None = None,
) -> Credential:  # fmt: skip
    """Changes a login, and its value where one is given. Raises NotFound, BadInput."""
    credential = credentials.describe(
        session, credential_id, area=area, name=clients.named(name, "credential"), username=one_line(username), url=one_line(url),
        note=many_lines(note), device_id=device_id, by=by, now=now,
    )  # fmt: skip
    if value is not None:
        place = Place(credential.client_id, credential.id)
        credential.sealed, credential.key_id = cipher.seal(keys, place, _bounded(value))
        session.flush()
    detail = f"{credential.name}: {'value and description' if value is not None else 'description'}"
    audit.write(session, by, "credential.change", credential_id, now, client_id=credential.client_id, detail=detail, address=address)
    return credential


def delete(session: Session, credential_id: UUID, by: str, now: datetime, address: str = "") -> Credential:
    """Raises NotFound."""
    gone = credentials.delete(session, credential_id)
    audit.write(session, by, "credential.delete", credential_id, now, client_id=gone.client_id, detail=gone.name, address=address)
    return gone


def reveal(database: Database, keys: KeyRing, person: str, credential_id: UUID, now: datetime, address: str = "") -> Secret:
    """The value, after it has been written down that ``person`` asked for it. Raises NotFound, Tampered, KeyFault."""
    with database.writing() as session:
        credential = credentials.get(session, credential_id)
        audit.write(
            session,
            person,
            "credential.reveal",
            credential_id,
            now,
            client_id=credential.client_id,
            detail=credential.name,
            address=address,
        )
    try:
        return cipher.unseal(keys, Place(credential.client_id, credential.id), credential.sealed, credential.key_id)
    except (Tampered, KeyFault) as fault:
        with database.writing() as session:
            detail = f"{credential.name}: {type(fault).__name__}"
            audit.write(session, person, "credential.not_revealed", credential_id, now, client_id=credential.client_id, detail=detail)
        raise


def _bounded(value: Secret) -> Secret:
    if not value:
        raise BadInput("the credential needs a value.")
    if len(value.reveal()) > VALUE_CHARS:
        raise BadInput(f"the value is longer than {VALUE_CHARS} characters.")
    return value
