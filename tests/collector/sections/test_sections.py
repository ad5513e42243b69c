"""The areas of a book as functions: what they find in an inventory, who says so, and what they say is missing."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from collector.core.inventory import build_inventory
from collector.core.merge import fold
from collector.pages.language import languages
from collector.sections import Area, area_named, areas, backup, email, remote_access, security
from collector.sections.parts.devices import directory
from collector.sections.parts.model import ClientAbout, CredentialAbout, FieldKind, Record, Section, Text, Tone
from collector.sections.parts.network import matches
from shared.inventory import Inventory, NotSeen
from tests.pages.synthetic_site import first_scan, second_scan

DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CLIENT = ClientAbout("Officina Rossi", "Sede", DAY.date())
AGENT, SITE = UUID(int=1), UUID(int=2)


def inventory(*, second: bool = False) -> Inventory:
    reports = [first_scan(AGENT, SITE, DAY - timedelta(hours=1))]
    return build_inventory(fold([*reports, second_scan(AGENT, SITE, DAY)] if second else reports))


def note(area: str, **fields: str) -> Record:
    return Record("r1", area, "Nota", fields, "anna", DAY)


def login(area: str) -> CredentialAbout:
    return CredentialAbout("c1", "login", area=area)


def english(text: Text) -> str:
    return text if isinstance(text, str) else text.said(languages()["en"].translator)


def missing(section: Section) -> list[str]:
    return [english(gap.what) for gap in section.missing]


def facts(section: Section) -> dict[str, list[str]]:
    return {english(fact.label): [english(value.text) for value in fact.values] for fact in section.facts}


def test_areas_are_found_by_listing_the_folder_and_stand_in_order() -> None:
    assert [area.name for area in areas()] == ["remote_access", "security", "email", "backup"]
    assert area_named("kitchen") is None


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.name)
def test_fields_are_well_made(area: Area) -> None:
    names = [field.name for field in area.fields]
    assert len(names) == len(set(names))
    assert all((field.kind is FieldKind.CHOICE) == bool(field.choices) for field in area.fields)
    assert not any(word in name for name in names for word in ("password", "secret")), "a secret is a credential, never a note"


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.name)
def test_an_empty_book_says_what_to_do(area: Area) -> None:
    section = area.build(Inventory(), (), (), CLIENT)
    assert len(section.missing) >= 2
    assert all(english(gap.how) and gap.action in {"record", "credential", "agents"} for gap in section.missing)
    assert (section.facts, section.tables) == ((), ())


def test_remote_access_finds_the_ways_in() -> None:
    section = remote_access.build(inventory(), (), (), CLIENT)
    found = facts(section)
    assert found["Public addresses"] == ["203.0.113.14"]
    assert found["VPN server wg0"] == ["wireguard", "udp/51820"]
    assert found["Administration of fw01.officina-rossi.example"] == ["192.168.40.1:22"]
    assert [table.name for table in section.tables] == ["vpns", "exposed", "forwards"]
    source = section.facts[0].source
    assert source is not None
    assert (source.probe, source.device_title, source.unconfirmed) == ("ssh", "fw01.officina-rossi.example", "")
    assert missing(section) == ["How to get in, step by step", "A credential for remote access"]


def test_remote_access_is_complete_with_steps_a_test_and_a_login() -> None:
    written = note("remote_access", steps="1. WireGuard", tested="2026-11-01")
    assert missing(remote_access.build(inventory(), (written,), (login("remote_access"),), CLIENT)) == []
    untested = note("remote_access", steps="1. WireGuard")
    assert missing(remote_access.build(inventory(), (untested,), (login("remote_access"),), CLIENT)) == ["A test of the way in"]


def test_what_the_newest_scan_could_not_read_again_is_marked() -> None:
    denied = NotSeen(probe="ssh", target="192.168.40.1", state="denied", detail="wrong password")
    known = inventory()
    section = remote_access.build(known.model_copy(update={"not_seen": (*known.not_seen, denied)}), (), (), CLIENT)
    assert {fact.source.unconfirmed for fact in section.facts if fact.source and fact.source.probe == "ssh"} == {"wrong password"}


def test_security_shows_the_rules_in_their_order_and_who_is_let_in() -> None:
    section = security.build(inventory(second=True), (), (), CLIENT)
    rules = next(table for table in section.tables if table.name == "rules")
    assert [english(row.cells[0][0].text) for row in rules.rows] == [str(n) for n in range(1, 11)]
    assert english(rules.title) == "10 firewall rules of fw01.officina-rossi.example"
    assert facts(section)["Reachable from outside"][0] == "3 port forwards"
    assert "A credential for the firewall" in missing(section)


def test_security_marks_a_rule_that_allows_everything() -> None:
    known = inventory()
    wide = known.firewall_rules[0].model_copy(update={"states": (), "scope": "forward", "key": "wide"})
    section = security.build(known.model_copy(update={"firewall_rules": (*known.firewall_rules, wide)}), (), (), CLIENT)
    marked = [value for fact in section.facts for value in fact.values if value.tone is Tone.RISKY]
    assert [english(value.text) for value in marked] == ["1 rule allows everything"]


def test_security_misses_the_rules_of_a_firewall_that_was_not_read() -> None:
    known = inventory().model_copy(update={"firewall_rules": ()})
    assert missing(security.build(known, (note("security"),), (login("security"),), CLIENT)) == ["The firewall's rules"]


@pytest.mark.parametrize(
    ("days_later", "tone", "said"), [(0, Tone.NOTABLE, "12 days left"), (12, Tone.NOTABLE, "0 days left"), (13, Tone.RISKY, "expired")]
)
def test_certificates_near_their_end_are_marked(days_later: int, tone: Tone, said: str) -> None:
    day = (DAY - timedelta(hours=1)).date() + timedelta(days=days_later)
    section = security.build(inventory(), (), (), ClientAbout("Officina Rossi", "Sede", day))
    ends = next(table for table in section.tables if table.name == "certificates").rows[0].cells[-1][0]
    assert (ends.tone, english(ends.text)) == (tone, said)


def test_email_finds_services_and_their_encryption() -> None:
    section = email.build(inventory(), (), (), CLIENT)
    services = next(table for table in section.tables if table.name == "mail-services")
    said = {english(row.cells[1][0].text): english(row.cells[3][0].text) for row in services.rows}
    assert said == {"smtp": "no encryption seen", "pop3": "no encryption seen", "submission": "STARTTLS", "imaps": "TLS"}
    forwards = next(table for table in section.tables if table.name == "forwards")
    assert len(forwards.rows) == 2, "those of mail ports alone"
    assert "Encryption on every mail service" in missing(section)


def test_email_is_complete_with_provider_and_settings() -> None:
    written = note("email", provider="own server", incoming="mail:993", outgoing="mail:587")
    assert missing(email.build(inventory(), (written,), (login("email"),), CLIENT)) == ["Encryption on every mail service"]


def test_backup_finds_hosts_and_names_what_no_note_protects() -> None:
    written = note("backup", software="Veeam 12", protects="srv01, MAIL", restore_steps="1.", restore_tested="2026-10-01")
    section = backup.build(inventory(), (written,), (login("backup"),), CLIENT)
    assert facts(section)["Backup host"][0] == "nas01"
    assert missing(section) == ["Servers that no backup note names: www.officina-rossi.example"]
    everything = {"protects": "srv01 mail.officina-rossi.example", "not_protected": "192.168.40.12"}
    both = note("backup", **everything, restore_steps="1.", restore_tested="2026-10-01")
    assert missing(backup.build(inventory(), (both,), (login("backup"),), CLIENT)) == []


@pytest.mark.parametrize(
    ("tested", "gap"),
    [
        ("", ["A restore test"]),
        ("not a date", ["A restore test"]),
        ("2026-05-27", []),
        ("2026-05-26", ["A restore test within the last 180 days"]),
    ],
)
def test_a_restore_test_grows_old(tested: str, gap: list[str]) -> None:
    written = note("backup", protects="srv01 mail www", restore_steps="1.", restore_tested=tested)
    assert DAY.date() - date(2026, 5, 27) == timedelta(days=180)
    assert missing(backup.build(inventory(), (written,), (login("backup"),), CLIENT)) == gap


def test_a_device_is_found_by_any_of_its_words() -> None:
    known = directory(inventory())
    nas = known.by_address["192.168.40.20"]
    for wanted in ("nas01", "192.168.40.20", "00:1B:21:40:00:20", "samba", "tcp/873", "rsync nas", ""):
        assert matches(nas, wanted), wanted
    assert not matches(nas, "nas01 jetdirect")
