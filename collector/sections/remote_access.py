"""How do we get in? Public addresses, VPN, what is forwarded from outside, and the way in as a technician wrote it down."""

from collector.sections.parts.devices import Directory, directory
from collector.sections.parts.firewall import forwards_table, peers_count, vpn_table
from collector.sections.parts.model import (
    N_,
    ClientAbout,
    CredentialAbout,
    Fact,
    Field,
    FieldKind,
    Missing,
    Record,
    Section,
    Source,
    Tone,
    Value,
    phrase,
)
from collector.sections.parts.settings import exposed_table
from shared.inventory import Device, Inventory, Kind

AREA = "remote_access"
ORDER = 10
TITLE = N_("Remote access")

VPN_TYPES = ("WireGuard", "OpenVPN", "IPsec IKEv2", "IPsec IKEv1", "SSL VPN", "L2TP/IPsec", "PPTP", "RDP Gateway")

FIELDS = (
    Field("steps", N_("How to get in"), FieldKind.LINES, N_("Step by step, for a colleague who has never been here.")),
    Field("vpn_type", N_("Kind of access"), FieldKind.CHOICE, choices=(*((name, name) for name in VPN_TYPES), ("other", N_("Other")))),
    Field("server", N_("Server address"), hint=N_("Name or public address that the client connects to.")),
    Field("port", N_("Port"), hint=N_("For example udp/51820.")),
    Field(
        "authentication",
        N_("Authentication"),
        FieldKind.CHOICE,
        choices=(
            ("password", N_("Password")),
            ("certificate", N_("Certificate or key")),
            ("password_second_factor", N_("Password and second factor")),
            ("certificate_second_factor", N_("Certificate and second factor")),
        ),
    ),
    Field("wan", N_("Internet line"), hint=N_("Provider, line number, static or dynamic address, dynamic DNS name.")),
    Field("profile", N_("Client profile"), hint=N_("Where the profile file is kept.")),
    Field("routes", N_("Networks reached through it")),
    Field("accounts", N_("Who has an account"), FieldKind.LINES),
    Field("support_tool", N_("Remote support tool"), hint=N_("Product and its ID at this client.")),
    Field("out_of_band", N_("If the line is down"), FieldKind.LINES, N_("Second line, mobile router, someone on site.")),
    Field("contact", N_("Contact on site"), hint=N_("Name and telephone number.")),
    Field("tested", N_("Last tested on"), FieldKind.DATE),
)

GATEWAYS = frozenset({Kind.FIREWALL, Kind.ROUTER, Kind.VPN})
ADMIN_PORTS = frozenset({22, 23, 80, 443, 3389, 4443, 8080, 8291, 8443, 10443})


def build(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...], client: ClientAbout) -> Section:
    known = directory(inventory)
    tables = []
    if inventory.vpns:
        tables.append(vpn_table(inventory.vpns, known.source("ssh", inventory.vpns[0].device)))
    if reachable := [port for port in inventory.exposed_ports if port.open]:
        tables.append(exposed_table(reachable, known, known.source("ssh", reachable[0].device)))
    if inventory.port_forwards:
        tables.append(forwards_table(inventory.port_forwards, known, known.source("ssh", inventory.port_forwards[0].device)))
    missing = _missing(inventory, records, credentials)
    return Section(AREA, TITLE, _facts(inventory, known), tuple(tables), records, credentials, missing)


def _facts(inventory: Inventory, known: Directory) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if inventory.public_addresses:
        holder = known.by_address.get(inventory.public_addresses[0])
        source = known.source("ssh", holder.id) if holder else Source("host", at_utc=inventory.as_of_utc)
        values = tuple(Value(address, code=True) for address in inventory.public_addresses)
        facts.append(Fact(phrase(N_("Public addresses")), values, source))
    for tunnel in inventory.vpns:
        if tunnel.enabled and tunnel.listen_port is not None:
            value = Value(tunnel.kind.value, note=peers_count(tunnel), tone=Tone.GOOD, chip=True)
            place = Value(f"{tunnel.protocol or 'udp'}/{tunnel.listen_port}", code=True)
            facts.append(Fact(phrase(N_("VPN server %(name)s"), name=tunnel.name), (value, place), known.source("ssh", tunnel.device)))
    for device in inventory.devices:
        if device.kind in GATEWAYS:
            facts.extend(_administration(device, known))
    return tuple(facts)


def _administration(device: Device, known: Directory) -> tuple[Fact, ...]:
    """Where a gateway is administered from the inside."""
    ports = tuple(
        Value(f"{port.address}:{port.number}", code=True, note=port.service) for port in device.ports if port.number in ADMIN_PORTS
    )
    label = phrase(N_("Administration of %(device)s"), device=device.title)
    return (Fact(label, ports[:8], known.source("services", device.id)),) if ports else ()


def _missing(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...]) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    if not any(record.fields.get("steps") for record in records):
        missing.append(
            Missing(phrase(N_("How to get in, step by step")), phrase(N_("Ask whoever did it last and write it down here.")), "record")
        )
    if not credentials:
        how = phrase(N_("Add the VPN account or the remote support login, so that it is found at night."))
        missing.append(Missing(phrase(N_("A credential for remote access")), how, "credential"))
    if not inventory.public_addresses and not any(record.fields.get("server") for record in records):
        how = phrase(N_("Let the agent read the firewall over SSH, or write the server address into a note."))
        missing.append(Missing(phrase(N_("The public address")), how, "record"))
    if records and not any(record.fields.get("tested") for record in records):
        how = phrase(N_("Try the way in once and write the day into the note."))
        missing.append(Missing(phrase(N_("A test of the way in")), how, "record"))
    return tuple(missing)
