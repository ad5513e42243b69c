"""Rules whose destination is anything: they see what is sent to the device itself as well.

A make that has one list for both prints such a rule once. It is told once as it stands, for what passes, and once as implied, for what the
device itself is sent: else nobody would see that it opens, or shuts, the device's own services.
"""

from collections.abc import Iterable, Iterator

from shared.firewall import ANY, FirewallRule, Scope


def with_own(rules: Iterable[FirewallRule]) -> Iterator[FirewallRule]:
    """The rules counted anew; behind each for anything its implied other half."""
    order = 0
    for rule in rules:
        order += 1
        yield rule.model_copy(update={"order": order})
        if rule.scope is Scope.FORWARD and tuple(rule.destinations) == (ANY,) and ANY in rule.to:
            order += 1
            yield rule.model_copy(
                update={
                    "order": order,
                    "key": f"{rule.key} self",
                    "scope": Scope.INPUT,
                    "implicit": True,
                    "destinations": ("self",),
                    "to": (ANY,),
                }
            )
