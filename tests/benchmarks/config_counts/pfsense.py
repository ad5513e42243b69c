"""pfSense: rules and NAT rules counted by XPath. A rule's ``tracker`` is its key, numbered where it comes again.

Floating rules come first, then those of groups and of the interfaces that the system makes, then the others. NAT rules have no ids; the
automatic translation counts as one.
"""

from collections import Counter
from xml.etree import ElementTree

_OF_THE_SYSTEM = {"openvpn", "ipsec", "enc0", "l2tp", "pppoe", "pptp", "wireguard"}


def count(text: str) -> tuple[list[str], list[str]]:
    """Identifiers of firewall rules and of NAT rules, in order."""
    root = ElementTree.fromstring(text)  # noqa: S314 - a recording that we chose
    groups = {each.text for each in root.findall("ifgroups/ifgroupentry/ifname")} | _OF_THE_SYSTEM
    return _numbered(_in_order(root, groups)), [""] * _translations(root)


def _in_order(root: ElementTree.Element, groups: set[str | None]) -> list[ElementTree.Element]:
    rules = [rule for rule in root.findall("filter/rule") if len(rule)]
    floating = [rule for rule in rules if rule.find("floating") is not None]
    grouped = [rule for rule in rules if rule not in floating and rule.findtext("interface") in groups]
    return [*floating, *grouped, *(rule for rule in rules if rule not in floating and rule not in grouped)]


def _numbered(rules: list[ElementTree.Element]) -> list[str]:
    ids = [rule.findtext("tracker") or rule.findtext("associated-rule-id") or "" for rule in rules]
    if not all(ids):
        return [""] * len(ids)
    seen: Counter[str] = Counter()
    found = []
    for each in ids:
        seen[each] += 1
        found.append(each if seen[each] == 1 else f"{each}-{seen[each]}")
    return found


def _translations(root: ElementTree.Element) -> int:
    written = sum(len(each) > 0 for path in ("rule", "onetoone", "npt", "outbound/rule") for each in root.findall(f"nat/{path}"))
    return written + (root.findtext("nat/outbound/mode") in (None, "", "automatic", "hybrid"))
