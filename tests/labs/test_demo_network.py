"""The demo client network is what its ``truth.toml`` says, works, and can be changed.  Real daemons, namespaces, root."""

import asyncio
import imaplib
import json
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import paramiko  # type: ignore[import-untyped]  # it comes without types
import pytest
from cryptography import x509
from pysnmp.hlapi.v3arch.asyncio import (  # type: ignore[import-untyped]  # it comes without types
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    get_cmd,
    walk_cmd,
)

from shared.address import normal_mac
from tests.labs.demo import ready
from tests.labs.demo.network import ADDED_RULE_COMMENT, DemoNetwork, LabFailed
from tests.labs.demo.truth import Certificate, Host, load
from tests.labs.namespaces import inside_net
from tests.labs.waiting import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root: run the tests with sudo")

TRUTH = load()
BY_IPV4 = [host for host in TRUTH.lan_hosts if ":" not in host.address]
TRUE_PORTS = {host.address: {port.number for port in host.ports} for host in BY_IPV4}
SYS_DESCR, SYS_NAME = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0"
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
PUBLIC = "203.0.113.2"


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoNetwork]:
    began = time.monotonic()
    with DemoNetwork.started(tmp_path_factory.mktemp("demo")) as network:
        took_s = time.monotonic() - began
        assert took_s < 20, f"ready after {took_s:.1f} s"
        yield network


def _connect(net: DemoNetwork, host: str, where: tuple[str, int], source: str = "", timeout_s: float = 3.0) -> socket.socket:
    with inside_net(net.namespace(host)):
        return socket.create_connection(where, timeout=timeout_s, source_address=(source, 0) if source else None)


def _firewall_comments(net: DemoNetwork) -> list[str]:
    listed = json.loads(net.run_inside("fw01", "nft", "-j", "list", "ruleset"))["nftables"]
    return [entry["rule"]["comment"] for entry in listed if "rule" in entry]


# --- it is what the truth says


def test_exactly_the_true_ports_are_open(net: DemoNetwork) -> None:
    addresses = sorted(TRUE_PORTS)
    words = ("nmap", "-n", "-Pn", "-sS", "--open", "-p", "1-10000", "--min-rate", "8000", "--max-retries", "2", "-oG", "-", *addresses)
    found: dict[str, set[int]] = {address: set() for address in addresses}
    for line in net.run("netario", *words, timeout_s=120).splitlines():
        if match := re.match(r"Host: (\S+) .*Ports: ", line):
            found[match[1]] = {int(number) for number in re.findall(r"(\d+)/open/tcp", line)}
    assert found == TRUE_PORTS
    assert net.print_bytes() == dict.fromkeys(TRUTH.print_ports, 0)


def test_each_host_has_its_mac_address(net: DemoNetwork) -> None:
    for host in BY_IPV4:
        if host.name != "netario":
            with inside_net(net.namespace("netario")), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.sendto(b"", (host.address, 9))
            assert host.mac in net.run("netario", "ip", "neighbour", "show", host.address), host.name


def test_ws02_answers_arp_only(net: DemoNetwork) -> None:
    with pytest.raises(TimeoutError):
        _connect(net, "netario", (TRUTH.host("ws02").address, 80), timeout_s=0.5)


def test_temp01_has_ipv6_only(net: DemoNetwork) -> None:
    held = [each for link in json.loads(net.run("temp01", "ip", "-j", "addr", "show", "eth0")) for each in link["addr_info"]]
    assert {each["family"] for each in held} == {"inet6"}
    assert TRUTH.host("temp01").address in {each["local"] for each in held}


def test_the_other_subnet_is_behind_the_firewall(net: DemoNetwork) -> None:
    """The firewall has heard of each of its hosts, and the agent's own segment of none."""
    near, far = (net.run(host, "ip", "neighbour") for host in ("netario", "fw01"))
    for host in TRUTH.phone_hosts:
        assert host.mac in far and host.mac not in near
    with _connect(net, "netario", (TRUTH.host("tel01").address, 80)) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b"Yealink" in line.recv(4096)


def test_the_virtual_router_s_address_is_answered_by_its_own_mac_address(net: DemoNetwork) -> None:
    with inside_net(net.namespace("netario")), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.sendto(b"", ("10.77.0.254", 9))
        asking.sendto(b"", ("10.77.0.1", 9))
    for address, mac in (("10.77.0.254", "00:00:5e:00:01:05"), ("10.77.0.1", TRUTH.host("fw01").mac)):
        until(lambda address=address, mac=mac: mac in net.run("netario", "ip", "neighbour", "show", address), 5)  # type: ignore[misc]


async def _snmp(address: str, community: str, *oids: str) -> list[str]:
    target = await UdpTransportTarget.create((address, 161), timeout=2, retries=1)
    asked = [ObjectType(ObjectIdentity(oid)) for oid in oids]
    error, status, _, rows = await get_cmd(SnmpEngine(), CommunityData(community), target, ContextData(), *asked, lookupMib=False)
    assert not error and not status, (address, error, status)
    return [str(row[1]) for row in rows]


async def _forwarding_table(address: str) -> dict[str, int]:
    target = await UdpTransportTarget.create((address, 161), timeout=2, retries=1)
    rows = walk_cmd(
        SnmpEngine(),
        CommunityData(TRUTH.community),
        target,
        ContextData(),
        ObjectType(ObjectIdentity(FDB_PORT)),
        lookupMib=False,
        lexicographicMode=False,
    )
    found: dict[str, int] = {}
    async for error, _, _, binds in rows:
        assert not error, error
        for name, value in binds:
            found[normal_mac(bytes(tuple(name)[-6:]))] = int(value)
    return found


@pytest.mark.parametrize("host", [host for host in TRUTH.lan_hosts if host.snmp], ids=lambda host: host.name)
def test_snmp_answers(net: DemoNetwork, host: Host) -> None:
    with inside_net(net.namespace("netario")):
        description, name = asyncio.run(_snmp(host.address, TRUTH.community, SYS_DESCR, SYS_NAME))
    assert name == host.name
    assert description == host.description or (not host.description and description.startswith("Linux "))


def test_the_switch_knows_who_is_plugged_in_where(net: DemoNetwork) -> None:
    with inside_net(net.namespace("netario")):
        table = asyncio.run(_forwarding_table(TRUTH.switch.address))
    assert table == {interface.mac: port for port, (_, interface) in TRUTH.links.items()}


def test_names(net: DemoNetwork) -> None:
    server = (TRUTH.dhcp.dns_servers[0], 53)
    for host in BY_IPV4:
        with inside_net(net.namespace("netario")), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(2)
            asking.sendto(ready.dns_question(f"{host.name}.{TRUTH.domain}"), server)
            assert socket.inet_aton(host.address) in asking.recv(512), host.name


def test_ws01_has_its_lease(net: DemoNetwork) -> None:
    leases = (net.files("fw01") / "var/lib/misc/dnsmasq.leases").read_text().split()
    assert leases[1:4] == [TRUTH.host("ws01").mac, TRUTH.host("ws01").address, "ws01"]


def test_firewall_has_the_true_rules(net: DemoNetwork) -> None:
    firewall = TRUTH.firewall
    translation = [forward.comment for forward in firewall.port_forwards] + [nat.comment for nat in firewall.source_nat]
    assert _firewall_comments(net) == [rule.comment for rule in firewall.rules] + translation


def test_tunnel_and_routes(net: DemoNetwork) -> None:
    allowed = [line.split("\t")[2] for line in net.run_inside("fw01", "wg", "show", "all", "allowed-ips").splitlines()]
    assert sorted(tuple(each.split()) for each in allowed) == sorted(peer.allowed_prefixes for peer in TRUTH.vpn.peers)
    assert net.run_inside("fw01", "wg", "show", "wg0", "listen-port").strip() == str(TRUTH.vpn.listen_port)
    routes = {
        (route["dst"].replace("default", "0.0.0.0/0"), route.get("gateway"), route["dev"])
        for route in json.loads(net.run("fw01", "ip", "-j", "route"))
    }
    assert routes == {(route.destination, route.gateway, route.interface) for route in TRUTH.routes}


@pytest.mark.parametrize("certificate", TRUTH.certificates, ids=lambda each: each.host)
def test_certificates(net: DemoNetwork, certificate: Certificate) -> None:
    host = TRUTH.host(certificate.host)
    for port in (port for port in host.ports if port.encryption == "tls"):
        shown = _certificate(net, "netario", (host.address, port.number), certificate.names[0])
        assert shown.not_valid_after_utc - net.started_utc == timedelta(days=certificate.days_left)
        alternatives = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert tuple(alternatives.get_values_for_type(x509.DNSName)) == certificate.names


def _certificate(net: DemoNetwork, from_host: str, where: tuple[str, int], name: str) -> x509.Certificate:
    """What the service shows, once the client's own authority has been found to have signed it for that name."""
    trusting = ssl.create_default_context(cafile=str(net.ca_file))
    with _connect(net, from_host, where) as plain, trusting.wrap_socket(plain, server_hostname=name) as secured:
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")


# --- it works


def test_port_forwards_from_the_internet(net: DemoNetwork) -> None:
    assert _certificate(net, "internet", (PUBLIC, 443), "www.officina-rossi.example")
    with _connect(net, "internet", (PUBLIC, 25)) as mail:
        assert mail.recv(200).startswith(b"220 mail.officina-rossi.example")
    with _connect(net, "internet", (PUBLIC, 8022), source="198.51.100.7") as supplier:
        assert supplier.recv(200).startswith(b"SSH-2.0-")
    for port in (8022, 22, 53):
        with pytest.raises(TimeoutError):
            _connect(net, "internet", (PUBLIC, port), timeout_s=0.5)


def test_login_by_key_reads_the_rules_and_no_key(net: DemoNetwork) -> None:
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-i", str(net.ssh_key_file)]
    login = ("ssh", "-F", "none", *options, f"{TRUTH.ssh_user}@10.77.0.1")
    assert "Published services" in net.run("netario", *login, "sudo -n nft -j list ruleset")
    assert "10.88.0.0/24" in net.run("netario", *login, "sudo -n wg show all allowed-ips")
    assert '"sshd"' in net.run("netario", *login, "sudo -n ss -Hlntup")
    for forbidden in ("wg show all private-key", "wg showconf wg0", "cat /etc/shadow", "nft flush ruleset"):
        with pytest.raises(LabFailed, match="password is required"):
            net.run("netario", *login, f"sudo -n {forbidden}")


def test_login_by_password(net: DemoNetwork) -> None:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507  the key was made a moment ago
    with _connect(net, "netario", ("10.77.0.1", 22)) as line, client:
        client.connect("10.77.0.1", username=TRUTH.ssh_user, password=net.ssh_password, sock=line, look_for_keys=False, allow_agent=False)
        assert client.exec_command("hostname")[1].read() == b"fw01\n"


def test_a_mail_arrives(net: DemoNetwork) -> None:
    trusting = ssl.create_default_context(cafile=str(net.ca_file))
    trusting.check_hostname = False  # it is reached by its address
    with inside_net(net.namespace("netario")):
        with smtplib.SMTP("10.77.0.20", timeout=10) as sending:
            sending.starttls(context=trusting)
            sending.sendmail("sender@example.org", "info@officina-rossi.example", "Subject: prova\r\n\r\nbuongiorno\r\n")
        with imaplib.IMAP4_SSL("10.77.0.20", ssl_context=trusting, timeout=10) as reading:
            reading.login("info@officina-rossi.example", net.ssh_password)
            until(lambda: reading.select("INBOX", readonly=True)[1] == [b"1"], 10)


def test_what_is_sent_to_the_printer_is_counted(net: DemoNetwork) -> None:
    assert set(net.print_bytes().values()) == {0}
    with _connect(net, "netario", (TRUTH.host("prn01").address, 9100)) as line:
        line.sendall(b"\x1b%-12345X")
    until(lambda: net.print_bytes()[9100] == 9, 5)
    assert (net.directory / "printed" / "9100").read_bytes() == b"\x1b%-12345X"
    (net.directory / "printed" / "9100").write_bytes(b"")


def test_no_way_out(net: DemoNetwork) -> None:
    assert {each["ifname"] for each in json.loads(net.run("fw01", "ip", "-j", "link"))} == {
        "lo",
        *(interface.name for interface in TRUTH.host("fw01").interfaces),
    }
    assert {each["ifname"] for each in json.loads(net.run("internet", "ip", "-j", "link"))} == {"lo", "eth0"}
    assert "default" not in net.run("internet", "ip", "route")


def test_a_program_outside_listens_inside(net: DemoNetwork) -> None:
    """How a collector is reached: a socket in the lab's internet, held by a process that is not in the lab."""
    answer = "import socket; line, _ = socket.socket(fileno=3).accept(); line.sendall(b'hello from outside'); line.close()"
    words = ["--socket-in", str(net.namespace("internet")), "203.0.113.1:8080", "--", sys.executable, "-c", answer]
    with subprocess.Popen([sys.executable, "-m", "tests.labs.listen", *words]) as outside:
        until(lambda: "203.0.113.1:8080" in net.run("internet", "ss", "-Hlnt"), 10)
        with _connect(net, "netario", ("203.0.113.1", 8080)) as line:
            assert line.recv(100) == b"hello from outside"
    assert outside.returncode == 0


def test_agent_settings_are_understood(net: DemoNetwork, tmp_path: Path) -> None:
    from agent.config import load as load_settings

    (tmp_path / "agent.toml").write_text(net.agent_config(collector_ca=net.ca_file))
    settings = load_settings(tmp_path / "agent.toml")
    assert settings.scan.subnets == (TRUTH.lan,)
    assert settings.snmp[0].community.reveal() == TRUTH.community
    assert settings.ssh[0].hosts == (TRUTH.host("fw01").address,)
    assert settings.collector.ca_file == net.ca_file


# --- it can be changed, and changed back


def test_a_host_goes_and_returns(net: DemoNetwork) -> None:
    answers = next(check for check in ready.checks(TRUTH) if check.host == "ws01")
    net.remove_host("ws01")
    with inside_net(net.namespace("netario")):
        assert not answers.answers()
    net.return_host("ws01")
    with inside_net(net.namespace("netario")):
        until(answers.answers, 5)


def test_a_port_opens_and_closes(net: DemoNetwork) -> None:
    where = (TRUTH.host("web01").address, 8080)
    with pytest.raises(ConnectionRefusedError):
        _connect(net, "netario", where)
    net.open_port("web01", 8080)
    with _connect(net, "netario", where) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert line.recv(200).startswith(b"HTTP/1.1 200")
    net.close_port("web01", 8080)
    until(lambda: "8080" not in net.run("web01", "ss", "-Hlnt"), 5)
    with pytest.raises(LabFailed, match="not opened by open_port"):
        net.close_port("web01", 8080)


def test_a_rule_comes_and_goes(net: DemoNetwork) -> None:
    before = _firewall_comments(net)
    net.add_firewall_rule()
    after = _firewall_comments(net)
    assert sorted(after) == sorted([*before, ADDED_RULE_COMMENT])
    net.remove_firewall_rule()
    assert _firewall_comments(net) == before
    with pytest.raises(LabFailed, match="no rule"):
        net.remove_firewall_rule()


def test_an_unknown_host_is_said(net: DemoNetwork) -> None:
    with pytest.raises(LabFailed, match="it has fw01, sw01"):
        net.command("fw02", "true")
    with pytest.raises(LabFailed, match="is not plugged"):
        net.remove_host("internet")


def test_ports_are_unique() -> None:
    for host in TRUTH.hosts:
        numbers = [port.number for port in host.ports]
        assert len(numbers) == len(set(numbers)), host.name
