"""The box itself: release, model and name, DNS, time and logging, and the ways in that its policies leave open.

A way in is what a policy allows to the Firebox: its services are reached on their own ports (Web UI 8080, command line 4118, management
4105 and 4117).
"""

from shared.configs import values
from shared.configs.fireware.box import Box, known
from shared.configs.fireware.policies import Policy
from shared.device_config import RemoteAccess
from shared.firewall import ANY, Action, Scope

_WAYS_IN = {
    "tcp/22": "ssh", "tcp/443": "ssl-vpn", "tcp/4105": "watchguard-management", "tcp/4117": "watchguard-management", "tcp/4118": "ssh",
    "tcp/8080": "https", "udp/161": "snmp", "tcp/4100": "authentication portal", "tcp/4126": "certificate portal", "tcp/23": "telnet",
    "tcp/80": "http",
}  # fmt: skip


def read_system(box: Box) -> None:
    reading, root = box.reading, box.tree.root
    reading.os_version, reading.model = root.get("for-version"), root.get("base-model")
    device = box.find("system-parameters", "device-conf")
    if device is not None:
        reading.hostname, reading.model = device.get("system-name"), device.get("for-model") or reading.model
        reading.domain = device.get("domain-name")
    servers = box.find("system-parameters", "dns-server-list")
    reading.dns_servers += [text for text in (servers.texts("dns-entry") if servers is not None else ()) if values.is_address(text)]
    _time(box)
    _logging(box)


def _time(box: Box) -> None:
    clock = box.find("system-parameters", "ntp-conf")
    if clock is None:
        return
    enabled = clock.get("ntp-enabled")
    known(clock, ("ntp-query-enabled",))
    servers = [text for holder in clock.all("ntp-server-list") for text in holder.texts("ntp-server-ip")]
    if enabled == "1":
        box.reading.ntp_servers += servers


def _logging(box: Box) -> None:
    place = box.find("system-parameters", "common-logging")
    if place is None:
        return
    enabled = place.get("enabled")
    known(place, ("encryption",))
    for server in place.all("log-server"):
        host = server.get("host")
        known(server, ("port", "password"))
        if host and enabled == "1":
            box.reading.syslog_servers.append(host)


def read_ways_in(box: Box, policies: list[Policy]) -> None:
    for policy in policies:
        rule = policy.rule
        if rule.scope is not Scope.INPUT or rule.action is not Action.ALLOW or rule.implicit:
            continue
        for service in rule.services:
            name = _WAYS_IN.get(service)
            protocol, _, port = service.partition("/")
            if name and protocol in ("tcp", "udp"):
                box.reading.remote_access.append(
                    RemoteAccess.model_validate(
                        {"service": name, "enabled": rule.enabled, "protocol": protocol, "port": int(port),
                        "interfaces": rule.from_ or (ANY,),
                         "sources": rule.sources, "detail": f"policy {rule.name}"}
                    )
                )  # fmt: skip
