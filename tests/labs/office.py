"""The main job whole: a demo client network, an agent inside it, a collector outside, and a technician who writes what no probe can find.

Used by ``deploy/quickstart`` and by the tests, so that what a newcomer sees is what is tested.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.change import Changes
from shared.inventory import Inventory
from tests.labs.collector_process import TOP, CollectorProcess, Failed
from tests.labs.demo.network import DemoNetwork
from tests.labs.technician import Technician

AGENT_HOST = "netario"
OUTSIDE_HOST = "internet"
OUTSIDE_URL = "http://203.0.113.1:8080"
SITE = "Sede"
ADMIN = "demo"
SCAN_WITHIN_S = 300


@dataclass(slots=True)
class Office:
    network: DemoNetwork
    collector: CollectorProcess
    technician: Technician
    password: str
    client_id: str
    site_id: str
    config: Path

    def agent(self, *arguments: str, within_s: float = SCAN_WITHIN_S) -> subprocess.CompletedProcess[str]:
        """``netario-agent ARGUMENTS`` on the agent's host: in a network namespace without an uplink."""
        return subprocess.run(self.agent_command(*arguments), cwd=TOP, capture_output=True, text=True, timeout=within_s, check=False)

    def agent_command(self, *arguments: str) -> list[str]:
        agent = [sys.executable, "-m", "agent", *arguments, "--config", str(self.config)]
        # the host's name too, but not its files: the agent runs from this checkout
        return ["nsenter", f"--uts={self.network.files(AGENT_HOST).parent / 'ns/uts'}", *self.network.command(AGENT_HOST, *agent)[1:]]

    def scan(self) -> str:
        """One scan, carried to the collector; the new scan's id. Raises Failed."""
        before = len(self.technician.scans(self.site_id))
        done = self.agent("scan", "--push")
        scans = self.technician.scans(self.site_id)
        if done.returncode not in (0, 1) or len(scans) != before + 1:
            raise Failed(f"the scan ended with {done.returncode} and {len(scans) - before} new reports: {done.stderr.strip()[-2000:]}")
        return str(scans[0]["id"])

    def inventory(self) -> Inventory:
        return self.technician.inventory(self.site_id)

    def changes(self, older: str, newer: str) -> Changes:
        return self.technician.changes(self.site_id, older, newer)

    def write_documentation(self) -> None:
        """What a technician types: three credentials and a record in each area, in the language of the office."""
        addresses = {a.address: device.id for device in self.inventory().devices for a in device.addresses}

        def device(name: str) -> str:
            return addresses[self.network.truth.host(name).address]

        for name, username, area, host, url in (
            ("Firewall fw01", "root", "security", "fw01", "ssh://10.77.0.1"),
            ("NAS nas01", "admin", "backup", "nas01", "http://10.77.0.40:5000"),
            ("Posta: postmaster", "postmaster@officina-rossi.example", "email", "mail01", ""),
        ):
            page = self.technician.web.get(f"/clients/{self.client_id}/credentials/new")
            secret = f"demo-{host}-{'x' * 8}"
            self.technician.submit(
                page, "/credentials/new", name=name, username=username, value=secret, area=area, device=device(host), web_address=url
            )
        for area, title, host, fields in _RECORDS:
            page = self.technician.web.get(f"/clients/{self.client_id}/records/new", params={"area": area})
            filled = {f"field-{name}": value for name, value in fields.items()}
            self.technician.submit(page, "/records/new", title=title, device=device(host), **filled)


_RECORDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "backup",
        "Backup notturno sul NAS",
        "nas01",
        {
            "software": "rsync 3.2, script /usr/local/sbin/backup",
            "job": "notturno",
            "protects": "files01\nmail01",
            "repository": "rsync://nas01/backup",
            "schedule": "ogni notte alle 02:30",
            "retention": "30 giorni",
            "restore_steps": "1. Entrare sul NAS con la credenziale «NAS nas01».\n2. Copiare la cartella del giorno da /backup.\n"
            "3. Controllare i permessi e avvisare il cliente.",
        },
    ),
    (
        "remote_access",
        "WireGuard del titolare",
        "fw01",
        {"steps": "Profilo «Portatile titolare», poi ssh verso 10.77.0.1.", "port": "udp/51820"},
    ),
    (
        "email",
        "Posta sul server mail01",
        "mail01",
        {"provider": "server proprio", "domains": "officina-rossi.example", "incoming": "mail.officina-rossi.example:993"},
    ),
    (
        "security",
        "Chi può aprire una porta",
        "fw01",
        {"who_may_change": "il titolare, per iscritto", "reasons": "8022 verso il NAS: il fornitore del backup, solo dal suo indirizzo."},
    ),
)


@contextmanager
def opened(directory: Path) -> Iterator[Office]:
    """The demo network with a collector reachable from it, and an agent enrolled there; everything is ended at the end."""
    with ExitStack() as ending:
        network = ending.enter_context(DemoNetwork.started(directory / "network"))
        collector = CollectorProcess(
            directory / "collector", inner=[(network.namespace(OUTSIDE_HOST), OUTSIDE_URL.removeprefix("http://"))]
        )
        collector.data.mkdir(parents=True)
        password = collector.create_admin(ADMIN)
        ending.enter_context(collector.start())
        technician = ending.enter_context(Technician.signed_in(collector.url, ADMIN, password))
        technician.submit(technician.web.get("/clients"), "/clients", name=network.truth.client, site=SITE)
        client = next(c for c in technician.json("/api/v1/clients") if c["name"] == network.truth.client)
        office = Office(network, collector, technician, password, client["id"], client["sites"][0]["id"], directory / "agent.toml")
        office.config.write_text(network.agent_config(), encoding="utf-8")
        office.config.chmod(0o600)
        token = collector.run("enrol-token", "--client", network.truth.client).strip().splitlines()[-1]
        # plain HTTP: the demo's collector is in the demo's internet, and not a packet of it leaves this machine
        enrolled = office.agent("enroll", OUTSIDE_URL, "--token", token, "--insecure-http", within_s=60)
        if enrolled.returncode != 0:
            raise Failed(f"the agent was not enrolled: {enrolled.stderr.strip()}")
        yield office
