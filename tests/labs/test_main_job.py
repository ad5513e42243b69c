"""The main job whole, on real daemons: what the quickstart shows, what a newcomer's mistakes lead to, and what a dead collector costs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.core.inventory import build_inventory
from collector.core.merge import fold
from shared.inventory import Inventory
from shared.report import Report
from tests.labs import recall
from tests.labs.collector_process import TOP
from tests.labs.found import Tally, compare
from tests.labs.office import OUTSIDE_URL, Office, opened

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("office")) as office:
        office.scan()
        yield office


@pytest.fixture(scope="module")
def first_look(office: Office) -> Inventory:
    """What the first scan found: asked for before any test changes the network, as pytest makes fixtures in the order of the tests."""
    return office.inventory()


@pytest.fixture(scope="module")
def tallies(office: Office, first_look: Inventory) -> dict[str, Tally]:
    return {tally.category: tally for tally in compare(office.network.truth, first_look)}


CATEGORIES = (
    *(
        "hosts",
        "open TCP ports",
        "host names",
        "kinds of devices that tell",
        "kinds",
        "makers",
        "firewall rules, in order",
        "firewall policies",
    ),
    *("port-forwards", "source NAT", "VPN peers", "routes of the firewall", "switch ports", "certificates"),
    *("subnets", "seen by the firewall, not contacted"),
)


@pytest.mark.parametrize("category", CATEGORIES)
def test_all_of_the_network_is_found_and_nothing_else(tallies: dict[str, Tally], category: str) -> None:
    assert tallies[category].expected, "nothing to find: the test would hold of an empty network"
    assert (tallies[category].missing, tallies[category].invented) == ([], [])


def test_every_category_is_tested(tallies: dict[str, Tally]) -> None:
    assert set(tallies) == set(CATEGORIES)


def test_each_real_device_is_one_device(office: Office, first_look: Inventory) -> None:
    """Those too with a leg in two subnets, with two addresses on one card, and with a virtual router's address."""
    assert recall.split_or_shared(office.network.truth, first_look) == {}
    assert len(first_look.devices) == len(office.network.truth.lan_hosts)


def test_recall_and_precision(office: Office, first_look: Inventory, tallies: dict[str, Tally]) -> None:
    """The figures of BENCHMARKS.md; ``pytest -s`` prints them."""
    figures = [*tallies.values(), recall.service_names(office.network.truth, first_look)]
    print("", *map(recall.told, figures), sep="\n")
    least = {"kinds": 0.95, "makers": 0.95}
    short = [recall.told(each) for each in figures if min(recall.shares(each)) < least.get(each.category, 1.0)]
    assert short == []


def test_the_other_subnet_is_documented_when_it_is_named(office: Office, tmp_path: Path) -> None:
    """The agent is not in it: whoever answers there is found across the firewall, without a MAC address of its own."""
    output, only = tmp_path / "report.json", "host,liveness,ports,http"
    done = office.agent("scan", "--subnet", office.network.truth.phones, "--only", only, "--output", str(output))
    assert done.returncode in (0, 1), done.stderr
    found = build_inventory(fold([Report.model_validate_json(output.read_bytes())]))
    ports = {device.addresses[0].address: [port.number for port in device.ports] for device in found.devices}
    talking = {host.address: [port.number for port in host.ports] for host in office.network.truth.phone_hosts if host.answers == "all"}
    # the firewall's own leg there lets administrators in by SSH, too
    assert {address: numbers for address, numbers in ports.items() if numbers} == {**talking, "10.77.20.1": [22]}


def test_secrets_of_the_agent_stay_out_of_the_report_and_the_pages(office: Office) -> None:
    office.write_documentation()
    planted = ["demo-fw01-xxxxxxxx", "demo-nas01-xxxxxxxx", "demo-mail01-xxxxxxxx", office.network.truth.community, office.password]
    planted += [line for line in office.network.ssh_key_file.read_text().splitlines() if len(line) > 40 and "KEY" not in line]
    private = office.network.run_inside("fw01", "wg", "show", "wg0", "private-key").strip()
    seen = {
        "report": json.dumps(office.technician.json(f"/api/v1/sites/{office.site_id}/inventory")),
        "collector's log": office.collector.log.read_text(),
        **{path: office.technician.web.get(path).text for path in _pages(office)},
    }
    kept = [path for path in office.collector.data.rglob("*") if path.is_file()]
    seen |= {path.name: path.read_bytes().decode("latin-1") for path in kept}
    spooled = office.network.directory / "agent"
    seen |= {f"agent's {path.name}": path.read_bytes().decode("latin-1") for path in spooled.rglob("*") if path.is_file()}
    found = {(place, secret[:12]) for place, text in seen.items() for secret in [*planted, private] if secret in text}
    assert found == set()


def _pages(office: Office) -> list[str]:
    client = f"/clients/{office.client_id}"
    devices = [f"/sites/{office.site_id}/devices/{device.id}" for device in office.inventory().devices]
    return ["/clients", client, f"{client}/credentials", f"{client}/agents", "/agents", f"/sites/{office.site_id}/changes", *devices]


def test_every_page_of_the_office_opens(office: Office) -> None:
    for path in _pages(office):
        page = office.technician.web.get(path)
        assert (path, page.status_code) == (path, 200)


def test_a_second_scan_of_the_unchanged_network_changes_nothing(office: Office) -> None:
    first = office.technician.scans(office.site_id)[0]["id"]
    assert office.changes(first, office.scan()).changes == ()


def test_three_changes_are_exactly_the_three_that_are_named(office: Office) -> None:
    before = office.technician.scans(office.site_id)[0]["id"]
    office.network.remove_host("ws01")
    office.network.open_port("web01", 8080)
    office.network.add_firewall_rule()
    try:
        changes = office.changes(before, office.scan()).changes
    finally:
        office.network.return_host("ws01")
        office.network.close_port("web01", 8080)
        office.network.remove_firewall_rule()
    named = sorted((change.subject, str(change.kind), change.device_title.split(".")[0]) for change in changes)
    assert named == [("device", "missing", "ws01"), ("firewall_rule", "appeared", "fw01"), ("port", "appeared", "web01")]


def test_nothing_was_written_to_a_print_port(office: Office) -> None:
    assert office.network.print_bytes() == dict.fromkeys(office.network.truth.print_ports, 0)


def test_a_collector_that_is_down_and_one_that_dies_in_a_push_lose_nothing(office: Office) -> None:
    before = {scan["id"] for scan in office.technician.scans(office.site_id)}
    office.collector.kill()
    down = office.agent("scan", "--push")
    assert down.returncode == 1, down.stderr
    assert "spool" in down.stderr or "kept" in down.stderr, "the message says that the report is safe"
    waiting = list((office.network.directory / "agent").rglob("*.json.gz"))
    assert len(waiting) == 1
    report = waiting[0].name.removesuffix(".json.gz")[-36:]

    office.collector.start()
    push = subprocess.Popen(office.agent_command("push"), cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)  # somewhere between the connection and the answer
    office.collector.kill()
    push.wait(60)
    office.collector.start()
    assert office.agent("push").returncode == 0
    after = [scan["id"] for scan in office.technician.scans(office.site_id)]
    assert sorted(set(after) - before) == [report]
    assert len(after) == len(set(after))
    assert list((office.network.directory / "agent").rglob("*.json.gz")) == []


def test_the_service_scans_at_once_and_ends_when_it_is_told(office: Office) -> None:
    before = len(office.technician.scans(office.site_id))
    service = subprocess.Popen(office.agent_command("run"), cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while len(office.technician.scans(office.site_id)) == before and time.monotonic() < deadline:
            time.sleep(1)
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=60)
    assert len(office.technician.scans(office.site_id)) == before + 1, log
    assert service.returncode == 0, log


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["scan", "--subnet", "10.77.0.300/24"], 2, "10.77.0.300/24"),
        (["scan", "--subnet", "10.0.0.0/8"], 2, "--yes"),
        (["scan", "--only", "crystal-ball"], 2, "crystal-ball"),
        (["enroll", "http://203.0.113.1:9", "--token", "x", "--insecure-http", "--replace"], 3, "203.0.113.1:9"),
        (["enroll", "not a url", "--token", "x", "--replace"], 2, "not a url"),
    ],
)
def test_mistakes_get_a_clear_line_and_the_right_code(office: Office, arguments: list[str], code: int, told: str) -> None:
    done = office.agent(*arguments, within_s=60)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert told in done.stderr


def test_a_used_token_enrols_nobody(office: Office, tmp_path: Path) -> None:
    token = office.collector.run("enrol-token", "--client", office.network.truth.client).strip().splitlines()[-1]
    config = tmp_path / "agent.toml"
    codes = []
    for folder in ("one", "two"):
        config.write_text(f'state_dir = "{tmp_path / folder}"\n')
        command = ["-m", "agent", "enroll", OUTSIDE_URL, "--token", token, "--insecure-http", "--config", str(config)]
        done = subprocess.run(
            office.network.command("netario", sys.executable, *command), cwd=TOP, capture_output=True, text=True, check=False
        )
        codes.append(done.returncode)
    assert codes == [0, 3]
    assert "token" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "two/agent.json").exists()


def test_a_machine_without_nmap_and_one_without_raw_sockets_say_what_to_do(office: Office, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ip").symlink_to(shutil.which("ip", path="/usr/sbin:/usr/bin:/sbin:/bin") or "")
    bare = {"PATH": str(programs), "LANG": "C.UTF-8"}
    nsenter = ["/usr/bin/nsenter", *office.network.command("netario")[1:]]
    scan = [sys.executable, "-m", "agent", "scan", "--config", str(office.config)]
    done = subprocess.run([*nsenter, *scan], cwd=TOP, env=bare, capture_output=True, text=True, timeout=120, check=False)
    assert "apt install nmap" in done.stderr + done.stdout
    assert done.returncode == 1, "what needs no nmap was done"
    # root without any of its rights: it still owns, and may read, the checkout
    unprivileged = ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    config = tmp_path / "agent.toml"
    config.write_text(f'state_dir = "{tmp_path / "state"}"\n[scan]\nsubnets = ["10.77.0.0/24"]\n')
    scan = [sys.executable, "-m", "agent", "scan", "--config", str(config)]
    done = subprocess.run([*nsenter, *unprivileged, *scan], cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3, done.stderr
    assert "root" in done.stderr and "CAP_NET_RAW" in done.stderr
