"""Can it be restored? What showed itself, what is protected, where the copies are and who keeps their key, when it was tried."""

from datetime import date, timedelta

from collector.sections.parts.devices import Directory, directory
from collector.sections.parts.firewall import columns
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
    Table,
    Value,
    phrase,
    table,
)
from shared.inventory import Device, Inventory, Kind

AREA = "backup"
ORDER = 40
TITLE = N_("Backup")

FIELDS = (
    Field("software", N_("Software and version")),
    Field("job", N_("Job"), hint=N_("Its name in the software.")),
    Field(
        "protects", N_("What is protected"), FieldKind.LINES, N_("Names of servers and shares, one a line, as the device list has them.")
    ),
    Field("not_protected", N_("What is left out on purpose"), FieldKind.LINES),
    Field("repository", N_("Where the copies are"), hint=N_("Kind, host and path.")),
    Field("off_site", N_("Copy off site"), hint=N_("Where, how, and whether it can be overwritten.")),
    Field("schedule", N_("Schedule")),
    Field("retention", N_("Retention")),
    Field("encryption_key", N_("Who keeps the encryption key"), hint=N_("The key itself belongs under credentials.")),
    Field("reports_to", N_("Who gets the job reports")),
    Field("last_success", N_("Last success seen on"), FieldKind.DATE),
    Field("restore_tested", N_("Last restore test on"), FieldKind.DATE),
    Field("restore_result", N_("What was restored, and how it went"), FieldKind.LINES),
    Field("restore_steps", N_("How to restore"), FieldKind.LINES, N_("Step by step: one file, one machine, everything.")),
)

RESTORE_TEST_DAYS = 180
TO_PROTECT = frozenset({Kind.SERVER, Kind.HYPERVISOR, Kind.STORAGE})


def build(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...], client: ClientAbout) -> Section:
    known = directory(inventory)
    tables = (_services(inventory, known),) if inventory.backups else ()
    missing = _missing(inventory, records, credentials, client.day)
    return Section(AREA, TITLE, _facts(inventory, known), tables, records, credentials, missing)


def _services(inventory: Inventory, known: Directory) -> Table:
    rows = tuple(
        Row(
            (
                (known.device_value(backup.device),),
                (Value(backup.software),),
                (Value(f"{backup.address}:{backup.port}", code=True),),
                (Value(backup.known_by),),
            )
        )
        for backup in inventory.backups
    )
    names = columns(N_("Device"), N_("Software"), N_("Where"), N_("Known by"))
    return table("backup-services", phrase(N_("Backup services on the network")), names, rows)


def _facts(inventory: Inventory, known: Directory) -> tuple[Fact, ...]:
    facts = [
        Fact(
            phrase(N_("Backup host")),
            (known.device_value(host), *(Value(name) for name in sorted({b.software for b in inventory.backups if b.device == host}))),
            known.source("services", host),
        )
        for host in dict.fromkeys(backup.device for backup in inventory.backups)
    ]
    stores = [
        device for device in inventory.devices if device.kind is Kind.STORAGE and device.id not in {b.device for b in inventory.backups}
    ]
    facts += [Fact(phrase(N_("Storage")), (known.device_value(store.id),), known.source("services", store.id)) for store in stores]
    return tuple(facts)


def _named_in(device: Device, protected: str) -> bool:
    names = {
        name.lower() for name in (*device.hostnames, *(n.split(".")[0] for n in device.hostnames), *(a.address for a in device.addresses))
    }
    words = set(protected.lower().replace(",", " ").replace(";", " ").split())
    return bool(names & words)


def _latest(records: tuple[Record, ...], name: str) -> date | None:
    days = []
    for record in records:
        try:
            days.append(date.fromisoformat(record.fields.get(name, "")))
        except ValueError:
            continue
    return max(days, default=None)


def _missing(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...], day: date) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    if not records:
        how = phrase(N_("Write down software, jobs, where the copies are and how to restore."))
        missing.append(Missing(phrase(N_("How this client is backed up")), how, "record"))
    else:
        missing += _unprotected(inventory, records)
        missing += _untested(records, day)
        if not any(record.fields.get("restore_steps") for record in records):
            how = phrase(N_("Write the steps while there is no emergency: one file, one machine, everything."))
            missing.append(Missing(phrase(N_("How to restore")), how, "record"))
    if not credentials:
        how = phrase(N_("Add the login of the backup software and the key of its copies."))
        missing.append(Missing(phrase(N_("A credential for the backup")), how, "credential"))
    return tuple(missing)


def _unprotected(inventory: Inventory, records: tuple[Record, ...]) -> list[Missing]:
    """Servers that no note names, neither as protected nor as left out on purpose."""
    written = "\n".join(f"{record.fields.get('protects', '')}\n{record.fields.get('not_protected', '')}" for record in records)
    holders = {backup.device for backup in inventory.backups}
    left = [
        device.title
        for device in inventory.devices
        if device.kind in TO_PROTECT and device.id not in holders and not device.missing_since and not _named_in(device, written)
    ]
    if not left:
        return []
    how = phrase(N_("Name them under “What is protected” or “What is left out on purpose”."))
    return [Missing(phrase(N_("Servers that no backup note names: %(devices)s"), devices=", ".join(left[:12])), how, "record")]


def _untested(records: tuple[Record, ...], day: date) -> list[Missing]:
    tested = _latest(records, "restore_tested")
    if tested is not None and day - tested <= timedelta(days=RESTORE_TEST_DAYS):
        return []
    how = phrase(N_("Restore something, look at it, and write the day into the note."))
    if tested is None:
        return [Missing(phrase(N_("A restore test")), how, "record")]
    return [Missing(phrase(N_("A restore test within the last %(days)s days"), days=RESTORE_TEST_DAYS), how, "record")]
