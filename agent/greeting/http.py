"""What does a web server say of itself: its Server header, the page's title, the realm that it asks a password for?

Source: RFC 9110 and 9112 (HTTP/1.1), RFC 7617 and 7616 (realm), HTML Living Standard (title). Nothing is run and no picture is fetched.
"""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agent.greeting import Said
from shared.text import one_line

_STATUS = re.compile(rb"^HTTP/\d\.\d (\d{3})")
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_REALM = re.compile(r'realm="([^"]{0,200})"|realm=([^\s,]{1,200})', re.IGNORECASE)
_MAX_HEADERS = 100
_MAX_PATH_CHARS = 200
_TLS_WANTED = (b"plain HTTP request was sent to HTTPS port", b"speaking plain HTTP to an SSL-enabled", b"HTTP request to an HTTPS server")


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    """The first of each name, names in lower case."""
    body: bytes = b""

    @property
    def wants_tls(self) -> bool:
        return self.status == 400 and any(words in self.body for words in _TLS_WANTED)


def request(address: str, port: int, path: str = "/") -> bytes:
    host = f"[{address}]" if ":" in address else address
    where = host if port in (80, 443) else f"{host}:{port}"
    return f"GET {path} HTTP/1.1\r\nHost: {where}\r\nUser-Agent: Netario\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode("ascii")


def read(octets: bytes) -> Page | None:
    """None: this is no answer of a web server."""
    status = _STATUS.match(octets)
    if not status:
        return None
    head, _, body = octets.partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    for line in head.split(b"\r\n")[1:_MAX_HEADERS]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.setdefault(one_line(name).lower(), one_line(value))
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _joined(body)
    return Page(int(status[1]), headers, body)


def _joined(body: bytes) -> bytes:
    """Chunks (RFC 9112, 7.1) without their lengths, as far as they came."""
    parts: list[bytes] = []
    while body:
        length, _, rest = body.partition(b"\r\n")
        try:
            size = int(length.split(b";")[0], 16)
        except ValueError:
            break
        if size <= 0:
            break
        parts.append(rest[:size])
        body = rest[size + 2 :]
    return b"".join(parts)


def said(page: Page) -> list[Said]:
    found = [("http.server", page.headers.get("server", "")), ("http.title", title(page.body)), ("http.realm", _realm(page))]
    location = page.headers.get("location", "")
    if location and 300 <= page.status < 400:
        # what follows ; or ? is often the number of a session
        found.append(("http.location", re.split(r"[;?#]", location, maxsplit=1)[0][:_MAX_PATH_CHARS]))
    return [(name, value) for name, value in found if value]


def title(body: bytes) -> str:
    found = _TITLE.search(body)
    return one_line(html.unescape(one_line(found[1]))) if found else ""


def _realm(page: Page) -> str:
    found = _REALM.search(page.headers.get("www-authenticate", "")) if page.status == 401 else None
    return one_line(found[1] or found[2] or "") if found else ""


def next_path(page: Page, address: str, port: int, tls: bool) -> str:
    """The path that a redirection on the same service leads to; empty where there is none."""
    location = page.headers.get("location", "")
    if not 300 <= page.status < 400 or not location.isascii() or len(location) > 1000 or " " in location:
        return ""
    try:
        parts = urlsplit(location)
        there = parts.port or {"http": 80, "https": 443}.get(parts.scheme, port)
    except ValueError:
        return ""
    same = not parts.netloc or (parts.hostname == address and there == port and (parts.scheme == "https") == tls)
    if not same or parts.scheme not in ("", "http", "https") or (parts.path in ("", "/") and not parts.query):
        return ""
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return f"{path}?{parts.query}" if parts.query else path
