"""SSH sessions with played devices (``tests.labs.replay``): answers come whole, and nothing is typed that is not declared.

The moods of devices are played with a made-up platform; each real platform has its whole conversation in ``test_replay_platforms``.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from agent.edge import SshJump, SshLogin, netmiko_session, ssh_shell
from agent.edge.netmiko_session import NetmikoEdge
from agent.ssh import Channel, Platform
from shared.errors import Denied, NetarioError, Refused, Unparsed, Unreachable, Unsupported
from shared.secret import Secret
from tests.labs.replay.device import ADDRESS, Device, host_key, old_host_key, playing

CONFIG = "".join(f"interface port{n}\n description lease line {n}  \n!\n" for n in range(1, 90)) + "end\n"
ANSWERS = {"show run": CONFIG, "show version": "Version 1.2\nserial 0001\n", "show clock": "10:00\n"}
LOGIN = SshLogin("reader", Secret("s3cret"))


@pytest.fixture(autouse=True)
def _patient_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that never answers is given up sooner than a real one."""
    monkeypatch.setattr(ssh_shell, "PROMPT_S", 6.0)
    monkeypatch.setattr(ssh_shell, "NUDGE_S", 1.0)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator["Lab"]:
    yield Lab(monkeypatch)


class Lab:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def ask(
        self,
        device: Device,
        *commands: str,
        types: Sequence[str] = (),
        login: SshLogin = LOGIN,
        channel: Channel = "shell",
        deadline_s: float = 15.0,
    ) -> list[str | NetarioError]:
        platform = Platform("lab", (), {}, {}, (), channel, types)
        self.monkeypatch.setattr(netmiko_session, "platforms", lambda: {"lab": platform})
        with playing(device):
            return asyncio.run(_asked(device, commands, login, deadline_s))


async def _asked(device: Device, commands: Sequence[str], login: SshLogin, deadline_s: float) -> list[str | NetarioError]:
    said: list[str | NetarioError] = []
    async with NetmikoEdge().session(ADDRESS, device.port, "lab", login) as session:
        for command in commands:
            try:
                said.append(await session.run(command, deadline_s))
            except NetarioError as error:
                said.append(error)
    return said


PAGERS = [
    ("--More--", "\r                    \r"),
    ("--More-- ", "\r         \r"),
    (" --More-- ", "\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b"),
    ("<--- More --->", "\r              \r"),
    ("---- More ----", "\x1b[16D                \x1b[16D"),
    ("-- MORE --, next page: Space, next line: Enter, quit: Control-C", "\r\x1b[K"),
    ("More: <space>,  Quit: q or CTRL+Z, One line: <return> ", "\r                                                      \r"),
    ("Press any key to continue (Q to quit)", "\r                                     \r"),
    ("--More-- or (q)uit", "\x1b[2K\r"),
    ("---(more 43%)---", "\r                 \r"),
    ("CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All", "\r\x1b[K"),
    ("lines 1-24", "\r\x1b[K"),
    (":", "\r\x1b[K"),
    ("--More--", ""),
    ("--More--", "\r\n"),
]


@pytest.mark.parametrize(("pager", "erase"), PAGERS, ids=lambda text: re.sub(r"\W+", "_", text)[:12])
def test_a_pager_is_turned_and_leaves_no_trace(lab: Lab, pager: str, erase: str) -> None:
    device = Device(ANSWERS, page_lines=24, pager=pager, erase=erase)
    assert lab.ask(device, "show run", "show version") == [CONFIG, ANSWERS["show version"]]
    pages = -(-CONFIG.count("\n") // 24)
    assert bytes(device.typed) == b"show run\n" + b" " * (pages - 1) + b"show version\n"


MOODS = {
    "plain": Device(ANSWERS),
    "no echo": Device(ANSWERS, echo=False),
    "control sequences": Device(ANSWERS, ansi=True, prompt="HP-2530# "),
    "control sequences and pager": Device(ANSWERS, ansi=True, page_lines=20, erase="\r\x1b[K"),
    "bytes one by one": Device({**ANSWERS, "show run": CONFIG[:400] + "end\n"}, chunk_bytes=1),
    "pieces": Device(ANSWERS, chunk_bytes=37, prompt="core sw (root) $ "),
    "slow to start": Device(ANSWERS, slow_s=2.5),
    "long banner": Device(ANSWERS, banner="* * *\nonly for # of us > 1\n" * 300),
    "odd prompt": Device(ANSWERS, prompt="=> "),
    "prompt with a colon": Device(ANSWERS, prompt="Switch main:"),
    "Comware": Device(ANSWERS, prompt="<Core-5130>"),
    "unsaved changes": Device(ANSWERS, prompt="*host.1 # "),
    "a prompt in the text": Device({**ANSWERS, "show run": f"switch#\nswitch# show run\n{CONFIG}"}),
}


@pytest.mark.parametrize("mood", MOODS)
def test_moods(lab: Lab, mood: str) -> None:
    device = replace(MOODS[mood], typed=bytearray(), commands=[])
    said = lab.ask(device, "show run", "show version", types=("terminal length 0",))
    assert said == [device.answers["show run"], ANSWERS["show version"]]
    assert device.commands == ["terminal length 0", "show run", "show version"]
    assert re.fullmatch(rb"\n{0,3}terminal length 0\nshow run\n *show version\n", bytes(device.typed)), bytes(device.typed)


def test_umlauts_of_an_old_device(lab: Lab) -> None:
    device = Device({"show run": "description Büro è 2\n"})
    assert lab.ask(device, "show run") == ["description Büro è 2\n"]
    assert ssh_shell.ssh_screen.decoded(b"description B\xfcro e lungo abbastanza") == "description Büro e lungo abbastanza"


def test_a_paging_command_is_typed_once_and_then_there_are_no_pages(lab: Lab) -> None:
    device = Device(ANSWERS, page_lines=10, page_off=frozenset({"no page"}))
    assert lab.ask(device, "show run", types=("no page",)) == [CONFIG]
    assert bytes(device.typed) == b"no page\nshow run\n"


def test_a_wrong_password_is_tried_once(lab: Lab) -> None:
    device = Device(ANSWERS)
    with pytest.raises(Denied, match="refused the login of 'reader'; it was tried once"):
        lab.ask(device, "show run", login=SshLogin("reader", Secret("wr0ng")))
    assert device.logins == [("password", "reader")] and not device.typed


@pytest.mark.parametrize("password", ["s3cret", "wr0ng"])
def test_keyboard_interactive(lab: Lab, password: str) -> None:
    device = Device(ANSWERS, keyboard_interactive=True)
    login = SshLogin("reader", Secret(password))
    if password == "s3cret":
        assert lab.ask(device, "show clock", login=login) == ["10:00\n"]
    else:
        with pytest.raises(Denied, match="tried once"):
            lab.ask(device, "show clock", login=login)
    assert device.logins == [("keyboard-interactive", "reader")]


@pytest.mark.parametrize("password", ["s3cret", "wr0ng"])
def test_a_device_that_asks_at_its_prompt(lab: Lab, password: str) -> None:
    device = Device(ANSWERS, asks_at_prompt=True)
    login = SshLogin("reader", Secret(password))
    if password == "s3cret":
        assert lab.ask(device, "show clock", login=login) == ["10:00\n"]
    else:
        with pytest.raises(Denied, match="at its prompt; it was tried once"):
            lab.ask(device, "show clock", login=login)
    assert device.logins == [("prompt", "reader")]


def test_a_device_that_asks_for_the_password_once_more_gets_none(lab: Lab) -> None:
    device = Device(ANSWERS, asks_at_prompt=True, asks_again=True)
    with pytest.raises(Denied, match="at its prompt; it was tried once"):
        lab.ask(device, "show clock", login=SshLogin("reader", Secret("wr0ng")))
    assert bytes(device.typed) == b"reader\nwr0ng\n"


def test_enable(lab: Lab) -> None:
    device = Device(ANSWERS, user_prompt="switch>", enable_password="en4ble", privileged=frozenset({"show run"}))
    login = replace(LOGIN, enable_password=Secret("en4ble"))
    assert lab.ask(device, "show run", types=("enable", "terminal length 0"), login=login) == [CONFIG]
    assert bytes(device.typed) == b"enable\nen4ble\nterminal length 0\nshow run\n"


def test_enable_is_left_out_where_the_login_is_privileged(lab: Lab) -> None:
    device = Device(ANSWERS)
    assert lab.ask(device, "show clock", types=("enable",), login=replace(LOGIN, enable_password=Secret("en4ble"))) == ["10:00\n"]
    assert bytes(device.typed) == b"show clock\n"


def test_a_wrong_enable_password_is_tried_once(lab: Lab) -> None:
    device = Device(ANSWERS, user_prompt="switch>", enable_password="en4ble")
    with pytest.raises(Denied, match="the enable password; it was tried once"):
        lab.ask(device, "show run", types=("enable",), login=replace(LOGIN, enable_password=Secret("wr0ng")))
    assert device.logins == [("password", "reader"), ("enable", "reader")]


def test_without_an_enable_password_what_everybody_may_read_is_read(lab: Lab) -> None:
    device = Device(ANSWERS, user_prompt="switch>", enable_password="en4ble", privileged=frozenset({"show run"}))
    config, version = lab.ask(device, "show run", "show version", types=("enable",))
    assert isinstance(config, Unsupported) and version == ANSWERS["show version"]
    assert bytes(device.typed) == b"enable\n\nshow run\nshow version\n"


@pytest.mark.parametrize(
    ("banner", "accept"),
    [
        ("This is a private system.\n(Press 'a' to accept):", "a"),
        ("All is logged.\nDo you accept the policy (yes/no)? ", "yes\n"),
        ("Your password is 190 days old. Do you want to change the password (Y/N)[N]? ", "n\n"),
        ("ProCurve J9019A\nPress any key to continue", " "),
    ],
)
def test_what_must_be_accepted_first(lab: Lab, banner: str, accept: str) -> None:
    device = Device(ANSWERS, banner=banner, accept=accept)
    assert lab.ask(device, "show clock") == ["10:00\n"]
    assert bytes(device.typed) == accept.encode() + b"show clock\n"


def test_an_account_without_rights(lab: Lab) -> None:
    device = Device(ANSWERS, privileged=frozenset({"show run"}), user_prompt="sw>", unknown="% Authorization failed.")
    config, version = lab.ask(device, "show run", "show version")
    assert isinstance(config, Denied) and "'show run'" in str(config) and version == ANSWERS["show version"]


def test_a_command_that_the_device_does_not_know(lab: Lab) -> None:
    for words in ("% Invalid input detected at '^' marker.", "Invalid input: shw", "% Unrecognized command", "Unknown action 0"):
        refused, version = lab.ask(Device(ANSWERS, unknown=words), "show nothing", "show version")
        assert isinstance(refused, Unsupported) and version == ANSWERS["show version"]


def test_a_line_that_drops_in_the_middle(lab: Lab) -> None:
    device = Device(ANSWERS, drop_after=1500)
    version, config, more = lab.ask(device, "show version", "show run", "show clock")
    assert version == ANSWERS["show version"], "what was read before is kept"
    assert isinstance(config, Unreachable) and "'show run'" in str(config)
    assert isinstance(more, Unreachable)


def test_a_prompt_that_never_comes(lab: Lab) -> None:
    device = Device(ANSWERS, silent=True)
    started = time.monotonic()
    with pytest.raises(Unreachable, match="no prompt within 6 s; it said nothing"):
        lab.ask(device, "show run")
    assert time.monotonic() - started < 12 and bytes(device.typed) in (b"\n\n\n", b"\n\n\n\n")


@pytest.mark.parametrize("page_lines", [0, 20])
def test_an_answer_without_end(lab: Lab, page_lines: int) -> None:
    device = Device(ANSWERS, endless=frozenset({"show all"}), page_lines=page_lines)
    started = time.monotonic()
    version, endless, more = lab.ask(device, "show version", "show all", "show clock", deadline_s=3.0)
    assert time.monotonic() - started < 10
    assert version == ANSWERS["show version"] and isinstance(endless, Unreachable) and "within 3 s" in str(endless)
    assert isinstance(more, Unreachable) and "not asked" in str(more)


def test_an_answer_that_is_too_large(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_shell, "MAX_OUTPUT_BYTES", 200_000)
    large = "set some thing\n" * 20_000
    device = Device({**ANSWERS, "show run": large})
    (refused,) = lab.ask(device, "show run")
    assert isinstance(refused, Unparsed) and "more than 200000 bytes" in str(refused)


def test_a_large_configuration_comes_whole_and_soon(lab: Lab) -> None:
    large = "".join(f"set firewall rule {n} description 'a rule that does something {n}'\n" for n in range(30_000))
    started = time.monotonic()
    assert lab.ask(Device({"show run": large}), "show run") == [large]
    assert time.monotonic() - started < 15, "2 MB"


def test_another_host_key(lab: Lab) -> None:
    device = Device(ANSWERS)
    with pytest.raises(Refused, match="the host key has changed"):
        lab.ask(device, "show run", login=replace(LOGIN, known_host_sha256="recorded-before"))
    assert device.logins == [] and not device.typed
    assert lab.ask(Device(ANSWERS), "show clock", login=replace(LOGIN, known_host_sha256=host_key().get_fingerprint()[7:])) == ["10:00\n"]


def test_a_key_is_noted_before_the_login(lab: Lab) -> None:
    noted: list[str] = []
    device = Device(ANSWERS)
    login = SshLogin(
        "reader", Secret("wr0ng"), note_key=lambda address, port, key: noted.append(f"{address} {len(device.logins)} {key.sha256}")
    )
    with pytest.raises(Denied):
        lab.ask(device, "show run", login=login)
    assert noted == [f"{ADDRESS} 0 {device.fingerprint}"]


OLD = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
}


def test_old_algorithms_are_refused_unless_they_are_allowed(lab: Lab) -> None:
    def old() -> Device:
        return Device(ANSWERS, options=OLD, key=old_host_key())

    with pytest.raises(Unreachable, match="only algorithms that are no longer safe; they are off, and old_algorithms = true allows them"):
        lab.ask(old(), "show clock")
    assert lab.ask(old(), "show clock", login=replace(LOGIN, old_algorithms=True)) == ["10:00\n"]


@pytest.mark.parametrize("options", [OLD, {}])
def test_old_algorithms_in_use_are_told(lab: Lab, options: dict[str, list[str]]) -> None:
    async def used(device: Device) -> tuple[str, ...]:
        async with NetmikoEdge().session(ADDRESS, device.port, "lab", replace(LOGIN, old_algorithms=True)) as session:
            return session.old_algorithms

    lab.ask(Device(ANSWERS), "show clock")
    device = Device(ANSWERS, options=options, key=old_host_key() if options else host_key())
    with playing(device):
        told = asyncio.run(used(device))
    assert told == (("aes128-cbc", "diffie-hellman-group14-sha1", "hmac-sha1", "ssh-rsa") if options else ())


def _through(lab: Lab, jump: Device, device: Device, **more: object) -> list[str | NetarioError]:
    lab.monkeypatch.setattr(netmiko_session, "platforms", lambda: {"lab": Platform("lab", (), {}, {}, (), "shell", ())})
    with playing(jump, device):
        way = SshJump(ADDRESS, jump.port, "hopper", Secret("j4mp"))
        login = replace(LOGIN, jump=replace(way, **more))  # type: ignore[arg-type]
        return asyncio.run(_asked(device, ["show clock"], login, 10))


def test_through_a_jump_host(lab: Lab) -> None:
    jump, device = Device(username="hopper", password="j4mp", key=host_key("jump")), Device(ANSWERS)
    assert _through(lab, jump, device) == ["10:00\n"]
    assert jump.forwarded == [(ADDRESS, device.port)] and jump.logins == [("password", "hopper")]
    assert not jump.typed and device.logins == [("password", "reader")]


def test_a_jump_host_with_another_key_or_password_hears_of_nothing_else(lab: Lab) -> None:
    jump, device = Device(username="hopper", password="j4mp"), Device(ANSWERS)
    with pytest.raises(Refused, match="jump host: the host key has changed"):
        _through(lab, jump, device, known_host_sha256="recorded-before")
    assert jump.logins == [] == device.logins
    with pytest.raises(Denied, match=r"jump host: .* refused the login of 'hopper'"):
        _through(lab, jump, device, password=Secret("wr0ng"))
    assert jump.logins == [("password", "hopper")] and jump.forwarded == [] == device.logins


def test_single_commands_over_exec_channels(lab: Lab) -> None:
    device = Device({**ANSWERS, "odd": "bad command name odd (line 1 column 1)\n"})
    config, absent, odd = lab.ask(device, "show run", "nothing", "odd", channel="exec")
    assert config == CONFIG and isinstance(absent, Unsupported) and isinstance(odd, Unsupported)
    assert device.executed == ["show run", "nothing", "odd"] and not device.typed
    silent = Device(ANSWERS, exec_codes=False)
    assert lab.ask(silent, "show run", channel="exec") == [CONFIG], "an exit code that is never told is no failure"
