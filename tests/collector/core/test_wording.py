"""Each change and finding has a sentence, in every language, whatever a network wrote into it."""

from typing import get_args

import pytest

from collector.core import findings, wording
from shared.change import Change, ChangeKind
from shared.inventory import Finding

SUBJECTS = get_args(Change.model_fields["subject"].annotation)
HOSTILE = "%s %(device)d %% {0} <b>"


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("kind", list(ChangeKind))
def test_each_change_that_is_made_has_a_sentence(subject: str, kind: ChangeKind) -> None:
    if (subject, kind) not in wording.SENTENCES:
        never = (subject, kind) == ("route", ChangeKind.CHANGED) or (
            subject in ("configuration", "secret") and kind is not ChangeKind.CHANGED
        )
        assert kind is ChangeKind.RETURNED or never, "only devices return, routes never change, texts and secrets only change"
        return
    change = Change.model_validate({"kind": kind, "subject": subject, "device_title": HOSTILE, "title": HOSTILE, "key": "k", "before": "x"})
    assert HOSTILE in wording.sentence(change, str)


def test_the_reader_s_language_is_asked_for_sentence_and_field() -> None:
    catalogue = {
        "%(device)s: %(field)s changed from “%(before)s” to “%(after)s”": "%(device)s: %(field)s da «%(before)s» a «%(after)s»",
        "location": "luogo",
    }
    change = Change(kind=ChangeKind.CHANGED, subject="device", device_title="sw", field="location", before="A", after="B")
    assert wording.sentence(change, lambda text: catalogue.get(text, text)) == "sw: luogo da «A» a «B»"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "Laptop", "fw: VPN wg0: peer added: Laptop"),
        ("Laptop", "", "fw: VPN wg0: peer removed: Laptop"),
    ],
)
def test_members_are_added_and_removed(before: str, after: str, expected: str) -> None:
    change = Change(kind=ChangeKind.CHANGED, subject="vpn", device_title="fw", title="VPN wg0", field="peer", before=before, after=after)
    assert wording.sentence(change, str) == expected


def test_each_finding_that_is_made_has_a_sentence() -> None:
    source = set(findings._CLEAR_TEXT_PORTS.values()) | {
        "certificate_ended",
        "ups_battery_due",
        "certificate_ends_soon",
        "firewall_rule_allows_everything",
        "remote_control_from_anywhere",
        "forward_to_missing_device",
        "second_dhcp_server",
    }
    assert source == set(wording.FINDINGS)
    for code in source:
        assert HOSTILE in wording.finding_sentence(Finding(code=code, grade="routine", subject=HOSTILE), str)
    assert wording.finding_sentence(Finding(code="later", grade="routine", subject="x"), str) == "later: x"
