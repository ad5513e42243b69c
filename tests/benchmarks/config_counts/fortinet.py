"""FortiOS: rules and NAT rules counted line by line, as awk would: the numbers of ``edit`` below ``config firewall policy`` and its kin.

Keys as the reader gives them: ``12``, ``local-in/1``, ``root/12`` in a box with virtual domains; NAT: virtual IPs, then source NAT.
"""

import re

_RULES = {
    "policy": "", "policy6": "policy6/", "consolidated policy": "consolidated/", "security-policy": "security-policy/",
    "policy64": "policy64/",
    "policy46": "policy46/", "proxy-policy": "proxy-policy/", "explicit-proxy-policy": "explicit-proxy-policy/",
    "multicast-policy": "multicast-policy/", "multicast-policy6": "multicast-policy6/", "local-in-policy": "local-in/",
    "local-in-policy6": "local-in6/",
}  # fmt: skip
_FORWARDS = {"vip": "", "vip6": "vip6/", "vip46": "vip46/", "vip64": "vip64/"}


def count(text: str) -> tuple[list[str], list[str]]:
    """Identifiers of firewall rules and of NAT rules, in order."""
    central = bool(re.search(r"^\s*set central-nat enable", text, re.MULTILINE))
    rules, forwards, snat, policies = [], [], [], []
    vdom, table, depth, entry, real = "", "", 0, "", False
    for line in text.splitlines():
        bare = line.strip()
        if bare == "config vdom":
            table = "vdom"
        elif table == "vdom" and bare.startswith("edit "):
            vdom = bare[5:].strip('"') + "/"
            table = ""
        elif depth == 0 and (found := re.fullmatch(r"config firewall ([\w -]+)", bare)):
            table, depth = found[1], 1
        elif depth and bare.startswith("config "):
            depth += 1
            real = bare == "config realservers"
        elif depth and bare == "end":
            depth, real = depth - 1, False
            table = table if depth else ""
        elif depth and bare.startswith("edit "):
            name = bare[5:].strip('"')
            entry = name if depth == 1 else entry
            if depth == 1 and table in _RULES:
                rules.append(f"{vdom}{_RULES[table]}{name}")
            elif depth == 1 and table in _FORWARDS:
                forwards.append(f"{vdom}{_FORWARDS[table]}{name}")
            elif depth == 1 and table == "central-snat-map":
                snat.append(f"{vdom}central-snat/{name}")
            elif depth == 2 and real and table in _FORWARDS:
                if forwards[-1] == f"{vdom}{_FORWARDS[table]}{entry}":
                    forwards.pop()
                forwards.append(f"{vdom}{_FORWARDS[table]}{entry}/{name}")
        elif depth == 1 and table in _RULES and bare == "set nat enable" and not central:
            policies.append(f"{vdom}policy/{_RULES[table]}{entry}")
    return rules, forwards + snat + policies
