"""What does a device say of itself over SNMP, and whom does it know?

One session a device: a cheap GET first (a host without SNMP costs less than two seconds), then the tables of ``agent.snmp`` in order of
rank. A table that fails is named in the detail and the rest is kept. Of several credentials for one address, the first that is answered
is used; an answer to none of them is silence, as SNMP v2c does not say that a community is wrong.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.edge import Oid, SnmpSession, VarBind
from agent.join import own_addresses, own_names
from agent.probe import Answer, Seen, Target
from agent.snmp import fingerprint
from agent.snmp.read import MIBS, Table, read
from agent.snmp.snmpv2_mib import sysDescr, sysObjectID
from shared.errors import Unparsed, Unreachable
from shared.observation import NameSource, Observation
from shared.outcome import State

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.credentials import SnmpCredential
    from agent.edge import Edges

NAME = "snmp"
AFTER = ("arp",)
AT_ONCE = 20
DEADLINE_S = 180.0
CREDENTIALS = True

TABLE_DEADLINE_S = 30.0
SPARE_S = 20.0
"""Kept back from ``DEADLINE_S``, so that what was read is told before the frame gives up on the target."""
ROWS_A_COLUMN = 10_000
MAKER = "objects of its maker"
PACKETS_A_DEVICE = 200
SILENT_TABLES = 2
"""After so many tables in a row without an answer the device is taken to be gone."""


def targets(settings: "Settings", seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive() if _credentials(settings, address)]


def packets(settings: "Settings", addresses: int) -> int:
    return addresses * PACKETS_A_DEVICE if settings.snmp else 0


def _credentials(settings: "Settings", address: str) -> list["SnmpCredential"]:
    return [credential for credential in settings.snmp if credential.covers(address)]


async def ask(target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    offered: list[str] = []
    try:
        async with asyncio.timeout(DEADLINE_S - SPARE_S) as budget:
            for credential in _credentials(settings, target.name):
                offered.append(credential.name)
                async with edges.snmp.session(target.name, credential.port, credential.login()) as session:
                    if await session.get([sysObjectID, sysDescr]) is not None:
                        # from here on the walk watches the time itself, and keeps what it has when it is over
                        ends = budget.when()
                        budget.reschedule(None)
                        walked = await ask_device(session, ends)
                        # in a thread, as the tables of a large switch take their time
                        return await asyncio.to_thread(_answer, target, credential.name, walked)
    except TimeoutError:
        return Answer(state=State.SILENT, detail="no answer in time", credential=", ".join(offered))
    return Answer(state=State.SILENT, detail="no answer: SNMP is off, or does not know this community", credential=", ".join(offered))


@dataclass(slots=True)
class Walked:
    """What one device has answered, and which tables failed."""

    binds: list[VarBind] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def ask_device(session: SnmpSession, ends: float | None = None) -> Walked:
    """All scalars and tables, in order of rank, until ``ends`` on the event loop's clock."""
    walked = Walked()
    scalars = await session.get([scalar for mib in MIBS for scalar in mib.scalars])
    if scalars is None:
        walked.failures.append("system: no answer")
    walked.binds += scalars or ()
    objects, _ = fingerprint.to_ask(walked.binds)
    walked.binds += (await session.get(objects) if objects else None) or ()
    silent = 0
    for name, table in _tables(walked.binds):
        if silent == SILENT_TABLES:
            walked.failures.append("the rest: the device stopped answering")
            break
        try:
            async with asyncio.timeout_at(_table_ends(ends)):
                await (_walk_some(session, table[0], walked.binds) if name == MAKER else _walk_table(session, table, walked.binds))
            silent = 0
        except Unreachable as error:
            silent += 1
            walked.failures.append(f"{name}: {error}")
        except Unparsed as error:
            walked.failures.append(f"{name}: {error}")
        except TimeoutError:
            walked.failures.append(f"{name}: too slow")
    return walked


def _tables(binds: list[VarBind]) -> Iterator[tuple[str, Table]]:
    """The tables of all MIBs; then, once these are known, the makers' columns that no MIB has brought."""
    yield from ((mib.name, table) for mib in MIBS for table in mib.tables)
    _, columns = fingerprint.to_ask(binds)
    yield from ((MAKER, (column,)) for column in columns)


def _table_ends(ends: float | None) -> float:
    limit = asyncio.get_running_loop().time() + TABLE_DEADLINE_S
    return limit if ends is None else min(limit, ends)


async def _walk_table(session: SnmpSession, table: Sequence[Oid], binds: list[VarBind]) -> None:
    """Column by column into ``binds``, so that what came before a failure is kept."""
    for at, column in enumerate(table):
        before = len(binds)
        async for bind in session.walk(column, ROWS_A_COLUMN):
            binds.append(bind)  # noqa: PERF401 - a comprehension would lose the rows before a failure
        if at == 0 and len(binds) == before:
            return


async def _walk_some(session: SnmpSession, column: Oid, binds: list[VarBind]) -> None:
    """The first rows of a maker's column: enough to tell what the device is."""
    rows = 0
    async for bind in session.walk(column):
        binds.append(bind)
        rows += 1
        if rows == fingerprint.ROWS_A_COLUMN:
            return


def _answer(target: Target, credential: str, walked: Walked) -> Answer:
    reading = read(walked.binds)
    own: list[Observation] = [
        *fingerprint.read(walked.binds),
        *own_addresses(reading.observations),
        *own_names(target.name, reading.observations, NameSource.SNMP),
    ]
    details = [*walked.failures, *([f"passed over: {reading.passed_over}"] if reading.passed_over else [])]
    return Answer(
        observations=(*reading.observations, *own),
        state=State.PARTIAL if walked.failures else State.ANSWERED,
        detail="; ".join(details),
        credential=credential,
    )
