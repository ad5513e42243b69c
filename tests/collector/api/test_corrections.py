"""Corrections for other programs: written, read and withdrawn by who is signed in, and noted in the audit."""

from fastapi.testclient import TestClient

from collector.store import audit
from collector.store.database import Database
from shared.inventory import Inventory
from tests.collector.harness import Enrolled, Push
from tests.collector.synthetic import report


def test_a_correction_is_written_read_and_withdrawn(technician: TestClient, push: Push, agent: Enrolled, database: Database) -> None:
    push(agent, agent.own(report("first")))
    site = f"/api/v1/sites/{agent.site}"
    device = technician.get(f"{site}/inventory").json()["devices"][0]["id"]
    path = f"{site}/devices/{device}/corrections"
    assert technician.put(f"{path}/vendor", json={"value": "Lenovo"}).status_code == 201
    assert technician.put(f"{path}/vendor", json={"value": "Lenovo"}).status_code == 200
    found = Inventory.model_validate_json(technician.get(f"{site}/inventory").text).devices[0]
    assert (found.vendor, found.evidence[0].by) == ("Lenovo", "anna")
    assert [(row["field"], row["value"], row["valid_to_utc"]) for row in technician.get(path).json()] == [("vendor", "Lenovo", None)]
    assert technician.delete(f"{path}/vendor").json()["ended_by"] == "anna"
    assert technician.get(f"{site}/inventory").json()["devices"][0]["vendor"] != "Lenovo"
    with database.reading() as session:
        noted = [(entry.action, entry.detail) for entry in audit.of_subject(session, device)]
    assert noted == [("correction.withdraw", "vendor: Lenovo"), ("correction.write", "vendor: Lenovo")]


def test_what_cannot_be_is_a_problem(technician: TestClient, web: TestClient, push: Push, agent: Enrolled) -> None:
    push(agent, agent.own(report("first")))
    site = f"/api/v1/sites/{agent.site}"
    device = technician.get(f"{site}/inventory").json()["devices"][0]["id"]
    path = f"{site}/devices/{device}/corrections"
    for answer, status in (
        (technician.put(f"{path}/colour", json={"value": "red"}), 422),
        (technician.put(f"{path}/kind", json={"value": "teapot"}), 422),
        (technician.put(f"{path}/vendor", json={}), 422),
        (technician.put(f"{site}/devices/gone/corrections/vendor", json={"value": "x"}), 404),
        (technician.delete(f"{path}/vendor"), 404),
        (web.put(f"{path}/vendor", json={"value": "x"}), 401),
        (technician.put(f"{path}/vendor", json={"value": "x"}, headers={"X-CSRF-Token": "wrong"}), 403),
    ):
        assert answer.status_code == status, answer.text
        assert "teapot" not in answer.text and "colour" not in answer.text
