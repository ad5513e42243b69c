"""Which login do the options of ``netario-agent probe snmp`` name?  Raises BadInput, in the words of the command line."""

import argparse
from collections.abc import Callable
from typing import Literal, TypeVar, get_args

from agent.credentials import login_fault
from agent.edge import SnmpAuth, SnmpLogin, SnmpPrivacy
from shared.errors import BadInput
from shared.secret import Secret

Name = TypeVar("Name", SnmpAuth, SnmpPrivacy)

STDIN = "-"
AUTHS: tuple[SnmpAuth, ...] = get_args(SnmpAuth)[1:]
PRIVACIES: tuple[SnmpPrivacy, ...] = get_args(SnmpPrivacy)[1:]
_OTHER_NAMES = {"SHA1": "SHA", "SHA-1": "SHA", "AES128": "AES", "AES-128": "AES"}


def add_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--community", metavar="C", help="its community (v1, v2c); - reads it from standard input, so that nobody sees it in ps"
    )
    parser.add_argument("--v1", action="store_true", help="with --community: speak SNMP v1, for devices that know nothing newer")
    parser.add_argument("--v3", metavar="USER", default="", help="speak SNMP v3 as this user")
    parser.add_argument("--auth", metavar="A", default="", help=f"how the user signs: {', '.join(AUTHS)}")
    parser.add_argument("--auth-password", metavar="P", help="- reads it from standard input")
    parser.add_argument(
        "--privacy", metavar="X", default="", help=f"how the user encrypts: {', '.join(PRIVACIES)}; -C: Cisco's way to make keys"
    )
    parser.add_argument("--privacy-password", metavar="P", help="- reads it from standard input, after the other one")
    parser.add_argument("--context", metavar="N", default="", help="the v3 context; hardly ever needed")


def login(options: argparse.Namespace, next_line: Callable[[], str]) -> SnmpLogin:
    """``next_line`` reads a line of standard input, for passwords given as ``-``."""
    only_v3 = {"--auth": options.auth, "--auth-password": options.auth_password, "--privacy": options.privacy}
    only_v3 |= {"--privacy-password": options.privacy_password, "--context": options.context}
    if bool(options.community) == bool(options.v3):
        if options.v3:
            raise BadInput("give --community (v1, v2c) or --v3 USER, not both")
        raise BadInput("--community is missing; or --v3 USER. SNMP devices answer only to whom they know.")
    if not options.v3:
        if strangers := [name for name, value in only_v3.items() if value]:
            raise BadInput(f"{', '.join(strangers)}: only with --v3 USER")
        return SnmpLogin("1" if options.v1 else "2c", community=_secret(options.community, next_line))
    if options.v1:
        raise BadInput("--v1 speaks SNMP v1, --v3 SNMP v3: give one of them")
    for way in ("auth", "privacy"):
        if bool(getattr(options, way)) != bool(getattr(options, f"{way}_password")):
            raise BadInput(f"--{way} and --{way}-password go together")
    found = SnmpLogin(
        "3",
        user=options.v3,
        auth=_named(options.auth, AUTHS, "--auth"),
        auth_password=_secret(options.auth_password, next_line),
        privacy=_named(options.privacy, PRIVACIES, "--privacy"),
        privacy_password=_secret(options.privacy_password, next_line),
        context=options.context,
    )
    if fault := login_fault(found):
        raise BadInput(fault)
    return found


def _named(text: str, names: tuple[Name, ...], option: str) -> Name | Literal[""]:
    """The algorithm, however its case and its hyphens are written: ``sha256`` is SHA-256."""
    wanted = text.upper()
    wanted = _OTHER_NAMES.get(wanted, wanted)
    for name in names:
        if wanted.replace("-", "") == name.replace("-", ""):
            return name
    if text:
        raise BadInput(f"{option} {text!r} is not known; there are {', '.join(names)}")
    return ""


def _secret(text: str | None, next_line: Callable[[], str]) -> Secret | None:
    return Secret(next_line().rstrip("\r\n") if text == STDIN else text) if text else None
