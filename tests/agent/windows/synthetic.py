"""A synthetic Windows: WinRM over real HTTP(S) with a real NTLM acceptor (pyspnego), on loopback. No Windows can run in the tests.

Its answers are written after [MS-WSMV] and DSP0226/0227 and hold what a Windows Server 2019 file server would say; the fields' forms are
those of the documentation of each class. Where ``hostile`` is set it misbehaves in that one way.
"""

import base64
import re
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from spnego.exceptions import SpnegoError

from agent.edge import WindowsLogin
from shared.secret import Secret

USER, PASSWORD = "netario", "Sola-Lettura-1"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
_W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

Value = str | list[str] | None

OBJECTS: dict[str, list[dict[str, Value]]] = {
    "Win32_OperatingSystem": [
        {
            "Caption": "Microsoft Windows Server 2019 Standard",
            "CSName": "FILES02",
            "LastBootUpTime": "2026-03-01T06:00:00.500000+01:00",
            "LocalDateTime": "2026-03-03T06:00:10.500000+01:00",
            "Version": "10.0.17763",
        }
    ],
    "Win32_ComputerSystem": [
        {
            "DNSHostName": "files02",
            "Domain": "rossi.example",
            "Manufacturer": "Dell Inc.",
            "Model": "PowerEdge T340",
            "Name": "FILES02",
            "PartOfDomain": "true",
        }
    ],
    "Win32_BIOS": [{"SerialNumber": "7XQK4Z2"}],
    "Win32_ComputerSystemProduct": [
        {"IdentifyingNumber": "7XQK4Z2", "Name": "PowerEdge T340", "Vendor": "Dell Inc.", "Version": None},
    ],
    "Win32_NetworkAdapterConfiguration": [
        {
            "DefaultIPGateway": ["10.9.0.1"],
            "Description": "Broadcom NetXtreme Gigabit Ethernet",
            "InterfaceIndex": "5",
            "IPAddress": ["10.9.0.10", "10.9.0.11", "fe80::d4ae:52ff:fe01:2345"],
            "IPSubnet": ["255.255.255.0", "255.255.255.0", "64"],
            "MACAddress": "D4:AE:52:01:23:45",
        },
        {
            "DefaultIPGateway": None,
            "Description": "Hyper-V Virtual Ethernet Adapter",
            "InterfaceIndex": "9",
            "IPAddress": "172.20.0.1",
            "IPSubnet": "255.255.240.0",
            "MACAddress": "00:15:5D:00:0A:01",
        },
    ],
    "MSFT_NetTCPConnection": [
        {"LocalAddress": "::", "LocalPort": "445", "OwningProcess": "4"},
        {"LocalAddress": "0.0.0.0", "LocalPort": "1433", "OwningProcess": "3120"},
        {"LocalAddress": "127.0.0.1", "LocalPort": "1434", "OwningProcess": "3120"},
        {"LocalAddress": "0.0.0.0", "LocalPort": "49664", "OwningProcess": "700"},
    ],
    "Win32_Process": [{"Name": "System", "ProcessId": "4"}, {"Name": "sqlservr.exe", "ProcessId": "3120"}],
    "Win32_Service": [
        {"Name": "MSSQL$ROSSI", "StartMode": "Auto"},
        {"Name": "VeeamEndpointBackupSvc", "StartMode": "Auto"},
        {"Name": "Spooler", "StartMode": "Auto"},
    ],
}


@dataclass
class SyntheticWindows:
    port: int = 0
    tls: bool = True
    certificate_sha256: str = ""
    hostile: str = ""
    page: int = 500
    objects: dict[str, list[dict[str, Value]]] = field(default_factory=lambda: dict(OBJECTS))
    seen: list[str] = field(default_factory=list)
    """What came in: ``http``, ``negotiate``, ``authenticate``, ``denied`` and the WQL of each query."""
    clear: list[bytes] = field(default_factory=list)
    """Bodies as they came over the wire."""

    def login(self, password: str = PASSWORD) -> WindowsLogin:
        return WindowsLogin(USER, Secret(password), self.tls, self.certificate_sha256)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    windows: SyntheticWindows
    context: "spnego.ContextProxy | None" = None
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        token = self.headers.get("authorization", "")
        if self.windows.hostile == "no winrm":
            return self._send(404, b"<html>nothing here</html>", "text/html")
        if token.startswith("Negotiate "):
            return self._logged_in(base64.b64decode(token.removeprefix("Negotiate ")))
        if self.context is None or not self.context.complete:
            self.windows.seen.append("http")
            return self._send(401, offer='Basic realm="WSMAN"' if self.windows.hostile == "basic only" else "Negotiate")
        return self._query(body)

    def _logged_in(self, token: bytes) -> None:
        kind = struct.unpack("<I", token[8:12])[0]
        self.windows.seen.append({1: "negotiate", 3: "authenticate"}[kind])
        if self.windows.hostile in ("basic only", "bad challenge"):
            junk = base64.b64encode(b"NTLMSSP\0" + b"\2\0\0\0" + b"\xff" * 9).decode()
            return self._send(401, offer='Basic realm="WSMAN"' if self.windows.hostile == "basic only" else f"Negotiate {junk}")
        if kind == 1:
            self.context = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.wrapping_winrm)
        assert self.context is not None
        try:
            answer = self.context.step(token)
        except SpnegoError:
            self.windows.seen.append("denied")
            self.context = None
            return self._send(401, offer="Negotiate")
        return self._send(401, offer=f"Negotiate {base64.b64encode(answer).decode()}") if answer else self._send(200)

    def _query(self, body: bytes) -> None:
        windows = self.windows
        windows.clear.append(body)
        text = body.decode() if windows.tls else self._unsealed(body)
        wql, offset = _asked(text)
        if wql not in windows.seen:
            windows.seen.append(wql)
        if windows.hostile == "rights":
            return self._soap(_fault("5", "AccessDenied"), 500)
        if windows.hostile == "10 MB":
            return self._send(200, b"<x>" + b"A" * 10_000_000, "application/soap+xml;charset=UTF-8")
        if windows.hostile == "drip":
            return self._drip()
        if windows.hostile == "no xml":
            return self._soap("<s:Envelope <<<")
        if windows.hostile == "entities":
            return self._soap(_BOMB)
        if windows.hostile == "utf-16":
            return self._sealed_or_not("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"), 200)
        table = wql.split(" FROM ")[1].split()[0]
        if table not in windows.objects:
            return self._soap(_fault("2147749904", "DestinationUnreachable"), 500)
        rows = windows.objects[table][:1] if windows.hostile == "endless" else windows.objects[table][offset : offset + windows.page]
        more = windows.hostile == "endless" or offset + windows.page < len(windows.objects[table])
        return self._soap(_page(rows, f"{wql}|{offset + windows.page}" if more else "", pulled=offset > 0))

    def _unsealed(self, body: bytes) -> str:
        assert self.context is not None
        _, _, tail = body.partition(b"application/octet-stream\r\n")
        tail = tail.removesuffix(b"--Encrypted Boundary--\r\n")
        size = struct.unpack("<i", tail[:4])[0]
        return self.context.unwrap_winrm(tail[4 : 4 + size], tail[4 + size :]).decode()

    def _soap(self, text: str, status: int = 200) -> None:
        self._sealed_or_not(text.encode(), status)

    def _sealed_or_not(self, message: bytes, status: int) -> None:
        if self.windows.tls:
            return self._send(status, message, "application/soap+xml;charset=UTF-8")
        if self.windows.hostile == "in clear":
            return self._send(status, message, "application/soap+xml;charset=UTF-8")
        assert self.context is not None
        wrapped = self.context.wrap_winrm(message)
        sealed = struct.pack("<i", len(wrapped.header)) + wrapped.header + wrapped.data
        if self.windows.hostile == "forged":
            sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        body = (
            b"--Encrypted Boundary\r\nContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"OriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n--Encrypted Boundary\r\n"
            b"Content-Type: application/octet-stream\r\n" % len(message)
        )
        kind = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
        return self._send(status, body + sealed + b"--Encrypted Boundary--\r\n", kind)

    def _send(self, status: int, body: bytes = b"", kind: str = "", offer: str = "") -> None:
        self.send_response(status)
        if offer:
            self.send_header("WWW-Authenticate", offer)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A byte every tenth of a second, without an end."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b"<")
            time.sleep(0.1)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent: pytest's output is for failures."""


def _asked(text: str) -> tuple[str, int]:
    if match := re.search(r"<n:EnumerationContext>(.*)\|(\d+)</n:EnumerationContext>", text):
        return match[1], int(match[2])
    found = re.search(r"WQL\">(.*)</w:Filter>", text)
    assert found, text
    return found[1], 0


def _page(rows: list[dict[str, Value]], context: str, pulled: bool) -> str:
    """MaxElements is a hint; items of Enumerate stand in WS-Management's element, those of Pull in WS-Enumeration's."""
    items = "".join(f"<w:XmlFragment>{''.join(map(_property, row.items()))}</w:XmlFragment>" for row in rows)
    kind, space = ("Pull", "n") if pulled else ("Enumerate", "w")
    ended = "" if context else f"<{space}:EndOfSequence/>"
    where = f"<n:EnumerationContext>{context}</n:EnumerationContext>"
    return _envelope(f"<n:{kind}Response>{where}<{space}:Items>{items}</{space}:Items>{ended}</n:{kind}Response>")


def _property(pair: tuple[str, Value]) -> str:
    name, value = pair
    if value is None:
        return f'<p:{name} xsi:nil="true"/>'
    if name.endswith("Time"):
        return f"<p:{name}><cim:Datetime>{value}</cim:Datetime></p:{name}>"
    return "".join(f"<p:{name}>{each}</p:{name}>" for each in ([value] if isinstance(value, str) else value))


def _fault(code: str, subcode: str) -> str:
    return _envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="it-IT">Operazione non riuscita.</s:Text></s:Reason><s:Detail><f:WSManFault '
        f'xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" Machine="files02"/></s:Detail></s:Fault>'
    )


def _envelope(body: str) -> str:
    return (
        f'<s:Envelope xmlns:s="{_SOAP}" xmlns:n="{_N}" xmlns:w="{_W}" xmlns:xsi="{_XSI}" xmlns:p="urn:p" '
        f'xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"><s:Header/><s:Body>{body}</s:Body></s:Envelope>'
    )


_BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{("&a%s;" % (i - 1 if i else "")) * 16}">' for i in range(9))
    + "]><b>&a8;</b>"
)


def _certificate(directory: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "files02")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=9), now)
    pem = directory / "winrm.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return pem


@contextmanager
def synthetic_windows(directory: Path, monkeypatch: pytest.MonkeyPatch, tls: bool = True, hostile: str = "") -> Iterator[SyntheticWindows]:
    made = SyntheticWindows(tls=tls, hostile=hostile)
    accounts = directory / "accounts"
    accounts.write_text(f":{USER}:{PASSWORD}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))  # pyspnego's acceptor looks its accounts up there
    handler = type("Handler", (_Handler,), {"windows": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pem = _certificate(directory)
        context.load_cert_chain(pem)
        # the handshake is the connection's thread's matter, not the accepting one's
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        leaf = x509.load_pem_x509_certificate(pem.read_bytes())
        made.certificate_sha256 = leaf.fingerprint(hashes.SHA256()).hex()
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
