"""How is a change or a finding said to a person, in the reader's language?

``translate`` is gettext-like: the English sentence in, the reader's out. All sentences stand in this file, marked by ``N_`` so that they
can be extracted. Values are put in afterwards: what a network wrote is never a format, and is not escaped here (the page does that).
"""

from collections.abc import Callable, Mapping

from shared.change import Change, ChangeKind
from shared.inventory import Finding

Translate = Callable[[str], str]


def N_(message: str) -> str:
    """gettext's own name for a message that is translated later, where it is shown."""
    return message


_A, _M, _R, _C = ChangeKind.APPEARED, ChangeKind.MISSING, ChangeKind.RETURNED, ChangeKind.CHANGED

SENTENCES: Mapping[tuple[str, ChangeKind], str] = {
    ("device", _A): N_("%(device)s is new in the network (%(title)s)"),
    ("device", _M): N_("%(device)s no longer answers (%(title)s)"),
    ("device", _R): N_("%(device)s answers again (%(title)s)"),
    ("device", _C): N_("%(device)s: %(field)s changed from “%(before)s” to “%(after)s”"),
    ("address", _A): N_("%(device)s has a further address, %(title)s"),
    ("address", _M): N_("%(device)s no longer has the address %(title)s"),
    ("address", _C): N_("%(device)s changed its address from %(before)s to %(after)s"),
    ("port", _A): N_("%(device)s: port %(key)s opened (%(title)s)"),
    ("port", _M): N_("%(device)s: port %(key)s closed (%(title)s)"),
    ("port", _C): N_("%(device)s: on port %(key)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("interface", _A): N_("%(device)s: new interface %(title)s"),
    ("interface", _M): N_("%(device)s: interface %(title)s is gone"),
    ("interface", _C): N_("%(device)s: interface %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("part", _A): N_("%(device)s: new part: %(title)s"),
    ("part", _M): N_("%(device)s: a part is gone: %(title)s"),
    ("part", _C): N_("%(device)s: %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("firewall_rule", _A): N_("%(device)s: firewall rule added: %(title)s"),
    ("firewall_rule", _M): N_("%(device)s: firewall rule removed: %(title)s"),
    ("firewall_rule", _C): N_("%(device)s: firewall rule %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("port_forward", _A): N_("%(device)s: port-forward added: %(title)s"),
    ("port_forward", _M): N_("%(device)s: port-forward removed: %(title)s"),
    ("port_forward", _C): N_("%(device)s: port-forward %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("source_nat", _A): N_("%(device)s: source translation added: %(title)s"),
    ("source_nat", _M): N_("%(device)s: source translation removed: %(title)s"),
    ("source_nat", _C): N_("%(device)s: source translation %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("vpn", _A): N_("%(device)s: VPN added: %(title)s"),
    ("vpn", _M): N_("%(device)s: VPN removed: %(title)s"),
    ("vpn", _C): N_("%(device)s: VPN %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("route", _A): N_("%(device)s: route added: %(title)s"),
    ("route", _M): N_("%(device)s: route removed: %(title)s"),
    ("dhcp", _A): N_("%(device)s: DHCP range added: %(title)s"),
    ("dhcp", _M): N_("%(device)s: DHCP range removed: %(title)s"),
    ("dhcp", _C): N_("%(device)s: DHCP range %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("certificate", _A): N_("%(device)s: certificate of %(title)s on %(key)s, valid until %(after)s"),
    ("certificate", _M): N_("%(device)s: certificate of %(title)s on %(key)s is gone"),
    ("certificate", _C): N_("%(device)s: certificate of %(title)s on %(key)s replaced (was valid until %(before)s, now %(after)s)"),
    ("link", _A): N_("%(device)s: port %(key)s is now connected to %(title)s"),
    ("link", _M): N_("%(device)s: port %(key)s is no longer connected to %(title)s"),
    ("link", _C): N_("%(title)s is now plugged in at %(after)s (before: %(before)s)"),
    ("subnet", _A): N_("New subnet %(title)s"),
    ("subnet", _M): N_("Subnet %(title)s is gone"),
    ("subnet", _C): N_("Subnet %(title)s: %(field)s changed from %(before)s to %(after)s"),
    ("vlan", _A): N_("New VLAN %(title)s"),
    ("vlan", _M): N_("VLAN %(title)s is gone"),
    ("vlan", _C): N_("VLAN %(title)s: %(field)s changed from “%(before)s” to “%(after)s”"),
    ("exposed_port", _A): N_("%(device)s: newly reachable from outside: %(title)s"),
    ("exposed_port", _M): N_("%(device)s: no longer reachable from outside: %(title)s"),
    ("exposed_port", _C): N_("%(device)s: reachable from outside: %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("configuration", _C): N_("%(device)s: its configuration was changed (%(before)s lines before, %(after)s now)"),
    ("admin_user", _A): N_("%(device)s: new administrator: %(title)s"),
    ("admin_user", _M): N_("%(device)s: administrator removed: %(title)s"),
    ("admin_user", _C): N_("%(device)s: administrator %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("remote_access", _A): N_("%(device)s: %(title)s was switched on"),
    ("remote_access", _M): N_("%(device)s: %(title)s was switched off"),
    ("remote_access", _C): N_("%(device)s: %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("secret", _C): N_("%(device)s: a password or key was changed: %(title)s"),
    ("zone", _A): N_("%(device)s: zone added: %(title)s"),
    ("zone", _M): N_("%(device)s: zone removed: %(title)s"),
    ("zone", _C): N_("%(device)s: zone %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
    ("switch_port", _A): N_("%(device)s: new switch port %(title)s"),
    ("switch_port", _M): N_("%(device)s: switch port %(title)s is gone"),
    ("switch_port", _C): N_("%(device)s: switch port %(title)s, %(field)s changed from “%(before)s” to “%(after)s”"),
}

SET = N_("%(device)s: %(field)s is now known: “%(after)s”")
"""For a field of a device that was blank before."""
ADDED = N_("%(device)s: %(title)s: %(field)s added: %(after)s")
REMOVED = N_("%(device)s: %(title)s: %(field)s removed: %(before)s")
"""For a peer of a tunnel or a reservation of a DHCP range."""
MOVED = N_("%(device)s: firewall rule moved from place %(before)s to %(after)s: %(title)s")
ALLOWS_EVERYTHING = N_("%(device)s: a firewall rule now allows everything: %(after)s. Before: %(before)s")
PORT_WITHOUT_SERVICE: Mapping[ChangeKind, str] = {
    _A: N_("%(device)s: port %(key)s opened"),
    _M: N_("%(device)s: port %(key)s closed"),
}

FIELDS: Mapping[str, str] = {
    "kind": N_("kind"),
    "vendor": N_("maker"),
    "model": N_("model"),
    "os": N_("operating system"),
    "os_version": N_("version of the operating system"),
    "serial": N_("serial number"),
    "hostname": N_("name"),
    "name": N_("name"),
    "location": N_("location"),
    "contact": N_("contact"),
    "address": N_("address"),
    "service": N_("service"),
    "product": N_("program"),
    "version": N_("version"),
    "alias": N_("label"),
    "description": N_("description"),
    "admin_up": N_("switched on"),
    "mac": N_("MAC address"),
    "mtu_bytes": N_("largest packet"),
    "memory": N_("memory"),
    "processors": N_("number of processors"),
    "battery": N_("state of the battery"),
    "battery_replaced_on": N_("day on which the battery was replaced"),
    "action": N_("action"),
    "native_action": N_("action"),
    "enabled": N_("enabled"),
    "bound": N_("in use"),
    "implicit": N_("implied"),
    "from": N_("incoming interface"),
    "to": N_("outgoing interface"),
    "sources": N_("sources"),
    "destinations": N_("destinations"),
    "services": N_("services"),
    "states": N_("connection states"),
    "log": N_("logging"),
    "nat": N_("translation"),
    "comment": N_("comment"),
    "conditions": N_("conditions"),
    "schedule": N_("schedule"),
    "application": N_("application"),
    "scope": N_("direction"),
    "family": N_("IP version"),
    "ruleset": N_("rule set"),
    "order": N_("place"),
    "protocol": N_("protocol"),
    "public_address": N_("public address"),
    "public_ports": N_("public ports"),
    "to_address": N_("inside address"),
    "to_ports": N_("inside ports"),
    "to_source": N_("translated address"),
    "interface": N_("interface"),
    "local_addresses": N_("own addresses"),
    "listen_port": N_("listening port"),
    "public_key": N_("public key"),
    "peer": N_("peer"),
    "reservation": N_("reservation"),
    "prefix": N_("subnet"),
    "first_address": N_("first address"),
    "last_address": N_("last address"),
    "gateway": N_("gateway"),
    "dns_servers": N_("DNS servers"),
    "domain": N_("domain"),
    "lease_s": N_("lease time in seconds"),
    "vlan": N_("VLAN"),
    "port": N_("port"),
    "certificate": N_("certificate"),
    "role": N_("role"),
    "source": N_("source"),
    "trusted_hosts": N_("allowed from"),
    "two_factor": N_("second factor"),
    "has_password": N_("password set"),
    "has_ssh_key": N_("SSH key"),
    "interfaces": N_("interfaces"),
    "intrazone": N_("traffic within the zone"),
    "detail": N_("detail"),
    "mode": N_("mode"),
    "untagged_vlan": N_("untagged VLAN"),
    "tagged_vlans": N_("tagged VLANs"),
    "voice_vlan": N_("voice VLAN"),
    "lag": N_("aggregate"),
    "poe": N_("power over Ethernet"),
    "speed": N_("speed"),
    "duplex": N_("duplex"),
    "port_security": N_("port security"),
    "spanning_tree": N_("spanning tree"),
    "zone": N_("zone"),
    "access_list_in": N_("access list for incoming traffic"),
    "access_list_out": N_("access list for outgoing traffic"),
    "security_level": N_("security level"),
    "management": N_("services of the device itself"),
    "dhcp_client": N_("address by DHCP"),
    "users": N_("users"),
    "profiles": N_("security profiles"),
    "last_match": N_("decided by the last match"),
    "why_without_effect": N_("why it has no effect"),
    "bidirectional": N_("in both directions"),
    "linked_rule": N_("rule that belongs to it"),
    "to_destination": N_("translated destination"),
    "local_id": N_("own identity"),
    "auth": N_("authentication"),
    "ike_version": N_("IKE version"),
    "phase1": N_("proposals, phase 1"),
    "phase2": N_("proposals, phase 2"),
    "pfs": N_("perfect forward secrecy"),
    "phase1_lifetime_s": N_("lifetime in seconds, phase 1"),
    "phase2_lifetime_s": N_("lifetime in seconds, phase 2"),
    "selectors": N_("networks"),
    "client_pool": N_("addresses for clients"),
    "secret_fingerprints": N_("pre-shared key"),
    "options": N_("options"),
    "relay_to": N_("passed on to"),
}

FINDINGS: Mapping[str, str] = {
    "second_dhcp_server": N_("A second DHCP server gives addresses in the same network: %(subject)s. Switch it off if it is not yours."),
    "certificate_ended": N_("The certificate of %(subject)s has expired: replace it."),
    "certificate_ends_soon": N_("The certificate of %(subject)s expires within 30 days: renew it."),
    "ups_battery_due": N_("The battery of the UPS is to be replaced (%(subject)s): at the next power cut it may not hold."),
    "telnet_open": N_("Telnet is open on %(subject)s: passwords cross the network in clear text. Use SSH."),
    "rsh_open": N_("rsh, rlogin or rexec is open on %(subject)s: anyone in the network can pose as a user. Switch it off."),
    "ftp_open": N_("FTP is open on %(subject)s: passwords cross the network in clear text. Use SFTP or FTPS."),
    "firewall_rule_allows_everything": N_("A firewall rule allows everything: %(subject)s. Narrow it or remove it."),
    "remote_control_from_anywhere": N_(
        "Remote control is reachable from the whole internet: %(subject)s. Restrict its sources or use the VPN."
    ),
    "forward_to_missing_device": N_("A port-forward leads to a device that no longer answers: %(subject)s."),
}


def sentence(change: Change, translate: Translate) -> str:
    """One line for a person, in the language of ``translate``."""
    return translate(_template(change)) % {
        "device": change.device_title,
        "title": change.title,
        "key": change.key,
        "field": field_name(change.field, translate),
        "before": change.before,
        "after": change.after,
    }


def field_name(field: str, translate: Translate) -> str:
    return translate(FIELDS[field]) if field in FIELDS else field


def finding_sentence(finding: Finding, translate: Translate) -> str:
    """What should be looked at, and what to do; an unknown code shows itself."""
    template = FINDINGS.get(finding.code)
    return translate(template) % {"subject": finding.subject} if template else f"{finding.code}: {finding.subject}"


def _template(change: Change) -> str:
    if change.kind is _C and change.field in ("peer", "reservation") and not (change.before and change.after):
        return ADDED if change.after else REMOVED
    if change.kind is _C and change.field == "order":
        return MOVED
    if change.field == "allows_everything":
        return ALLOWS_EVERYTHING
    if change.kind is _C and change.subject == "device" and not change.before:
        return SET
    if change.subject == "port" and not change.title and change.kind in PORT_WITHOUT_SERVICE:
        return PORT_WITHOUT_SERVICE[change.kind]
    return SENTENCES[change.subject, change.kind]
