"""What is this device?  Rules as data, applied to what was seen.

- ``snmp/<maker>.toml``       what an SNMP device is, from sysObjectID, sysDescr and the maker's own objects (``snmp_rules``)
- ``enterprise_numbers.tsv``  the maker of whom no rule speaks, from the first number below 1.3.6.1.4.1 of sysObjectID; and, for those
                              that it lacks, ``iana_enterprises.tsv``, the registry itself
- ``said/<protocol>.toml``   what a service's words, a name and the network card's maker say (``said_rules``)
- ``services.toml``           patterns on the product that a service names
- ``ports.toml``              what a set of open ports says, surely or not
- ``traits.toml``             what a device does: it filters, routes, switches
- ``vendors.tsv``             one name for each maker, however the device spells it
- ``backups.toml``            services that hold or take backups

A new make is a line or a table in one of these files, never code. They stand in ``shared`` so that a better rule can be replayed over
old reports at the collector, and the agent's own ``probe snmp`` says the same.
"""

from shared.fingerprints.identify import FIELDS, Conclusion, best, identify
from shared.fingerprints.rules import BackupRule, Rules, rules

__all__ = ["FIELDS", "BackupRule", "Conclusion", "Rules", "best", "identify", "rules"]
