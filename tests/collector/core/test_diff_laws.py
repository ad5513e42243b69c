"""A site that stays as it is shows no change, however much of a scan fails; one that changes shows that and nothing else. Synthetic."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.core.diff import diff
from collector.core.inventory import build_inventory
from collector.core.merge import fold, merge
from shared.change import Change
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.core import synthetic as s

SERVICES = [
    (22, "ssh", "OpenSSH", "9.2"),
    (80, "http", "nginx", "1.22"),
    (443, "https", "nginx", ""),
    (445, "microsoft-ds", "Samba smbd", "4"),
    (9100, "jetdirect", "", ""),
]


@st.composite
def sites(draw: st.DrawFn) -> tuple[s.Host, ...]:
    """Hosts with addresses and MAC addresses of their own, some without a MAC address that could name them."""
    count = draw(st.integers(2, 7))
    macs = draw(st.permutations([f"00:1b:21:00:01:{n:02x}" for n in range(8)]))
    made = []
    for number in range(count):
        mac = draw(st.sampled_from([macs[number], macs[number], None]))
        ports = tuple(draw(st.lists(st.sampled_from(SERVICES), unique=True, max_size=4)))
        made.append(s.Host(f"h{number}", f"10.9.0.{10 + number}", mac, ports))
    return (s.FW, s.AGENT, *made)


def whole_scan(hosts: tuple[s.Host, ...], minute: int, extra_rules: tuple[str, ...] = ()) -> Report:
    tables = [
        s.outcome("snmp", host.address, s.interface(1, "eth0", host.mac, f"{host.address}/24"), minute=minute)
        for host in hosts
        if host.name.endswith(("1", "3"))
    ]
    rules = [*s.RULES[:1], *(s.rule(key, 9, comment=key) for key in extra_rules), *s.RULES[1:]]
    rules = [rule.model_copy(update={"order": number}) for number, rule in enumerate(rules, 1)]
    return s.report(*s.from_outside(hosts), *tables, *s.host_probe(), s.ssh(rules, minute), minute=minute)


def damaged(draw: st.DrawFn, outcome: Outcome) -> Outcome:
    state = draw(st.sampled_from([State.ANSWERED, State.ANSWERED, State.PARTIAL, State.SILENT, State.DENIED, State.BROKEN]))
    if state is State.ANSWERED:
        return outcome
    kept = outcome.observations if state is not State.PARTIAL else tuple(o for o in outcome.observations if draw(st.booleans()))
    return outcome.model_copy(update={"state": state, "observations": kept if state is State.PARTIAL else ()})


@settings(max_examples=80, deadline=None)
@given(sites(), st.data())
def test_an_unchanged_site_shows_no_change_however_much_fails(hosts: tuple[s.Host, ...], data: st.DataObject) -> None:
    first = fold([whole_scan(hosts, 0)])
    second = whole_scan(hosts, 60)
    failing = second.model_copy(update={"outcomes": tuple(data.draw(st.composite(damaged)(o)) for o in second.outcomes)})
    partly = merge(first, failing)
    whole = merge(partly, whole_scan(hosts, 120))
    assert diff(build_inventory(first), build_inventory(partly)) == ()
    assert diff(build_inventory(partly), build_inventory(whole)) == ()
    assert whole.devices.keys() == first.devices.keys()


@settings(max_examples=80, deadline=None)
@given(sites(), st.booleans(), st.booleans(), st.booleans())
def test_what_changes_is_shown_and_nothing_else(hosts: tuple[s.Host, ...], gone: bool, opened: bool, ruled: bool) -> None:
    before = fold([whole_scan(hosts, 0)])
    changed = list(hosts)
    expected: set[tuple[str, str, str]] = set()
    if opened:
        changed[2] = replace(changed[2], ports=(*changed[2].ports, (8080, "http-proxy", "", "")))
        expected.add(("port", "appeared", "tcp/8080"))
    if gone:
        lost = changed.pop()
        if lost.address == hosts[2].address:
            expected.discard(("port", "appeared", "tcp/8080"))
        expected.add(("device", "missing", lost.address))
    if ruled:
        expected.add(("firewall_rule", "appeared", "r-new"))
    after = merge(before, whole_scan(tuple(changed), 60, ("r-new",) if ruled else ()))
    found = diff(build_inventory(before), build_inventory(after))
    assert {shown(change) for change in found} == expected
    assert len(found) == len(expected)


def shown(change: Change) -> tuple[str, str, str]:
    return change.subject, change.kind.value, change.title if change.subject == "device" else change.key
