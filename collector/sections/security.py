"""What is let through? The firewall's rules in order, who is let in from outside, certificates, and who may change it."""

from itertools import groupby

from collector.core.findings import allows_everything
from collector.sections.parts.certificates import certificates_table
from collector.sections.parts.devices import Directory, directory
from collector.sections.parts.firewall import rules_table, source_nat_table
from collector.sections.parts.model import (
    N_,
    NN_,
    ClientAbout,
    CredentialAbout,
    Fact,
    Field,
    FieldKind,
    Missing,
    Record,
    Section,
    Source,
    Table,
    Tone,
    Value,
    counted,
    phrase,
)
from shared.firewall import Action, FirewallRule, PortForward
from shared.inventory import Inventory, Kind

AREA = "security"
ORDER = 20
TITLE = N_("Security")

FIELDS = (
    Field("reasons", N_("Why the rules are as they are"), FieldKind.LINES, N_("Which rule was asked for by whom, and until when.")),
    Field("administration", N_("How the firewall is administered"), hint=N_("Address, port, from which networks.")),
    Field("who_may_change", N_("Who may approve a change"), hint=N_("Name at the client.")),
    Field("configuration_backup", N_("Where its configuration is kept")),
    Field("licence", N_("Licence and support contract"), hint=N_("Contract number and what it covers.")),
    Field("licence_ends", N_("Contract ends on"), FieldKind.DATE),
    Field("endpoint_protection", N_("Protection on the computers"), hint=N_("Product and where its console is.")),
    Field("console", N_("Console"), FieldKind.WEB_ADDRESS),
    Field(
        "wireless", N_("Wireless networks"), FieldKind.LINES, N_("Names, who uses them, which VLAN. Passwords belong under credentials.")
    ),
    Field("notes", N_("Notes"), FieldKind.LINES),
    Field("reviewed", N_("Last reviewed on"), FieldKind.DATE),
)

SSH_HOW = N_("Add an [[ssh]] entry with the firewall's address to the agent's configuration; reading needs no right to change anything.")


def build(inventory: Inventory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...], client: ClientAbout) -> Section:
    known = directory(inventory)
    tables = list(_rule_tables(inventory, known))
    if inventory.source_nat:
        tables.append(source_nat_table(inventory.source_nat, known.source("ssh", inventory.source_nat[0].device)))
    if inventory.certificates:
        source = Source("certificates", at_utc=inventory.as_of_utc)
        tables.append(certificates_table(inventory.certificates, known, client.day, source))
    return Section(
        AREA, TITLE, _facts(inventory, known), tuple(tables), records, credentials, _missing(inventory, known, records, credentials)
    )


def _by_device(rules: tuple[FirewallRule, ...]) -> list[tuple[str, tuple[FirewallRule, ...]]]:
    ordered = sorted(rules, key=lambda rule: (rule.device, rule.order))
    return [(device, tuple(group)) for device, group in groupby(ordered, key=lambda rule: rule.device)]


def _rule_tables(inventory: Inventory, known: Directory) -> list[Table]:
    return [
        rules_table(
            rules,
            known.source("ssh", device),
            folded=True,
            title=counted(
                NN_("%(count)s firewall rule of %(device)s", "%(count)s firewall rules of %(device)s"),
                len(rules),
                device=known.title(device),
            ),
        )
        for device, rules in _by_device(inventory.firewall_rules)
    ]


def _facts(inventory: Inventory, known: Directory) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for device, rules in _by_device(inventory.firewall_rules):
        allowing = sum(rule.action is Action.ALLOW and rule.enabled for rule in rules)
        open_wide = sum(allows_everything(rule) for rule in rules)
        values = [known.device_value(device), Value(counted(NN_("%(count)s allowing rule", "%(count)s allowing rules"), allowing))]
        if open_wide:
            text = counted(NN_("%(count)s rule allows everything", "%(count)s rules allow everything"), open_wide)
            values.append(Value(text, tone=Tone.RISKY, chip=True))
        facts.append(Fact(phrase(N_("Firewall")), tuple(values), known.source("ssh", device)))
    if inventory.port_forwards:
        inside = sorted(
            {known.title(holder.id) if (holder := known.by_address.get(f.to_address)) else f.to_address for f in _open(inventory)}
        )
        count = Value(counted(NN_("%(count)s port forward", "%(count)s port forwards"), len(_open(inventory))))
        source = known.source("ssh", inventory.port_forwards[0].device)
        facts.append(Fact(phrase(N_("Reachable from outside")), (count, *(Value(name) for name in inside)), source))
    return tuple(facts)


def _open(inventory: Inventory) -> list[PortForward]:
    return [forward for forward in inventory.port_forwards if forward.enabled]


def _missing(
    inventory: Inventory, known: Directory, records: tuple[Record, ...], credentials: tuple[CredentialAbout, ...]
) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    if not inventory.firewall_rules:
        missing.append(Missing(phrase(N_("The firewall's rules")), phrase(SSH_HOW), "agents"))
    read = {rule.device for rule in inventory.firewall_rules}
    unread = [d for d in inventory.devices if d.kind is Kind.FIREWALL and d.id not in read] if read else []
    missing += [Missing(phrase(N_("The rules of %(device)s"), device=device.title), phrase(SSH_HOW), "agents") for device in unread]
    if not credentials:
        how = phrase(N_("Add the administrator's login of the firewall."))
        missing.append(Missing(phrase(N_("A credential for the firewall")), how, "credential"))
    if not records:
        how = phrase(N_("Write down why the rules are as they are, and who at the client may approve a change."))
        missing.append(Missing(phrase(N_("The reasons behind the rules")), how, "record"))
    return tuple(missing)
