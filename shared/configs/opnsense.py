"""OPNsense: ``config.xml``, as a backup or from ``/conf``. Versions 18 to 26: what has moved to the newer form is read in both.

Sources: OPNsense's models and ``src/etc/inc``, its manual; see ``shared.configs.pf``.
"""

from shared.configs import Kept
from shared.configs.pf import reader, secrets, volatile
from shared.configs.pf.box import Box
from shared.configs.pf.mvc_dhcp import read_mvc_dhcp
from shared.configs.pf.mvc_filter import read_mvc_filter
from shared.configs.pf.mvc_vpn import read_mvc_openvpn, read_mvc_wireguard
from shared.configs.pf.nat import Nat
from shared.configs.pf.root import first_element
from shared.configs.pf.rules import Placed
from shared.configs.pf.swanctl import read_swanctl
from shared.configs.secrets import Redactor

PLATFORM = "opnsense"
TITLE = "OPNsense"
SECRETS = secrets.SECRETS
VOLATILE = volatile.VOLATILE


def looks_like(text: str) -> bool:
    return first_element(text) == "opnsense"


def read(text: str, redactor: Redactor) -> Kept:
    return reader.read(text, redactor, "opnsense", opnsense=True, further=_further)


def _further(box: Box, nat: Nat, rules: list[Placed]) -> None:
    for part in (read_mvc_dhcp, read_swanctl, read_mvc_openvpn, read_mvc_wireguard):
        part(box)
    read_mvc_filter(box, nat, rules)
