"""A firewall's rules, forwards, translation, tunnels, routes and leases as tables. Order and names are the platform's own."""

from collections.abc import Iterable
from dataclasses import replace

from collector.core.findings import allows_everything
from collector.sections.parts.devices import Directory
from collector.sections.parts.model import N_, NN_, Cell, Phrase, Row, Source, Table, Text, Tone, Value, counted, phrase, table
from shared.firewall import ANY, Action, DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel

ACTIONS = {
    Action.ALLOW: (N_("allow"), Tone.GOOD),
    Action.DENY: (N_("deny"), Tone.RISKY),
    Action.REJECT: (N_("reject"), Tone.RISKY),
    Action.JUMP: (N_("jump"), Tone.QUIET),
    Action.RETURN: (N_("return"), Tone.QUIET),
    Action.LOG: (N_("log"), Tone.QUIET),
    Action.OTHER: (N_("other"), Tone.QUIET),
}

MAX_BEHIND_CHARS = 240
NAT_KINDS = {"masquerade": N_("masquerade"), "source": N_("source"), "none": N_("not translated")}


def _words(words: Iterable[str]) -> Cell:
    """``any`` is a word of the reader's language; everything else is as the platform has it."""
    return tuple(Value(phrase(N_("any")), tone=Tone.QUIET, usual=True) if word == ANY else Value(word, code=True) for word in words)


def _named(names: tuple[str, ...], values: tuple[str, ...]) -> Cell:
    """As the rule names them, and what stands behind the names."""
    if not names or set(names) == set(values):
        return _words(values)
    behind = ", ".join(values)
    shown = behind if len(behind) <= MAX_BEHIND_CHARS else f"{behind[:MAX_BEHIND_CHARS]}…"
    return (*(Value(name) for name in names[:-1]), Value(names[-1], note="" if values == (ANY,) else shown))


def _optional(text: str, *, code: bool = False) -> Cell:
    return (Value(text, code=code),) if text else ()


def _off(enabled: bool) -> Cell:
    return () if enabled else (Value(phrase(N_("off")), tone=Tone.QUIET, chip=True),)


def _action(rule: FirewallRule) -> Cell:
    word, tone = ACTIONS[rule.action]
    value = Value(phrase(word), tone=tone, chip=True, note=rule.native_action if rule.action in {Action.JUMP, Action.OTHER} else "")
    wide = (Value(phrase(N_("everything")), tone=Tone.RISKY, chip=True),) if allows_everything(rule) else ()
    unused = (Value(phrase(N_("not in use")), tone=Tone.QUIET, chip=True),) if not rule.bound else ()
    return (value, *wide, *unused, *_off(rule.enabled))


def _remarks(rule: FirewallRule) -> Cell:
    marks: list[Value] = [Value(text) for text in (rule.name, rule.comment) if text]
    if rule.implicit:
        marks.append(Value(phrase(N_("policy at the end of the chain")), tone=Tone.QUIET))
    if rule.states:
        marks.append(Value(phrase(N_("state: %(states)s"), states=", ".join(rule.states)), tone=Tone.QUIET))
    if rule.last_match:
        marks.append(Value(phrase(N_("a later rule that fits decides instead")), tone=Tone.QUIET))
    if rule.users:
        marks.append(Value(phrase(N_("only for %(users)s"), users=", ".join(rule.users))))
    if rule.why_without_effect:
        marks.append(Value(phrase(N_("without effect: %(why)s"), why=rule.why_without_effect), tone=Tone.NOTABLE))
    further = (*rule.conditions, rule.application, rule.schedule, *rule.profiles)
    marks += [Value(text, tone=Tone.QUIET, code=True) for text in further if text]
    return tuple(marks)


def rules_table(rules: tuple[FirewallRule, ...], source: Source | None, *, folded: bool = False, title: Text | None = None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(str(rule.order)),),
                _optional(rule.ruleset, code=True),
                _action(rule),
                _words(rule.from_),
                _words(rule.to),
                _named(rule.source_names, rule.sources),
                _named(rule.destination_names, rule.destinations),
                _named(rule.service_names, rule.services),
                _remarks(rule),
            ),
            muted=not (rule.enabled and rule.bound),
        )
        for rule in rules
    )
    names = columns(
        N_("No."), N_("List"), N_("Action"), N_("In by"), N_("Out by"), N_("Source"), N_("Destination"), N_("Service"), N_("Remarks")
    )
    return table("rules", title or phrase(N_("Firewall rules")), names, rows, folded=folded, source=source)


def forwards_table(forwards: tuple[PortForward, ...], known: Directory, source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                _public_side(forward),
                (_inside(forward, known),),
                _words(forward.sources),
                _words(forward.from_),
                (*_optional(forward.name), *_optional(forward.comment), *_off(forward.enabled), *_words(forward.conditions)),
            ),
            muted=not forward.enabled,
        )
        for forward in forwards
    )
    names = columns(N_("From outside"), N_("To inside"), N_("Source"), N_("In by"), N_("Remarks"))
    return table("forwards", phrase(N_("Port forwards")), names, rows, source=source)


def _public_side(forward: PortForward) -> Cell:
    ports = f"{forward.protocol}/{forward.public_ports}"
    address = () if forward.public_address == ANY else (Value(forward.public_address, code=True),)
    return (Value(ports, code=True), *address)


def _inside(forward: PortForward, known: Directory) -> Value:
    """``10.0.0.5:443`` or ``[2001:db8::5]:443``, and which device that is."""
    ports = forward.to_ports or ("" if forward.public_ports == ANY else forward.public_ports)
    address = f"[{forward.to_address}]" if ":" in forward.to_address and ports else forward.to_address
    return replace(known.address_value(forward.to_address), text=f"{address}:{ports}" if ports else address)


def source_nat_table(entries: tuple[SourceNat, ...], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(phrase(NAT_KINDS[entry.kind]), chip=True, tone=Tone.QUIET), *_off(entry.enabled)),
                _words(entry.sources),
                _words(entry.destinations),
                _words(entry.to),
                _optional(entry.to_source, code=True),
                (*_optional(entry.name), *_optional(entry.comment), *_words(entry.conditions)),
            ),
            muted=not entry.enabled,
        )
        for entry in entries
    )
    names = columns(N_("Translation"), N_("Source"), N_("Destination"), N_("Out by"), N_("Appears as"), N_("Remarks"))
    return table("source-nat", phrase(N_("Source translation")), names, rows, source=source)


def vpn_table(tunnels: tuple[VpnTunnel, ...], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(tunnel.name), *_optional(tunnel.comment), *_off(tunnel.enabled)),
                (Value(tunnel.kind.value, chip=True, tone=Tone.QUIET),),
                _listens(tunnel),
                tuple(Value(address, code=True) for address in tunnel.local_addresses),
                _peers(tunnel),
            ),
            muted=not tunnel.enabled,
        )
        for tunnel in tunnels
    )
    names = columns(N_("Name"), N_("Type"), N_("Listens on"), N_("Addresses"), N_("Peers"))
    return table("vpns", phrase(N_("VPN")), names, rows, source=source)


def _listens(tunnel: VpnTunnel) -> Cell:
    if tunnel.listen_port is None:
        return ()
    protocol = tunnel.protocol or ("udp" if tunnel.kind == "wireguard" else "")
    return (Value(f"{protocol}/{tunnel.listen_port}" if protocol else str(tunnel.listen_port), code=True),)


def _peers(tunnel: VpnTunnel) -> Cell:
    return tuple(
        Value(
            peer.name or peer.endpoint or _short_key(peer.public_key) or phrase(N_("unnamed")),
            code=not peer.name,
            note=", ".join((*((peer.endpoint,) if peer.name and peer.endpoint else ()), *peer.allowed_prefixes)),
            moment=peer.last_handshake_utc,
        )
        for peer in tunnel.peers
    )


def _short_key(public_key: str) -> str:
    return f"{public_key[:8]}…" if len(public_key) > 9 else public_key


def peers_count(tunnel: VpnTunnel) -> Phrase:
    return counted(NN_("%(count)s peer", "%(count)s peers"), len(tunnel.peers))


def routes_table(routes: tuple[Route, ...], known: Directory, source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (_destination(route),),
                (known.address_value(route.gateway),) if route.gateway else (),
                _optional(route.interface, code=True),
                _optional(route.origin),
                (Value(str(route.metric)),) if route.metric is not None else (),
            )
        )
        for route in routes
    )
    names = columns(N_("Destination"), N_("Gateway"), N_("Interface"), N_("Origin"), N_("Metric"))
    return table("routes", phrase(N_("Routes")), names, rows, folded=len(rows) > 12, source=source)


def _destination(route: Route) -> Value:
    return Value(route.destination, code=True, note=phrase(N_("default route")) if route.destination in {"0.0.0.0/0", "::/0"} else "")


def dhcp_table(pools: tuple[DhcpPool, ...], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                _optional(pool.prefix or pool.interface, code=True),
                _optional(f"{pool.first_address} – {pool.last_address}" if pool.first_address and pool.last_address else "", code=True),
                _optional(pool.gateway or "", code=True),
                tuple(Value(server, code=True) for server in pool.dns_servers),
                _optional(pool.domain),
                tuple(Value(held.address, code=True, note=f"{held.name} {held.mac}".strip()) for held in pool.reservations),
            )
        )
        for pool in pools
    )
    names = columns(N_("Network"), N_("Range"), N_("Gateway"), N_("DNS"), N_("Domain"), N_("Reservations"))
    return table("dhcp", phrase(N_("DHCP")), names, rows, source=source)


def columns(*names: str) -> tuple[Text, ...]:
    return tuple(phrase(name) for name in names)
