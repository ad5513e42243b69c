"""pfSense CE and Plus: ``config.xml``, as a backup or from ``/cf/conf``. Versions 2.3 to 2.8, which differ little.

Sources: pfSense's ``src/etc/inc`` and its manual; see ``shared.configs.pf``.
"""

from shared.configs import Kept
from shared.configs.pf import reader, secrets, volatile
from shared.configs.pf.root import first_element
from shared.configs.secrets import Redactor

PLATFORM = "pfsense"
TITLE = "pfSense"
SECRETS = secrets.SECRETS
VOLATILE = volatile.VOLATILE


def looks_like(text: str) -> bool:
    return first_element(text) == "pfsense"


def read(text: str, redactor: Redactor) -> Kept:
    return reader.read(text, redactor, "pfsense", opnsense=False)
