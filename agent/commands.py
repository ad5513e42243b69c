"""What each command of ``netario-agent`` does, from settings to exit code. Tables go to standard output, messages to standard error."""

import asyncio
import platform
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent import doctor as examination
from agent import identity, last_scan, progress, summary
from agent.config import Settings, load, subnet
from agent.output import ReportFile
from agent.plan import ScanPlan, check_possible
from agent.push import push
from agent.scan import Prepared, prepare
from agent.scan import scan as scan_now
from agent.spool import Spool
from agent.uplink import Uplink
from shared import VERSION
from shared.errors import BadInput
from shared.report import Report
from shared.secret import Secret
from shared.wire import EnrolmentRequest

DONE, IN_PART, NOTHING = 0, 1, 3
_TOLD = 20
_WIDTH_OF_A_FILE = 160
"""Columns where standard output is no terminal."""


@dataclass(frozen=True, slots=True)
class ScanWishes:
    plan_only: bool = False
    yes: bool = False
    output: str = ""
    as_json: bool = False
    push: bool = False


def settings_for_scan(
    config: Path | None, credentials: Path | None, subnets: Sequence[str], only: Sequence[str], rate: int | None
) -> Settings:
    """The settings, with what the command line says in place of what the file says."""
    settings = load(config, credentials)
    if rate is not None and not 0 <= rate <= 1_000_000:
        raise BadInput("--rate is a number of packets a second between 1 and 1000000, or 0 for no limit")
    said: dict[str, object] = {}
    if subnets:
        said["subnets"] = tuple(subnet(text) for text in subnets)
    if only:
        said["only"] = tuple(only)
    if rate is not None:
        said["packets_per_s"] = rate
    return settings.model_copy(update={"scan": settings.scan.model_copy(update=said)})


def scan(settings: Settings, wishes: ScanWishes) -> int:
    prepared = prepare(settings)
    if wishes.plan_only:
        _show_plan(prepared.plan, _stdout())
        return DONE
    check_possible(prepared.probes, prepared.lacking)
    unusual = prepared.plan.needs_yes(settings.scan.allow_large, settings.scan.allow_public)
    if unusual and not wishes.yes:
        _confirm(prepared.plan, unusual)
    known = identity.load(settings.state_dir) if wishes.push else None
    spool = Spool(settings.state_dir, settings.spool_limit_bytes) if wishes.push else None
    with ReportFile(wishes.output) as file:
        if last_scan.read(settings.state_dir) is None:
            _tell(f"first scan here: {', '.join(prepared.plan.subnets)}: {prepared.plan.size()}; {_pace(prepared.plan)}. Ctrl-C ends it.")
        report = asyncio.run(_scan_watched(prepared, known))
        last_scan.note(settings.state_dir, report)
        if spool:
            spool.put(report)
        file.write(report)
    if wishes.as_json and wishes.output != "-":
        sys.stdout.write(report.model_dump_json(by_alias=True, indent=2) + "\n")
    elif not wishes.output and not summary.nothing_seen(report):
        summary.show(report, _stdout())
    code = _code(report, prepared)
    if not spool:
        return code
    # a report that could not be carried is safe in the spool: the scan was done, in part
    return max(code, min(push_now(settings), IN_PART))


async def _scan_watched(prepared: Prepared, known: identity.Identity | None) -> Report:
    """Scans with progress on standard error. The first interrupt cuts the scan short, the second abandons it."""
    console, stop, loop = _stderr(), asyncio.Event(), asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)
        console.print("interrupted: keeping what was seen so far")

    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    with progress.shown(console) as watch:
        return await scan_now(prepared, known, stop, watch)


def _code(report: Report, prepared: Prepared) -> int:
    """The exit code of a scan; why it is not 0 goes to standard error."""
    faults = summary.shortfalls(report)
    for fault in faults:
        _tell(f"{fault.probe} {fault.target}: {fault.state.value}: {fault.detail}")
    for lack in report.agent.lacking:
        _tell(f"lacking: {lack}")
    if not report.complete:
        _tell(f"the scan was cut short: {report.why_incomplete}: the report holds what was seen until then")
    for line in report.not_done[:_TOLD]:
        _tell(line)
    if report.complete and summary.nothing_seen(report):
        without = [f"{probe.NAME} asks what {' and '.join(probe.AFTER)} found" for probe in prepared.probes if probe.AFTER]
        hint = f" ({'; '.join(without)}: name them in --only too)" if prepared.settings.scan.only and without else ""
        _tell(f"nothing was found to look at{hint}; netario-agent doctor says what this machine can do")
        return NOTHING
    return IN_PART if faults or report.agent.lacking or not report.complete else DONE


def _show_plan(plan: ScanPlan, console: Console) -> None:
    table = Table("Probe", "Packets, about", "", title=Text(f"Subnets: {', '.join(plan.subnets)}"), title_justify="left")
    for probe in plan.probes:
        table.add_row(probe.name, str(probe.packets), Text(probe.lacking))
    console.print(table)
    basis = "as at the last scan" if plan.counted else "a guess, as no scan has counted them yet"
    console.print(f"{plan.addresses} addresses; the figures suppose that {plan.alive} of them are in use: {basis}")
    console.print(f"{plan.packets} packets, {_pace(plan)}: about {max(1, round(plan.minutes))} min")
    if unusual := plan.needs_yes():
        console.print(Text(f"It needs a yes (--yes, or allow_large and allow_public in the configuration): {unusual}."))
    if plan.excluded:
        console.print(Text(f"excluded: {', '.join(plan.excluded)}"))
    console.print("Nothing was sent.")


def _pace(plan: ScanPlan) -> str:
    if not plan.packets_per_s:
        return "without a limit on packets a second"
    to_one = f", {plan.host_packets_per_s} to one device" if plan.host_packets_per_s else ""
    return f"at most {plan.packets_per_s} packets a second{to_one}"


def _confirm(plan: ScanPlan, unusual: str) -> None:
    if not sys.stdin.isatty():
        raise BadInput(f"{unusual}: {plan.size()}. Add --yes if you mean it.")
    sys.stderr.write(f"{unusual[0].upper()}{unusual[1:]}: {plan.size()}. Scan it? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise BadInput("not scanned")


def enrol(settings: Settings, url: str, token: Secret, name: str, replace: bool, insecure_http: bool) -> int:
    url = identity.collector_url(url, insecure_http)
    if not token:
        raise BadInput("the token is empty: copy it from the collector's page")
    if identity.exists(settings.state_dir) and not replace:
        known = identity.load(settings.state_dir)
        raise BadInput(f"this machine is an agent of {known.client_name}, {known.site_name} already. Add --replace to enrol it anew.")
    request = EnrolmentRequest(token=token, hostname=name or platform.node(), version=VERSION)
    with identity.reserve(settings.state_dir) as place, Uplink(url, settings.collector.ca_file) as uplink:
        given = uplink.enrol(request)
        place.write(
            identity.Identity(
                url=url,
                agent=given.agent,
                site=given.site,
                client_name=given.client_name,
                site_name=given.site_name,
                key=Secret(given.key),
                insecure_http=insecure_http,
            )
        )
    _stdout().print(Text(f"enrolled: agent {given.agent} of {given.client_name}, {given.site_name}. Start it with netario-agent run."))
    return DONE


def push_now(settings: Settings) -> int:
    known = identity.load(settings.state_dir)
    spool = Spool(settings.state_dir, settings.spool_limit_bytes)
    with Uplink(known.url, settings.collector.ca_file) as uplink:
        pushed = push(spool, known, uplink)
    _tell(f"{pushed.sent} reports carried, {pushed.rejected} refused, {pushed.left} wait in the spool")
    if pushed.why:
        _tell(pushed.why)
    if pushed.rejected:
        _tell(f"the refused reports and the reasons are in {spool.rejected()[0].parent}")
    if not pushed.why and not pushed.rejected:
        return DONE
    return IN_PART if pushed.sent else NOTHING


def status(settings: Settings) -> int:
    console = _stdout()
    console.print(Text(f"last scan  {_told(last_scan.read(settings.state_dir))}"))
    if not identity.exists(settings.state_dir):
        console.print("not enrolled: netario-agent enroll URL --token T makes it an agent of a collector")
        return DONE
    known = identity.load(settings.state_dir)
    spool = Spool(settings.state_dir, settings.spool_limit_bytes)
    waiting = spool.waiting()
    oldest = f", the oldest of {waiting[0].name.split('-')[0]}" if waiting else ""
    console.print(Text(f"client     {known.client_name}\nsite       {known.site_name}\nagent      {known.agent}\ncollector  {known.url}"))
    console.print(f"spool      {len(waiting)} reports wait{oldest}; {len(spool.rejected())} were refused")
    return DONE


def _told(last: last_scan.LastScan | None) -> str:
    if last is None:
        return "none yet"
    counts = ", ".join(f"{count} {state}" for state, count in last.outcomes.items())
    whole = "" if last.complete else "; cut short"
    return f"{last.finished_utc:%Y-%m-%d %H:%M} UTC, {last.duration_s:g} s, {', '.join(last.subnets)}: {counts}{whole}"


def doctor(config: Path | None, credentials: Path | None) -> int:
    console, ill = _stdout(), 0
    for finding in examination.examine(config, credentials):
        ill += bool(finding.todo)
        # not wrapped, so that what is to be typed can be copied
        console.print(Text(f"{'!' if finding.todo else 'ok':<3} {finding.subject:<14} {finding.state}"), soft_wrap=True)
        if finding.todo:
            console.print(Text(f"    {'':<14} -> {finding.todo}"), soft_wrap=True)
    return IN_PART if ill else DONE


def _tell(message: str) -> None:
    sys.stderr.write(f"netario-agent: {message}\n")


def _stdout() -> Console:
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)


def _stderr() -> Console:
    return Console(stderr=True, markup=False, highlight=False, width=None if sys.stderr.isatty() else _WIDTH_OF_A_FILE)
