"""Are there hosts behind these answers, or does one firewall answer for all of them?

Some firewalls complete TCP handshakes in the place of whatever is behind them, whether it is there or not. Then every address of the range
"answers", and by TCP alone. Pure.
"""

from collections.abc import Mapping

_FEW = 8
"""Below this many, all may well be servers."""
_SHARE = 0.9


def alike(answers: Mapping[str, str], asked: int) -> bool:
    """``answers``: address -> ``icmp`` or ``tcp/443``, as ``LivenessEdge.sweep`` gives it. Whether TCP answers say nothing here."""
    by_icmp = sum(how == "icmp" for how in answers.values())
    by_tcp = len(answers) - by_icmp
    return by_tcp >= _FEW and by_tcp >= _SHARE * (asked - by_icmp)


def believed(answers: Mapping[str, str], asked: int) -> list[str]:
    """The addresses at which somebody is."""
    tcp_counts = not alike(answers, asked)
    return [address for address, how in answers.items() if tcp_counts or how == "icmp"]
