"""What a technician corrects goes before all that was seen, names who said so, and takes nothing away."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from collector.core.corrections import FIELDS, Correction, corrected, documented, seen
from collector.core.diff import diff
from shared.inventory import Device, Evidence, Inventory, Kind

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DEVICE = Device(
    id="a",
    kind=Kind.SERVER,
    vendor="Dell",
    location="rack 1",
    hostnames=("srv01", "old-name"),
    evidence=(
        Evidence(field="vendor", value="HP", probe="snmp", target="192.0.2.1", rule="weak", sureness=0.3),
        Evidence(field="vendor", value="Dell", probe="snmp", target="192.0.2.1", rule="strong", sureness=0.9),
        Evidence(field="kind", value="server", probe="ports", target="192.0.2.1", rule="ports", sureness=0.5),
    ),
    first_seen=AT,
    last_seen=AT,
)
INVENTORY = Inventory(as_of_utc=AT, devices=(DEVICE, DEVICE.model_copy(update={"id": "b"})))


def correction(field: str, value: str, device: str = "a") -> Correction:
    return Correction(device, field, value, "anna", AT)


def test_a_correction_wins_and_what_was_seen_is_still_told() -> None:
    one, other = corrected(INVENTORY, [correction("vendor", "Lenovo"), correction("kind", "storage"), correction("name", "Nas")]).devices
    assert (one.vendor, one.kind, one.hostnames) == ("Lenovo", Kind.STORAGE, ("Nas", "srv01", "old-name"))
    assert other == INVENTORY.devices[1]
    assert (seen(one, "vendor"), seen(one, "kind"), seen(one, "name")) == ("Dell", "server", "srv01")
    who = documented(one, "vendor")
    assert who is not None and (who.by, who.sureness, who.said) == ("anna", 1.0, "2026-11-23 09:30 UTC")
    assert documented(one, "model") is None and seen(one, "location") == "rack 1"
    assert [e for e in one.evidence if not e.by] == list(DEVICE.evidence)


def test_a_name_that_was_seen_too_stands_once() -> None:
    one = corrected(INVENTORY, [correction("name", "OLD-NAME")]).devices[0]
    assert one.hostnames == ("OLD-NAME", "srv01")


def test_what_cannot_be_applied_changes_nothing() -> None:
    strange = [correction("kind", "teapot"), correction("colour", "red"), correction("vendor", "X", device="gone")]
    assert corrected(INVENTORY, strange) == INVENTORY
    assert corrected(INVENTORY, []) is INVENTORY


@given(st.lists(st.sampled_from([field for field in FIELDS if field != "kind"]), unique=True), st.text(min_size=1, max_size=30))
def test_the_same_corrections_on_two_scans_are_no_change(fields: list[str], value: str) -> None:
    corrections = [correction(field, value) for field in fields]
    later = INVENTORY.model_copy(update={"as_of_utc": AT})
    assert diff(corrected(INVENTORY, corrections), corrected(later, corrections)) == ()
