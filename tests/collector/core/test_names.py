"""What a device is called, whichever probe says it."""

import pytest

from collector.core.names import hostnames
from shared.observation import NameSeen, NameSource

HERE = "192.0.2.9"


@pytest.mark.parametrize("source", NameSource)
def test_a_name_of_every_source_is_taken(source: NameSource) -> None:
    assert hostnames([NameSeen(address=HERE, name="SRV01", source=source)]) == ("srv01",)
    assert hostnames([], [(source, "SRV01")]) == ("srv01",)


def test_what_a_device_calls_itself_goes_before_what_its_page_or_certificate_says() -> None:
    told = [
        NameSeen(address=HERE, name="www.example", source=NameSource.TLS),
        NameSeen(address=HERE, name="Login", source=NameSource.HTTP),
        NameSeen(address=HERE, name="SRV01", source=NameSource.SMB),
    ]
    assert hostnames(told) == ("srv01", "login", "www.example")
