"""The network's own keys and certificates, made anew at each start: none is of use elsewhere.

Certificates: a certificate authority, and below it one for each entry of ``truth.certificates`` (ECDSA P-256, X.509 v3). SSH: Ed25519
in OpenSSH's format. WireGuard: X25519 in base64, as ``wg genkey`` prints them.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from tests.labs.demo.truth import Certificate, Truth

CA_FILE = "ca.pem"
SSH_KEY_FILE = "ssh_key"
SSH_PASSWORD_FILE = "ssh_password"
"""The read-only account's other way in, for a login by password."""


@dataclass(frozen=True, slots=True)
class WireGuardKey:
    private: str
    public: str


def _private_file(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def write_ssh_key(path: Path, comment: str) -> str:
    """Writes the private key to ``path`` and the public one to ``path``.pub, which it also gives."""
    key = Ed25519PrivateKey.generate()
    _private_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + f" {comment}\n"
    path.with_name(f"{path.name}.pub").write_text(public)
    return public


def wireguard_key() -> WireGuardKey:
    key = X25519PrivateKey.generate()
    return WireGuardKey(
        private=base64.b64encode(key.private_bytes_raw()).decode(), public=base64.b64encode(key.public_key().public_bytes_raw()).decode()
    )


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _authority(truth: Truth, started: datetime) -> tuple[EllipticCurvePrivateKey, x509.Certificate]:
    key = generate_private_key(SECP256R1())
    name = _name(f"{truth.client} CA", truth.client)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(started - timedelta(days=700))
    built = built.not_valid_after(started + timedelta(days=3000)).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return key, built.sign(key, hashes.SHA256())


def _leaf(
    asked: Certificate,
    truth: Truth,
    key: EllipticCurvePrivateKey,
    authority: tuple[EllipticCurvePrivateKey, x509.Certificate],
    started: datetime,
) -> x509.Certificate:
    built = x509.CertificateBuilder().subject_name(_name(asked.names[0], truth.client)).issuer_name(authority[1].subject)
    built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
    built = built.not_valid_before(asked.not_before(started)).not_valid_after(asked.not_after(started))
    alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in asked.names])
    return built.add_extension(alternatives, critical=False).sign(authority[0], hashes.SHA256())


def make(directory: Path, truth: Truth, started: datetime) -> None:
    """Fills ``directory``: ``ca.pem``, ``<host>.crt`` and ``<host>.key``, the read-only account's SSH key and password."""
    authority = _authority(truth, started)
    (directory / CA_FILE).write_bytes(authority[1].public_bytes(Encoding.PEM))
    for asked in truth.certificates:
        key = generate_private_key(SECP256R1())
        chain = (_leaf(asked, truth, key, authority, started), authority[1])
        (directory / f"{asked.host}.crt").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
        _private_file(directory / f"{asked.host}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_ssh_key(directory / SSH_KEY_FILE, f"{truth.ssh_user}@{truth.domain}")
    _private_file(directory / SSH_PASSWORD_FILE, secrets.token_urlsafe(15).encode())
