"""Public configurations of real and realistic boxes: none raises, no rule is lost, and little is left that is not understood.

They are reference material beside the checkout and no part of the project; where they are absent the test skips and says so. Rules are
counted a second time by ``config_counts``, which knows nothing of our readers.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from shared.configs import format_of, formats, read_config
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from tests.labs.collector_process import TOP
from tests.labs.replay import recorded

RECORDINGS = TOP.parent / "shared/recordings/configs"
pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are reference material beside the checkout")

Count = Callable[[str], tuple[list[str], list[str]]]
CONFIGURATION = re.compile(r"show running-config|show \| grep \.|/export.*|show configuration.*|cat /.*config\.xml")
UNREAD_SHARE = 0.02
FEW = 1
"""Of a file of ten lines one line is more than the share."""


@dataclass(frozen=True)
class Recording:
    platform: str
    path: Path

    @property
    def text(self) -> str:
        content = self.path.read_text(encoding="utf-8", errors="replace")
        if self.path.name.endswith("_simulation.yaml"):
            return _replayed(self.path)
        if self.path.suffix == ".yml":
            return str(yaml.safe_load(content)["config"])
        return content


def _replayed(path: Path) -> str:
    """The reply to the command that prints the configuration, without its echo, its pager and the prompt after it."""
    session = recorded.recording(path)
    command = next(each for each in session.questions() if CONFIGURATION.fullmatch(each))
    pages = [re.sub(r"-+ ?More ?-+ ?\Z", "", re.sub(r"\A\r +\r", "", page)) for page in session.raw(command)]
    lines = re.sub(r"\r+\n", "\n", "".join(pages)).split("\n")
    return "\n".join(lines[1:-1] if session.is_shell else lines)


def _recordings() -> Iterator[Recording]:
    for path in sorted(RECORDINGS.glob("*/*")):
        yield Recording(path.parent.name, path)


ALL = list(_recordings())
STATE = {
    "cisco_ios_show_interfaces_switchport.raw",
    "cisco_s300_show_mac_address-table.raw",
    "cisco_s300_show_vlan_1.raw",
    "hp_procurve_show_vlans.raw",
    "show_interfaces_brief.raw",
    "show_interface.raw",
    "fortinet_get_system_interface_7.4.raw",
}
"""Tables of ports and addresses: no configuration. Their readers are those of ``agent.ssh``."""
CONFIGURATIONS = [each for each in ALL if each.path.name not in STATE]


def _read(recording: Recording) -> ReadConfig:
    return read_config(recording.platform, recording.text, b"a key").document


def _named(recording: Recording) -> str:
    return f"{recording.platform}/{recording.path.name}"


@pytest.mark.parametrize("recording", ALL, ids=_named)
def test_every_file_is_read_or_refused_in_words(recording: Recording) -> None:
    try:
        _read(recording)
    except Unparsed as error:
        assert recording.path.name in STATE, error


@pytest.mark.parametrize("recording", CONFIGURATIONS, ids=_named)
def test_no_rule_is_lost_or_out_of_order(recording: Recording) -> None:
    try:
        count: Count = importlib.import_module(f"tests.benchmarks.config_counts.{format_of(recording.platform).platform}").count
    except ModuleNotFoundError:
        pytest.skip("this platform has no rules")
    document = _read(recording)
    rules, nat = count(recording.text)
    own = [rule.key for rule in document.firewall_rules if not rule.implicit]
    translations = [*document.port_forwards, *document.source_nat]
    assert len(own) == len(rules)
    assert len(translations) == len(nat)
    if any(rules):
        assert own == rules
    if any(nat):
        assert sorted(each.key for each in translations) == sorted(nat)
    orders = [rule.order for rule in document.firewall_rules]
    assert orders == sorted(orders)


@pytest.mark.parametrize("recording", CONFIGURATIONS, ids=_named)
def test_little_is_unread(recording: Recording) -> None:
    document = _read(recording)
    if not document.experimental:
        unread = [f"{line.line}: {line.text}" for line in document.unread]
        assert len(unread) <= max(FEW, UNREAD_SHARE * document.lines), unread


def test_every_canary_of_the_corpus_is_gone() -> None:
    corpus = RECORDINGS / "pfsense/canary-corpus.xml"
    content = corpus.read_text(encoding="utf-8")
    canaries = set(re.findall(r"CANARY_[A-Z0-9]\w*", content))
    told = read_config("pfsense", content, b"a key")
    assert len(canaries) >= 40
    assert [canary for canary in sorted(canaries) if canary in told.text] == []


def test_the_share_of_unread_lines_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        for platform in sorted({each.platform for each in CONFIGURATIONS} & set(formats())):
            documents = [_read(each) for each in CONFIGURATIONS if each.platform == platform]
            lines, unread = sum(d.lines for d in documents), sum(len(d.unread) for d in documents)
            rules = sum(len(d.firewall_rules) for d in documents)
            print(f"\n{platform}: {len(documents)} files, {lines} lines, {unread} unread, {rules} rules", end="")
