"""What does a device say of itself over SNMP, and whom does it know?

One session a device: a cheap GET first (a host without SNMP costs less than two seconds), then which tables of ``agent.snmp`` have a row,
then these in order of rank, all columns of one at once. A table that fails is named in the detail and the rest is kept. Of several
credentials for one address v3 comes before v2c and v1, and the first that is answered is used. An answer to none of them is silence, as
v1 and v2c do not say that a community is wrong; v3 does say what it does not like, and is then denied.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.edge import Oid, SnmpSession, VarBind
from agent.join import own_addresses, own_names
from agent.probe import Answer, Seen, Target
from agent.snmp import fingerprint
from agent.snmp.read import MIBS, Mib, Table, read
from agent.snmp.snmpv2_mib import sysDescr, sysObjectID
from shared.errors import Denied, Unparsed, Unreachable
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

WHO = (sysObjectID, sysDescr)
"""The first question: cheap, and it tells which MIBs are worth asking."""
_ORDER = {"3": 0, "2c": 1, "1": 2}
TABLE_DEADLINE_S = 30.0
SPARE_S = 20.0
"""Kept back from ``DEADLINE_S``, so that what was read is told before the frame gives up on the target."""
ROWS_A_COLUMN = 10_000
VALUES_A_DEVICE = 60_000
"""More than any office's switch or router has: a device that is endless everywhere must not fill the agent's memory."""
MAKER = "objects of its maker"
PACKETS_A_DEVICE = 100
"""Questions alone; a switch of 48 ports takes about fifty."""
SILENT_TABLES = 2
"""After so many tables in a row without an answer the device is taken to be gone."""


def targets(settings: "Settings", seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive() if _credentials(settings, address)]


def packets(settings: "Settings", seen: Seen, addresses: int) -> int:
    return addresses * PACKETS_A_DEVICE if settings.snmp else 0


def _credentials(settings: "Settings", address: str) -> list["SnmpCredential"]:
    """The safest first; each login once, however many names it has."""
    covering = sorted((credential for credential in settings.snmp if credential.covers(address)), key=lambda each: _ORDER[each.version])
    once: dict[object, SnmpCredential] = {}
    for credential in covering:
        once.setdefault((credential.port, credential.login()), credential)
    return list(once.values())


async def ask(target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer:
    offered: list[str] = []
    denied: list[str] = []
    try:
        async with asyncio.timeout(DEADLINE_S - SPARE_S) as budget:
            for credential in _credentials(settings, target.name):
                offered.append(credential.name)
                try:
                    answer = await _ask_with(credential, target, edges, budget)
                except Denied as error:
                    denied.append(f"{credential.name}: {error}")
                    continue
                if answer is not None:
                    return answer
    except TimeoutError:
        denied.append("no answer in time")
        return Answer(state=State.SILENT, detail="; ".join(denied), credential=", ".join(offered))
    if denied:
        return Answer(state=State.DENIED, detail="; ".join(denied), credential=", ".join(offered))
    return Answer(state=State.SILENT, detail="no answer: SNMP is off, or does not know this community", credential=", ".join(offered))


async def _ask_with(credential: "SnmpCredential", target: Target, edges: "Edges", budget: asyncio.Timeout) -> Answer | None:
    async with edges.snmp.session(target.name, credential.port, credential.login()) as session:
        first = await session.get(WHO)
        if first is None:
            return None
        # from here on the walk watches the time itself, and keeps what it has when it is over
        ends = budget.when()
        budget.reschedule(None)
        walked = await ask_device(session, first, ends)
        # in a thread, as the tables of a large switch take their time
        return await asyncio.to_thread(_answer, target, credential.name, walked)


@dataclass(slots=True)
class Walked:
    """What one device has answered, and which tables failed."""

    binds: list[VarBind] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def ask_device(session: SnmpSession, first: Sequence[VarBind], ends: float | None = None) -> Walked:
    """All scalars and tables, in order of rank, until ``ends`` on the event loop's clock. ``first``: the answer to ``WHO``."""
    walked = Walked(binds=list(first))
    mibs = _fitting(first)
    scalars = await session.get([scalar for mib in mibs for scalar in mib.scalars if scalar not in WHO])
    if scalars is None:
        walked.failures.append("system: no answer")
    walked.binds += scalars or ()
    objects, _ = fingerprint.to_ask(walked.binds)
    walked.binds += (await session.get(objects) if objects else None) or ()
    there = await session.present([table[0] for mib in mibs for table in mib.tables])
    silent = 0
    for name, table in _tables(mibs, there, walked.binds):
        if silent == SILENT_TABLES:
            walked.failures.append("the rest: the device stopped answering")
            break
        if len(walked.binds) >= VALUES_A_DEVICE:
            walked.failures.append("the rest: the device has told too much already")
            break
        try:
            async with asyncio.timeout_at(_table_ends(ends)):
                await (_walk_some(session, table[0], walked.binds) if name == MAKER else _walk_table(session, table, walked.binds))
            silent = 0
        except Unreachable as error:
            silent += 1
            walked.failures.append(f"{name}: {error}")
        except (Unparsed, Denied) as error:
            walked.failures.append(f"{name}: {error}")
        except TimeoutError:
            walked.failures.append(f"{name}: too slow")
    return walked


def _fitting(binds: Sequence[VarBind]) -> list[Mib]:
    """The MIBs that a device of this sysObjectID may have."""
    object_id = next((bind.value for bind in binds if bind.oid == sysObjectID and isinstance(bind.value, tuple)), ())
    return [mib for mib in MIBS if mib.fits(object_id)]


def _tables(mibs: Sequence[Mib], there: set[Oid], binds: list[VarBind]) -> Iterator[tuple[str, Table]]:
    """The tables that have a row; then, once these are known, the makers' columns that no MIB has brought."""
    for mib in mibs:
        before = len(binds)
        for number, table in enumerate(mib.tables):
            if number == mib.ask_first and len(binds) == before:
                break
            if table[0] in there:
                yield mib.name, table
    _, columns = fingerprint.to_ask(binds)
    yield from ((MAKER, (column,)) for column in columns)


def _table_ends(ends: float | None) -> float:
    limit = asyncio.get_running_loop().time() + TABLE_DEADLINE_S
    return limit if ends is None else min(limit, ends)


async def _walk_table(session: SnmpSession, table: Sequence[Oid], binds: list[VarBind]) -> None:
    """Into ``binds``, so that what came before a failure is kept."""
    async for bind in session.walk_columns(table, ROWS_A_COLUMN):
        if len(binds) >= VALUES_A_DEVICE:
            raise Unparsed(f"more than {VALUES_A_DEVICE} values of one device")
        binds.append(bind)


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
