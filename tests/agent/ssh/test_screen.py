"""What a terminal shows, and what of it is a prompt, a pager, a question or a refusal."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.edge import ssh_screen
from shared.errors import Denied, Unsupported


def test_a_banner_is_no_prompt_and_a_file_is_no_pager() -> None:
    for line in ("switch#", "fw $ ", "user@host:~$", "[admin@MikroTik] >", "<HP>", "[SW]", "{master:0}[edit]%"):
        assert ssh_screen.looks_like_a_prompt(line), line
    for line in ("", "Welcome", "--More--", "Press any key", "Password:", "<--- More --->"):
        assert not ssh_screen.looks_like_a_prompt(line), line
    prompt = ssh_screen.prompt_of("FGT-1 (root) # ")
    assert prompt.fits("FGT-1 #") and prompt.fits("FGT-1 (global) # ") and not prompt.fits("set hostname FGT-1")


def test_drawing_takes_no_longer_than_the_text_is() -> None:
    started = time.monotonic()
    for hostile in ("\x1b[9999C" * 200_000, "\b \r" * 500_000, "\x1b[" * 500_000, "\x1b]" * 500_000, "\x1b[2K\x1b[4000Gx" * 3_000):
        ssh_screen.shown(hostile)
        ssh_screen.pager_key(hostile)
        ssh_screen.looks_like_a_prompt(hostile[:100_000])
    assert time.monotonic() - started < 10


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=("Cc", "Cs")), max_size=60), max_size=20))
def test_plain_text_is_shown_as_it_is(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert ssh_screen.shown(text) == text == ssh_screen.shown(text.replace("\n", "\r\n")) == ssh_screen.shown(text.replace("\n", "\r\r\n"))


@given(st.text(alphabet="ab \r\n\b\x1b[;0123456789?HKJDCGPmhl(E])", max_size=300))
def test_whatever_is_sent_is_drawn(text: str) -> None:
    shown = ssh_screen.shown(text)
    assert not set("\r\b") & set(shown)
    ssh_screen.prompt_of(shown).fits(shown)
    ssh_screen.without_echo(shown, "a b", ssh_screen.looks_like_a_prompt)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("abc\rX", "Xbc"),
        ("abc\b\bX", "aXc"),
        ("--More--\r        \rname lan", "name lan"),
        ("\x1b[24;1H\x1b[2KHP# \x1b[24;5Hshow run\x1bEend", "HP# show run\nend"),
        ("one\x1b[1;0H\x1b[1M\x1b[24;1H\x1b[1Ltwo", "one\x1b[1;0H\ntwo".replace("\x1b[1;0H", "")),
        ("\x1b[H\x1b[J(GS724T) #", "\n(GS724T) #"),
        ("\x1b]0;title\x07\x1b[32mgreen\x1b[0m", "green"),
        ("kept  ", "kept  "),
    ],
)
def test_control_sequences(raw: str, seen: str) -> None:
    assert ssh_screen.shown(raw) == seen


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("                 ^\n% Invalid input detected at '^' marker.\n", Unsupported),
        ("Unknown action 0\nCommand fail. Return code -1\n", Unsupported),
        ("command parse error before 'full'\nCommand fail. Return code -61\n", Unsupported),
        ("bad command name foo (line 1 column 2)\n", Unsupported),
        ("% Authorization failed.\n", Denied),
        ("error: permission denied\n", Denied),
        ("hostname sw1\nsnmp-server community [removed] ro\n", None),
        ("set comment 'unknown command of old'\n" * 20, None),
        ("", None),
    ],
)
def test_a_refusal_is_told_from_an_answer(text: str, kind: type[Exception] | None) -> None:
    refused = ssh_screen.refusal("show x", text)
    assert refused is None if kind is None else type(refused) is kind
