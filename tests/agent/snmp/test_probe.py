"""The SNMP probe: whom it asks, what a failing table costs, and that nothing of what was read is lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from agent.config import Settings
from agent.edge import Edges, Oid, SnmpLogin, SnmpSession, VarBind
from agent.edge.snmp_devices import Devices
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from agent.probe import Answer, Seen, Target, as_probe
from agent.probes import snmp
from agent.snmp import if_mib, ip_mib
from shared.errors import Denied, Unparsed, Unreachable
from shared.observation import AddressSeen, InterfaceSeen, NameSeen, NameSource, Provenance, SystemSeen
from shared.outcome import State
from tests.agent.goldens import GOLDEN
from tests.agent.snmp.agents import COMMUNITY, snmpd
from tests.agent.snmp.recording import binds

RECORDED = [
    bind
    for mib in ("snmpv2_mib", "if_mib", "ip_mib", "ip_forward_mib", "lldp_mib")
    for bind in binds((GOLDEN / f"snmp/{mib}/debian12_netsnmp594.snmprec").read_text())
]


class Played:
    """A session that plays a recording. ``broken``: columns that fail after their first row."""

    def __init__(self, broken: dict[Oid, Exception], answers: bool = True) -> None:
        self.rows = {bind.oid: bind for bind in RECORDED}
        self.broken, self.answers, self.walks = broken, answers, list[tuple[Oid, ...]]()

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        return [self.rows.get(oid, VarBind(oid, None)) for oid in oids] if self.answers else None

    async def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        for oid in sorted(oid for oid in self.rows if oid[: len(root)] == root):
            yield self.rows[oid]
            if root in self.broken:
                raise self.broken[root]
        if None in self.broken:
            raise self.broken[None]  # type: ignore[index]  # None stands for every column

    async def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        self.walks.append(tuple(columns))
        for column in columns:
            async for bind in self.walk(column, max_rows):
                yield bind

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        return {column for column in columns if any(oid[: len(column)] == column for oid in self.rows)}


class PlayedEdge:
    """``by_name``: what a community or a user meets."""

    def __init__(self, by_name: dict[str, Played | Exception]) -> None:
        self.by_name, self.asked = by_name, list[str]()

    @asynccontextmanager
    async def session(self, address: str, port: int, login: SnmpLogin) -> AsyncIterator[SnmpSession]:
        name = login.user or (login.community.reveal() if login.community else "")
        self.asked.append(f"v{login.version} {name}")
        if isinstance(played := self.by_name[name], Exception):
            raise played
        yield played


def settings(*communities: str) -> Settings:
    return Settings.model_validate(
        {"snmp": [{"name": f"credential {c}", "community": c, "subnets": ["10.20.0.0/24"], "port": 161} for c in communities]}
    )


def ask(edge: object, *communities: str) -> Answer:
    edges = cast(Edges, type("OnlySnmp", (), {"snmp": edge}))
    return asyncio.run(snmp.ask(Target("10.20.0.1"), edges, settings(*communities), Seen()))


def test_it_is_a_probe() -> None:
    assert as_probe(snmp).NAME == "snmp"


def test_only_live_addresses_inside_a_credentials_subnets_are_asked() -> None:
    seen = Seen()
    for address, provenance in (("10.20.0.9", "own_reply"), ("10.20.0.10", "third_party"), ("10.21.0.1", "own_reply")):
        seen.add(address, [AddressSeen(address=address, provenance=Provenance(provenance))])
    assert [target.name for target in snmp.targets(settings("a"), seen)] == ["10.20.0.9"]
    assert snmp.targets(Settings(), seen) == []


def test_a_device_tells_of_itself() -> None:
    answer = ask(PlayedEdge({"a": Played({})}), "a")
    assert (answer.state, answer.credential, answer.detail) == (State.ANSWERED, "credential a", "")
    lan = next(fact for fact in answer.observations if isinstance(fact, InterfaceSeen) and fact.name == "lan0")
    assert lan.mac == "00:0d:b9:00:20:01" and "10.20.0.1" in [entry.address for entry in lan.addresses]
    own = [fact for fact in answer.observations if isinstance(fact, AddressSeen) and fact.provenance is Provenance.OWN_TABLE]
    assert {(fact.address, fact.mac) for fact in own} == {
        ("10.20.0.1", "00:0d:b9:00:20:01"),
        ("fd00:20::1", "00:0d:b9:00:20:01"),
        ("203.0.113.2", "00:0d:b9:00:20:02"),
    }
    assert NameSeen(address="10.20.0.1", name="gw-recorded", source=NameSource.SNMP) in answer.observations


@pytest.mark.parametrize("error", [Unreachable("gone"), Unparsed("rows out of order")])
def test_a_table_that_fails_is_named_and_the_rest_is_kept(error: Exception) -> None:
    answer = ask(PlayedEdge({"a": Played({ip_mib.ipNetToPhysicalPhysAddress: error})}), "a")
    assert answer.state is State.PARTIAL
    assert answer.detail == f"ip_mib: {error}"
    whole = ask(PlayedEdge({"a": Played({})}), "a")
    assert {fact.type for fact in answer.observations} == {fact.type for fact in whole.observations}


def test_rows_before_a_failure_are_kept() -> None:
    answer = ask(PlayedEdge({"a": Played({if_mib.ifDescr: Unreachable("gone")})}), "a")
    assert "lo" in [fact.name for fact in answer.observations if isinstance(fact, InterfaceSeen)]


class SyntheticEndless(Played):
    async def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        for row in range(max_rows):
            for column in columns:
                yield VarBind((*column, row), row)

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        return set(columns)


def test_a_device_that_is_endless_everywhere_fills_no_memory() -> None:
    walked = asyncio.run(snmp.ask_device(SyntheticEndless({}), RECORDED[:2]))
    assert len(walked.binds) == snmp.VALUES_A_DEVICE
    assert walked.failures[-1] == "the rest: the device has told too much already"


def test_a_device_that_is_gone_is_not_asked_to_the_end() -> None:
    played = Played({None: Unreachable("gone")})  # type: ignore[dict-item]  # None stands for every column
    answer = ask(PlayedEdge({"a": played}), "a")
    assert len(played.walks) == snmp.SILENT_TABLES
    assert answer.state is State.PARTIAL and "the rest: the device stopped answering" in answer.detail
    assert any(isinstance(fact, SystemSeen) for fact in answer.observations)


def test_the_second_credential_is_offered_after_silence() -> None:
    edge = PlayedEdge({"wrong": Played({}, answers=False), "right": Played({})})
    assert ask(edge, "wrong", "right").credential == "credential right"
    assert edge.asked == ["v2c wrong", "v2c right"]


def test_silence_names_what_was_offered_and_never_its_value() -> None:
    edge = PlayedEdge({"s3cret-one": Played({}, answers=False), "s3cret-two": Played({}, answers=False)})
    edges = cast(Edges, type("OnlySnmp", (), {"snmp": edge}))
    two = Settings.model_validate(
        {"snmp": [{"name": name, "community": f"s3cret-{name}", "subnets": ["10.0.0.0/8"]} for name in ("one", "two")]}
    )
    answer = asyncio.run(snmp.ask(Target("10.20.0.1"), edges, two, Seen()))
    assert (answer.state, answer.credential) == (State.SILENT, "one, two")
    assert "s3cret" not in f"{answer}"


def of_all_versions(*users: str) -> Settings:
    subnets = ["10.20.0.0/24"]
    older = [{"name": f"old {version}", "version": version, "community": f"c{version}", "subnets": subnets} for version in ("1", "2c")]
    return Settings.model_validate({"snmp": [*older, *({"name": f"user {user}", "user": user, "subnets": subnets} for user in users)]})


def ask_with(edge: PlayedEdge, known: Settings) -> Answer:
    return asyncio.run(snmp.ask(Target("10.20.0.1"), cast(Edges, type("OnlySnmp", (), {"snmp": edge})), known, Seen()))


def test_version_3_comes_first_and_version_1_last() -> None:
    silent = Played({}, answers=False)
    edge = PlayedEdge({"anna": silent, "c2c": silent, "c1": Played({})})
    answer = ask_with(edge, of_all_versions("anna"))
    assert edge.asked == ["v3 anna", "v2c c2c", "v1 c1"]
    assert (answer.state, answer.credential) == (State.ANSWERED, "old 1")


def test_a_denied_user_is_offered_once_and_the_next_credential_is_tried() -> None:
    edge = PlayedEdge({"anna": Denied("the device knows no SNMP v3 user 'anna'"), "c2c": Played({})})
    known = of_all_versions("anna")
    twice = known.model_copy(update={"snmp": (*known.snmp, known.snmp[-1].model_copy(update={"name": "anna by another name"}))})
    answer = ask_with(edge, twice)
    assert edge.asked == ["v3 anna", "v2c c2c"]
    assert (answer.state, answer.credential) == (State.ANSWERED, "old 2c")


def test_denied_by_one_and_silent_to_the_others_is_denied_and_says_why() -> None:
    silent = Played({}, answers=False)
    edge = PlayedEdge({"anna": Denied("the password is wrong"), "c2c": silent, "c1": silent})
    answer = ask_with(edge, of_all_versions("anna"))
    assert (answer.state, answer.detail) == (State.DENIED, "user anna: the password is wrong")
    assert answer.credential == "user anna, old 2c, old 1"


def test_tables_without_a_row_are_not_walked() -> None:
    played = Played({})
    ask(PlayedEdge({"a": played}), "a")
    assert all(any(oid[: len(columns[0])] == columns[0] for oid in played.rows) for columns in played.walks)
    assert len(played.walks) < sum(len(mib.tables) for mib in snmp.MIBS)


def test_a_real_agent_from_end_to_end(tmp_path: Path) -> None:
    with snmpd(tmp_path) as port:
        edges = cast(Edges, type("OnlySnmp", (), {"snmp": SnmpOverUdp(Patience(first_timeout_s=5), Devices())}))
        real = Settings.model_validate({"snmp": [{"name": "bench", "community": COMMUNITY, "subnets": ["127.0.0.0/8"], "port": port}]})
        answer = asyncio.run(snmp.ask(Target("127.0.0.1"), edges, real, Seen()))
    assert (answer.state, answer.detail) == (State.ANSWERED, "")
    (system,) = [fact for fact in answer.observations if isinstance(fact, SystemSeen)]
    assert (system.name, system.location, system.object_id) == ("bench", "Test bench", "1.3.6.1.4.1.8072.3.2.10")
    assert "lo" in [fact.name for fact in answer.observations if isinstance(fact, InterfaceSeen)]
