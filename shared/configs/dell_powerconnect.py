"""Dell PowerConnect 2800 to 5500 (``show running-config``); the later ones that speak FASTPATH are read as those.

Source: Dell PowerConnect 5400 and 5500 CLI references. They come of the maker of Cisco's Small Business switches and take the same words;
ports are ``ethernet g1`` or ``gi1/0/1``, ranges ``ethernet g(1-12)``.
"""

import re

from shared.configs import Kept, cisco_s300, switch_fastpath
from shared.configs.secrets import Redactor, SecretRules

PLATFORM = "dell_powerconnect"
TITLE = "Dell PowerConnect"
SECRETS = SecretRules((*cisco_s300.SECRETS.rules, *switch_fastpath.SECRETS.rules))
VOLATILE = switch_fastpath.VOLATILE
_OLD = re.compile(r"^interface (?:range )?(?:ethernet|port-channel) (?:\d/)?(?:[gext]{1,2}\(?\d|\d+$)", re.MULTILINE)


def looks_like(text: str) -> bool:
    head = switch_fastpath.head_of(text).lower()
    return "powerconnect" in head or "dell" in head or (bool(_OLD.search(text)) and not head)


def read(text: str, redactor: Redactor) -> Kept:
    if switch_fastpath.head_of(text):
        return switch_fastpath.read(text, redactor, "Dell", "", {}, {})
    return cisco_s300.read_as(text, redactor, "Dell", "")
