"""The printer prn01: an HP LaserJet with its JetDirect network card.

Source: RFC 2790 (HOST-RESOURCES-MIB), RFC 3805 (Printer-MIB v2); the object identifier is the one that JetDirect cards give.
"""

from collections.abc import Iterator

from tests.labs.demo.recordings import COUNTER, ETHERNET, INTEGER, LOOPBACK, OBJECT, TEXT, UP, Row, interface, lines, own_address, system
from tests.labs.demo.truth import Host, Truth

OBJECT_ID = "1.3.6.1.4.1.11.2.3.9.1"
_HOST = "1.3.6.1.2.1.25"
_PRINTER = "1.3.6.1.2.1.43"
_TONER_PAGES, _TONER_LEFT_PAGES = 3000, 1260
_PAGES_PRINTED = 48_213


def _device(host: Host) -> Iterator[Row]:
    yield f"{_HOST}.3.2.1.1.1", INTEGER, 1
    yield f"{_HOST}.3.2.1.2.1", OBJECT, "1.3.6.1.2.1.25.3.1.5"
    yield f"{_HOST}.3.2.1.3.1", TEXT, host.model
    yield f"{_HOST}.3.2.1.5.1", INTEGER, 2
    yield f"{_HOST}.3.2.1.6.1", COUNTER, 0
    yield f"{_HOST}.3.5.1.1.1", INTEGER, 3
    yield f"{_PRINTER}.5.1.1.16.1", TEXT, host.name
    yield f"{_PRINTER}.5.1.1.17.1", TEXT, host.serial


def _supplies() -> Iterator[Row]:
    """One toner cartridge, counted in impressions, and how many pages the engine has printed."""
    table = f"{_PRINTER}.11.1.1"
    for column, value in ((2, 1), (3, 1), (4, 3), (5, 3), (7, 7), (8, _TONER_PAGES), (9, _TONER_LEFT_PAGES)):
        yield f"{table}.{column}.1.1", INTEGER, value
    yield f"{table}.6.1.1", TEXT, "Black Cartridge HP CF259A"
    yield f"{_PRINTER}.12.1.1.4.1.1", TEXT, "black"
    yield f"{_PRINTER}.10.2.1.3.1.1", INTEGER, 7
    yield f"{_PRINTER}.10.2.1.4.1.1", COUNTER, _PAGES_PRINTED


def recording(host: Host, truth: Truth) -> str:
    rows: list[Row] = [*system(host, truth, OBJECT_ID, services=64, days_up=19), *own_address(host, index=2)]
    rows += interface(1, "lo", LOOPBACK, "", UP, 10)
    rows += interface(2, "eth0", ETHERNET, host.mac, UP, 1000)
    rows.append(("1.3.6.1.2.1.2.1.0", INTEGER, 2))
    return lines([*rows, *_device(host), *_supplies()])
