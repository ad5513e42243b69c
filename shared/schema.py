"""The published form of each JSON document: ``python -m shared.schema DIR`` writes one JSON Schema a document.

``deploy/schema/`` holds what is published; a test refuses a change of it that was not written down there.
"""

import json
import sys
from pathlib import Path

from shared.change import Changes
from shared.device_config import ReadConfig
from shared.inventory import Inventory
from shared.model import Frozen
from shared.report import Report
from shared.snmp_answer import SnmpAnswer

DOCUMENTS: dict[str, type[Frozen]] = {
    "report": Report,
    "inventory": Inventory,
    "changes": Changes,
    "snmp-answer": SnmpAnswer,
    "config": ReadConfig,
}


def schema(document: type[Frozen]) -> str:
    return json.dumps(document.model_json_schema(mode="serialization"), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in DOCUMENTS.items():
        (folder / f"{name}.json").write_text(schema(document), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
