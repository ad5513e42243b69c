"""A host that answers ARP and nothing else, as a workstation with its firewall shut does.  Source: nft(8)."""

from collections.abc import Sequence

from tests.labs.demo.daemons import Lab, Program, run
from tests.labs.demo.truth import Host

_RULES = "table inet shut { chain input { type filter hook input priority filter; policy drop; }; }\n"


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    run("nft", "-f", "-", text=_RULES)
    return ()
