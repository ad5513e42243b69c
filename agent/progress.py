"""Shows a scan while it runs, on standard error: bars on a terminal, a line a probe elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from agent.execute import Event
from shared.observation import AddressSeen, CertificateSeen, FirewallRuleSeen, NameSeen, PortSeen
from shared.outcome import Outcome, State

_FOUND: tuple[tuple[type, str], ...] = (
    (AddressSeen, "addresses"),
    (PortSeen, "open ports"),
    (NameSeen, "names"),
    (CertificateSeen, "certificates"),
    (FirewallRuleSeen, "firewall rules"),
)


class _Tally:
    """What one probe has found so far, in words."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, outcome: Outcome) -> None:
        for observation in outcome.observations:
            noun = next((noun for kind, noun in _FOUND if isinstance(observation, kind)), "facts")
            self._counts[noun] = self._counts.get(noun, 0) + 1
        if outcome.state is not State.ANSWERED:
            self._counts[outcome.state.value] = self._counts.get(outcome.state.value, 0) + 1

    def __str__(self) -> str:
        return ", ".join(f"{count} {noun}" for noun, count in self._counts.items()) or "nothing"


@contextmanager
def shown(console: Console) -> Iterator[Callable[[Event], None]]:
    """A watcher for ``agent.execute``."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description:<13}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[found]}"),
    )
    with Progress(*columns, console=console) as bars:
        yield _bars(bars)


def _bars(bars: Progress) -> Callable[[Event], None]:
    tasks: dict[str, tuple[TaskID, _Tally]] = {}

    def watch(event: Event) -> None:
        if event.probe not in tasks:
            tasks[event.probe] = bars.add_task(event.probe, total=event.total, found=""), _Tally()
        task, tally = tasks[event.probe]
        if event.outcome:
            tally.add(event.outcome)
            bars.update(task, completed=event.done, found=str(tally))

    return watch


def _lines(console: Console) -> Callable[[Event], None]:
    tallies: dict[str, _Tally] = {}

    def watch(event: Event) -> None:
        tally = tallies.setdefault(event.probe, _Tally())
        if event.outcome:
            tally.add(event.outcome)
        if event.outcome and event.done == event.total:
            console.print(Text(f"{event.probe}: {event.total} asked, found {tally}"))

    return watch
