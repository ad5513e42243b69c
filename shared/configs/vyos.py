"""VyOS 1.2 to 1.5: ``show configuration``, ``config.boot`` or ``show configuration commands``. See ``vyatta``."""

from shared.configs import Kept, vyatta
from shared.configs.secrets import Redactor

PLATFORM = "vyos"
TITLE = "VyOS"
SECRETS = vyatta.SECRETS
VOLATILE = vyatta.VOLATILE
looks_like = vyatta.is_vyos


def read(text: str, redactor: Redactor) -> Kept:
    return vyatta.read(text, redactor, "VyOS", "VyOS")
