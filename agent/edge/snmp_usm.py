"""How does SNMP v3 turn passwords into a device's keys, sign a message and hide what is in it?

Source: RFC 3414 (USM: keys, HMAC-MD5-96, HMAC-SHA-96, DES), RFC 7860 (HMAC-SHA-2), RFC 3826 (AES-128),
draft-blumenthal-aes-usm-04 (AES-192, AES-256) and draft-reeder-snmpv3-usm-3desede-00 (the key expansion that Cisco and others use for
them, ``-C``). hashlib, hmac and cryptography do the work. Pure but for the counter of salts. Raises BerError for what cannot be decrypted.
"""

import hashlib
import hmac
import itertools
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from agent.edge import SnmpLogin
from agent.edge.snmp_ber import BerError
from shared.secret import Secret

_PASSWORD_TO_KEY_BYTES = 2**20
SALT_BYTES = 8

_HASHES = {"MD5": "md5", "SHA": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
SIGNATURE_BYTES = {"": 0, "MD5": 12, "SHA": 12, "SHA-224": 16, "SHA-256": 24, "SHA-384": 32, "SHA-512": 48}
_KEY_BYTES = {"DES": 16, "AES": 16, "AES-192": 24, "AES-256": 32, "AES-192-C": 24, "AES-256-C": 32}

# a salt is never used twice with one key; where it begins is by chance, as nothing is kept between two runs
_salts = itertools.count(secrets.randbits(62))


@dataclass(frozen=True, slots=True)
class Keys:
    """A user's keys on one engine."""

    auth: bytes
    privacy: bytes

    def __repr__(self) -> str:
        return "Keys(***)"


def keys(login: SnmpLogin, engine_id: bytes) -> Keys:
    if not login.auth or login.auth_password is None:
        return Keys(b"", b"")
    name = _HASHES[login.auth]
    auth = _localised(_password_key(name, login.auth_password), name, engine_id)
    if not login.privacy or login.privacy_password is None:
        return Keys(auth, b"")
    privacy = _localised(_password_key(name, login.privacy_password), name, engine_id)
    return Keys(auth, _expanded(privacy, name, engine_id, login.privacy))


@lru_cache(maxsize=64)
def _password_key(name: str, password: Secret) -> bytes:
    """A hash over the password, repeated to a megabyte: slow on purpose, so done once for all devices of a site."""
    return _passphrase_hash(name, password.reveal().encode())


def _passphrase_hash(name: str, passphrase: bytes) -> bytes:
    repeated = passphrase * (_PASSWORD_TO_KEY_BYTES // len(passphrase) + 1)
    return hashlib.new(name, repeated[:_PASSWORD_TO_KEY_BYTES], usedforsecurity=False).digest()


def _localised(key: bytes, name: str, engine_id: bytes) -> bytes:
    return hashlib.new(name, key + engine_id + key, usedforsecurity=False).digest()


def _expanded(key: bytes, name: str, engine_id: bytes, privacy: str) -> bytes:
    wanted = _KEY_BYTES[privacy]
    while len(key) < wanted:
        if privacy.endswith("-C"):
            key += _localised(_passphrase_hash(name, key), name, engine_id)
        else:
            key += hashlib.new(name, key, usedforsecurity=False).digest()
    return key[:wanted]


def signature(auth: str, key: bytes, message: bytes) -> bytes:
    """Of a message that has zeros where its signature goes."""
    return hmac.digest(key, message, _HASHES[auth])[: SIGNATURE_BYTES[auth]]


def signed(auth: str, key: bytes, message: bytes, at: int) -> bytes:
    return message[:at] + signature(auth, key, message) + message[at + SIGNATURE_BYTES[auth] :]


def is_signed(auth: str, key: bytes, message: bytes, at: int, found: bytes) -> bool:
    """``found``: the signature that stands at ``at``."""
    size = SIGNATURE_BYTES[auth]
    if len(found) != size:
        return False
    return hmac.compare_digest(found, signature(auth, key, message[:at] + bytes(size) + message[at + size :]))


def encrypt(privacy: str, key: bytes, boots: int, time_s: int, plain: bytes) -> tuple[bytes, bytes]:
    """(encrypted, salt)"""
    number = next(_salts)
    if privacy == "DES":
        salt = boots.to_bytes(4) + (number % 2**32).to_bytes(4)
        plain += bytes(-len(plain) % 8)
    else:
        salt = (number % 2**64).to_bytes(SALT_BYTES)
    encryptor = _cipher(privacy, key, boots, time_s, salt).encryptor()
    return encryptor.update(plain) + encryptor.finalize(), salt


def decrypt(privacy: str, key: bytes, boots: int, time_s: int, encrypted: bytes, salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES or (privacy == "DES" and len(encrypted) % 8):
        raise BerError("encrypted in another way")
    decryptor = _cipher(privacy, key, boots, time_s, salt).decryptor()
    return decryptor.update(encrypted) + decryptor.finalize()


def _cipher(privacy: str, key: bytes, boots: int, time_s: int, salt: bytes) -> "Cipher[CBC] | Cipher[CFB]":
    if privacy == "DES":
        start = bytes(a ^ b for a, b in zip(salt, key[8:], strict=True))
        return Cipher(TripleDES(key[:8] * 3), CBC(start))  # three times the same key: DES
    return Cipher(AES(key), CFB(boots.to_bytes(4) + time_s.to_bytes(4) + salt))
