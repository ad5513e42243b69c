"""SNMP of the firewall and the NAS, by net-snmp.  Source: snmpd.conf(5), 5.9; SYNOLOGY-SYSTEM-MIB (enterprise 6574)."""

from collections.abc import Iterator, Sequence

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

_SYNOLOGY_SYSTEM = ".1.3.6.1.4.1.6574.1.5"
_DSM_VERSION = "DSM 7.2-69057"


def _settings(host: Host, lab: Lab) -> Iterator[str]:
    yield "agentaddress udp:161"
    yield f"rocommunity {lab.truth.community} {lab.truth.lan}"
    yield f"sysname {host.name}"
    yield f"syslocation {host.location}"
    yield f"syscontact admin@{lab.truth.domain}"
    if host.description:
        yield f"sysdescr {host.description}"
    if host.vendor == "Synology":
        for leaf, value in ((1, host.model), (2, host.serial), (3, _DSM_VERSION)):
            yield f'override {_SYNOLOGY_SYSTEM}.{leaf}.0 octet_str "{value}"'


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    put("/etc/snmp/snmpd.conf", "\n".join([*_settings(host, lab), ""]), mode=0o600)
    # without smux, as Debian starts it: that would be one more open port; without a MIB to load it starts faster
    return (Program("snmpd", ("snmpd", "-f", "-Lo", "-m", "", "-I", "-smux", "-C", "-c", "/etc/snmp/snmpd.conf")),)
