"""Passwords: kept as argon2id (RFC 9106, the parameters of argon2-cffi's RFC_9106_LOW_MEMORY: 64 MiB, 3 passes, 4 lanes).

Raises BadInput for a password that is too short to keep anyone out, or too long to hash in reason.
"""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from shared.errors import BadInput
from shared.secret import Secret

MIN_CHARS = 12
MAX_CHARS = 1024

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_AT_ONCE = BoundedSemaphore(2)
"""Each check takes 64 MiB: a flood of sign-ins must wait, not fill the memory."""
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))
"""Checked where there is no such account, so that the answer takes as long."""
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for each other."""


def hashed(password: Secret) -> str:
    """Raises BadInput."""
    if len(password.reveal()) < MIN_CHARS:
        raise BadInput(f"the password is shorter than {MIN_CHARS} characters.")
    if len(password.reveal()) > MAX_CHARS:
        raise BadInput(f"the password is longer than {MAX_CHARS} characters.")
    with _AT_ONCE:
        return _HASHER.hash(password.reveal())


def matches(password: Secret, password_hash: str | None) -> bool:
    """``None`` where there is no such account: takes as long, and is False."""
    with _AT_ONCE:
        try:
            right = _HASHER.verify(password_hash or _NOBODY, password.reveal()[: MAX_CHARS + 1])
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


def generated() -> Secret:
    """Four groups of five characters: 116 bits, and can be read out on the telephone."""
    return Secret("-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4)))
