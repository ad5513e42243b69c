"""The box itself: name, servers that it asks, who may sign in, and by which services it is managed.

pfSense: HTTPS on 443 unless told otherwise, with HTTP on 80 as a redirect; SSH off unless ``ssh/enable``. OPNsense: the same with
``ssh/enabled`` and ``webgui/interfaces``. Without ``noantilockout`` both let the LAN reach them before any rule is asked.
"""

from shared.configs import values
from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.device_config import AdminUser, RemoteAccess

_USER_DETAILS = listed(
    "uid scope dashboardcolumns webguicss landing_page shell language cert customsettings email timezone interfacessort",
    "dashboardavailablewidgetspanel systemlogsfilterpanel systemlogsmanagelogpanel statusmonitoringsettingspanel webguifixedmenu",
    "webguihostnamemenu pagenamefirst keephistory disablealiaspopupdetail roworderdragging logshowfilters showfilterlog logincss",
    "password_reset scrambled_password pwd_changed_at dashboard user_interface apikeys",
)

_WEB = listed(
    "loginautocomplete ssl-certref dashboardcolumns webguicss logincss max_procs disablehsts ocsp-staple nodnsrebindcheck",
    "nohttpreferercheck httpaccesslog session_timeout ssl-ciphers ssl-hsts compression quietlogin roaming disableintegratedauth",
    "authserver auth_refresh_time webguifixedmenu webguihostnamemenu dashboardavailablewidgetspanel systemlogsfilterpanel",
    "systemlogsmanagelogpanel pagenamefirst statusmonitoringsettingspanel requirestatefilter roworderdragging interfacessort",
    "loginshowhost nonetgatedeviceidcheck webguileftcolumnhyper disablealiaspopupdetail logshowfilters loginbanner certref redirect",
    "noroot hide_version",
)
_SSH = listed(
    "sshdagentforwarding noauto kex ciphers macs keys keysig loglevel rekeylimit sshdlogin sshdpasswordauth sshguard keyonly",
)


def read_system(box: Box) -> None:
    section = box.find("system")
    if section is None:
        return
    reading = box.reading
    reading.hostname, reading.domain = section.get("hostname"), section.get("domain")
    reading.dns_servers += [server for server in section.texts("dnsserver") if values.is_address(server)]
    reading.ntp_servers += words(section.get("timeservers"))
    groups = _groups(section)
    for element in section.all("user"):
        if element.children:
            attempt(lambda each: reading.users.append(_user(each, groups)), element)
    _access(box, section)
    _snmp(box)
    _syslog(box)


def _groups(section: Element) -> dict[str, list[str]]:
    """Rights by user id, through the groups that the user is in."""
    rights: dict[str, list[str]] = {}
    for element in section.all("group"):
        for member in element.texts("member"):
            for uid in words(member):
                rights.setdefault(uid, []).append(element.get("name"))
        known(element, ("name", "description", "descr", "scope", "gid", "priv", "source_networks", "nousermanager"))
    return rights


def _user(element: Element, groups: dict[str, list[str]]) -> AdminUser:
    uid = element.get("uid")
    own = [each for each in element.texts("groupname") if each]
    memberships = element.texts("group_memberships")
    known(element, _USER_DETAILS)
    hashes = [element.get(name) for name in ("bcrypt-hash", "sha512-hash", "md5-hash", "nt-hash", "password", "passwordenc")]
    names = list(dict.fromkeys((*own, *groups.get(uid, ()), *memberships)))
    rights = [right for text in element.texts("priv") for right in words(text)]
    element.get("ipsecpsk")
    expires = element.get("expires")
    comment = " ".join(filter(None, (element.get("descr"), element.get("comment"), f"until {expires}" if expires else "")))
    return AdminUser(
        name=element.get("name"), role=", ".join(names or (["all rights"] if uid == "0" else [])) or ", ".join(rights),
        enabled=not element.flag("disabled", empty=not element.attributes),
        two_factor="one-time password" if element.get("otp_seed") else "",
        has_password=any(hashes), has_ssh_key=bool(element.get("authorizedkeys")), comment=comment,
    )  # fmt: skip


def _access(box: Box, section: Element) -> None:
    web = section.child("webgui")
    protocol = (web.get("protocol") if web else "") or "https"
    port = _port(web.get("port") if web else "", 443 if protocol == "https" else 80)
    interfaces = tuple(words(web.get("interfaces"))) if web else ()
    redirects = protocol == "https" and not (web is not None and web.flag("disablehttpredirect"))
    _add(box, protocol, port, interfaces, detail=_web_detail(web))
    if redirects:
        _add(box, "http", 80, interfaces, detail=f"redirects to {protocol}")
    for part, names in ((web, _WEB), (section.child("ssh"), _SSH)):
        if part is not None:
            known(part, names)
    ssh = section.child("ssh")
    on = section.flag("enablesshd") or (ssh is not None and (ssh.flag("enable") or ssh.flag("enabled")))
    details = _ssh_detail(box, ssh) if ssh is not None else ""
    ssh_interfaces = tuple(words(ssh.get("interfaces"))) if ssh else ()
    _add(box, "ssh", _port((ssh.get("port") if ssh else "") or section.get("sshport"), 22), ssh_interfaces, enabled=on, detail=details)


def _web_detail(web: Element | None) -> str:
    if web is None:
        return ""
    said = [
        "no protection against locking oneself out" if web.flag("noantilockout") else "",
        "other host names allowed: " + web.get("althostnames") if web.get("althostnames") else "",
        "signs in by " + web.get("authmode") if web.get("authmode") else "",
    ]
    return "; ".join(filter(None, said))


def _ssh_detail(box: Box, ssh: Element) -> str:
    if box.opnsense:
        password = ssh.flag("passwordauth", empty=True)
        said = ["password and key" if password else "key only", "root may sign in" if ssh.flag("permitrootlogin") else ""]
        return "; ".join(filter(None, (*said, "group " + ssh.get("group") if ssh.get("group") else "")))
    method = ssh.get("sshdkeyonly")
    return {"enabled": "key only", "both": "password and key together"}.get(method, "key only" if ssh.child("sshdkeyonly") else "")


def _port(text: str, default: int) -> int:
    return int(text) if text.isdigit() and 0 < int(text) <= 65535 else default


def _add(
    box: Box, service: str, port: int, interfaces: tuple[str, ...], *, enabled: bool = True, detail: str = "", udp: bool = False
) -> None:
    box.reading.remote_access.append(
        RemoteAccess(
            service=service, port=port, protocol="udp" if udp else "tcp", enabled=enabled, detail=detail, interfaces=interfaces or ("any",)
        )
    )


def _snmp(box: Box) -> None:
    """The part stands in every file with a community; it is on only where it says so."""
    section = box.find("snmpd")
    if section is None:
        return
    on = section.flag("enable")
    section.get("rocommunity"), section.get("syslocation"), section.get("syscontact")
    if on:
        _add(box, "snmp", _port(section.get("pollport"), 161), tuple(words(section.get("bindip"))), udp=True)


def _syslog(box: Box) -> None:
    section = box.find("syslog")
    if section is not None:
        on = section.flag("enable") or section.child("enable") is None
        servers = [section.get(name) for name in ("remoteserver", "remoteserver2", "remoteserver3")]
        box.reading.syslog_servers += [server for server in servers if server and on]
    for element in box.each("OPNsense", "Syslog", "destinations", "destination"):
        if element.flag("enabled", empty=False):
            box.reading.syslog_servers.append(element.get("hostname"))
        known(element, listed("transport program level facility hostname certificate port rfc5424 description"))
