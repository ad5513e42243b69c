"""What other programs read: clients, a site's inventory, scans and changes; errors are always problems."""

from datetime import timedelta
from uuid import uuid4

from fastapi.testclient import TestClient

from shared.change import Changes
from shared.inventory import Inventory
from shared.wire import Problem
from tests.collector.harness import Clock, Enrol, Enrolled, Push
from tests.collector.synthetic import HOSTS, report, with_port

HOUR = timedelta(hours=1)


def test_inventory_scans_and_changes_of_a_site(technician: TestClient, push: Push, agent: Enrolled, clock: Clock) -> None:
    clock.pass_by(5 * HOUR)
    first, second = agent.own(report("first")), agent.own(report("second", with_port(HOSTS, 10, 8080), after=HOUR))
    push(agent, first)
    push(agent, second)
    site = f"/api/v1/sites/{agent.site}"
    found = technician.get(f"{site}/scans").json()
    assert [scan["id"] for scan in found] == [str(second.id), str(first.id)]
    assert [scan["id"] for scan in technician.get(f"{site}/scans", params={"before": found[0]["finished_utc"]}).json()] == [str(first.id)]
    now = Inventory.model_validate_json(technician.get(f"{site}/inventory").text)
    then = Inventory.model_validate_json(technician.get(f"{site}/inventory", params={"at": str(first.id)}).text)
    assert (now.as_of_utc, then.as_of_utc) == (second.finished_utc, first.finished_utc)
    changes = Changes.model_validate_json(technician.get(f"{site}/changes", params={"from": str(first.id), "to": str(second.id)}).text)
    assert [(change.subject, change.kind.value) for change in changes.changes] == [("port", "appeared")]
    assert technician.get(f"{site}/changes", params={"from": str(first.id), "to": str(first.id)}).json()["changes"] == []


def test_rules_keep_their_word_from_in_json(technician: TestClient, push: Push, agent: Enrolled) -> None:
    push(agent, agent.own(report("first")))
    rules = technician.get(f"/api/v1/sites/{agent.site}/inventory").json()["firewall_rules"]
    assert [(rule["name"], rule["from"]) for rule in rules] == [("ssh", ["any"]), ("web", ["any"])]


def test_clients_with_their_sites(technician: TestClient, push: Push, agent: Enrolled, enrol: Enrol) -> None:
    enrol("another Ltd")
    push(agent, agent.own(report("first")))
    listed = technician.get("/api/v1/clients").json()
    assert [client["name"] for client in listed] == ["another Ltd", "Synthetic Ltd"]
    one = technician.get(f"/api/v1/clients/{agent.client}").json()
    assert one == listed[1]
    assert [(site["devices"], site["missing"], site["agents"]) for site in one["sites"]] == [(4, 0, 1)]
    assert one["sites"][0]["newest_scan"] == str(report("first").id)


def test_what_is_not_there_is_a_problem(technician: TestClient, agent: Enrolled, enrol: Enrol, push: Push) -> None:
    other = enrol("Other Ltd")
    push(other, other.own(report("first")))
    site = f"/api/v1/sites/{agent.site}"
    for path, status in (
        (f"/api/v1/clients/{uuid4()}", 404),
        (f"/api/v1/sites/{uuid4()}/inventory", 404),
        (f"{site}/inventory?at={uuid4()}", 404),
        (f"{site}/inventory?at={report('first').id}", 404),
        (f"{site}/inventory?at=x", 422),
        (f"{site}/changes", 422),
        (f"{site}/scans?limit=0", 422),
        ("/api/v1/nothing", 404),
    ):
        answer = technician.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path
        assert Problem.model_validate_json(answer.text).status == status
    assert technician.delete("/api/v1/clients").status_code == 405


def test_health_and_description_are_for_everyone(web: TestClient) -> None:
    assert web.get("/healthz").json()["status"] == "ok"
    assert "/api/v1/reports" in web.get("/openapi.json").json()["paths"]
    assert web.get("/docs").status_code == 404


def test_every_answer_has_the_security_headers(web: TestClient) -> None:
    for path in ("/healthz", "/api/v1/clients", "/sign-in", "/nothing", "/static/base.css"):
        headers = web.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
        assert "strict-transport-security" not in headers
