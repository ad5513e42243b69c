"""The spellings that switches have for one port."""

import pytest

from shared.port_name import port_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GigabitEthernet1/0/1", "Gi1/0/1"),
        ("GigabitEthernet7", "gi7"),
        ("TenGigabitEthernet1/1/1", "Te1/1/1"),
        ("FastEthernet0/3", "Fa0/3"),
        ("Port-Channel1", "Po1"),
        ("ethernet 1/0/5", "Ethernet1/0/5"),
        ("ge-0/0/1", "GE-0/0/1"),
    ],
)
def test_the_same_port(one: str, other: str) -> None:
    assert port_key(one) == port_key(other)


@pytest.mark.parametrize(("one", "other"), [("Gi1/0/1", "Te1/0/1"), ("1", "10"), ("Gi1/0/1", "Gi1/0/11"), ("Trk1", "1")])
def test_not_the_same_port(one: str, other: str) -> None:
    assert port_key(one) != port_key(other)
