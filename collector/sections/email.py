"""Where does the post go? Mail services that showed themselves on the network, their encryption, and the provider as written down."""

from collector.sections.parts.certificates import certificates_table
from collector.sections.parts.devices import Directory, directory
from collector.sections.parts.firewall import columns, forwards_table
from collector.sections.parts.model import (
    N_,
    ClientAbout,
    CredentialAbout,
    Fact,
    Field,
    FieldKind,
    Missing,
    Record,
    Row,
    Section,
    Source,
    Table,
    Tone,
    Value,
    phrase,
    table,
)
from shared.inventory import Inventory, MailService

AREA = "email"
ORDER = 30
TITLE = N_("E-mail")

ENCRYPTION_CHOICES = (("tls", "TLS"), ("starttls", "STARTTLS"), ("none", N_("none")))

FIELDS = (
    Field("provider", N_("Provider"), hint=N_("Microsoft 365, Google Workspace, Aruba, own server ...")),
    Field("domains", N_("Mail domains")),
    Field("tenant", N_("Tenant or account number")),
    Field("administration", N_("Administration page"), FieldKind.WEB_ADDRESS),
    Field("incoming", N_("Incoming server"), hint=N_("Name and port, for example imap.example.com:993.")),
    Field("incoming_encryption", N_("Incoming encryption"), FieldKind.CHOICE, choices=ENCRYPTION_CHOICES),
    Field("outgoing", N_("Outgoing server"), hint=N_("Name and port, for example smtp.example.com:587.")),
    Field("outgoing_encryption", N_("Outgoing encryption"), FieldKind.CHOICE, choices=ENCRYPTION_CHOICES),
    Field("relay", N_("Relay for printers and programs"), FieldKind.LINES),
    Field("mx", "MX"),
    Field("spf", "SPF"),
    Field("dkim", "DKIM", hint=N_("Selectors in use.")),
    Field("dmarc", "DMARC"),
    Field("registrar", N_("Registrar and DNS"), hint=N_("Where the records of the domain are changed.")),
    Field("filter", N_("Spam filter")),
    Field("shared_mailboxes", N_("Shared mailboxes and aliases"), FieldKind.LINES),
    Field("archive", N_("Archive")),
    Field("notes", N_("Notes"), FieldKind.LINES),
)

MAIL_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995, 4190})
ENCRYPTION = {"tls": ("TLS", Tone.GOOD), "starttls": ("STARTTLS", Tone.GOOD)}


def build(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...], client: ClientAbout) -> Section:
    known = directory(inventory)
    tables: list[Table] = []
    if inventory.mail:
        tables.append(_services(inventory, known))
    inwards = tuple(forward for forward in inventory.port_forwards if _ports(forward.public_ports) & MAIL_PORTS)
    if inwards:
        tables.append(forwards_table(inwards, known, known.source("ssh", inwards[0].device)))
    shown = tuple(certificate for certificate in inventory.certificates if certificate.port in MAIL_PORTS)
    if shown:
        tables.append(certificates_table(shown, known, client.day, Source("certificates", at_utc=inventory.as_of_utc)))
    return Section(AREA, TITLE, _facts(inventory, known), tuple(tables), records, credentials, _missing(inventory, records, credentials))


def _ports(written: str) -> set[int]:
    """``25``, ``587,993`` or ``5000-5010`` as numbers; anything else is none."""
    numbers: set[int] = set()
    for part in written.split(","):
        low, _, high = part.partition("-")
        if low.strip().isdigit() and (not high or high.strip().isdigit()):
            numbers.update(range(int(low), min(int(high or low), 65535) + 1))
    return numbers


def _encryption(service: MailService) -> Value:
    text, tone = ENCRYPTION.get(service.encryption, ("", Tone.NOTABLE))
    return Value(text or phrase(N_("no encryption seen")), tone=tone, chip=True)


def _services(inventory: Inventory, known: Directory) -> Table:
    rows = tuple(
        Row(
            (
                (known.device_value(service.device),),
                (Value(service.service),),
                (Value(f"{service.address}:{service.port}", code=True),),
                (_encryption(service),),
                (Value(service.product),) if service.product else (),
            )
        )
        for service in inventory.mail
    )
    names = columns(N_("Device"), N_("Service"), N_("Where"), N_("Encryption"), N_("Product"))
    source = known.source("services", inventory.mail[0].device)
    return table("mail-services", phrase(N_("Mail services on the network")), names, rows, source=source)


def _facts(inventory: Inventory, known: Directory) -> tuple[Fact, ...]:
    servers = list(dict.fromkeys(service.device for service in inventory.mail))
    return tuple(
        Fact(
            phrase(N_("Mail server")),
            (
                known.device_value(server),
                *(Value(name) for name in sorted({s.product for s in inventory.mail if s.device == server and s.product})),
            ),
            known.source("services", server),
        )
        for server in servers
    )


def _missing(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...]) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    if not any(record.fields.get("provider") for record in records):
        how = phrase(N_("Look up the MX record of the client's domain and write down who runs it."))
        missing.append(Missing(phrase(N_("Who provides the mailboxes")), how, "record"))
    if not any(record.fields.get("incoming") and record.fields.get("outgoing") for record in records):
        how = phrase(N_("Write down server, port and encryption, as a new phone or printer needs them."))
        missing.append(Missing(phrase(N_("Settings for mail programs")), how, "record"))
    if not credentials:
        how = phrase(N_("Add the administrator's login of the mail service."))
        missing.append(Missing(phrase(N_("A credential for e-mail administration")), how, "credential"))
    if any(not service.encryption for service in inventory.mail):
        how = phrase(N_("Switch on TLS on the services marked below, or shut them."))
        missing.append(Missing(phrase(N_("Encryption on every mail service")), how))
    return tuple(missing)
