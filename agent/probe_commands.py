"""What ``netario-agent probe`` prints, and its exit code: 0 all answered, 1 some or in part, 3 none."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.edge import SnmpLogin
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from agent.snmp_targets import SnmpTarget, answer, answers, target, targets_in
from shared.errors import BadInput
from shared.outcome import State
from shared.snmp_answer import SnmpAnswer

DONE, IN_PART, NOTHING = 0, 1, 3
PATIENCE = Patience(first_timeout_s=1.2, first_retries=2, timeout_s=3.0)
"""More than a scan has: who names a device is sure that it is there."""
_SHOWN = ("hostname", "vendor", "model", "os", "os_version", "serial", "kind", "location", "contact", "description", "object_id")
_WIDTH_OF_A_FILE = 160


def snmp_host(host: str, login: SnmpLogin, as_json: bool) -> int:
    told = asyncio.run(answer(target(host, login), SnmpOverUdp(PATIENCE)))
    if as_json:
        print(json.dumps(told.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False))
    else:
        _show(told)
    return _code([told])


def snmp_targets(file: Path, as_json: bool) -> int:
    try:
        with file.open(encoding="utf-8") as lines:
            wanted = list(targets_in(lines, str(file)))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: cannot be read: {error}") from None
    if not wanted:
        raise BadInput(f"{file}: no target in it. A line is HOST:PORT<tab>COMMUNITY[<tab>LABEL].")
    return _code(asyncio.run(_all(wanted, as_json)))


async def _all(wanted: Sequence[SnmpTarget], as_json: bool) -> list[SnmpAnswer]:
    told: list[SnmpAnswer] = []
    async for each in answers(wanted, SnmpOverUdp(PATIENCE)):
        told.append(each)
        if as_json:
            print(each.model_dump_json(by_alias=True), flush=True)
        else:
            words = " ".join(filter(None, (each.vendor, each.model, each.os, each.os_version))) or each.detail
            print(f"{each.target}\t{each.label}\t{each.outcome}\t{each.kind}\t{words}", flush=True)
    return told


def _code(told: Sequence[SnmpAnswer]) -> int:
    if all(each.outcome is State.ANSWERED for each in told):
        return DONE
    return IN_PART if any(each.outcome in (State.ANSWERED, State.PARTIAL) for each in told) else NOTHING


def _show(told: SnmpAnswer) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
    if told.outcome not in (State.ANSWERED, State.PARTIAL):
        print(f"netario-agent: {told.target}: {told.outcome}: {told.detail}", file=sys.stderr)
        return
    because = {evidence.field: evidence for evidence in told.evidence}
    for field in _SHOWN:
        if value := str(getattr(told, field)):
            rule = because[field].rule if field in because else ""
            console.print(Text.assemble((f"{field:<12} ", "bold"), value, (f"   ({rule})" if rule else "", "dim")))
    if told.interfaces:
        table = Table("interface", "description", "MAC", "addresses", "state", box=None)
        for each in told.interfaces:
            state = "up" if each.oper_up else "down" if each.oper_up is not None else ""
            addresses = ", ".join(entry.address for entry in each.addresses)
            table.add_row(*map(Text, (each.name, each.alias or each.description, each.mac or "", addresses, state)))
        console.print(table)
    for seen in told.neighbours:
        console.print(Text(f"{seen.local_port} is connected to {seen.name or seen.chassis_id} {seen.port_id}"))
    for supply in told.supplies:
        left = f" {supply.percent} %" if supply.percent is not None else ""
        console.print(Text(f"{supply.name}:{left} {supply.state.value}"))
    if told.ups:
        said = (f"{name} {value}" for name, value in told.ups.model_dump(mode="json", exclude_none=True).items() if value != "")
        console.print(Text(f"UPS: {', '.join(said)}"))
    if told.detail:
        print(f"netario-agent: not read: {told.detail}", file=sys.stderr)
