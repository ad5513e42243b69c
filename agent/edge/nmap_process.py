"""What listens on these TCP ports: which service, which product, which version?

Source: nmap(1); the XML is read by python-nmap, save for ``tunnel``, which it passes over. One nmap process for each host, killed with its
children when the question is given up. Raises Missing without nmap or the right to raw sockets, TimeoutError where nmap ran out of time.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from functools import cache
from xml.etree import ElementTree

import nmap

from agent.edge.scapy_arp import NO_RAW_SOCKETS
from shared.errors import Missing, Unparsed
from shared.observation import PortSeen

NO_NMAP = "nmap is not installed: apt install nmap"
VERSION_INTENSITY = 4
"""Of 9: the queries that name what an office runs. Those beyond cost seconds on every silent port and name oddities."""
_MAX_OUTPUT_BYTES = 8 * 1024 * 1024
_COMMON = ("-n", "-Pn", "--privileged", "--max-retries", "2", "-oX", "-")
# what is spoken inside TLS -> the name that IANA gives to the pair
_INSIDE_TLS = {"http": "https", "imap": "imaps", "pop3": "pop3s", "smtp": "smtps", "ldap": "ldaps", "ftp": "ftps", "ssl": "ssl"}
_NO_RIGHT = ("root privileges", "Operation not permitted", "dnet: Failed to open device", "open a raw socket")
_NAMES_WITH_TLS = frozenset(_INSIDE_TLS.values())
# nmap names the protocol that it heard; IANA names the use of that protocol on this port otherwise
_BY_PORT = {("netbios-ssn", 445): "microsoft-ds", ("smtp", 587): "submission"}


class NmapProcess:
    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        listed = ",".join(str(port) for port in ports)
        words = ["-sS", "-sV", "--version-intensity", str(VERSION_INTENSITY), "-p", listed]
        return read(await _run(address, words, deadline_s), address, examined=True)[1]


def nmap_lacking() -> str:
    """Why nmap cannot be used; empty where it can."""
    try:
        _reader()
    except Missing as error:
        return str(error)
    return ""


def nmap_version() -> str:
    return ".".join(str(part) for part in _reader().nmap_version())


def read(xml: str, address: str, examined: bool) -> tuple[bool, tuple[PortSeen, ...]]:
    """nmap's XML for one host -> whether it is up, and its open TCP ports. Raises TimeoutError, Unparsed."""
    try:
        tree = ElementTree.fromstring(xml)  # noqa: S314 - written by nmap, whose DTD is local and declares no entity
        found = _reader().analyse_nmap_xml_scan(xml)
    except (ElementTree.ParseError, AttributeError, nmap.PortScannerError) as error:
        raise Unparsed(f"nmap's answer is no XML of a finished scan: {error}", xml[-200:]) from None
    if any(host.get("timedout") == "true" for host in tree.iter("host")):
        raise TimeoutError(f"nmap gave {address} up before the last port")
    host = found["scan"].get(address)
    if host is None or host.state() != "up":
        return False, ()
    tunnels = {int(p.get("portid", 0)): s.get("tunnel", "") for p in tree.iter("port") for s in p.iter("service")}
    return True, tuple(
        PortSeen(
            address=address,
            protocol="tcp",
            number=number,
            service=_service(entry["name"], number, tunnels.get(number, "")),
            product=entry["product"],
            version=entry["version"],
            extra=entry["extrainfo"],
            examined=examined,
        )
        for number, entry in sorted(host.get("tcp", {}).items())
        if entry["state"] == "open"
    )


def _service(name: str, number: int, tunnel: str) -> str:
    if tunnel != "ssl":
        return _BY_PORT.get((name, number), name)
    return name if name in _NAMES_WITH_TLS else _INSIDE_TLS.get(name, f"ssl/{name}")


@cache
def _reader() -> nmap.PortScanner:
    try:
        return nmap.PortScanner(nmap_search_path=("nmap",))  # the one that is started below, and no other
    except nmap.PortScannerError:
        raise Missing(NO_NMAP) from None


async def _run(address: str, words: Sequence[str], deadline_s: float) -> str:
    """nmap's XML. nmap stops by itself a little before ``deadline_s``, so that it can say what it gave up."""
    host_timeout_s = max(1, int(deadline_s * 0.9))
    family = ("-6",) if ":" in address else ()
    command = ["nmap", *family, *_COMMON, "--host-timeout", f"{host_timeout_s}s", *words, address]
    try:
        # a session of its own: an interrupt from the terminal is for the agent, which ends nmap itself
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=_MAX_OUTPUT_BYTES, start_new_session=True
        )
    except FileNotFoundError:
        raise Missing(NO_NMAP) from None
    try:
        output, complaint = await asyncio.wait_for(process.communicate(), deadline_s)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        _complain(complaint.decode("utf-8", "replace"))
    return output.decode("utf-8", "replace")


def _complain(text: str) -> None:
    if any(words in text for words in _NO_RIGHT):
        raise Missing(NO_RAW_SOCKETS)
    lines = [line for line in text.splitlines() if line.strip() and line.strip() != "QUITTING!"]
    raise Unparsed("nmap ended with a fault", lines[-1] if lines else "")
