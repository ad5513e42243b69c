"""Which product and which version does a line like ``dnsmasq-2.90`` or ``Yealink SIP-T46S 66.85.0.5`` name?

Source: RFC 9110 10.1.5 (product tokens), and what daemons print. No version: the whole line is the product.
"""

import re

_VERSIONED = re.compile(r"([A-Za-z][^/()]*?)(?:[ /_(-]+[vV]?|[vV])(\d+(?:\.\w+)+[\w.+~-]*)(?:[ ;,/()@].*)?")
MAX_PRODUCT_CHARS = 80


def product_version(line: str) -> tuple[str, str]:
    found = _VERSIONED.fullmatch(line)
    return (found[1].strip(" -/")[:MAX_PRODUCT_CHARS], found[2]) if found else (line[:MAX_PRODUCT_CHARS], "")
