"""Dell N-Series (OS6) and PowerConnect 6200 to 8100: ``show running-config``. Source: Dell N-Series CLI reference 6.6; see
``switch_fastpath``, which Netgear shares."""

from shared.configs import Kept, switch_fastpath
from shared.configs.secrets import Redactor

PLATFORM = "dell_os6"
TITLE = "Dell N-Series (OS6)"
SECRETS = switch_fastpath.SECRETS
VOLATILE = switch_fastpath.VOLATILE


def looks_like(text: str) -> bool:
    head = switch_fastpath.head_of(text).lower()
    return "dell" in head or "powerconnect" in head


def read(text: str, redactor: Redactor) -> Kept:
    return switch_fastpath.read(text, redactor, "Dell", "DNOS 6", {}, {})
