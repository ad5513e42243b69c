"""Stormshield SNS over SSH: the files of its configuration, and what FreeBSD's tools say, which its system is built on.

The account must land in the shell of the system and not in the one for commands (nsrpc). Files are printed one after another, each headed
by its path; those that are not there are left out. Source: the maker's provisioning templates for clouds, which name the files.
"""

from agent.ssh import Description, SysObjectId, freebsd

PLATFORM = "stormshield_sns"
CHANNEL = "exec"
RIGHTS = "the account admin, with SSH and its password or key allowed under System, Configuration; without the nsrpc shell"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.11256"), Description("Stormshield"), Description("NS-BSD"))

_FILES = (
    "network object objectgroup servicegroup route dns system Filter/slotinfo Filter/[0-9][0-9]"
    " Global/object Global/objectgroup Global/servicegroup Global/Filter/slotinfo Global/Filter/[0-9][0-9]"
)
ASK = {
    "files": (
        f"sh -c 'cd /usr/Firewall/ConfigFiles && for f in {_FILES}; do if test -f $f; then echo \"#### $f\"; cat $f; echo; fi; done'",
    ),
    "interfaces": ("ifconfig -a", "/sbin/ifconfig -a"),
    "arp": ("arp -an", "/usr/sbin/arp -an"),
    "routes": ("netstat -rn", "/usr/bin/netstat -rn"),
}
CONFIGURATION = ("files",)

read_interfaces = freebsd.read_interfaces
read_arp = freebsd.read_arp
read_routes = freebsd.read_routes
