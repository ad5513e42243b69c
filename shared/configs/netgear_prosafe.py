"""Netgear's managed switches (M4100 to M4500, GSM, ProSafe): ``show running-config``. Source: Netgear's M4300 and M4100 CLI manuals; see
``switch_fastpath``, which Dell shares."""

import re

from shared.configs import Kept, switch_fastpath
from shared.configs.secrets import Redactor

PLATFORM = "netgear_prosafe"
TITLE = "Netgear ProSafe"
SECRETS = switch_fastpath.SECRETS
VOLATILE = switch_fastpath.VOLATILE
_MODELS = re.compile(r"netgear|prosafe|\b(?:M4\d{3}|GSM\d|FSM\d|XSM\d|S3300|GS7\d\dT|GS1\d\d|GC7\d\d|XS7\d\d)", re.IGNORECASE)


def looks_like(text: str) -> bool:
    return bool(_MODELS.search(switch_fastpath.head_of(text)))


def read(text: str, redactor: Redactor) -> Kept:
    return switch_fastpath.read(text, redactor, "Netgear", "", {}, {})
