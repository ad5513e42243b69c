"""What is asked of one host, and when, and what its answers come to. The hosts are synthetic: functions from a question to an answer."""

from collections.abc import Callable

from agent.edge.raw_tcp import Said
from agent.edge.syn_host import TRIES, TRIES_ON_LOSS, SynHost

Answers = Callable[[int, int], Said | None]
"""(port, how many times it was asked) -> the answer."""


def swept(host: SynHost, answers: Answers, round_trip_s: float = 0.001) -> dict[int, int]:
    """Asks until all is decided; port -> how often it was asked. Time is counted, not waited for."""
    asked: dict[int, int] = {}
    now = 0.0
    while (due := host.due_at(now)) is not None:
        assert now < 600, "it never ends"
        now = max(now + 0.0001, due)
        if (port := host.next_port(now)) is None:
            continue
        asked[port] = asked.get(port, 0) + 1
        host.asked(port, now)
        if said := answers(port, asked[port]):
            host.hear(port, said, now + round_trip_s)
    return asked


def test_a_host_that_answers_is_asked_once_a_port() -> None:
    host = SynHost(range(1, 1001))
    asked = swept(host, lambda port, _: Said.OPEN if port in (22, 80) else Said.CLOSED)
    assert set(asked.values()) == {1} and host.open == [22, 80] and len(host.decided) == 1000


def test_only_silent_ports_are_asked_again() -> None:
    host = SynHost(range(1, 101))
    asked = swept(host, lambda port, _: None if port > 90 else Said.CLOSED)
    assert {asked[port] for port in range(2, 91)} == {1} and {asked[port] for port in range(91, 101)} == {TRIES}
    assert len(host.decided) == 100, "what a firewall drops was examined all the same"


def test_losses_lead_to_more_questions() -> None:
    host = SynHost(range(1, 101))
    asked = swept(host, lambda port, times: Said.OPEN if port == 50 and times >= 6 else Said.CLOSED if times == 2 and port < 40 else None)
    assert host.open == [50] and max(asked.values()) <= TRIES_ON_LOSS


def test_a_host_that_dies_in_the_middle_leaves_the_rest_unknown() -> None:
    count = 0

    def dies(port: int, _: int) -> Said | None:
        nonlocal count
        count += 1
        return Said.CLOSED if count <= 60 else None

    host = SynHost(range(1, 101))
    swept(host, dies)
    assert host.control_lost and host.decided == list(range(1, 61))


def test_a_host_that_drops_everything_was_examined_and_one_that_is_not_there_was_not() -> None:
    dark, gone = SynHost(range(1, 101)), SynHost(range(1, 101))
    assert set(swept(dark, lambda port, _: None).values()) == {TRIES}
    assert not dark.is_gone and len(dark.decided) == 100 and dark.open == []
    swept(gone, lambda port, _: Said.NO_HOST)
    assert gone.is_gone


def test_a_prohibited_port_is_not_asked_again() -> None:
    host = SynHost([22, 23])
    assert swept(host, lambda port, _: Said.PROHIBITED) == {22: 1, 23: 1}
    assert host.decided == [22, 23] and host.open == []


def test_answers_to_what_was_not_asked_change_nothing() -> None:
    host = SynHost([22])
    host.hear(80, Said.OPEN, 0.0)
    assert host.answered == {} and host.open == []


def test_a_slow_host_is_waited_for() -> None:
    host = SynHost(range(1, 50))
    asked = swept(host, lambda port, _: Said.CLOSED, round_trip_s=0.4)
    assert set(asked.values()) == {1} and host.wait_s > 0.4
