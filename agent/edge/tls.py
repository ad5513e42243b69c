"""Which certificate does this TLS service show?

Source: RFC 5246 and 8446 (TLS), RFC 3207 (STARTTLS for SMTP), RFC 9051 (IMAP), RFC 2595 (POP3), RFC 4217 (FTP), RFC 5280 (certificates).
The leaf and what comes with it are read, nothing is verified: validity is a conclusion. Old protocols and ciphers are allowed, since an
old device is to be documented too. pyOpenSSL makes the handshake, as Python's ssl hands the chain out from 3.13 on only.
None: silent. Raises Unsupported where the service answers and does not speak TLS, Unparsed where its certificate is none.
"""

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from OpenSSL import SSL, crypto

from shared.errors import Unparsed, Unsupported
from shared.observation import CertificateSeen, IssuerSeen

_MAX_LINE_BYTES = 4096
_MAX_LINES = 64
_MAX_NAMES = 100
_MAX_CHAIN = 10
_MAX_HANDSHAKE_BYTES = 256 * 1024


class TlsHandshake:
    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        try:
            async with asyncio.timeout(deadline_s):
                shown, protocol = await _handshake(address, port, starttls)
        except SSL.Error as error:
            raise Unsupported(f"port {port} does not finish a TLS handshake: {_reason(error)}") from None
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            return None
        return read(shown, address, port, starttls, protocol)


async def _handshake(address: str, port: int, starttls: str) -> tuple[list[bytes], str]:
    """The certificates (DER), the leaf first, and the protocol's name."""
    reader, writer = await asyncio.open_connection(address, port, limit=_MAX_LINE_BYTES)
    try:
        if starttls:
            await _PREPARATIONS[starttls](_Dialogue(reader, writer))
        session = SSL.Connection(_lenient_openssl())
        session.set_connect_state()
        await _shake_hands(session, reader, writer)
        shown = session.get_peer_cert_chain() or []
        if not shown:
            raise Unsupported(f"port {port} speaks TLS without a certificate")
        return [crypto.dump_certificate(crypto.FILETYPE_ASN1, one) for one in shown[:_MAX_CHAIN]], session.get_protocol_version_name()
    finally:
        writer.transport.abort()  # no close_notify: the peer may never answer it, and nothing of ours is under way


async def _shake_hands(session: SSL.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carries octets between OpenSSL and the line until the handshake is done. Raises SSL.Error, ConnectionError."""
    received = 0
    while True:
        try:
            session.do_handshake()
            return
        except SSL.WantReadError:
            with contextlib.suppress(SSL.WantReadError):  # nothing to say this time
                writer.write(session.bio_read(_MAX_HANDSHAKE_BYTES))
        await writer.drain()
        octets = await reader.read(_MAX_LINE_BYTES)
        received += len(octets)
        if not octets:
            raise ConnectionResetError("the far side hung up in the middle of the handshake")
        if received > _MAX_HANDSHAKE_BYTES:
            raise Unsupported("the service talks without end in the handshake")
        session.bio_write(octets)


def _reason(error: SSL.Error) -> str:
    """OpenSSL's own words for the first of its faults."""
    faults = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return str(faults[0][-1]) if faults and faults[0][-1] else "protocol error"


def _lenient_openssl() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_min_proto_version(0)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_options(ssl.OP_LEGACY_SERVER_CONNECT if hasattr(ssl, "OP_LEGACY_SERVER_CONNECT") else 0x4)
    return context


def lenient_context() -> ssl.SSLContext:
    """Speaks with whatever an old device offers; verifies nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


class _Dialogue:
    """The plain text before STARTTLS: short lines, and few."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._lines = 0

    async def line(self) -> str:
        self._lines += 1
        if self._lines > _MAX_LINES:
            raise Unsupported("the service talks without end before STARTTLS")
        try:
            return (await self._reader.readuntil(b"\n")).decode("latin-1").rstrip()
        except asyncio.LimitOverrunError:
            raise Unsupported("the service sends a line without end before STARTTLS") from None

    async def smtp_reply(self) -> list[str]:
        lines = [await self.line()]
        while lines[-1][3:4] == "-":
            lines.append(await self.line())
        return lines

    async def say(self, text: str) -> None:
        self._writer.write(text.encode("ascii") + b"\r\n")
        await self._writer.drain()


async def _smtp(talk: _Dialogue) -> None:
    await talk.smtp_reply()
    await talk.say("EHLO netario.invalid")
    if not any(line[4:].upper().startswith("STARTTLS") for line in await talk.smtp_reply()):
        raise Unsupported("the mail server does not offer STARTTLS")
    await talk.say("STARTTLS")
    if not (await talk.smtp_reply())[-1].startswith("220"):
        raise Unsupported("the mail server refused STARTTLS")


async def _imap(talk: _Dialogue) -> None:
    await talk.line()
    await talk.say("n1 STARTTLS")
    answer = await talk.line()
    while answer.startswith("*"):
        answer = await talk.line()
    if not answer.upper().startswith("N1 OK"):
        raise Unsupported("the IMAP server does not offer STARTTLS")


async def _pop3(talk: _Dialogue) -> None:
    await talk.line()
    await talk.say("STLS")
    if not (await talk.line()).startswith("+OK"):
        raise Unsupported("the POP3 server does not offer STLS")


async def _ftp(talk: _Dialogue) -> None:
    await talk.smtp_reply()  # FTP's replies have the same form (RFC 959, 4.2)
    await talk.say("AUTH TLS")
    if not (await talk.smtp_reply())[-1].startswith("234"):
        raise Unsupported("the FTP server does not offer AUTH TLS")


_PREPARATIONS = {"ftp": _ftp, "smtp": _smtp, "imap": _imap, "pop3": _pop3}


def read(shown: Sequence[bytes], address: str, port: int, starttls: str, protocol: str) -> CertificateSeen:
    """Certificates (DER), the leaf first -> what is in them. Raises Unparsed."""
    der, *others = shown
    try:
        leaf = x509.load_der_x509_certificate(der)
        return CertificateSeen(
            address=address,
            port=port,
            starttls=starttls,
            protocol=protocol,
            subject=leaf.subject.rfc4514_string(),
            issuer=leaf.issuer.rfc4514_string(),
            names=_names(leaf),
            serial=f"{leaf.serial_number:x}",
            not_before_utc=leaf.not_valid_before_utc,
            not_after_utc=leaf.not_valid_after_utc,
            sha256=hashlib.sha256(der).hexdigest(),
            self_signed=leaf.subject == leaf.issuer,
            chain=tuple(_issuer(other) for other in others),
        )
    except (ValueError, x509.UnsupportedGeneralNameType) as error:
        raise Unparsed(f"port {port} shows a certificate that cannot be read: {error}", der[:60].hex()) from None


def _issuer(der: bytes) -> IssuerSeen:
    held = x509.load_der_x509_certificate(der)
    return IssuerSeen(
        subject=held.subject.rfc4514_string(),
        issuer=held.issuer.rfc4514_string(),
        not_after_utc=held.not_valid_after_utc,
        sha256=hashlib.sha256(der).hexdigest(),
    )


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        held = leaf.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    if not isinstance(held, x509.SubjectAlternativeName):
        return ()
    addresses = [str(ip) for ip in held.get_values_for_type(x509.IPAddress)]
    return tuple([*held.get_values_for_type(x509.DNSName), *addresses][:_MAX_NAMES])
