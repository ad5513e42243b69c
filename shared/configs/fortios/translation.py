"""Address translation: virtual IPs are port forwards, policies with ``nat`` and the central table are source NAT.

A virtual IP without ``portforward`` translates a whole address, both ways. It does something only where an enabled policy names it, or in
central NAT. A policy with ``set nat enable`` keeps its flag and stands in source NAT once, as ``policy/NUMBER``; where central NAT is on,
its flag does not count. Source: Fortinet's CLI reference, firewall vip, ippool, central-snat-map; Administration Guide, "Central SNAT".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import OFF, Entry, account, each, names, raw, table, taken
from shared.configs.fortios.policies import KINDS, rule_key
from shared.firewall import ANY, PortForward, SourceNat, SourceNatKind

VIPS = {"firewall vip": "", "firewall vip6": "vip6/", "firewall vip46": "vip46/", "firewall vip64": "vip64/"}
"""Each with what goes before its names."""
_GROUPS = ("firewall vipgrp", "firewall vipgrp6", "firewall vipgrp46", "firewall vipgrp64")
_READ = names(
    "type extip extintf mappedip mapped-addr portforward protocol extport mappedport comment status src-filter"
    " srcintf-filter service realservers server-type nat-source-vip extaddr ipv6-mappedip ipv6-mappedport portmapping-type"
    " nat46 nat64 nat66 http-redirect ssl-mode ldb-method monitor one-click-gslb-server user-agent-detect"
)
_PART = names(
    "id uuid color arp-reply nd-reply gratuitous-arp-interval dns-mapping-ttl persistence http-cookie-domain-from-host"
    " http-cookie-domain http-cookie-path http-cookie-generation http-cookie-age http-cookie-share https-cookie-secure"
    " http-multiplex http-multiplex-ttl http-multiplex-max-request http-multiplex-max-concurrent-request http-ip-header"
    " http-ip-header-name outlook-web-access weblogic-server websphere-server ssl-certificate ssl-dh-bits ssl-algorithm"
    " ssl-cipher-suites ssl-server-algorithm ssl-server-cipher-suites ssl-pfs ssl-min-version ssl-max-version"
    " ssl-server-min-version ssl-server-max-version ssl-accept-ffdhe-groups ssl-send-empty-frags ssl-client-fallback"
    " ssl-client-renegotiation ssl-client-session-state-type ssl-client-session-state-timeout ssl-client-session-state-max"
    " ssl-client-rekey-count ssl-server-session-state-type ssl-server-session-state-timeout ssl-server-session-state-max"
    " ssl-http-location-conversion ssl-http-match-host ssl-hpkp ssl-hpkp-primary ssl-hpkp-backup ssl-hpkp-age"
    " ssl-hpkp-report-uri ssl-hpkp-include-subdomains ssl-hsts ssl-hsts-age ssl-hsts-include-subdomains"
    " max-embryonic-connections add-nat46-route add-nat64-route embedded-ipv4-address nat44 gslb-domain-name gslb-hostname"
    " gslb-public-ips ssl-server-renegotiation h2-support h3-support quic ssl-server-session-state client-cert"
    " empty-cert-action http-supported-max-version src-vip-filter"
)
_NO_ADDRESS = ("", "0.0.0.0", "::", "0.0.0.0-0.0.0.0")  # noqa: S104 - no listener


@dataclass(frozen=True, slots=True)
class Server:
    """Where a virtual IP leads to; of several that share its load each is one."""

    key: str
    address: str
    ports: str = ""
    enabled: bool = True
    note: str = ""


def read_names(box: Box, vdom: Vdom) -> None:
    """The addresses inside that a virtual IP's name stands for in a policy, before policies are read."""
    for name in VIPS:
        for entry in vdom.table(name).values():
            account(box.reading, entry, _READ, _PART, "settings of virtual IPs")
            vdom.forwards[entry.name] = _inside(box, entry)
    for name in _GROUPS:
        for entry in vdom.table(name).values():
            account(box.reading, entry, ("member", "comments", "interface"), ("uuid", "color"), "settings of virtual IPs")
            inside = tuple(dict.fromkeys(v for member in entry.all("member") for v in vdom.forwards.get(member, (member,))))
            vdom.forwards[entry.name] = inside
    for name in ("firewall ippool", "firewall ippool6"):
        for entry in vdom.table(name).values():
            account(box.reading, entry, _POOL, _POOL_PART, "settings of address pools")
            vdom.pools[entry.name] = _pool(box, entry)


def _inside(box: Box, entry: Entry) -> tuple[str, ...]:
    """The name stands for itself where the virtual IP is not understood, which ``read_forwards`` then lists as unread."""
    try:
        return tuple(dict.fromkeys(server.address for server in _servers(box, entry) if server.address != ANY)) or (entry.name,)
    except ValueError:
        return (entry.name,)


def read_forwards(box: Box, vdom: Vdom) -> None:
    users = _users_of_forwards(box, vdom)
    for name, prefix in VIPS.items():
        for found in each(box.reading, vdom.table(name), partial(_forwards, box, vdom, prefix, users)):
            box.reading.port_forwards += found


def _users_of_forwards(box: Box, vdom: Vdom) -> dict[str, str]:
    """A virtual IP's name -> the key of the first policy that uses it: an enabled one where there is any."""
    groups = {entry.name: entry.all("member") for name in _GROUPS for entry in vdom.table(name).values()}
    found: dict[str, str] = {}
    policies = [(kind, entry) for kind in KINDS for entry in vdom.table(kind.table).values()]
    for wanted in ("enable", "disable"):
        for kind, entry in policies:
            if entry.get("status", "enable") == wanted:
                named = [*entry.all("dstaddr"), *entry.all("dstaddr6"), *entry.all("dstaddr4")]
                for name in (member for one in named for member in (one, *groups.get(one, ()))):
                    found.setdefault(name, rule_key(box, vdom, kind.prefix, entry))
    return found


def _forwards(box: Box, vdom: Vdom, prefix: str, users: Mapping[str, str], entry: Entry) -> list[PortForward]:
    if entry.get("type") == "dns-translation":
        box.reading.pass_over("DNS translation", entry.statement)
        return []
    interfaces = tuple(entry.all("srcintf-filter")) or tuple(name for name in entry.all("extintf") if name != "any")
    portforward = entry.on("portforward") or entry.get("type") == "server-load-balance"
    about = {
        "name": entry.name, "protocol": _protocol(entry, portforward), "from": interfaces or (ANY,), "public_address": _public(entry),
        "public_ports": _ports(entry.get("extport")) if portforward else ANY, "sources": _sources(box, entry),
        "bidirectional": not portforward or entry.on("nat-source-vip"), "linked_rule": users.get(entry.name, ""),
        "comment": entry.get("comment"), "raw": raw(entry), "line": entry.statement.line,
    }  # fmt: skip
    on, conditions = entry.get("status", "enable") == "enable", tuple(_conditions(vdom, entry, users))
    return [
        PortForward.model_validate(
            {
                **about, "key": box.key(vdom, f"{prefix}{server.key}"), "order": len(box.reading.port_forwards) + number,
                "enabled": on and server.enabled, "to_address": server.address, "to_ports": server.ports if portforward else "",
                "conditions": (*conditions, server.note) if server.note else conditions,
            }
        )
        for number, server in enumerate(_servers(box, entry), 1)
    ]  # fmt: skip


def _servers(box: Box, entry: Entry) -> list[Server]:
    if "realservers" in entry.tables and entry.get("type") in ("server-load-balance", "load-balance"):
        return list(_real_servers(box, entry))
    inside = entry.all("mappedip") or entry.all("ipv6-mappedip") or entry.all("mapped-addr")
    address = ",".join(_range(part) for part in inside)
    ports = _ports(entry.get("mappedport") or entry.get("ipv6-mappedport") or entry.get("extport"))
    return [Server(entry.name, address or "any", "" if ports == _ports(entry.get("extport")) else ports)]


_REAL = names("ip port status address type")
_REAL_PART = names(
    "id weight holddown-interval healthcheck http-host max-connections monitor client-ip translate-host verify-cert health-check-proto"
)


def _real_servers(box: Box, entry: Entry) -> Iterator[Server]:
    servers = table(box.reading, entry.tables["realservers"])
    for number, server in servers.items():
        account(box.reading, server, _REAL, _REAL_PART, "settings of virtual IPs")
        port = server.get("port", "0")
        status = server.get("status", "active")
        note = f"{entry.get('server-type', 'tcp')} shared by {len(servers)} servers" if len(servers) > 1 else ""
        yield Server(
            f"{entry.name}/{number}", server.get("ip") or server.get("address") or "any",
            "" if port in ("0", entry.get("extport")) else _ports(port), status != "disable", note,
        )  # fmt: skip


def _range(text: str) -> str:
    first, _, last = text.partition("-")
    try:
        return values.span(first, last) if last else values.network(first)
    except ValueError:
        return text


def _ports(text: str) -> str:
    if not text or text == "0":
        return ANY
    return ",".join(values.port_range(part) for part in text.replace(",", " ").split())


def _protocol(entry: Entry, portforward: bool) -> str:
    if not portforward:
        return ANY
    if entry.get("type") == "server-load-balance":
        return {"udp": "udp", "ip": ANY}.get(entry.get("server-type"), "tcp")
    return entry.get("protocol", "tcp")


def _public(entry: Entry) -> str:
    """``0.0.0.0`` is the address of the outer interface, whatever it is at the time."""
    address = entry.get("extip") or entry.get("extaddr")
    if address in _NO_ADDRESS:
        interface = entry.get("extintf", "any")
        return ANY if interface == "any" else f"interface:{interface}"
    return ",".join(_range(part) for part in address.split())


def _sources(box: Box, entry: Entry) -> tuple[str, ...]:
    return taken(box.reading, entry, "src-filter", lambda words: tuple(_range(word) for word in words)) or (ANY,)


def _conditions(vdom: Vdom, entry: Entry, users: Mapping[str, str]) -> Iterator[str]:
    for attribute in ("service", "server-type", "portmapping-type", "http-redirect", "nat46", "nat64", "nat66"):
        if (value := entry.get(attribute)) not in OFF and value != "1-to-1":
            yield f"{attribute} {value}"
    if entry.name not in users and not vdom.central_nat:
        yield "no policy uses it"


# --- source translation ---

_POOL = names("startip endip type comments source-startip source-endip arp-intf associated-interface")
_POOL_PART = names(
    "uuid arp-reply permit-any-host pba-timeout pba-interim-log block-size num-blocks-per-user port-per-user"
    " add-nat64-route nat64 subnet-broadcast-in-ippool startport endport source-prefix6 client-prefix-length cgn-block-size"
    " cgn-client-endip cgn-client-startip cgn-fixedalloc cgn-overload cgn-port-end cgn-port-start cgn-spa exclude-ip"
    " icmp-session-quota tcp-session-quota udp-session-quota privileged-port-use-pba utilization-alarm-clear"
    " utilization-alarm-raise external-prefix internal-prefix add-nat46-route nat46 include-subnet-broadcast"
)
_MAP = names(
    "status orig-addr orig-addr6 dst-addr dst-addr6 srcintf dstintf nat-ippool nat-ippool6 protocol orig-port dst-port"
    " nat-port nat comments type nat46 nat64"
)
_MAP_PART = frozenset(("uuid", "color", "port-preserve", "port-random", "policyid"))


def _pool(box: Box, entry: Entry) -> str:
    found = taken(box.reading, entry, "startip", lambda words: values.span(words[0], entry.get("endip", words[0])))
    kind = entry.get("type", "overload")
    return (found or entry.name) if kind == "overload" else f"{found or entry.name} ({kind})"


def read_source_nat(box: Box, vdom: Vdom) -> None:
    central = vdom.table("firewall central-snat-map")
    for nat in each(box.reading, central, partial(_central, box, vdom)):
        box.reading.source_nat.append(nat)
    for kind in KINDS:
        if vdom.table(kind.table) and not vdom.central_nat:
            for nat in _of_policies(box, vdom, kind.prefix, vdom.table(kind.table)):
                box.reading.source_nat.append(nat)


def _of_policies(box: Box, vdom: Vdom, prefix: str, policies: Mapping[str, Entry]) -> Iterator[SourceNat]:
    """What the policies translate: as they have been read, so that the two say the same."""
    keys = {rule_key(box, vdom, prefix, entry): entry for entry in policies.values() if entry.on("nat")}
    for rule in [rule for rule in box.reading.firewall_rules if rule.key in keys]:
        entry = keys[rule.key]
        pools = [*entry.all("poolname"), *entry.all("poolname6")] if entry.on("ippool") else []
        yield SourceNat.model_validate(
            {
                "key": box.key(vdom, f"policy/{prefix}{entry.name}"), "order": len(box.reading.source_nat) + 1, "name": rule.name,
                "enabled": rule.enabled, "kind": SourceNatKind.SOURCE if pools else SourceNatKind.MASQUERADE, "to": rule.to,
                "from": rule.from_, "sources": rule.sources, "destinations": rule.destinations, "services": rule.services,
                "to_source": _pools(vdom, pools), "comment": rule.comment, "line": rule.line,
                "conditions": (*rule.conditions, *(["fixedport enable"] if entry.on("fixedport") else [])),
            }
        )  # fmt: skip


def _pools(vdom: Vdom, names: Sequence[str]) -> str:
    return ", ".join(vdom.pools.get(name, name) for name in names)


def _central(box: Box, vdom: Vdom, entry: Entry) -> SourceNat:
    account(box.reading, entry, _MAP, _MAP_PART, "settings of the central NAT table")
    six = entry.get("type") == "ipv6"
    names, suffix = (vdom.addresses6, "6") if six else (vdom.addresses, "")
    pools = [*entry.all("nat-ippool"), *entry.all("nat-ippool6")]
    kind = SourceNatKind.NONE if not entry.on("nat", True) else SourceNatKind.SOURCE if pools else SourceNatKind.MASQUERADE
    conditions = [f"{name} {entry.get(name)}" for name in ("nat-port", "nat46", "nat64") if entry.get(name) not in OFF]
    if not vdom.central_nat:
        conditions.append("central NAT is off")
    return SourceNat.model_validate(
        {
            "key": box.key(vdom, f"central-snat/{entry.name}"), "order": len(box.reading.source_nat) + 1,
            "name": f"central SNAT {entry.name}",
            "enabled": entry.get("status", "enable") == "enable", "kind": kind,
            "from": tuple(n for n in entry.all("srcintf") if n != "any") or (ANY,),
            "to": tuple(n for n in entry.all("dstintf") if n != "any") or (ANY,),
            "sources": box.resolve(names, entry.all(f"orig-addr{suffix}")) or (ANY,),
            "destinations": box.resolve(names, entry.all(f"dst-addr{suffix}")) or (ANY,), "services": _map_services(entry),
            "to_source": _pools(vdom, pools), "comment": entry.get("comments"), "conditions": tuple(conditions), "raw": raw(entry),
            "line": entry.statement.line,
        }
    )  # fmt: skip


def _map_services(entry: Entry) -> tuple[str, ...]:
    number = int(entry.get("protocol", "0"))
    name = {0: "", 1: "icmp", 6: "tcp", 17: "udp", 132: "sctp"}.get(number, f"protocol/{number}")
    destination, source = _ports(entry.get("dst-port")), _ports(entry.get("orig-port"))
    if not name:
        return (
            (ANY,)
            if destination == source == ANY
            else (values.service("tcp", destination, source), values.service("udp", destination, source))
        )
    return (values.service(name, destination, source),)
