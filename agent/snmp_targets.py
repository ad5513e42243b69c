"""``netario-agent probe snmp``: what is this device, and this one?  No scan, no collector: SNMP to the hosts that are named.

A file of targets has a line each: ``HOST:PORT<tab>COMMUNITY[<tab>LABEL]``. Answers come as soon as they are known, in any order; a
community is never part of one. Raises BadInput.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.edge import SnmpEdge, SnmpLogin
from agent.execute import Failed, attempt
from agent.probes.snmp import NAME, WHO, ask_device
from agent.snmp import fingerprint
from agent.snmp.read import read
from shared.errors import BadInput
from shared.fingerprints import best, identify
from shared.hardware import Hardware, WifiClientsSeen, hardware
from shared.inventory import DeviceInterface, Evidence, Kind
from shared.observation import BridgeEntrySeen, InterfaceSeen, NeighbourSeen, Observation, SystemSeen
from shared.outcome import State
from shared.secret import Secret
from shared.snmp_answer import AnswerAddress, AnswerMac, SnmpAnswer

SNMP_PORT = 161
AT_ONCE = 20
DEADLINE_S = 180.0
SPARE_S = 10.0
NO_ANSWER = "no answer: SNMP is off, or does not know this community"
NO_ANSWER_V3 = "no answer: SNMP v3 is off, or does not answer to this machine"


@dataclass(frozen=True, slots=True)
class SnmpTarget:
    host: str
    port: int
    login: SnmpLogin
    label: str = ""

    @property
    def name(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def target(text: str, login: SnmpLogin, label: str = "") -> SnmpTarget:
    """``10.0.0.1``, ``10.0.0.1:161``, ``switch.example``, ``[fe80::1]:161``. Raises BadInput."""
    text = text.strip()
    bracketed = text.startswith("[")
    host, colon, port = text.rpartition(":") if (bracketed and "]:" in text) or text.count(":") == 1 else (text, "", "")
    host = host.removeprefix("[").removesuffix("]")
    if not host or any(char.isspace() for char in host) or (colon and not (port.isdecimal() and 0 < int(port[:6]) <= 65535)):
        raise BadInput(f"{text[:80]!r} is no target. Write it like 192.168.1.2 or 192.168.1.2:161.")
    return SnmpTarget(host, int(port) if colon else SNMP_PORT, login, label)


def targets_in(lines: Iterable[str], source: str) -> Iterator[SnmpTarget]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\r\n").split("\t")
        if not 2 <= len(cells) <= 3:
            raise BadInput(f"{source}:{number}: HOST:PORT<tab>COMMUNITY[<tab>LABEL] expected")
        try:
            yield target(cells[0], SnmpLogin(community=Secret(cells[1])), *cells[2:])
        except BadInput as error:
            raise BadInput(f"{source}:{number}: {error}") from None


async def answers(targets: Sequence[SnmpTarget], edge: SnmpEdge) -> AsyncIterator[SnmpAnswer]:
    """One answer a target, as soon as it is known."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(target: SnmpTarget) -> SnmpAnswer:
        async with free:
            return await answer(target, edge)

    for coming in asyncio.as_completed([one(target) for target in targets]):
        yield await coming


async def answer(target: SnmpTarget, edge: SnmpEdge) -> SnmpAnswer:
    """What the device is, or why that is not known. Never raises what a device or the network did."""
    result = await attempt(_asked(target, edge), DEADLINE_S, NAME, target.name)
    if isinstance(result, Failed):
        return SnmpAnswer(target=target.name, label=target.label, outcome=result.state, detail=result.detail)
    return result


async def _asked(target: SnmpTarget, edge: SnmpEdge) -> SnmpAnswer:
    async with edge.session(target.host, target.port, target.login) as session:
        first = await session.get(WHO)
        if first is None:
            detail = NO_ANSWER_V3 if target.login.version == "3" else NO_ANSWER
            return SnmpAnswer(target=target.name, label=target.label, outcome=State.SILENT, detail=detail)
        walked = await ask_device(session, first, asyncio.get_running_loop().time() + DEADLINE_S - SPARE_S)
    seen = (*read(walked.binds).observations, *fingerprint.read(walked.binds))
    state = State.PARTIAL if walked.failures else State.ANSWERED
    return _told(SnmpAnswer(target=target.name, label=target.label, outcome=state, detail="; ".join(walked.failures)), seen)


def _told(empty: SnmpAnswer, seen: Sequence[Observation]) -> SnmpAnswer:
    system = next((fact for fact in seen if isinstance(fact, SystemSeen)), SystemSeen())
    chosen = best(identify(seen))
    fields = {field: conclusion.value for field, conclusion in chosen.items() if field != "kind"}
    interfaces = [fact for fact in seen if isinstance(fact, InterfaceSeen)]
    parts = hardware(seen)
    return empty.model_copy(
        update={
            **fields,
            "kind": Kind(chosen["kind"].value) if "kind" in chosen else Kind.OTHER,
            "hostname": system.name,
            "location": system.location,
            "contact": system.contact,
            "description": system.description,
            "object_id": system.object_id,
            "interfaces": tuple(DeviceInterface.model_validate(fact.model_dump(exclude={"type"})) for fact in interfaces),
            "addresses": tuple(
                AnswerAddress(address=entry.address, prefix_length=entry.prefix_length, interface=fact.name)
                for fact in interfaces
                for entry in fact.addresses
            ),
            "neighbours": tuple(fact for fact in seen if isinstance(fact, NeighbourSeen)),
            "macs": tuple(AnswerMac(mac=fact.mac, port=fact.port, vlan=fact.vlan) for fact in seen if isinstance(fact, BridgeEntrySeen)),
            **{name: getattr(parts, name) for name in Hardware.model_fields},
            "wifi_clients": tuple(client for fact in seen if isinstance(fact, WifiClientsSeen) for client in fact.clients),
            "evidence": tuple(
                Evidence(field=field, value=c.value, probe=NAME, target=empty.target, rule=c.rule, sureness=c.sureness)
                for field, c in chosen.items()
            ),
        }
    )
