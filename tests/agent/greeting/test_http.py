"""Pages of web servers, synthetic: what is read of them, and which redirection is followed."""

import pytest

from agent.greeting import http

PAGE = (
    b'HTTP/1.1 401 Unauthorized\r\nServer: lighttpd/1.4\r\nWWW-Authenticate: Basic realm="NAS  office"\r\nServer: second\r\n\r\n'
    b"<html><head><TITLE lang=en>\n Caf\xc3\xa9 &amp; Router\n</TITLE>"
)


def test_server_title_and_realm() -> None:
    page = http.read(PAGE)
    assert page and page.status == 401
    assert http.said(page) == [("http.server", "lighttpd/1.4"), ("http.title", "Café & Router"), ("http.realm", "NAS office")]


def test_a_title_in_chunks_and_in_latin_1() -> None:
    body = b"8\r\n<title>\xe8\r\n9\r\nN</title>\r\n0\r\n\r\n"
    page = http.read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    assert page and http.title(page.body) == "èN"


def test_a_title_without_end_is_none() -> None:
    assert http.title(b"<title>" + b"x" * 60_000) == ""


@pytest.mark.parametrize("octets", [b"", b"SSH-2.0-x\r\n", b"HTTP", b"<html>"])
def test_what_is_no_page(octets: bytes) -> None:
    assert http.read(octets) is None


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/login.html", "/login.html"),
        ("webman/index.cgi", "/webman/index.cgi"),
        ("http://10.0.0.9:8080/a?b=1", "/a?b=1"),
        ("http://10.0.0.9/a", ""),
        ("https://10.0.0.9:8080/a", ""),
        ("http://other.test:8080/a", ""),
        ("//other.test/a", ""),
        ("/", ""),
        ("http://[", ""),
        ("/a b", ""),
        ("javascript:x", ""),
    ],
)
def test_only_a_redirection_on_the_same_service_is_followed(location: str, path: str) -> None:
    page = http.Page(302, {"location": location})
    assert http.next_path(page, "10.0.0.9", 8080, tls=False) == path


def test_the_number_of_a_session_is_left_out() -> None:
    assert ("http.location", "/luci/") in http.said(http.Page(302, {"location": "/luci/;stok=4711?x=1"}))


def test_the_question_is_plain() -> None:
    asked = http.request("fe80::1", 8080)
    assert asked.startswith(b"GET / HTTP/1.1\r\nHost: [fe80::1]:8080\r\nUser-Agent: Netario\r\n") and asked.endswith(b"\r\n\r\n")


def test_a_server_that_wants_tls_is_understood() -> None:
    page = http.read(b"HTTP/1.1 400 Bad Request\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>")
    assert page and page.wants_tls
