"""Synthetic peers: a real TLS server on loopback that plays a UniFi controller, a Sophos firewall or a Stormshield. No real one is here.

Their answers stand below ``tests/golden/web`` and have the forms of the vendors' documentation; the logins are looked at in earnest. Every
request is kept. Where ``hostile`` is set a peer misbehaves in that one way.
"""

import base64
import binascii
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.credentials import WebCredential
from agent.edge import WebLogin
from shared.secret import Secret

GOLDEN = Path(__file__).parents[2] / "golden/web"
ADDRESS = "127.0.0.1"
USER, PASSWORD, API_KEY = "netario", "Sola & <Lettura> 1", "k3y-Sola_Lettura"


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode("ascii"), keep_blank_values=True).items()}


Play = Callable[["Peer", Request], tuple[int, str]]


@dataclass
class Peer:
    platform: str
    play: Play
    answers: dict[str, Any]
    hostile: str = ""
    port: int = 0
    certificate_sha256: str = ""
    requests: list[Request] = field(default_factory=list)
    denied: int = 0
    sessions: set[str] = field(default_factory=set)

    def credential(self, password: str = PASSWORD, api_key: str = API_KEY) -> WebCredential:
        way_in: dict[str, Any] = (
            {"api_key": Secret(api_key)} if self.platform == "ubiquiti_unifi" else {"username": USER, "password": Secret(password)}
        )
        return WebCredential(name="edge", platform=self.platform, hosts=(ADDRESS,), port=self.port, **way_in)

    def login(self) -> WebLogin:
        return WebLogin(USER, Secret(PASSWORD), certificate_sha256=self.certificate_sha256)


# --- how each platform answers


def unifi(peer: Peer, request: Request) -> tuple[int, str]:
    if request.headers.get("x-api-key") != API_KEY:
        peer.denied += 1
        return 401, json.dumps({"statusCode": 401, "statusName": "UNAUTHORIZED", "code": "api.authentication.missing-credentials"})
    rest = request.path.removeprefix("/proxy/network/integration/v1")
    if peer.hostile == f"no right to {rest.rpartition('/')[2]}":
        return 403, json.dumps({"statusCode": 403, "statusName": "FORBIDDEN"})
    if rest not in peer.answers:
        return 404, json.dumps({"statusCode": 404, "statusName": "NOT_FOUND"})
    found = peer.answers[rest]
    if not isinstance(found, list):
        return 200, json.dumps(found)
    offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 25))
    assert limit <= 200
    page = found[offset : offset + min(limit, 3)]  # a small page, so that lists are put together of several
    if peer.hostile == "endless list":
        page, total = found[:1], 10**9
    else:
        total = len(found)
    return 200, json.dumps({"offset": offset, "limit": limit, "count": len(page), "totalCount": total, "data": page})


_LOGIN = re.compile(r"<Login><Username>(.*?)</Username><Password>(.*?)</Password></Login>")


def sophos(peer: Peer, request: Request) -> tuple[int, str]:
    assert (request.method, request.path) == ("POST", "/webconsole/APIController")
    xml = request.form["reqxml"]
    said = _LOGIN.search(xml)
    assert said, xml

    def response(inner: str) -> tuple[int, str]:
        return 200, f'<?xml version="1.0" encoding="UTF-8"?>\n<Response APIVersion="2000.2" IPS_CAT_VER="1">\n{inner}\n</Response>\n'

    if peer.hostile == "not from here":
        return response('<Status code="534">API operations are not allowed from the requester IP address</Status>')
    if (said[1], said[2]) != (USER, "Sola &amp; &lt;Lettura&gt; 1"):
        peer.denied += 1
        return response("<Login><status>Authentication Failure</status></Login>")
    login = "<Login>\n<status>Authentication Successful</status>\n</Login>"
    asked = re.search(r"<Get><(\w+)>.*</\1></Get>", xml)
    if asked is None:
        return response(login)
    entity = asked[1]
    if peer.hostile == f"no right to {entity}":
        return response(f'{login}<{entity} transactionid=""><Status code="516">Operation not permitted</Status></{entity}>')
    if entity not in peer.answers:
        return response(f'{login}<Status code="529">Input request module is Invalid</Status>')
    return response(login + (peer.answers[entity] or f'<{entity} transactionid=""><Status>No. of records Zero.</Status></{entity}>'))


def stormshield(peer: Peer, request: Request) -> tuple[int, str]:
    def nws(inner: str = "", code: int = 100, said: str = "OK") -> tuple[int, str]:
        return 200, f'<?xml version="1.0"?>\n<nws code="{code}" msg="{said}">{inner}</nws>'

    if request.path == "/auth/admin.html":
        try:
            given = [base64.b64decode(request.form[name], validate=True).decode() for name in ("uid", "pswd")]
        except (KeyError, binascii.Error):
            given = []
        if peer.hostile == "one-time password":
            return nws(said="NEED_TOTP_AUTH")
        if given == [USER, PASSWORD]:
            return nws(said="AUTH_SUCCESS")
        peer.denied += 1
        return nws(said="AUTH_FAILED")
    if request.path == "/api/auth/login":
        peer.sessions.add("s+1/a=")
        return nws("<sessionid>s+1/a=</sessionid><protocol>1</protocol><sessionlevel>base,filter_read,vpn_read</sessionlevel>")
    if request.query.get("sessionid") not in peer.sessions:
        return nws(code=203, said="Invalid session")
    if request.path == "/api/auth/logout":
        peer.sessions.clear()
        return nws()
    command = request.query["cmd"]
    if peer.hostile == "rights" and command.startswith("CONFIG FILTER"):
        return nws('<serverd ret="205" code="00a00205" msg="Not enough privilege"></serverd>')
    if command not in peer.answers:
        return nws('<serverd ret="200" code="00a00200" msg="Command error"></serverd>')
    return nws(f'{peer.answers[command]}<serverd ret="100" code="00a00100" msg="Ok"></serverd>')


PLAYS: dict[str, Play] = {"ubiquiti_unifi": unifi, "sophos_sfos": sophos, "stormshield_sns": stormshield}


# --- the server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    peer: Peer
    timeout = 30

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _answer(self, body: bytes) -> None:
        peer = self.peer
        request = Request(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        peer.requests.append(request)
        if peer.hostile == "redirect":
            return self._send(302, "", {"Location": "https://192.0.2.1/"})
        if peer.hostile == "web page":
            return self._send(200, "<!doctype html><html><body>Router</body></html>")
        if peer.hostile == "endless":
            return self._stream(b"<x>" * 100_000, 0.0)
        if peer.hostile == "drip":
            return self._stream(b"<", 0.1)
        if peer.hostile == "entities":
            return self._send(200, _BOMB)
        if peer.hostile == "gzip":
            return self._send(200, "x", {"Content-Encoding": "gzip"})
        if peer.hostile == "silent":
            time.sleep(5)
            return self._send(200, "")
        if peer.hostile == "closes" and len(peer.requests) > 4:
            self.close_connection = True
            return None
        return self._send(*peer.play(peer, request))

    def _send(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, piece: bytes, pause_s: float) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000000")
        self.end_headers()
        for _ in range(300):
            self.wfile.write(piece)
            time.sleep(pause_s)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent: pytest's output is for failures."""


_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE nws [<!ENTITY a "aaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{("&a%s;" % (i - 1 if i else "")) * 16}">' for i in range(9))
    + ']><nws code="100" msg="&a8;"/>'
)


def _certificate(directory: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "synthetic")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=9), now)
    pem = directory / "web.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return pem


@contextmanager
def synthetic_peer(directory: Path, platform: str, hostile: str = "", case: str = "synthetic_office") -> Iterator[Peer]:
    answers = json.loads((GOLDEN / platform / f"{case}.json").read_text(encoding="utf-8"))
    peer = Peer(platform, PLAYS[platform], answers, hostile)
    handler = type("Handler", (_Handler,), {"peer": peer})
    server = ThreadingHTTPServer((ADDRESS, 0), handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = _certificate(directory)
    context.load_cert_chain(pem)
    # the handshake is the connection's thread's matter, not the accepting one's
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    peer.certificate_sha256 = x509.load_pem_x509_certificate(pem.read_bytes()).fingerprint(hashes.SHA256()).hex()
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
