"""Who may sign in: administrators, API accounts, and the users that VPNs and policies ask for.

An administrator's trusted hosts are all ten lines that are not ``0.0.0.0 0.0.0.0``; without any, the account is good from anywhere. Source:
Fortinet's CLI reference, system > admin, api-user; user > local, group.
"""

from collections.abc import Sequence

from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, network, table, taken, unread_attribute
from shared.device_config import AdminUser
from shared.firewall import ANY

_TRUSTED = tuple(f"{six}trusthost{number}" for six in ("", "ip6-") for number in range(1, 11))
_ADMIN = frozenset(_TRUSTED) | names(
    "accprofile vdom password remote-auth remote-group peer-auth peer-group two-factor fortitoken comments wildcard ssh-public-key1"
    " ssh-public-key2 ssh-public-key3 schedule email-to two-factor-authentication"
)
_ADMIN_PART = names(
    "gui-dashboard dashboard dashboard-tabs login-time is-admin history0 history1 hidden allow-remove-admin-session"
    " accprofile-override radius-accprofile-override vdom-override radius-vdom-override password-expire"
    " force-password-change sms-server sms-custom-server sms-phone guest-auth guest-usergroups guest-lang"
    " gui-global-menu-favorites gui-vdom-menu-favorites gui-new-feature-acknowledge gui-ignore-release-overview-version"
    " gui-ignore-invalid-signature-version gui-default-dashboard-template two-factor-notification ssh-certificate"
    " old-password status gui-dashboard-template vdom-mode radius-group description"
)
_API = names("api-key accprofile vdom trusthost comments schedule")
_API_PART = names("cors-allow-origin peer-auth peer-group")
_LOCAL = names(
    "status type passwd ldap-server radius-server tacacs+-server two-factor fortitoken email-to username-case-insensitivity"
    " username-case-sensitivity username-sensitivity two-factor-authentication id"
)
_LOCAL_PART = names(
    "two-factor-notification sms-server sms-custom-server sms-phone passwd-policy passwd-time authtimeout workstation"
    " auth-concurrent-override auth-concurrent-value ppk-secret ppk-identity xauth passwd-expire uuid user-peer qkd-profile"
    " saml-server"
)
_GROUP = names("member match group-type")
_GROUP_PART = names(
    "id authtimeout auth-concurrent-override auth-concurrent-value http-digest-realm sso-attribute-value user-id password"
    " user-name sponsor company email mobile-phone sms-server sms-custom-server expire-type expire max-accounts"
    " multiple-guest-add guest logic-type profile"
)
_SERVERS = {"user radius": "radius", "user ldap": "ldap", "user tacacs+": "tacacs", "user saml": "saml"}


def read_administrators(box: Box) -> None:
    for vdom in (box.shared, *box.vdoms.values()):
        box.reading.users += each(box.reading, vdom.table("system admin"), lambda entry: _administrator(box, entry))
        box.reading.users += each(box.reading, vdom.table("system api-user"), lambda entry: _program(box, entry))
        for name in ("system sso-admin", "system sso-forticloud-admin", "system sso-fortigate-cloud-admin"):
            for entry in vdom.table(name).values():
                account(box.reading, entry, ("accprofile", "vdom"), _ADMIN_PART, "settings of administrators")
                box.reading.users.append(AdminUser(name=entry.name, role=entry.get("accprofile"), source="saml"))


def _administrator(box: Box, entry: Entry) -> AdminUser:
    account(box.reading, entry, _ADMIN, _ADMIN_PART, "settings of administrators")
    remote = entry.on("remote-auth")
    trusted = [found for name in _TRUSTED if (found := taken(box.reading, entry, name, network)) not in (None, ANY)]
    box.trusted.append(tuple(str(host) for host in trusted))
    return AdminUser.model_validate(
        {
            "name": entry.name, "role": entry.get("accprofile"), "source": _source(box, entry) if remote else "local",
            "trusted_hosts": tuple(trusted), "two_factor": _two_factor(entry),
            "has_password": True if entry.all("password") else None if remote or entry.on("peer-auth") else False,
            "has_ssh_key": any(entry.all(f"ssh-public-key{number}") for number in (1, 2, 3)), "comment": _about(entry),
        }
    )  # fmt: skip


def _about(entry: Entry) -> str:
    """The comment, and what else bounds the account."""
    vdoms = entry.all("vdom")
    parts = [entry.get("comments"), f"vdom {', '.join(vdoms)}" if vdoms and vdoms != ["root"] else ""]
    parts += [f"schedule {entry.get('schedule')}" if entry.all("schedule") else "", "any remote user" if entry.on("wildcard") else ""]
    return "; ".join(part for part in parts if part)


def _two_factor(entry: Entry) -> str:
    kind = entry.get("two-factor", "disable")
    return "" if kind == "disable" else kind


def _source(box: Box, entry: Entry) -> str:
    """The kind of server that stands behind the administrator's group."""
    for vdom in (box.shared, *box.vdoms.values()):
        group = vdom.table("user group").get(entry.get("remote-group"))
        for table_name, word in _SERVERS.items():
            if group and set(group.all("member")) & vdom.table(table_name).keys():
                return word
    return "remote"


def _program(box: Box, entry: Entry) -> AdminUser:
    account(box.reading, entry, _API, _API_PART, "settings of administrators")
    hosts = (table(box.reading, entry.tables["trusthost"]) if "trusthost" in entry.tables else {}).values()
    for host in hosts:
        account(box.reading, host, ("ipv4-trusthost", "ipv6-trusthost", "type"))
    found = [taken(box.reading, host, name, network) for host in hosts for name in ("ipv4-trusthost", "ipv6-trusthost")]
    return AdminUser.model_validate(
        {
            "name": entry.name, "role": entry.get("accprofile"), "source": "api",
            "trusted_hosts": tuple(h for h in found if h not in (None, ANY)),
            "has_password": bool(entry.all("api-key")) or None, "comment": _about(entry),
        }
    )  # fmt: skip


def read_users(box: Box, vdom: Vdom) -> None:
    """Users of VPNs and of policies: their role is the groups that they are in."""
    groups: dict[str, list[str]] = {}
    for group in vdom.table("user group").values():
        account(box.reading, group, _GROUP, _GROUP_PART, "settings of user groups")
        for member in group.all("member"):
            groups.setdefault(member, []).append(group.name)
    box.reading.users += each(box.reading, vdom.table("user local"), lambda entry: _user(box, entry, groups.get(entry.name, [])))


def _user(box: Box, entry: Entry, groups: Sequence[str]) -> AdminUser:
    account(box.reading, entry, _LOCAL, _LOCAL_PART, "settings of users")
    kind = entry.get("type", "password")
    source = {"password": "local", "tacacs+": "tacacs"}.get(kind, kind)
    if kind not in ("password", "ldap", "radius", "tacacs+", "saml"):
        unread_attribute(box.reading, entry, "type")
    return AdminUser(
        name=entry.name, role=f"user of {', '.join(groups)}" if groups else "user", enabled=entry.get("status", "enable") == "enable",
        source=source, two_factor=_two_factor(entry), has_password=bool(entry.all("passwd")) if source == "local" else None,
    )  # fmt: skip


def trusted_by_all(box: Box) -> tuple[str, ...]:
    """The hosts from which the box can be managed: all that any administrator trusts, or any where one trusts all."""
    if not box.trusted or not all(box.trusted):
        return (ANY,)
    return tuple(dict.fromkeys(host for hosts in box.trusted for host in hosts))
