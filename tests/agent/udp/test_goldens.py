"""Every service reads its recordings as the goldens say; damaged datagrams bring Unparsed and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.udp import services, ssdp, ws_discovery
from shared.errors import Unparsed
from tests.agent.goldens import assert_golden
from tests.agent.udp.recording import BY_NAME, RECORDINGS, recorded

MAX_FACTS = 300
DATAGRAMS = [
    (recording.service, recording.address, datagram) for recording in map(recorded, RECORDINGS) for datagram in recording.datagrams
]
DOCUMENT = (
    b'<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>urn:device:Basic:1</deviceType>'
    b"<friendlyName>DS920</friendlyName><manufacturer>Synology</manufacturer><modelName>DS920+</modelName>"
    b"<deviceList><device><modelName>inner</modelName></device></deviceList></device></root>"
)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recording_reads_as_its_golden(recording: Path) -> None:
    played = recorded(recording)
    assert_golden(recording, [fact for datagram in played.datagrams for fact in played.service.read(played.address, datagram)], "")


@pytest.mark.parametrize("service", services(), ids=lambda service: service.__name__)
@given(datagram=st.binary(max_size=300))
def test_noise_is_read_or_unparsed(service, datagram: bytes) -> None:  # type: ignore[no-untyped-def]
    read_or_unparsed(service, "10.0.0.9", datagram)
    service.answers(datagram, bytes(16))


@settings(max_examples=400)
@given(chosen=st.sampled_from(DATAGRAMS), data=st.data())
def test_damaged_recordings_are_read_or_unparsed(chosen, data) -> None:  # type: ignore[no-untyped-def]
    service, address, datagram = chosen
    damaged = bytearray(datagram)
    for _ in range(data.draw(st.integers(0, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))]) if data.draw(st.booleans()) else bytes(damaged)
    read_or_unparsed(service, address, cut)
    service.answers(cut, bytes(16))
    if hasattr(service, "search_more"):
        service.search_more([cut, datagram], bytes(16))


@given(st.binary(max_size=200), st.integers(0, len(DOCUMENT)))
def test_damaged_documents_are_read_or_unparsed(noise: bytes, at: int) -> None:
    for document in (noise, DOCUMENT[:at], DOCUMENT[:at] + noise + DOCUMENT[at:]):
        for read in (ssdp.read_description, ws_discovery.read_metadata):
            try:
                assert len(list(read("10.0.0.9", document))) <= MAX_FACTS
            except Unparsed:
                continue


def read_or_unparsed(service, address: str, datagram: bytes) -> None:  # type: ignore[no-untyped-def]
    try:
        facts = list(service.read(address, datagram))
    except Unparsed:
        return
    assert len(facts) <= MAX_FACTS and all(len(fact.model_dump_json()) < 20_000 for fact in facts)


@pytest.mark.parametrize("service", services(), ids=lambda service: service.__name__)
def test_64_kilobytes_of_anything_are_read_or_unparsed(service) -> None:  # type: ignore[no-untyped-def]
    for start in [b"", *(datagram for found, _, datagram in DATAGRAMS if found is service)]:
        for octet in (b"\0", b"\xff", b"\xc0\x0c", b"A", b"<a>", b"\x01a"):
            read_or_unparsed(service, "10.0.0.9", (start + octet * 65_507)[:65_507])


@pytest.mark.parametrize("service", services(), ids=lambda service: service.__name__)
def test_questions_are_small_and_no_answers_to_themselves(service) -> None:  # type: ignore[no-untyped-def]
    token = bytes(range(1, 17))
    for question in service.ask("10.0.0.9", token):
        assert len(question) <= 1200, "one datagram that no network splits"
        assert not service.answers(question, token), "an echo is no answer"


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"ssdp"}))
def test_an_answer_to_another_question_is_none(name: str) -> None:
    """SSDP has no number that tells."""
    own = [recording for recording in map(recorded, RECORDINGS) if recording.service is BY_NAME[name]]
    tokens = (bytes(range(1, 17)), bytes(range(101, 117)))
    answered = [[played.service.answers(datagram, token) for played in own for datagram in played.datagrams] for token in tokens]
    assert any(answered[0]) and not any(answered[1])


def test_ipv6_addresses_can_be_asked() -> None:
    for service in services():
        assert all(service.ask("2001:db8::9", bytes(16))) or service.SERVICE == "llmnr"
