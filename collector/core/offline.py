"""What do the commands ``inventory`` and ``diff`` print, from files alone?  Pure: the texts of the files come in.

Raises BadInput, naming the file, where a text is neither a report nor an inventory document.
"""

import json
from collections.abc import Iterable

from pydantic import ValidationError

from collector.core.diff import diff
from collector.core.inventory import build_inventory
from collector.core.merge import fold
from shared.change import Changes
from shared.errors import BadInput
from shared.inventory import INVENTORY_VERSION, Inventory
from shared.report import REPORT_VERSION, Report


def read_document(name: str, text: str | bytes) -> Report | Inventory:
    """A report or an inventory document; ``name`` is the file's, for messages. Raises BadInput."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: not JSON: {error}. Give a file that 'netario-agent scan --output' has written.") from None
    kind = content.get("document") if isinstance(content, dict) else None
    if kind not in ("netario-report", "netario-inventory"):
        raise BadInput(f"{name}: neither a report nor an inventory: its 'document' is {str(kind)[:60]!r}.")
    newest = REPORT_VERSION if kind == "netario-report" else INVENTORY_VERSION
    version = content.get("version", newest)
    if isinstance(version, int) and version > newest:
        raise BadInput(f"{name}: version {version} of {kind} is newer than this program knows ({newest}). Update it.")
    try:
        return Report.model_validate_json(text) if kind == "netario-report" else Inventory.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise BadInput(f"{name}: {place}: {fault['msg']}") from None


def inventory_of(reports: Iterable[Report]) -> Inventory:
    """Merges reports of one site, in the order of their ends."""
    return build_inventory(fold(reports))


def as_inventories(a: Report | Inventory, b: Report | Inventory) -> tuple[Inventory, Inventory]:
    """Two documents to compare. Two reports are of one site: the later is merged on top of the earlier, so that devices keep their ids."""
    if isinstance(a, Report) and isinstance(b, Report):
        both = inventory_of([a, b])
        return (inventory_of([a]), both) if a.finished_utc <= b.finished_utc else (both, inventory_of([b]))
    return _inventory(a), _inventory(b)


def _inventory(document: Report | Inventory) -> Inventory:
    return inventory_of([document]) if isinstance(document, Report) else document


def changes_between(a: Inventory, b: Inventory) -> Changes:
    return Changes(from_utc=a.as_of_utc, to_utc=b.as_of_utc, changes=diff(a, b))
