"""How much of a network is found, and how much of what is told is true: figures of one inventory against the truth.

Recall: of what is there, the share that was found. Precision: of what was told, the share that is there.
"""

from shared.inventory import Device, Inventory
from tests.labs.demo.truth import Host, Truth
from tests.labs.found import Tally, tally

_SAME_SERVICE = {
    **dict.fromkeys(("netbios-ssn", "microsoft-ds"), "smb"),
    **dict.fromkeys(("smtps", "submission"), "smtp"),
    "imaps": "imap",
    "pop3s": "pop3",
    "https": "http",
    "printer": "lpd",
    "ipps": "ipp",
}
"""The same protocol, with TLS from the first byte or on a port of its own; the port's number tells which."""


def shares(figures: Tally) -> tuple[float, float]:
    """(recall, precision)"""
    both = len(figures.expected & figures.found)
    return both / max(1, len(figures.expected)), both / max(1, len(figures.found))


def told(figures: Tally) -> str:
    """One line for a person, and one for each difference."""
    recall, precision = shares(figures)
    wrong = [*(f"   missing: {words}" for words in figures.missing), *(f"   not there: {words}" for words in figures.invented)]
    return "\n".join([f"{figures.category}: {len(figures.expected)} there, recall {recall:.2f}, precision {precision:.2f}", *wrong])


def service_names(truth: Truth, inventory: Inventory) -> Tally:
    found = {host.name: _device(inventory, host) for host in truth.lan_hosts}
    return tally(
        "service names",
        (f"{host.name} {port.number} {_service(port.service)}" for host in truth.lan_hosts for port in host.ports),
        (
            f"{name} {port.number} {_service(port.service)}"
            for name, device in found.items()
            for port in (device.ports if device else ())
            if port.protocol == "tcp"
        ),
    )


def _service(name: str) -> str:
    return _SAME_SERVICE.get(name, name)


def split_or_shared(truth: Truth, inventory: Inventory) -> dict[str, list[list[str]]]:
    """The hosts whose addresses do not all belong to one device that has them alone: name -> the devices of each address."""
    holders: dict[str, list[str]] = {}
    for device in inventory.devices:
        for held in device.addresses:
            holders.setdefault(held.address, []).append(device.id)
    wrong: dict[str, list[list[str]]] = {}
    for host in truth.lan_hosts:
        of_each = [holders.get(address.partition("/")[0], []) for each in host.interfaces for address in each.addresses]
        if len(of_each[0]) != 1 or any(ids != of_each[0] for ids in of_each):
            wrong[host.name] = of_each
    return wrong


def _device(inventory: Inventory, host: Host) -> Device | None:
    return next((device for device in inventory.devices if host.address in {held.address for held in device.addresses}), None)
