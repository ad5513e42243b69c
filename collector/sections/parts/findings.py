"""What a technician should look at, as a sentence each, the most pressing first."""

from dataclasses import dataclass

from collector.core.wording import FINDINGS
from collector.sections.parts.devices import Directory
from collector.sections.parts.model import N_, Phrase, Text, Tone, phrase
from shared.inventory import Finding, Inventory

TONES = {"routine": Tone.QUIET, "notable": Tone.NOTABLE, "risky": Tone.RISKY}
GRADES = {"routine": N_("routine"), "notable": N_("notable"), "risky": N_("risky")}
_ORDER = ("risky", "notable", "routine")


@dataclass(frozen=True, slots=True)
class FindingLine:
    grade: Phrase
    tone: Tone
    sentence: Text
    device: str
    device_title: str


def finding_lines(inventory: Inventory, known: Directory) -> tuple[FindingLine, ...]:
    ordered = sorted(inventory.findings, key=lambda finding: (_ORDER.index(finding.grade), finding.code, finding.device, finding.subject))
    return tuple(
        FindingLine(phrase(GRADES[finding.grade]), TONES[finding.grade], _sentence(finding), finding.device, known.title(finding.device))
        for finding in ordered
    )


def _sentence(finding: Finding) -> Text:
    if finding.code in FINDINGS:
        return phrase(FINDINGS[finding.code], subject=finding.subject)
    return f"{finding.code}: {finding.subject}" if finding.subject else finding.code
