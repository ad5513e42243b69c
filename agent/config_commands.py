"""What ``netario-agent read-config`` prints, and its exit code: 0 read, 1 read in part (the text was cut off), 2 no such text."""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.configs import MAX_CONFIG_BYTES, Understood, format_of, looks_like, read_config
from shared.device_config import ReadConfig
from shared.errors import BadInput, Unparsed
from shared.firewall import ANY

DONE, IN_PART = 0, 1
_WIDTH_OF_A_FILE = 180
_UNREAD_SHOWN = 20


def read_file(platform: str, file: str, as_json: bool, as_text: bool) -> int:
    text = _text(file)
    chosen = platform or _recognised(text, file)
    try:
        understood = read_config(chosen, text)
    except Unparsed as error:
        raise BadInput(f"{file}: {error}") from None
    document = understood.document
    if as_text:
        sys.stdout.write(understood.text)
    elif as_json:
        print(json.dumps(document.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False))
    else:
        _show(document)
    _remarks(understood)
    return DONE if document.complete else IN_PART


def _text(file: str) -> str:
    """A byte more than is read tells that it was cut."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MAX_CONFIG_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror or error}") from None
    if not content.strip():
        raise BadInput(f"{file}: is empty")
    return content.decode("utf-8-sig", "replace")


def _recognised(text: str, file: str) -> str:
    fitting = looks_like(text)
    if len(fitting) != 1:
        what = f"it may be of {', '.join(fitting)}" if fitting else "no platform is recognised in it"
        raise BadInput(f"{file}: {what}; say which with --platform")
    return fitting[0]


def _remarks(understood: Understood) -> None:
    document = understood.document
    chosen = format_of(document.platform)
    if document.experimental:
        print(f"netario-agent: {chosen.title} is read by published descriptions alone: no box was seen yet. Check it.", file=sys.stderr)
    for warning in document.warnings:
        print(f"netario-agent: {warning}", file=sys.stderr)
    if document.unread:
        print(f"netario-agent: {len(document.unread)} of {document.lines} lines were not understood; they are listed", file=sys.stderr)


def _show(document: ReadConfig) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
    about = " ".join(filter(None, (document.vendor, document.model, document.os, document.os_version, document.serial)))
    console.print(Text.assemble((document.hostname or "(no name)", "bold"), f"  {about}".rstrip()))
    _interfaces(console, document)
    _rules(console, document)
    _translations(console, document)
    for vpn in document.vpns:
        peers = ", ".join(peer.endpoint or peer.name or "dial-in" for peer in vpn.peers)
        console.print(Text(f"VPN {vpn.kind.value} {vpn.name}{'' if vpn.enabled else ' (off)'} {peers}"))
    for way in document.remote_access:
        state = "on" if way.enabled else "off"
        console.print(Text(f"{way.service} {way.protocol}/{way.port or '?'} is {state}, by {_of(way.interfaces)} for {_of(way.sources)}"))
    for exposed in document.exposed_ports:
        if exposed.open:
            place = f"{exposed.protocol}/{exposed.public_ports} at {exposed.public_address}"
            console.print(Text(f"From outside: {place} reaches {exposed.to_address} {exposed.to_ports} for {_of(exposed.sources)}"))
    for user in document.users:
        console.print(Text(f"User {user.name} ({user.role or user.source}){'' if user.enabled else ', off'}"))
    print(f"{document.secrets_removed.count} secrets were removed; their values are nowhere in this output.")
    for unread in document.unread[:_UNREAD_SHOWN]:
        console.print(Text(f"not understood, line {unread.line}: {unread.text}"))
    if len(document.unread) > _UNREAD_SHOWN:
        print(f"... and {len(document.unread) - _UNREAD_SHOWN} more; --json lists them all")


def _interfaces(console: Console, document: ReadConfig) -> None:
    if document.interfaces:
        table = Table("interface", "description", "addresses", "VLAN", "zone", "state", box=None)
        for each in document.interfaces:
            addresses = ", ".join(each.addresses) or ("by DHCP" if each.dhcp_client else "")
            vlan = "" if each.vlan is None else str(each.vlan)
            state = "" if each.enabled else "off"
            table.add_row(*map(Text, (each.name, each.label or each.description, addresses, vlan, each.zone, state)))
        console.print(table)
    if document.switch_ports:
        table = Table("port", "description", "mode", "untagged", "tagged", "part of", "state", box=None)
        for port in document.switch_ports:
            untagged = "" if port.untagged_vlan is None else str(port.untagged_vlan)
            state = "" if port.enabled else "off"
            table.add_row(*map(Text, (port.name, port.description, port.mode, untagged, port.tagged_vlans, port.lag, state)))
        console.print(table)


def _rules(console: Console, document: ReadConfig) -> None:
    if not document.firewall_rules:
        return
    table = Table("rule", "name", "action", "from", "sources", "to", "destinations", "services", "remarks", box=None)
    for rule in document.firewall_rules:
        remarks = [*([] if rule.enabled else ["off"]), *([] if rule.bound else ["not in use"]), *(["implied"] if rule.implicit else [])]
        remarks += [rule.why_without_effect] if rule.why_without_effect else []
        action = rule.native_action if rule.action.value in ("jump", "other") else rule.action.value
        cells = (str(rule.order), rule.name or rule.comment, action, _of(rule.from_), _of(rule.sources), _of(rule.to))
        table.add_row(*map(Text, (*cells, _of(rule.destinations), _of(rule.services), ", ".join([*remarks, *rule.conditions]))))
    console.print(table)


def _translations(console: Console, document: ReadConfig) -> None:
    for forward in document.port_forwards:
        inside = f"{forward.to_address} {forward.to_ports}".strip()
        state = "" if forward.enabled else " (off)"
        label = forward.name or forward.comment
        what = f"{forward.protocol}/{forward.public_ports} at {forward.public_address} goes to {inside}, for {_of(forward.sources)}"
        console.print(Text(f"Forward {label}{state}: {what}"))
    for nat in document.source_nat:
        shown = f"{_of(nat.sources)} to {_of(nat.destinations)} by {_of(nat.to)}: {nat.kind.value} {nat.to_source}"
        console.print(Text(f"Source NAT {nat.name or nat.comment}{'' if nat.enabled else ' (off)'}: {shown}".rstrip()))


def _of(values: tuple[str, ...]) -> str:
    return ", ".join(values) or ANY
