"""Ubiquiti EdgeRouter (EdgeOS 1.10, 2.0) and USG: ``show configuration``, ``config.boot`` or ``show configuration commands``.

See ``vyatta``.
"""

from shared.configs import Kept, vyatta
from shared.configs.secrets import Redactor

PLATFORM = "ubiquiti_edgerouter"
TITLE = "Ubiquiti EdgeRouter"
SECRETS = vyatta.SECRETS
VOLATILE = vyatta.VOLATILE
looks_like = vyatta.is_edgeos


def read(text: str, redactor: Redactor) -> Kept:
    return vyatta.read(text, redactor, "Ubiquiti", "EdgeOS")
