"""Who made this computer, which model and serial number is it, and what is it called?

Source: Win32_ComputerSystem, Win32_ComputerSystemProduct, Win32_BIOS (Microsoft Learn, CIMWin32 provider; SMBIOS DSP0134 types 0 and 1).
What a maker left unfilled is no name of a model: boards of clones say ``System Product Name``, ``To be filled by O.E.M.``.
"""

from collections.abc import Iterator

from agent.windows import Answers, Peer, Query
from shared.observation import Observation, SystemSeen

GROUP = "computer system"
QUERIES = (
    Query("SELECT Name, DNSHostName, Domain, PartOfDomain, Manufacturer, Model FROM Win32_ComputerSystem"),
    Query("SELECT SerialNumber FROM Win32_BIOS"),
    Query("SELECT IdentifyingNumber, Vendor, Name, Version FROM Win32_ComputerSystemProduct"),
)

_UNFILLED = frozenset(
    {
        *("", "none", "n/a", "0", "default string", "to be filled by o.e.m.", "not applicable", "not specified", "unknown", "o.e.m."),
        *("system manufacturer", "system product name", "system serial number", "system version", "invalid", "123456789", "chassis"),
    }
)


def read(peer: Peer, systems: Answers, firmwares: Answers, products: Answers) -> Iterator[Observation]:
    system, firmware, product = ((answer or [{}])[0] for answer in (systems, firmwares, products))
    vendor = _filled(system, "Manufacturer") or _filled(product, "Vendor")
    model = _filled(system, "Model") or _filled(product, "Name")
    # Lenovo writes the type number into Model and what stands on the lid into Version
    if vendor.upper() == "LENOVO" and _filled(product, "Version"):
        model = _filled(product, "Version")
    yield SystemSeen(
        name=_full_name(system),
        vendor=vendor,
        model=model,
        serial=_filled(firmware, "SerialNumber") or _filled(product, "IdentifyingNumber"),
    )


def _filled(answer: dict[str, str], name: str) -> str:
    value = answer.get(name, "").strip()
    return "" if value.lower() in _UNFILLED else value


def _full_name(system: dict[str, str]) -> str:
    """With the domain, where it is a member of one; a workgroup's name is no part of a host's name."""
    host = system.get("DNSHostName") or system.get("Name", "")
    domain = system.get("Domain", "")
    return f"{host}.{domain}" if host and "." in domain and system.get("PartOfDomain", "").lower() == "true" else host
