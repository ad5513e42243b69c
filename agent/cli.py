"""``netario-agent``: reads the command line, calls the rest, turns errors into one line and an exit code.

0 done; 1 done in part, and the output says which part; 2 wrong use or bad input; 3 nothing could be done.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from agent.config import load
from agent.log import to_stderr
from agent.snmp_options import add_login, login
from shared import VERSION
from shared.errors import BadInput, NetarioError
from shared.secret import Secret

EXIT_DONE, EXIT_IN_PART, EXIT_NOTHING = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except NetarioError as error:
        print(f"netario-agent: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("netario-agent: interrupted", file=sys.stderr)
        return EXIT_NOTHING
    except BrokenPipeError:
        # whoever read our output has gone; Python would complain once more when it closes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_IN_PART


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="netario-agent",
        description="Documents the network that this machine is in: finds its devices, reads its firewall, reports to a collector.",
        epilog="Begin with: netario-agent doctor, then scan --plan. Exit codes: 0 done, 1 in part, 2 wrong use, 3 nothing done.",
    )
    parser.add_argument("--version", action="version", version=f"netario-agent {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_scan(commands)
    _add_probe(commands)
    _add_read_config(commands)
    _add_enrol(commands)
    for name, command, told in (
        ("run", _run, "be the service: scan now and then on a schedule, carry the reports to the collector"),
        ("push", _push, "carry the reports that wait on this machine to the collector, now"),
        ("status", _status, "say where this agent belongs, and what waits to be sent"),
        ("doctor", _doctor, "say what this machine can do as an agent, what it cannot, and what to do about it"),
    ):
        _settings_options(_add(commands, name, command, told))
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: Commands, name: str, command: Callable[[argparse.Namespace], int], told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    parser.set_defaults(command=command)
    return parser


def _settings_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="the configuration (default: /etc/netario/agent.toml, if it is there)")
    parser.add_argument("--credentials", type=Path, metavar="FILE", help="a second file with [[snmp]] and [[ssh]] only")
    parser.add_argument("--verbose", action="store_true", help="log more to standard error")


def _add_scan(commands: Commands) -> None:
    parser = _add(commands, "scan", _scan, "look at the network once and show what is there; nothing is sent to a collector")
    parser.add_argument("--subnet", action="append", default=[], metavar="CIDR", help="a subnet, like 192.168.1.0/24; may be given again")
    parser.add_argument("--only", metavar="PROBE,...", default="", help="only these probes; --plan lists them")
    parser.add_argument("--plan", action="store_true", help="say what would be sent, how much and how long; send nothing")
    parser.add_argument("--yes", action="store_true", help="scan more than 4096 addresses, or public ones, without asking")
    parser.add_argument("--rate", type=int, metavar="N", help="packets a second at most (default 150); 0: no limit, to one device neither")
    parser.add_argument("--output", metavar="FILE", help="write the report there as JSON; - is standard output")
    parser.add_argument("--json", action="store_true", help="print the report as JSON and nothing else")
    parser.add_argument("--push", action="store_true", help="keep the report and carry it to the collector; the agent must be enrolled")
    _settings_options(parser)


def _add_probe(commands: Commands) -> None:
    probes = commands.add_parser("probe", help="ask single devices what they are, without a scan").add_subparsers(
        required=True, metavar="PROBE"
    )
    parser = _add(probes, "snmp", _probe_snmp, "ask devices over SNMP v1, v2c or v3 what they are")
    parser.add_argument("host", nargs="?", metavar="HOST[:PORT]", help="one device")
    add_login(parser)
    parser.add_argument("--targets", type=Path, metavar="FILE", help="many devices: a line each, HOST:PORT<tab>COMMUNITY[<tab>LABEL]")
    parser.add_argument("--json", action="store_true", help="print the answer as a JSON document")
    parser.add_argument("--jsonl", action="store_true", help="with --targets: a JSON document a line, as soon as it is known")
    parser.add_argument("--verbose", action="store_true", help="log more to standard error")


def _add_read_config(commands: Commands) -> None:
    parser = _add(commands, "read-config", _read_config, "read a saved configuration: its rules, port-forwards, tunnels, interfaces, users")
    parser.add_argument("file", metavar="F", help="the configuration as the device prints or saves it; - reads standard input")
    parser.add_argument("--platform", default="", metavar="P", help="as netmiko names it: fortinet, mikrotik_routeros, cisco_ios ...")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--text", action="store_true", help="print the configuration itself, its secrets removed")


def _add_enrol(commands: Commands) -> None:
    parser = _add(
        commands, "enroll", _enrol, "make this machine an agent of a collector, with a token that the collector's page gives once"
    )
    parser.add_argument("url", metavar="URL", help="the collector, like https://netario.example.net")
    parser.add_argument("--token", required=True, metavar="T", help="the one-time token; - reads it from standard input")
    parser.add_argument("--name", default="", help="what the collector calls this agent (default: the machine's name)")
    parser.add_argument("--replace", action="store_true", help="forget the collector that this agent belongs to now")
    parser.add_argument("--insecure-http", action="store_true", help="allow http:// to another machine: key and reports go unencrypted")
    _settings_options(parser)


# The commands are imported when they are called: --help and --version answer at once, without scapy looking at the machine.


def _scan(options: argparse.Namespace) -> int:
    from agent import commands

    settings = commands.settings_for_scan(options.config, options.credentials, options.subnet, _names(options.only), options.rate)
    _log(options, logging.WARNING)
    wishes = commands.ScanWishes(
        plan_only=options.plan, yes=options.yes, output=options.output or "", as_json=options.json, push=options.push
    )
    return commands.scan(settings, wishes)


def _probe_snmp(options: argparse.Namespace) -> int:
    from agent import probe_commands

    _log(options, logging.WARNING)
    if bool(options.host) == bool(options.targets):
        raise BadInput("give one HOST with --community or --v3, or --targets FILE")
    if options.targets:
        return probe_commands.snmp_targets(options.targets, options.jsonl or options.json)
    return probe_commands.snmp_host(options.host, login(options, sys.stdin.readline), options.json or options.jsonl)


def _read_config(options: argparse.Namespace) -> int:
    from agent import config_commands

    return config_commands.read_file(options.platform, options.file, options.json, options.text)


def _enrol(options: argparse.Namespace) -> int:
    from agent import commands

    _log(options, logging.WARNING)
    token = Secret(sys.stdin.readline().strip() if options.token == "-" else options.token)  # noqa: S105 - a dash is no password
    return commands.enrol(
        load(options.config, options.credentials), options.url, token, options.name, options.replace, options.insecure_http
    )


def _run(options: argparse.Namespace) -> int:
    from agent import service

    _log(options, logging.INFO)
    service.run(load(options.config, options.credentials))
    return EXIT_DONE


def _push(options: argparse.Namespace) -> int:
    from agent import commands

    _log(options, logging.WARNING)
    return commands.push_now(load(options.config, options.credentials))


def _status(options: argparse.Namespace) -> int:
    from agent import commands

    return commands.status(load(options.config, options.credentials))


def _doctor(options: argparse.Namespace) -> int:
    from agent import commands

    return commands.doctor(options.config, options.credentials)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in listed.split(",")) if name)


def _log(options: argparse.Namespace, level: int) -> None:
    to_stderr(logging.DEBUG if options.verbose else level)
