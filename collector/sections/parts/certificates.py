"""TLS certificates as a table: where each is shown, for which names, and how long it still holds."""

from collections.abc import Sequence
from datetime import date

from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import columns
from collector.sections.parts.model import N_, NN_, Row, Source, Table, Tone, Value, counted, phrase, table
from shared.inventory import Certificate

SOON_DAYS = 30


def ends_value(certificate: Certificate, day: date) -> Value:
    """The last day, and how far off it is where that is near or past."""
    left = (certificate.not_after_utc.date() - day).days
    if left < 0:
        return Value(phrase(N_("expired")), tone=Tone.RISKY, chip=True, day=certificate.not_after_utc.date())
    if left <= SOON_DAYS:
        text = counted(NN_("%(count)s day left", "%(count)s days left"), left)
        return Value(text, tone=Tone.NOTABLE, chip=True, day=certificate.not_after_utc.date())
    return Value("", day=certificate.not_after_utc.date())


def certificates_table(certificates: Sequence[Certificate], known: Directory, day: date, source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(", ".join(certificate.names) or certificate.subject),),
                (known.device_value(certificate.device), Value(f"{certificate.address}:{certificate.port}", code=True)),
                (Value(phrase(N_("self-signed")), tone=Tone.QUIET, chip=True),)
                if certificate.self_signed
                else (Value(certificate.issuer),),
                (ends_value(certificate, day),),
            )
        )
        for certificate in sorted(certificates, key=lambda shown: shown.not_after_utc)
    )
    names = columns(N_("For"), N_("Where"), N_("Issuer"), N_("Valid until"))
    return table("certificates", phrase(N_("Certificates")), names, rows, source=source)
