"""One rule of iptables: what it asks, and what becomes of the packet.

Source: iptables(8), iptables-extensions(8), iptables 1.8.9. What is asked of a packet and has no field is kept as a condition in iptables'
own words, whether its extension is known here or not. ``!`` before an option, or before its value as iptables 1.4.3 and older have it,
means the contrary.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs.linux_rules.chains import Chain, Rule, Translation
from shared.configs.linux_rules.ipset import Ipsets
from shared.configs.linux_rules.iptables_match import PLACES, Asked
from shared.configs.statement import Statement
from shared.firewall import Action
from shared.text import one_line

_VERDICTS = {"ACCEPT": Action.ALLOW, "DROP": Action.DENY, "REJECT": Action.REJECT, "RETURN": Action.RETURN}
_LOGS = {"LOG", "NFLOG", "ULOG"}
_OTHERS = frozenset(
    ("AUDIT", "CHECKSUM", "CLASSIFY", "CLUSTERIP", "CONNMARK", "CONNSECMARK", "CT", "DNPT", "DSCP", "ECN", "HL", "HMARK", "IDLETIMER",
     "LED", "MARK", "MIRROR", "NFQUEUE", "NOTRACK", "QUEUE", "RATEEST", "SECMARK", "SET", "SNPT", "SYNPROXY", "TARPIT", "TCPMSS",
     "TCPOPTSTRIP", "TEE", "TOS", "TPROXY", "TRACE", "TTL", "FLOWOFFLOAD", "ECHO", "IPMARK", "ACCOUNT", "CHAOS", "DELUDE", "SYSRQ")
)  # fmt: skip
_TRANSLATIONS = {"DNAT": "dnat", "REDIRECT": "redirect", "SNAT": "snat", "MASQUERADE": "masquerade", "SAME": "snat"}
_ONE_VALUE = {"--comment", "--string", "--hex-string", "--log-prefix", "--nflog-prefix", "--ulog-prefix", "--u32", "--bytecode"}
"""Options whose value may begin with a dash."""
_NO_VALUE = {"-f", "--fragment", "--syn", "--random", "--random-fully", "--persistent", "--invert", "--rsource", "--rdest", "--update"}
_LONG = {
    "--protocol": "-p", "--proto": "-p", "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--in-interface": "-i",
    "--out-interface": "-o", "--jump": "-j", "--goto": "-g", "--match": "-m", "--source-port": "--sport", "--destination-port": "--dport",
    "--source-ports": "--sports", "--destination-ports": "--dports", "--fragment": "-f",
}  # fmt: skip
_PLAIN_MODULES = frozenset(
    ("tcp", "udp", "sctp", "dccp", "udplite", "icmp", "icmp6", "comment", "state", "conntrack", "multiport", "iprange", "mac", "time",
     "set", "geoip", "addrtype", "esp", "ah", "standard")
)  # fmt: skip
"""Extensions that say nothing beyond their options."""


@dataclass(slots=True)
class _Option:
    name: str
    values: list[str]
    negated: bool

    def words(self) -> str:
        return " ".join([*(["!"] if self.negated else []), self.name, *(_quoted(value) for value in self.values)])


def _quoted(value: str) -> str:
    return f'"{value}"' if not value or " " in value else value


def options(words: Sequence[str]) -> Iterator[_Option]:
    at, negated = 0, False
    while at < len(words):
        word = words[at]
        at += 1
        if word == "!":
            negated = True
            continue
        name = _LONG.get(word, word)
        values: list[str] = []
        if at < len(words) and words[at] == "!" and name not in _NO_VALUE and at + 1 < len(words) and not words[at + 1].startswith("-"):
            negated, at = True, at + 1
        if name in _ONE_VALUE:
            values = list(words[at : at + 1])
        elif name not in _NO_VALUE:
            end = at
            while end < len(words) and words[end] != "!" and not (words[end].startswith("-") and not words[end][1:2].isdigit()):
                end += 1
            values = list(words[at:end])
        at += len(values)
        yield _Option(name, values, negated)
        negated = False


@dataclass(slots=True)
class _Parts:
    """A rule's options, sorted by what they are about."""

    asked: Asked
    target: str = ""
    goto: bool = False
    target_options: list[_Option] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    modules: list[tuple[str, list[str]]] = field(default_factory=list)
    """(extension, options without a field)"""


@dataclass(slots=True)
class RuleReader:
    sets: Ipsets

    def __call__(self, chain: Chain, words: Sequence[str], statement: Statement) -> Rule:
        parts = _Parts(Asked(self.sets, chain.key[0]))
        told = list(options(words))
        for option in told:
            _sort(parts, option)
        terms = parts.asked.terms
        terms.conditions += [_condition(module, asked) for module, asked in parts.modules if asked or module not in _PLAIN_MODULES]
        rule = Rule(chain, _digest(chain, told), one_line(" ".join(parts.comments)), statement.text, statement.line, terms)
        rule.why_without_effect = parts.asked.why_without_effect
        _give_action(rule, parts)
        terms.settle()
        return rule


def _sort(parts: _Parts, option: _Option) -> None:
    if option.name in ("-j", "-g") and option.values:
        parts.target, parts.goto = option.values[0], option.name == "-g"
    elif option.name == "-m" and option.values:
        parts.modules.append((option.values[0], []))
    elif option.name == "--comment":
        parts.comments += option.values
    elif option.name == "-c":
        return
    elif not (option.name in PLACES and PLACES[option.name](parts.asked, option.values, option.negated)):
        if parts.target and option.name not in PLACES:
            parts.target_options.append(option)
        elif parts.modules and option.name.startswith("--"):
            parts.modules[-1][1].append(option.words())
        else:
            parts.asked.terms.conditions.append(option.words())


def _condition(module: str, asked: Sequence[str]) -> str:
    return " ".join([*(["-m", module] if module not in _PLAIN_MODULES else []), *asked])


def _give_action(rule: Rule, parts: _Parts) -> None:
    name = parts.target
    words = " ".join([name, *(option.words() for option in parts.target_options)])
    told: Mapping[str, str] = {option.name: " ".join(option.values) for option in parts.target_options}
    rule.native_action = words
    if name in _VERDICTS:
        rule.action = _VERDICTS[name]
    elif name in _LOGS:
        rule.action, rule.log = Action.LOG, True
    elif name in _TRANSLATIONS or name == "NETMAP":
        rule.nat = _translation(name, rule.chain, told)
        rule.terms.conditions += [option.words() for option in parts.target_options if option.name not in _TARGETS]
    elif not name or name in _OTHERS:
        rule.action = Action.OTHER
    else:
        rule.action, rule.native_action = Action.JUMP, f"{'goto' if parts.goto else 'jump'} {name}"
        rule.calls = ((*rule.chain.key[:2], name),)
        rule.terms.conditions += [option.words() for option in parts.target_options]


_TARGETS = ("--to-destination", "--to-source", "--to", "--to-ports")


def _translation(name: str, chain: Chain, told: Mapping[str, str]) -> Translation:
    to = next((told[option] for option in _TARGETS if option in told), "")
    if name == "NETMAP":
        incoming = chain.hook in ("prerouting", "output") or not chain.hook
        return Translation("dnat" if incoming else "snat", to)
    kind = _TRANSLATIONS[name]
    if kind in ("redirect", "masquerade"):
        return Translation(kind, "", to)
    return Translation(kind, *_address_and_ports(to))


def _address_and_ports(text: str) -> tuple[str, str]:
    """``10.0.0.5:80-90``, ``10.0.0.5-10.0.0.9``, ``[fd00::5]:80``, ``fd00::5``, ``:80``"""
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        tail = rest.lstrip("-[")
        return (f"{address}-{tail.partition(']')[0]}" if rest.startswith("-[") else address), rest.rpartition(":")[2] if ":" in rest else ""
    if text.count(":") > 1:
        return text, ""
    address, _, ports = text.partition(":")
    return address, ports


def _digest(chain: Chain, told: Sequence[_Option]) -> str:
    plain = [words for option in told if option.name not in ("--comment", "-c") and (words := option.words()) != "-m comment"]
    text = "\0".join([*chain.key, *plain])
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
