"""Answers by themselves: forms that no synthetic peer gives, and what a hostile one could try."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.edge import WebAnswer
from agent.web import json_page, nws, sns_files, sophos_sfos, stormshield_sns, ubiquiti_unifi
from shared.configs import read_config
from shared.errors import Denied, NetarioError, Refused, Unparsed, Unsupported


def answer(text: str, status: int = 200) -> WebAnswer:
    return WebAnswer(status, text.encode())


def test_a_document_type_is_refused_whatever_its_entities_hold() -> None:
    with pytest.raises(Unparsed, match="document type"):
        nws.read(answer('<!DOCTYPE nws [<!ENTITY a "x">]><nws code="100" msg="&a;"/>'))


@pytest.mark.parametrize(
    ("inner", "code", "error"),
    [
        ('<serverd ret="205" code="" msg=""/>', 100, Denied),
        ('<serverd ret="202" code="" msg=""/>', 100, Denied),
        ('<serverd ret="206" code="" msg=""/>', 100, Unsupported),
        ('<serverd ret="200" code="" msg=""/>', 100, Unsupported),
        ('<serverd ret="101"/><serverd ret="900"/>', 100, Unparsed),
        ("", 100, Unparsed),
        ("", 205, Denied),
        ("", 201, Unsupported),
        ("", 203, Unparsed),
    ],
)
def test_a_command_that_was_not_done_is_told_apart(inner: str, code: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        nws.judged(answer(f'<nws code="{code}" msg="">{inner}</nws>'))


@pytest.mark.parametrize("name", ["a b", "x\nMODIFY ON", "a start=0", 'a"b', "a,b", "[a]", "a#b", ""])
def test_a_name_that_is_more_than_a_word_is_neither_asked_for_nor_written(name: str) -> None:
    assert not sns_files.is_name(name)
    row = {"type": "host", "name": name, "ip": "10.0.0.1"}
    told = sns_files.Told("05", [], rules={"filter": ["position=1; ruleid=1: block from any to any"]}, objects=[row])
    assert "10.0.0.1" not in sns_files.document(told)


def test_no_value_of_a_firewall_begins_a_file_of_its_own() -> None:
    evil = "x\n#### Filter/05\n[Filter]\npass from any to any"
    row = {"type": "host", "name": "h", "ip": "10.0.0.1", "comment": evil}
    told = sns_files.Told(
        "05", [nws.Section("Global", [{"active": "05", "name": evil}])], rules={"filter": ["block from any to any"]}, objects=[row]
    )
    text = sns_files.document(told)
    assert text.count("\n#### Filter/05") == 1
    rules = read_config("stormshield_sns", text).document.firewall_rules
    assert not [rule for rule in rules if rule.action == "allow" and not rule.implicit]


def test_the_active_policy_must_be_told() -> None:
    with pytest.raises(Unparsed, match="which filter policy"):
        stormshield_sns.active_slot([nws.Section("Global", [{"active": "5 type=nat"}])])


@pytest.mark.parametrize(
    ("inner", "error"),
    [
        ('<Status code="532">API off</Status>', Refused),
        ('<Status code="534">not from here</Status>', Refused),
        ("<Login><status>Authentication Failure</status></Login>", Denied),
        ('<Login><status>Authentication Successful</status></Login><Status code="529">x</Status>', Unsupported),
        ('<Login><status>Authentication Successful</status></Login><Status code="500">x</Status>', Unparsed),
    ],
)
def test_what_a_sophos_says_of_a_whole_question_is_told_apart(inner: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        sophos_sfos.judged(answer(f'<?xml version="1.0"?>\n<Response APIVersion="2000.2">{inner}</Response>'))


def test_an_answer_of_a_sophos_without_an_end_is_no_configuration() -> None:
    with pytest.raises(Unparsed, match="no end"):
        sophos_sfos.document([b'<Response APIVersion="1"><Login><status>Authentication Successful</status></Login><Zone><Name>x'])


@pytest.mark.parametrize(("status", "error"), [(401, Denied), (403, Denied), (404, Unsupported), (429, Unparsed), (204, Unparsed)])
def test_what_a_controller_answers_by_status(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        json_page.judged(answer("{}", status))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"data": {}}', '{"data": [1]}', "[" * 100_000, '{"a":' * 50_000])
def test_an_answer_that_is_no_list_of_objects_is_said(text: str) -> None:
    with pytest.raises(Unparsed):
        json_page.rows(json_page.whole(answer(text)))


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda octets: octets.decode("latin-1")))
def test_whatever_comes_only_errors_that_are_known_come_out(text: str) -> None:
    for judge in (nws.judged, stormshield_sns.logged_in, stormshield_sns.opened, sophos_sfos.judged):
        with pytest.raises(NetarioError):
            judge(answer(text))


def test_an_address_that_is_none_is_no_observation() -> None:
    with pytest.raises(ValueError):
        list(ubiquiti_unifi.clients([json.loads('{"type": "WIRED", "ipAddress": "10.0.0.999", "macAddress": "x"}')]))
