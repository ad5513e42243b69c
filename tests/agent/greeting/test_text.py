"""Greetings as real daemons of Debian 12 send them, and some that are synthetic: read, named, and never trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.greeting import dns, http, ldap, rtsp, smb, text
from agent.greeting.seen import observations
from shared.observation import NameSeen, PortSeen, SaidSeen

MYSQL = b"\x5b\0\0\0\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\0" + bytes(60)


@pytest.mark.parametrize(
    ("port", "octets", "said"),
    [
        (22, b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n\0\0\x04", ("ssh.banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3")),
        (
            25,
            b"220-a.test hello\r\n220 a.test ESMTP Postfix (Debian/GNU)\r\n",
            ("smtp.greeting", "220-a.test hello 220 a.test ESMTP Postfix (Debian/GNU)"),
        ),
        (25, b"220 a.test ESMTP Exim 4.96 Mon, 23 Nov 2026 22:40:01 +0000\r\n", ("smtp.greeting", "220 a.test ESMTP Exim 4.96")),
        (110, b"+OK Qpopper <1896.697170952@dbc.mtview.test> ready\r\n", ("pop3.greeting", "+OK Qpopper ready")),
        (
            143,
            b"* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n",
            ("imap.greeting", "* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready."),
        ),
        (21, b"220 (vsFTPd 3.0.3)\r\n", ("ftp.greeting", "220 (vsFTPd 3.0.3)")),
        (
            23,
            b"\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\xff\xfb\x01\r\nMikroTik v7.15\r\nLogin: ",
            ("telnet.greeting", "MikroTik v7.15 Login:"),
        ),
        (3306, MYSQL, ("mysql.version", "10.11.6-MariaDB-0+deb12u1")),
        (5900, b"RFB 003.008\n", ("vnc.version", "003.008")),
        (873, b"@RSYNCD: 32.0 sha512 sha256\n", ("rsync.version", "32.0 sha512")),
        (4711, b"\x1b[31mhello\xff\0", ("tcp.greeting", "[31mhelloÿ")),
    ],
)
def test_synthetic_greetings_are_read(port: int, octets: bytes, said: tuple[str, str]) -> None:
    assert text.read(octets, port) == [said]


@pytest.mark.parametrize(
    ("port", "tls", "field", "value", "named"),
    [
        (22, False, "ssh.banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", ("ssh", "OpenSSH", "9.2p1 Debian-2+deb12u3")),
        (22, False, "ssh.banner", "SSH-2.0-OpenSSH_for_Windows_8.1", ("ssh", "OpenSSH for_Windows", "8.1")),
        (22, False, "ssh.banner", "SSH-2.0-dropbear_2022.83", ("ssh", "Dropbear sshd", "2022.83")),
        (22, False, "ssh.banner", "SSH-2.0-ROSSSH", ("ssh", "MikroTik RouterOS sshd", "")),
        (22, False, "ssh.banner", "SSH-2.0-Comware-7.1.064", ("ssh", "Comware", "7.1.064")),
        (25, False, "smtp.greeting", "220 a.test ESMTP Exim 4.96", ("smtp", "Exim smtpd", "4.96")),
        (587, False, "smtp.greeting", "220 a.test ESMTP Postfix", ("submission", "Postfix smtpd", "")),
        (465, True, "smtp.greeting", "220 a.test ESMTP Postfix", ("smtps", "Postfix smtpd", "")),
        (993, True, "imap.greeting", "* OK Dovecot ready.", ("imaps", "Dovecot imapd", "")),
        (21, False, "ftp.greeting", "220 ProFTPD 1.3.8 Server (Debian)", ("ftp", "ProFTPD", "1.3.8")),
        (3306, False, "mysql.version", "10.11.6-MariaDB-0+deb12u1", ("mysql", "MariaDB", "10.11.6")),
        (80, False, "http.server", "nginx/1.22.1", ("http", "nginx", "1.22.1")),
        (443, True, "http.server", "Apache/2.4.57 (Debian)", ("https", "Apache httpd", "2.4.57")),
        (8080, False, "http.server", "Apache", ("http", "Apache httpd", "")),
        (80, False, "http.server", "Microsoft-IIS/10.0", ("http", "Microsoft IIS httpd", "10.0")),
        (80, False, "http.server", "lighttpd/1.4.69", ("http", "lighttpd", "1.4.69")),
        (80, False, "http.server", "HP HTTP Server; HP LaserJet", ("http", "HP HTTP Server", "")),
        (445, False, "smb.os_build", "6.1.0", ("microsoft-ds", "Samba smbd", "")),
        (445, False, "smb.os_build", "10.0.17763", ("microsoft-ds", "Microsoft Windows SMB", "10.0.17763")),
        (53, False, "dns.version", "dnsmasq-2.90", ("domain", "dnsmasq", "2.90")),
        (53, False, "dns.version", "9.18.24-1-Debian", ("domain", "ISC BIND", "9.18.24-1-Debian")),
        (22, False, "ssh.banner", "SSH-", ("ssh", "", "")),
        (80, False, "http.server", "", ("http", "", "")),
    ],
)
def test_a_product_is_named_beyond_doubt(port: int, tls: bool, field: str, value: str, named: tuple[str, str, str]) -> None:
    (seen,) = (o for o in observations("10.0.0.9", port, [(field, value)], tls) if isinstance(o, PortSeen))
    assert (seen.service, seen.product, seen.version) == named and seen.examined


def test_a_greeting_that_nobody_knows_names_no_service() -> None:
    (only,) = observations("10.0.0.9", 4711, [("tcp.greeting", "hello")])
    assert isinstance(only, SaidSeen)


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("220 mail.a.test ESMTP", "mail.a.test"),
        ("220-mail.a.test hello", "mail.a.test"),
        ("220 10.0.0.9 hello", ""),
        ("220 localhost x", ""),
    ],
)
def test_a_mail_server_s_name_is_the_first_word(greeting: str, name: str) -> None:
    names = [o.name for o in observations("10.0.0.9", 25, [("smtp.greeting", greeting)]) if isinstance(o, NameSeen)]
    assert names == ([name] if name else [])


@given(st.binary(max_size=300), st.sampled_from([21, 22, 23, 25, 53, 80, 445, 554, 3306, 4711]))
def test_nothing_that_a_network_says_breaks_a_reader(octets: bytes, port: int) -> None:
    for prefix in (
        b"",
        b"SSH-",
        b"\xff\xfa",
        b"HTTP/1.1 200 x\r\n",
        b"\xfeSMB",
        b"\0\x20NA\x80",
        b"RTSP/1.0 ",
        b"220-",
        b"NTLMSSP\0\x02\0\0\0",
    ):
        said = [
            *text.read(prefix + octets, port),
            *smb.read(prefix + octets),
            *dns.read(prefix + octets),
            *rtsp.read(prefix + octets),
            *ldap.read(octets),
        ]
        page = http.read(prefix + octets)
        said += http.said(page) if page else []
        assert all(isinstance(o.type, str) for o in observations("10.0.0.9", port, said))
