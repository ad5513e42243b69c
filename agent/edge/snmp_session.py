"""One SNMP conversation with one agent: values by GET, tables by GETBULK (v2c, v3) or GETNEXT (v1).

Source: RFC 3416 section 4.2 (operations, error statuses), RFC 1157 section 4.1 (v1: one bad variable fails them all). The same for all
versions; what differs is an ``Exchange``. How large an answer the agent manages is found out by halving after tooBig and silence, and
remembered in its ``Device``. Several columns are walked at once, which costs a switch a few datagrams instead of one a column.

Raises: Unreachable (silent in the middle of a walk), Unparsed (rows out of order, endless, not readable, an error status), Denied (the
first answer says that nothing may be read).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from agent.edge import Oid, VarBind, dotted
from agent.edge.snmp_ber import Pdu, Question
from agent.edge.snmp_devices import Device
from agent.edge.snmp_udp import UNREADABLE, Exchange, Refused
from shared.errors import Denied, Unparsed, Unreachable

TOO_BIG, NO_SUCH_NAME, AUTHORIZATION_ERROR = 1, 2, 16
"""NO_SUCH_NAME is v1's way to say that a variable is absent or a subtree has ended; proxies use it in v2c too."""
FEW = 5
"""So many variables fit into every agent's packet: silence to them is silence."""


@dataclass(frozen=True, slots=True)
class Patience:
    """``first_*`` hold until the agent has answered once."""

    first_timeout_s: float = 0.9
    first_retries: int = 1
    timeout_s: float = 2.0
    retries: int = 2
    max_repetitions: int = 20


@dataclass(slots=True)
class _Column:
    """A subtree on its way: ``cursor`` is the last row that was read."""

    root: Oid
    cursor: Oid
    rows: int = 0
    ended: bool = False


class Session:
    def __init__(self, exchange: Exchange, device: Device, patience: Patience, heard: bool = False) -> None:
        self._exchange = exchange
        self._device = device
        self._patience = patience
        self._heard = heard

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        """Values in the order asked; None as value: the agent has none. None instead of a list: silent."""
        found: list[VarBind] = []
        at = 0
        while at < len(oids):
            part = oids[at : at + self._device.variables]
            binds = await self._get(part)
            if binds is not None:
                found += binds
                at += len(part)
            elif self._heard and len(part) > FEW:
                self._device.variables = len(part) // 2
            else:
                return found or None
        return found

    async def _get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        response = await self._patiently(Question.GET, oids)
        if response is None:
            return None
        if response.status == 0:
            return list(response.binds)
        if len(oids) == 1:
            return [VarBind(oids[0], None)]
        if response.status == TOO_BIG:
            self._device.variables = max(1, len(oids) // 2)
        elif 1 <= response.index <= len(oids):
            # one variable spoils the answer to all, and the agent says which
            at = response.index - 1
            rest = await self._get([*oids[:at], *oids[at + 1 :]]) or []
            return [*rest[:at], VarBind(oids[at], None), *rest[at:]]
        # one of them does, and it does not say which
        halves = [await self._get(oids[: len(oids) // 2]), await self._get(oids[len(oids) // 2 :])]
        return [bind for half in halves for bind in half or []]

    async def _patiently(self, question: Question, oids: Sequence[Oid]) -> Pdu | None:
        patience = self._patience
        timeout_s = patience.timeout_s if self._heard else patience.first_timeout_s
        for _ in range(1 + (patience.retries if self._heard else patience.first_retries)):
            try:
                response = await self._exchange.ask(question, oids, 0, timeout_s)
            except Refused:
                return None
            if response is None:
                continue
            if not self._heard and response.status == AUTHORIZATION_ERROR:
                raise Denied("the device knows this login and lets it read nothing (authorizationError)")
            self._heard = True
            return response
        return None

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        """Which subtrees have a row, by one GETNEXT for many of them. In doubt one is taken to be there: its walk will tell."""
        found: set[Oid] = set()
        waiting = sorted(columns)
        while waiting:
            part, rest = waiting[: self._device.variables], waiting[self._device.variables :]
            response = await self._patiently(Question.GETNEXT, part)
            if response is None and self._heard and len(part) > FEW:
                self._device.variables = len(part) // 2
                continue
            if response is None:
                return found | set(waiting)
            spoiler = part[response.index - 1] if 1 <= response.index <= len(part) else None
            if response.status == 0:
                found |= _present(part, response.binds)
                waiting = rest
            elif response.status == NO_SUCH_NAME and spoiler:
                # nothing comes after it, so nothing comes after those that are greater
                waiting = [column for column in waiting if column < spoiler]
            elif response.status == TOO_BIG and len(part) > 1:
                self._device.variables = len(part) // 2
            else:
                found |= {spoiler} if spoiler else set(part)
                waiting = [column for column in waiting if column not in found]
        return found

    async def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        async for bind in self.walk_columns([root], max_rows):
            yield bind

    async def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        going = [_Column(root, root) for root in columns]
        while going:
            asked, binds = await self._next_rows(going)
            if len(asked) > 1 and _mixed_up(asked, binds):
                self._device.columns = 1
                continue
            for bind in _taken(asked, binds, max_rows):
                yield bind
            going = [column for column in going if not column.ended]

    async def _next_rows(self, going: Sequence[_Column]) -> tuple[Sequence[_Column], tuple[VarBind, ...]]:
        """(the columns that were asked for, what came). No rows: these columns have ended."""
        tries_at_one = 1 + self._patience.retries
        while True:
            asked = going[: self._device.columns]
            repetitions = self._repetitions(len(asked))
            response = await self._rows_after(asked, repetitions)
            if response is not None and response.status == 0:
                return asked, response.binds
            if response is not None and response.status == NO_SUCH_NAME and (ended := _ended(asked, response.index)):
                return ended, ()
            if repetitions > 1:
                self._device.repetitions //= 2
            elif len(asked) > 1:
                self._device.columns = len(asked) // 2
            else:
                tries_at_one -= 1
                _give_up(asked[0].cursor, response, tries_at_one)

    def _repetitions(self, columns: int) -> int:
        """Rows of each column: two columns' worth of rows fit where one's do, or the halving finds out."""
        if not self._exchange.bulk:
            return 1
        limit = self._device.repetitions
        return max(1, min(limit, 2 * limit // columns))

    async def _rows_after(self, asked: Sequence[_Column], repetitions: int) -> Pdu | None:
        question = Question.GETBULK if repetitions > 1 else Question.GETNEXT
        try:
            return await self._exchange.ask(question, [column.cursor for column in asked], repetitions, self._patience.timeout_s)
        except Refused as refused:
            raise Unreachable(f"stopped answering after {dotted(asked[0].cursor)}: {refused}") from None


def _ended(asked: Sequence[_Column], index: int) -> Sequence[_Column]:
    """Whom a noSuchName means; nobody where it does not say so."""
    return asked if len(asked) == 1 else asked[index - 1 : index] if index >= 1 else []


def _give_up(cursor: Oid, response: Pdu | None, tries_left: int) -> None:
    """Raises where no smaller question and no further try is left."""
    if response is UNREADABLE:
        raise Unparsed(f"an answer that is no SNMP after {dotted(cursor)}")
    if response is not None:
        raise Unparsed(f"error status {response.status} after {dotted(cursor)}")
    if not tries_left:
        raise Unreachable(f"stopped answering after {dotted(cursor)}")


def _present(columns: Sequence[Oid], binds: Sequence[VarBind]) -> set[Oid]:
    if len(binds) != len(columns) or any(bind.oid <= column for column, bind in zip(columns, binds, strict=True) if bind.value is not None):
        return set(columns)
    return {column for column, bind in zip(columns, binds, strict=True) if bind.oid[: len(column)] == column and bind.oid != column}


def _mixed_up(asked: Sequence[_Column], binds: Sequence[VarBind]) -> bool:
    """Whether a column seems to go back: an agent that orders the rows of several columns in a way of its own, or loops."""
    cursors = [column.cursor for column in asked]
    for at, bind in enumerate(binds):
        column = at % len(asked)
        if bind.value is None:
            continue
        if bind.oid <= cursors[column]:
            return True
        cursors[column] = bind.oid
    return False


def _taken(asked: Sequence[_Column], binds: Sequence[VarBind], max_rows: int) -> Iterator[VarBind]:
    """The rows among ``binds``, which come in turns: one of each column, then the next of each. Moves the columns' cursors."""
    if not binds:
        for column in asked:
            column.ended = True
    for at, bind in enumerate(binds):
        column = asked[at % len(asked)]
        root = column.root
        if column.ended:
            continue
        if bind.oid[: len(root)] != root or (bind.value is None and bind.oid <= column.cursor):
            column.ended = True
            continue
        if bind.oid <= column.cursor:
            raise Unparsed(f"rows out of order below {dotted(root)}: the agent would go on for ever", dotted(bind.oid))
        column.cursor = bind.oid
        if bind.value is None:
            continue
        if column.rows == max_rows:
            raise Unparsed(f"more than {max_rows} rows below {dotted(root)}")
        column.rows += 1
        yield bind
