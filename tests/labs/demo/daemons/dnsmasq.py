"""DHCP and DNS of the LAN.  Source: dnsmasq(8), 2.90."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host, Truth

_CONFIG = "/etc/dnsmasq.conf"


def _settings(truth: Truth) -> Iterator[str]:
    dhcp = truth.dhcp
    yield from (f"interface={dhcp.interface}", "bind-interfaces", "no-resolv", "no-hosts", "no-ping", "dhcp-authoritative")
    yield from (f"domain={truth.domain}", f"local=/{truth.domain}/", "expand-hosts", "log-dhcp")
    yield f"dhcp-range={dhcp.first_address},{dhcp.last_address},{ip_network(truth.lan).netmask},{dhcp.lease_s}"
    yield f"dhcp-option=option:router,{dhcp.gateway}"
    yield f"dhcp-option=option:dns-server,{','.join(dhcp.dns_servers)}"
    for name in dhcp.reservations:
        yield f"dhcp-host={truth.host(name).mac},{truth.host(name).address},{name}"
    for host in truth.lan_hosts:
        yield f"host-record={host.name}.{truth.domain},{host.address}"
    for service in ("www", "mail"):
        yield f"cname={service}.{truth.domain},{ {'www': 'web01', 'mail': 'mail01'}[service] }.{truth.domain}"


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    put(_CONFIG, "\n".join([*_settings(lab.truth), ""]))
    return (Program("dnsmasq", ("dnsmasq", "--keep-in-foreground", "--log-facility=-")),)
