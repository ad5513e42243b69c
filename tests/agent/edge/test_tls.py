"""Certificates of real TLS services on loopback: TLS from the first byte, and after STARTTLS in the dialects of mail."""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.edge.tls import TlsHandshake, read
from shared.errors import Unparsed, Unsupported
from shared.observation import CertificateSeen

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
FROM = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """An expired certificate: what is to be documented is not always in order."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.synthetic.test")])
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic CA")])
    names = x509.SubjectAlternativeName([x509.DNSName("mail.synthetic.test"), x509.IPAddress(ipaddress.ip_address("10.0.0.9"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 4711, FROM, FROM + timedelta(days=90))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    beside = x509.CertificateBuilder(other, other, key.public_key(), 4712, FROM, FROM + timedelta(days=900)).sign(key, hashes.SHA256())
    shown = (certificate, beside)
    (folder / "certificate.pem").write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in shown))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(Path(folder / "certificate.pem"), folder / "key.pem")
    return made


def ask(serve: Serve, starttls: str = "", tls: ssl.SSLContext | None = None, deadline_s: float = 3.0) -> CertificateSeen | None:
    async def main() -> CertificateSeen | None:
        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await serve(reader, writer)
            except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
                return
            finally:
                writer.close()

        server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        try:
            return await TlsHandshake().certificate("127.0.0.1", port, starttls, deadline_s)
        finally:
            server.close()

    return asyncio.run(main())


async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


def test_tls_from_the_first_byte(context: ssl.SSLContext) -> None:
    seen = ask(nothing, tls=context)
    assert seen is not None
    assert (seen.subject, seen.issuer, seen.self_signed) == ("CN=mail.synthetic.test", "CN=mail.synthetic.test", True)
    assert seen.names == ("mail.synthetic.test", "10.0.0.9") and seen.serial == f"{4711:x}" and seen.protocol == "TLSv1.3"
    assert seen.not_before_utc == FROM and seen.not_after_utc == FROM + timedelta(days=90)
    assert [(one.subject, one.not_after_utc) for one in seen.chain] == [("CN=Synthetic CA", FROM + timedelta(days=900))]


DIALOGUES = {
    "smtp": ["> 220-hello", "> 220 synthetic", "< EHLO", "> 250-here", "> 250-STARTTLS", "> 250 HELP", "< STARTTLS", "> 220 go"],
    "imap": ["> * OK [CAPABILITY] synthetic", "< n1 STARTTLS", "> * note", "> n1 OK go"],
    "pop3": ["> +OK synthetic", "< STLS", "> +OK go"],
    "ftp": ["> 220-synthetic", "> 220 hello", "< AUTH TLS", "> 234 go"],
}


def spoken(lines: list[str], tls: ssl.SSLContext | None) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            if line.startswith(">"):
                writer.write(line[2:].encode() + b"\r\n")
            else:
                assert (await reader.readline()).decode().startswith(line[2:])
        if tls:
            await writer.start_tls(tls)
        await reader.read(1)

    return serve


@pytest.mark.parametrize("starttls", DIALOGUES)
def test_starttls(starttls: str, context: ssl.SSLContext) -> None:
    seen = ask(spoken(DIALOGUES[starttls], context), starttls)
    assert seen is not None and seen.subject == "CN=mail.synthetic.test" and seen.starttls == starttls


@pytest.mark.parametrize(
    ("starttls", "lines"),
    [
        ("smtp", ["> 220 synthetic", "< EHLO", "> 250 HELP"]),
        ("smtp", ["> 220 synthetic", "< EHLO", "> 250-STARTTLS", "> 250 HELP", "< STARTTLS", "> 454 not now"]),
        ("imap", ["> * OK synthetic", "< n1 STARTTLS", "> n1 BAD what"]),
        ("pop3", ["> +OK synthetic", "< STLS", "> -ERR what"]),
        ("ftp", ["> 220 synthetic", "< AUTH TLS", "> 530 what"]),
        ("smtp", ["> 220-again"] * 100),
        ("smtp", ["> 220 " + "x" * 10_000]),
    ],
    ids=["smtp-none", "smtp-refused", "imap", "pop3", "ftp", "endless-lines", "endless-line"],
)
def test_a_mail_service_without_starttls_is_said(starttls: str, lines: list[str]) -> None:
    with pytest.raises(Unsupported):
        ask(spoken(lines, None), starttls)


def test_what_speaks_something_else_is_said() -> None:
    with pytest.raises(Unsupported, match="handshake"):
        ask(spoken(["> HTTP/1.0 400 Bad Request", "> "], None))


def test_a_silent_service_is_silent() -> None:
    assert ask(nothing, deadline_s=0.2) is None
    assert ask(nothing, "smtp", deadline_s=0.2) is None


def test_a_service_that_hangs_up_is_silent() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    assert ask(hang_up, "imap") is None


@pytest.mark.parametrize("der", [b"", b"0", b"\x30\x03\x02\x01\x00", b"x" * 3000])
def test_what_is_no_certificate_is_said(der: bytes) -> None:
    with pytest.raises(Unparsed):
        read([der], "10.0.0.9", 443, "", "TLSv1.3")
