"""The hosts of a site that a router's tables name and that the agent did not reach, as a table below the devices."""

from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import columns
from collector.sections.parts.model import N_, Cell, Row, Table, Tone, Value, phrase, table
from shared.inventory import NotContacted

FOLDED_ABOVE = 20


def not_contacted_table(known: Directory) -> Table:
    rows = tuple(
        Row(
            (
                (Value(each.address, code=True),),
                _maker(each, known),
                (Value(each.subnet, code=True),) if each.subnet else (),
                tuple(known.device_value(by) for by in each.told_by),
            )
        )
        for each in known.inventory.not_contacted
    )
    names = columns(N_("Address"), N_("Network card"), N_("Subnet"), N_("Known by"))
    return table("not-contacted", phrase(N_("Seen by other devices, not contacted")), names, rows, folded=len(rows) > FOLDED_ABOVE)


def _maker(each: NotContacted, known: Directory) -> Cell:
    """The MAC address, with the device that it belongs to, or who made it."""
    if not each.mac:
        return ()
    if each.device:
        return (Value(each.mac, code=True), known.device_value(each.device))
    return (Value(each.mac, code=True), *([Value(each.vendor, tone=Tone.QUIET)] if each.vendor else []))
