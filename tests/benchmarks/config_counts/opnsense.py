"""OPNsense: rules of both stores and NAT rules, counted by XPath. A rule's uuid is its key; older files have none.

NAT rules of the older store have no ids; the automatic translation counts as one.
"""

from xml.etree import ElementTree


def count(text: str) -> tuple[list[str], list[str]]:
    """Identifiers of firewall rules and of NAT rules, in order."""
    root = ElementTree.fromstring(text)  # noqa: S314 - a recording that we chose
    newer = sorted(root.findall("OPNsense/Firewall/Filter/rules/rule"), key=lambda rule: int(rule.findtext("sequence") or 0))
    groups = {each.findtext("ifname") for each in root.findall("ifgroups/ifgroupentry")}
    groups |= {each.tag for each in root.findall("interfaces/*") if each.findtext("type") == "group"}
    places: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for rule in (*newer, *(rule for rule in root.findall("filter/rule") if len(rule))):
        interfaces = [name for name in (rule.findtext("interface") or "").split(",") if name]
        is_newer = rule.find("source_net") is not None
        floating = len(interfaces) != 1 if is_newer else rule.find("floating") is not None or not interfaces
        place = 0 if floating else 1 if interfaces[0] in groups else 2
        places[place].append(rule.get("uuid") or "")
    ids = [each for place in (0, 1, 2) for each in places[place]]
    return ids if all(ids) else [""] * len(ids), [""] * _translations(root)


def _translations(root: ElementTree.Element) -> int:
    older = sum(len(each) > 0 for path in ("rule", "onetoone", "npt", "outbound/rule") for each in root.findall(f"nat/{path}"))
    newer = sum(len(root.findall(f"OPNsense/Firewall/Filter/{part}/rule")) for part in ("snatrules", "onetoone", "npt"))
    return older + newer + (root.findtext("nat/outbound/mode") in (None, "", "automatic", "hybrid"))
