"""A printer's and a switch's page show what they are made of, in the reader's language."""

from tests.collector.pages.conftest import Browser, Place
from tests.collector.pages.test_pages import device


def test_a_printer_shows_its_supplies(browser: Browser, place: Place) -> None:
    page = browser.get(device(browser, place, "laser-ufficio"))
    for words in ("Supplies", "Cyan Cartridge HP CF401X", "4\N{NO-BREAK SPACE}%", "runs low", "toner runs low", "20480"):
        assert words in page.text


def test_a_switch_shows_parts_powered_ports_and_vlans(browser: Browser, place: Place) -> None:
    page = browser.get(device(browser, place, "sw01"))
    for words in ("FOC1932X0Y1", "transceiver", "13 of 370 W", "feeds", "VLANs of the ports", "20, 30-32"):
        assert words in page.text


def test_in_italian_too(browser: Browser, place: Place) -> None:
    path = device(browser, place, "laser-ufficio")
    page = browser.web.get(path, headers={"accept-language": "it"}).text
    assert "Materiali di consumo" in page and "in esaurimento" in page
