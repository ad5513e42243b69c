"""Seals a value so that it can be neither read nor moved: AES-256-GCM (NIST SP 800-38D) of the package cryptography.

Sealed form: one byte for the form (1), 12 random bytes (the nonce), ciphertext with its 16-byte tag. The tag also covers where the value
belongs (client, credential, field), so that a ciphertext put into another row does not open. Raises ``Tampered``.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.vault.keys import KeyRing
from shared.errors import NetarioError
from shared.secret import Secret

FORM = b"\x01"
NONCE_BYTES = 12


class Tampered(NetarioError):
    """The sealed value is damaged, was changed, or belongs elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs."""

    client_id: UUID
    credential_id: UUID
    field: str = "value"

    def associated_data(self) -> bytes:
        return b"\0".join((b"netario credential", self.client_id.bytes, self.credential_id.bytes, self.field.encode()))


def seal(keys: KeyRing, place: Place, value: Secret) -> tuple[bytes, str]:
    """The sealed value, and the id of the key that opens it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(keys.key(keys.current))
    return FORM + nonce + cipher.encrypt(nonce, value.reveal().encode(), place.associated_data()), keys.current


def unseal(keys: KeyRing, place: Place, sealed: bytes, key_id: str) -> Secret:
    """Raises Tampered, KeyFault."""
    cipher = AESGCM(keys.key(key_id))
    form, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if form != FORM:
            raise InvalidTag
        return Secret(cipher.decrypt(nonce, rest, place.associated_data()).decode())
    except (InvalidTag, ValueError):
        raise Tampered("this value was damaged or changed in the database, and is not shown. Restore it from a backup.") from None
