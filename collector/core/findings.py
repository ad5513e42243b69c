"""What should a technician look at?  Few and well-grounded: each can be checked against the facts it names.

The words are made for the reader's language from ``code`` (``MESSAGES`` in ``wording``); ``subject`` is the thing itself. The only clock
is the end of the newest scan.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from collector.core import dhcp_servers, holdings
from shared.dhcp_seen import DhcpServerSeen
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope
from shared.inventory import Certificate, Device, Finding, Inventory

SOON = timedelta(days=30)
_CLEAR_TEXT_PORTS = {23: "telnet_open", 512: "rsh_open", 513: "rsh_open", 514: "rsh_open", 21: "ftp_open"}
_REMOTE_CONTROL_PORTS = frozenset({"22", "23", "3389", "5900", "5901", "5985", "5986"})
_ANY_PREFIXES = frozenset({ANY, "0.0.0.0/0", "::/0"})


def findings(inventory: Inventory, now: datetime, dhcp_heard: Iterable[DhcpServerSeen] = ()) -> tuple[Finding, ...]:
    """``dhcp_heard``: the DHCP servers that passed by on the agent's segments."""
    devices = {device.id: device for device in inventory.devices}
    present = {device_id for device_id, device in devices.items() if device.missing_since is None}
    found = [
        *(finding for device in inventory.devices if device.id in present for finding in _ports(device)),
        *(finding for device in inventory.devices if device.id in present for finding in _battery(device)),
        *(f for certificate in inventory.certificates if certificate.device in present for f in _certificate(certificate, now)),
        *(
            Finding(
                code="firewall_rule_allows_everything", grade="risky", device=rule.device, subject=rule.name or rule.comment or rule.key
            )
            for rule in inventory.firewall_rules
            if allows_everything(rule)
        ),
        *(finding for forward in inventory.port_forwards for finding in _forward(forward, _holders(inventory))),
        *dhcp_servers.findings(inventory, dhcp_heard),
    ]
    return tuple(sorted(set(found), key=lambda finding: (finding.code, finding.device, finding.subject)))


def allows_everything(rule: FirewallRule) -> bool:
    """An allow rule in force that asks for nothing at all: not for an interface, an address, a service, a state or anything else."""
    return (
        rule.action is Action.ALLOW
        and rule.enabled
        and rule.bound
        and rule.scope is not Scope.OUTPUT
        and not (rule.implicit and rule.scope is Scope.INPUT)
        and set(rule.from_) <= {ANY}
        and set(rule.to) <= {ANY}
        and is_any(rule.sources)
        and is_any(rule.destinations)
        and set(rule.services) <= {ANY}
        and not (rule.states or rule.conditions or rule.application or rule.schedule)
    )


def is_any(addresses: tuple[str, ...]) -> bool:
    return not addresses or any(address in _ANY_PREFIXES for address in addresses)


def _ports(device: Device) -> Iterator[Finding]:
    for port in device.ports:
        code = _CLEAR_TEXT_PORTS.get(port.number) if port.protocol == "tcp" else None
        if code:
            yield Finding(code=code, grade="notable", device=device.id, subject=f"{port.protocol}/{port.number}")


def _battery(device: Device) -> Iterator[Finding]:
    ups = device.hardware.ups
    if ups and (ups.replace_battery or ups.battery in ("fault", "absent")):
        yield Finding(code="ups_battery_due", grade="notable", device=device.id, subject=device.title)


def _certificate(certificate: Certificate, now: datetime) -> Iterator[Finding]:
    subject = f"{next(iter(certificate.names), certificate.subject)} ({certificate.address}:{certificate.port})"
    if certificate.not_after_utc <= now:
        yield Finding(code="certificate_ended", grade="risky", device=certificate.device, subject=subject)
    elif certificate.not_after_utc <= now + SOON:
        yield Finding(code="certificate_ends_soon", grade="notable", device=certificate.device, subject=subject)


def _holders(inventory: Inventory) -> Mapping[str, Device]:
    return {held.address: device for device in reversed(inventory.devices) for held in device.addresses}


def _forward(forward: PortForward, holders: Mapping[str, Device]) -> Iterator[Finding]:
    if not forward.enabled:
        return
    subject = f"{forward.protocol}/{forward.public_ports} → {forward.to_address}:{forward.to_ports or forward.public_ports}"
    inside = forward.to_ports or forward.public_ports
    if inside in _REMOTE_CONTROL_PORTS and is_any(forward.sources):
        yield Finding(code="remote_control_from_anywhere", grade="risky", device=forward.device, subject=subject)
    holder = holders.get(forward.to_address)
    if holder is not None and holder.missing_since is not None and holdings.is_address(forward.to_address):
        yield Finding(code="forward_to_missing_device", grade="notable", device=forward.device, subject=subject)
