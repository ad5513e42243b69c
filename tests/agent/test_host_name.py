"""What is a name, and what only stands where one should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host_name import host_name


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            ".",
            "localhost",
            "LOCALHOST.localdomain",
            "(none)",
            "unknown",
            "android",
            "10.0.0.9",
            "fe80::1",
            "9.0.0.10.in-addr.arpa.",
        ),
        *("10-0-0-9.example", "dhcp-10-0-0-9", "host-9-0-0-10.lan", "ip10-0-0-9", "ec6a2f5e-0000-4000-8000-0123456789ab.local"),
        *("0123456789abcdef", "a" * 254),
    ],
)
def test_no_name(text: str) -> None:
    assert host_name(text, "10.0.0.9") == ""


@pytest.mark.parametrize(
    "text",
    [
        "pc9",
        "fw01.officina-rossi.example",
        "PC-MARIO",
        "10-0-0-8",
        "axis-00408c000001",
        "BRW001122334455",
        "nas",
        "desktop-1a2b3c4",
        "srv-10-0-0",
    ],
)
def test_a_name_stays_as_it_is(text: str) -> None:
    assert host_name(f"{text}.", "10.0.0.9") == host_name(text, "10.0.0.9") == text


@given(st.text(), st.ip_addresses())
def test_any_text_gives_a_name_or_none(text: str, address: object) -> None:
    assert len(host_name(text, str(address))) <= 253
