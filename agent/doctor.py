"""What can this machine do as an agent, what can it not, and what is to be done about it? Sends nothing but a question to its collector."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent import identity
from agent.config import DEFAULT_CONFIG, Settings, load
from agent.edge.iproute import this_machine
from agent.edge.nmap_process import nmap_lacking, nmap_version
from agent.edge.scapy_arp import raw_sockets_lacking
from agent.lock import private_folder
from agent.spool import Spool
from agent.uplink import Uplink
from shared.errors import NetarioError

MAX_CLOCK_ERROR_S = 60.0
_READABLE_BY_OTHERS = 0o004
_LITTLE_SPACE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """``todo`` is empty where all is well."""

    subject: str
    state: str
    todo: str = ""


def examine(config: Path | None, credentials: Path | None, now: datetime | None = None) -> Iterator[Finding]:
    yield from _programs()
    yield from _network()
    try:
        settings = load(config, credentials)
    except NetarioError as error:
        yield Finding("configuration", "cannot be used", str(error))
        return
    yield from _configuration(settings, [path for path in (config or DEFAULT_CONFIG, credentials) if path and path.exists()])
    yield from _state(settings)
    yield from _collector(settings, now or datetime.now(UTC))


def _programs() -> Iterator[Finding]:
    lack = nmap_lacking()
    yield Finding("nmap", "missing", lack) if lack else Finding("nmap", nmap_version())
    lack = raw_sockets_lacking()
    yield Finding("raw sockets", "not allowed", lack) if lack else Finding("raw sockets", "allowed")


def _network() -> Iterator[Finding]:
    try:
        machine = this_machine()
    except NetarioError as error:
        yield Finding("interfaces", "cannot be read", str(error))
        return
    own = machine.own_subnets()
    if not own:
        yield Finding("subnets", "none", "this machine is in no IPv4 subnet: give it an address, or name subnets in the configuration")
    for connection in machine.connections():
        if connection.prefix in own:
            yield Finding("subnet", f"{connection.prefix} on {connection.interface} as {connection.address}")


def _configuration(settings: Settings, files: list[Path]) -> Iterator[Finding]:
    named = ", ".join(str(path) for path in files) or "defaults"
    yield Finding("configuration", f"{named}: {len(settings.snmp)} SNMP, {len(settings.ssh)} SSH credentials")
    if settings.snmp or settings.ssh:
        for path in files:
            if path.stat().st_mode & _READABLE_BY_OTHERS:
                yield Finding("configuration", f"{path} holds credentials and others may read it", f"chmod o-rwx {path}")


def _state(settings: Settings) -> Iterator[Finding]:
    try:
        private_folder(settings.state_dir)
        spool = Spool(settings.state_dir, settings.spool_limit_bytes)
    except NetarioError as error:
        yield Finding("state folder", "cannot be used", str(error))
        return
    free_bytes = shutil.disk_usage(settings.state_dir).free
    todo = "make room: a report that cannot be written is lost" if free_bytes < _LITTLE_SPACE_BYTES else ""
    yield Finding("state folder", f"{settings.state_dir}, {free_bytes // 1_000_000} MB free", todo)
    rejected = spool.rejected()
    todo = f"read the .txt files beside them in {rejected[0].parent}" if rejected else ""
    yield Finding("spool", f"{len(spool.waiting())} reports wait, {len(rejected)} were refused", todo)


def _collector(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        known = identity.load(settings.state_dir)
        yield Finding("enrolment", f"{known.client_name}, {known.site_name}")
        with Uplink(known.url, settings.collector.ca_file) as uplink:
            health = uplink.health(now)
    except NetarioError as error:
        yield Finding("collector", "not in reach", str(error))
        return
    yield Finding("collector", known.url, "" if health.ok else "it is up but not well: look at its own log")
    ahead_s = health.clock_ahead_s
    if ahead_s is not None:
        todo = "set this machine's clock: timedatectl set-ntp true" if abs(ahead_s) > MAX_CLOCK_ERROR_S else ""
        yield Finding("clock", f"{abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} the collector", todo)
