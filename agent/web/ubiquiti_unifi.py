"""UniFi Network: devices, clients, networks and firewall of each site, over the controller's official interface.

Source: "UniFi Network API" 9.1 to 10.1 (the application's own pages under Integrations; developer.ui.com/network), its error form and its
pages of at most 200. All requests are GET with ``X-API-KEY``. On UniFi OS (consoles, gateways, UniFi OS Server) it stands behind
``/proxy/network``; controllers without UniFi OS do not have it. Port forwards, DHCP leases and addresses of WAN ports are not part of this
interface, so they are not known from here.
"""

import json
from collections.abc import Iterator
from functools import partial

from agent.edge import WebAsk
from agent.web import Configuration, Talk
from agent.web.json_page import Object, judged, rows, text, whole
from shared.address import normal_ip, normal_mac
from shared.errors import Denied, Unparsed, Unsupported
from shared.observation import AddressSeen, Observation, Provenance, SystemSeen, VlanSeen

PLATFORM = "ubiquiti_unifi"
TITLE = "UniFi Network"
EXPERIMENTAL = True
LOGIN = "api_key"
FORMAT = "unifi_network"
RIGHTS = "an API key of UniFi Network (Settings, Control Plane, Integrations) of an administrator who may view only"

PAGE = 200
MAX_PAGES, MAX_SITES, MAX_NETWORKS = 25, 20, 100

_V1 = "/proxy/network/integration/v1"
_HEADERS = {"X-API-KEY": "{api_key}", "Accept": "application/json"}
_PAGED = {"offset": "{offset}", "limit": str(PAGE)}


def _get(path: str, *, paged: bool = True) -> WebAsk:
    return WebAsk("GET", _V1 + path, query=_PAGED if paged else {}, headers=_HEADERS, judge=judged)


ASKS = {
    "info": _get("/info", paged=False),
    "sites": _get("/sites"),
    "devices": _get("/sites/{site}/devices"),
    "clients": _get("/sites/{site}/clients"),
    "networks": _get("/sites/{site}/networks"),
    "network": _get("/sites/{site}/networks/{network}", paged=False),
    "zones": _get("/sites/{site}/firewall/zones"),
    "policies": _get("/sites/{site}/firewall/policies"),
    "lists": _get("/sites/{site}/traffic-matching-lists"),
    "wans": _get("/sites/{site}/wans"),
    "vpn servers": _get("/sites/{site}/vpn/servers"),
    "vpn tunnels": _get("/sites/{site}/vpn/site-to-site-tunnels"),
}

CONFIGURED = {
    "networks": "networks",
    "zones": "firewallZones",
    "policies": "firewallPolicies",
    "lists": "trafficMatchingLists",
    "wans": "wans",
    "vpn servers": "vpnServers",
    "vpn tunnels": "siteToSiteVpnTunnels",
}
"""What makes up a site's configuration: the question, and the answers' name in the document that ``shared.configs`` is given."""


async def converse(talk: Talk) -> None:
    version = text(whole(await talk.ask("info")), "applicationVersion")
    if not version:
        raise Unsupported(f"{talk.target} does not say that it is UniFi Network")
    talk.tell([SystemSeen(description=f"UniFi Network {version}")])
    sites: list[Object] = []
    with talk.part("sites"):
        sites = await _all(talk, "sites")
        if len(sites) > MAX_SITES:
            talk.failures.append(f"sites: only {MAX_SITES} of {len(sites)} were read")
    for site in sites[:MAX_SITES]:
        await _site(talk, site, version)


async def _site(talk: Talk, site: Object, version: str) -> None:
    name = text(site, "name")
    with talk.part(f"devices of {name}"):
        talk.tell(devices(talk.target, await _all(talk, "devices", site=site["id"])))
    with talk.part(f"clients of {name}"):
        talk.tell(clients(await _all(talk, "clients", site=site["id"])))
    with talk.part(f"configuration of {name}"):
        await _configuration(talk, site, version)


async def _configuration(talk: Talk, site: Object, version: str) -> None:
    """One text a site. What this version of the interface does not have is left out of it; what was denied is told in it."""
    document: Object = {"applicationVersion": version, "site": site}
    lacks: list[str] = []
    for question, key in CONFIGURED.items():
        try:
            document[key] = await _all(talk, question, site=site["id"])
            if question == "networks":
                document[key] = [await _whole_network(talk, site, network) for network in document[key][:MAX_NETWORKS]]
        except Unsupported:
            talk.absent.append(question)
        except (Denied, Unparsed) as error:
            lacks.append(question)
            talk.failures.append(f"{question} of {text(site, 'name')}: {error}")
    talk.tell(vlans(document.get("networks", [])))
    if len(document) > len(("applicationVersion", "site")):
        talk.configurations.append(Configuration(partial(json.dumps, document, indent=1, ensure_ascii=False), tuple(lacks)))


async def _whole_network(talk: Talk, site: Object, network: Object) -> Object:
    """A list tells a network's name and VLAN, its own page its addresses and DHCP too."""
    return whole(await talk.ask("network", site=site["id"], network=network["id"]))


async def _all(talk: Talk, question: str, **values: str) -> list[Object]:
    found: list[Object] = []
    for _ in range(MAX_PAGES):
        page = whole(await talk.ask(question, offset=str(len(found)), **values))
        new = rows(page)
        found += new
        if not new or len(found) >= int(page["totalCount"]):
            return found
    raise Unparsed(f"the list has no end: {len(found)} were given and more were promised")


def devices(target: str, found: list[Object]) -> Iterator[Observation]:
    """Access points, switches and gateways, which the controller has adopted."""
    for device in found:
        address = text(device, "ipAddress")
        yield from _address(device)
        if address and normal_ip(address) == target:
            yield SystemSeen(
                vendor="Ubiquiti", name=text(device, "name"), model=text(device, "model"), os_version=text(device, "firmwareVersion")
            )


def clients(found: list[Object]) -> Iterator[Observation]:
    """Who is connected. A client of a VPN has no MAC address, and its address is none of this site."""
    for client in found:
        if text(client, "type") in ("WIRED", "WIRELESS"):
            yield from _address(client)


def vlans(found: list[Object]) -> Iterator[Observation]:
    for network in found:
        number = network.get("vlanId")
        if isinstance(number, int) and 1 <= number <= 4094:
            yield VlanSeen(vlan=number, name=text(network, "name"))


def _address(row: Object) -> Iterator[AddressSeen]:
    address, mac = text(row, "ipAddress"), text(row, "macAddress")
    if address:
        yield AddressSeen(address=normal_ip(address), mac=normal_mac(mac) if mac else None, provenance=Provenance.THIRD_PARTY)
