"""A wrong setting stops the agent with the place and what is right; a secret is never in the message."""

import re
from pathlib import Path

import pytest

from agent.config import Settings, load, subnet
from shared.errors import BadInput


def loaded(tmp_path: Path, text: str, credentials: str | None = None) -> Settings:
    (tmp_path / "agent.toml").write_text(text)
    if credentials is not None:
        (tmp_path / "credentials.toml").write_text(credentials)
    return load(tmp_path / "agent.toml", tmp_path / "credentials.toml" if credentials is not None else None)


SSH = "[[ssh]]\nname = 'fw'\nplatform = 'linux'\nhosts = ['10.0.0.1']\nusername = 'u'\npassword = 'geheim'\n"
WEB = "[[web]]\nname = 'fw'\nplatform = 'sophos_sfos'\nhosts = ['10.0.0.1']\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scan = 3", "scan"),
        ("[scan]\nsubnets = ['10.0.0.0/33']", "10.0.0.0/33"),
        ("[scan]\nsubnets = [7]", "192.168.1.0/24"),
        ("[scan]\nsubnets = ['224.0.0.0/24']", "no subnet that hosts live in"),
        ("[scan]\nexclude = ['printer']", "MAC address"),
        ("[scan]\nexclude = ['kind:toaster']", "there is no kind 'toaster'"),
        ("[scan]\nexclude = ['vendor:']", "vendor:NAME"),
        ("[scan]\nexclude = ['00:1b']", "MAC address"),
        ("[scan]\nhost_packets_per_s = -1", "scan.host_packets_per_s"),
        ("[scan]\nconnections = 0", "scan.connections"),
        ("[[snmp]]\nname = 'lan'\ncommunity = 'geheim'\nsubnets = ['10.0.0.0/8']\nkinds = ['toaster']", "there is no such kind"),
        ("[scan]\nports = '22;80'", "22,80"),
        ("[scan]\nports = '80-22'", "22,80"),
        ("[scan]\nports = '0'", "22,80"),
        ("[scan]\nports = '65536'", "22,80"),
        ("[scan]\nevery_s = 5", "scan.every_s"),
        ("[scan]\npackets_per_s = -1", "scan.packets_per_s"),
        ("[scan]\nspeed = 9", "scan.speed"),
        ("[[snmp]]\nname = 'lan'\ncommunity = 'geheim'\nsubnets = []", "snmp.0.subnets"),
        ("[[snmp]]\nname = 'lan'\ncommunity = 'geheim'\nsubnets = ['x']", "snmp.0.subnets"),
        ("[[ssh]]\nname = 'fw'\nplatform = 'linux'\nhosts = ['10.0.0.1']\nusername = 'u'", "give password or key_file"),
        (SSH + "key_passphrase = 'geheim'", "key_passphrase belongs to a key_file"),
        (SSH + "jump = {address = '10.0.0.9', username = 'u'}", "ssh.0.jump: give password or key_file, or use_agent = true"),
        (SSH + "jump = {address = '10.0.0.1', username = 'u', use_agent = true}", "nobody is reached through himself"),
        (SSH + "jump = {username = 'u', use_agent = true}", "ssh.0.jump.address"),
        (SSH + "old_algorithms = 'geheim'", "ssh.0.old_algorithms"),
        ("[[ssh]]\nname = 'fw'\nplatform = 'linux'\nhosts = ['10.0.0.1']\nusername = 'u'\npassword = 7", "ssh.0.password"),
        (WEB + "username = 'u'", "give an api_key, or a username with its password"),
        (WEB + "password = 'geheim'", "give an api_key, or a username with its password"),
        (WEB + "api_key = 'k'\nusername = 'u'\npassword = 'geheim'", "give an api_key, or a username with its password"),
        (WEB + "api_key = 'geheim è'", "an api_key is one word of ASCII"),
        ("not = toml = at all", "not TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        loaded(tmp_path, text)
    message = str(caught.value)
    assert said in message and str(tmp_path / "agent.toml") in message and "geheim" not in message and "\n" not in message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        load(tmp_path / "none.toml")


def test_credentials_may_stand_in_a_second_file_and_nothing_else_there(tmp_path: Path) -> None:
    snmp = "[[snmp]]\nname='{}'\ncommunity='c'\nsubnets=['10.0.0.0/24']\n"
    settings = loaded(tmp_path, snmp.format("first"), snmp.format("second"))
    assert [entry.name for entry in settings.snmp] == ["first", "second"]
    with pytest.raises(BadInput, match="not scan"):
        loaded(tmp_path, "", "[scan]\nsubnets = []")


def test_values_come_in_their_normal_form(tmp_path: Path) -> None:
    text = "[scan]\nsubnets=['10.0.0.7/24']\nports=' 22, 80-90 '\nexclude=['10.0.0.9','10.0.1.3/24','00-1B-21-AA-BB-CC','192.168.100.200']"
    scan = loaded(tmp_path, text).scan
    assert scan.subnets == ("10.0.0.0/24",) and scan.ports == "22,80-90"
    assert scan.exclude == ("10.0.0.9", "10.0.1.0/24", "00:1b:21:aa:bb:cc", "192.168.100.200")


def test_exclusions_come_in_their_normal_form(tmp_path: Path) -> None:
    text = "[scan]\nexclude=['00-1B-21', '00:1b:21', 'Vendor: Siemens AG', ' KIND:Printer']"
    assert loaded(tmp_path, text).scan.exclude == ("00:1b:21", "00:1b:21", "vendor:Siemens AG", "kind:printer")


def test_a_secret_prints_as_stars(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[[snmp]]\nname='lan'\ncommunity='geheim'\nsubnets=['10.0.0.0/24']")
    assert "geheim" not in repr(settings) + settings.model_dump_json() and settings.snmp[0].community.reveal() == "geheim"


@pytest.mark.parametrize("text", ["", "x", "10.0.0.0/33", "10.0.0", "300.0.0.0/8", "224.0.0.0/8", "255.255.255.255", "ff02::/16"])
def test_what_is_no_subnet_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        subnet(text)


def test_the_example_holds_with_every_line_in_force(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "deploy/examples/agent.toml").read_text(encoding="utf-8")
    in_force = re.sub(r"^# (?=\[\[|\w+ = )", "", example, flags=re.MULTILINE).replace("…", "xxxxxxxx")
    (tmp_path / "agent.toml").write_text(in_force, encoding="utf-8")
    settings = load(tmp_path / "agent.toml")
    assert [len(logins) for logins in (settings.snmp, settings.ssh, settings.windows, settings.web)] == [2, 2, 1, 2]
    assert settings.snmp[1].version == "3" and settings.windows[0].username == "OFFICE\\netario" and settings.scan.exclude
    assert settings.ssh[1].jump and settings.ssh[1].login().old_algorithms and settings.ssh[0].login().key_passphrase
