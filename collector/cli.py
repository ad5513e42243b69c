"""The command ``netario-collector``. Exit codes: 0 done, 1 done in part, 2 wrong use or bad input, 3 nothing could be done."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from collector import config, printed
from collector.accounts import passwords
from collector.accounts.sessions import random_secret
from collector.app import create_app, utc_now
from collector.config import Settings
from collector.core import offline
from collector.serve import described, log_to_standard_error, serve, sockets
from collector.store import agents, audit, clients, migrate, people, sites
from collector.store.database import Database, reachable
from collector.store.tables import Client
from shared import VERSION
from shared.errors import BadInput, NetarioError
from shared.secret import Secret

DONE = 0
NOTHING = 3
INTERRUPTED = 130
FIRST_SITE = "Main site"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    os.umask(0o077)  # the database, its WAL and the key are nobody else's business
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except NetarioError as error:
        print(f"netario-collector: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return NOTHING
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="netario-collector", description="Keeps what the agents report, compares it, and shows it to technicians."
    )
    parser.add_argument("--version", action="version", version=f"netario-collector {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    kept = argparse.ArgumentParser(add_help=False)
    kept.add_argument("--data", type=Path, metavar="DIR", help=f"the data folder (default: {config.DEFAULT_DATA_DIR})")
    kept.add_argument("--database", metavar="URL", help="postgresql+psycopg://...; default: SQLite in the data folder")
    _add_running_commands(commands, kept)
    _add_setting_up_commands(commands, kept)
    _add_offline_commands(commands)
    return parser


def _add_running_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", kept: argparse.ArgumentParser) -> None:
    serving = commands.add_parser("serve", parents=[kept], help="take reports and show the pages")
    serving.add_argument("--listen", metavar="HOST:PORT", default=config.DEFAULT_LISTEN, help="default: %(default)s")
    serving.set_defaults(run=_serve)
    migrating = commands.add_parser("migrate", parents=[kept], help="bring the database to the form that this release knows")
    migrating.set_defaults(run=_migrate)


def _add_setting_up_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", kept: argparse.ArgumentParser) -> None:
    admin = commands.add_parser("create-admin", parents=[kept], help="make an account for a technician")
    admin.add_argument("name", metavar="NAME")
    admin.add_argument("--password-stdin", action="store_true", help="read the password from standard input; else one is made and printed")
    admin.set_defaults(run=_create_admin)
    client = commands.add_parser("add-client", parents=[kept], help="add a client, or a site to one that is there")
    client.add_argument("name", metavar="NAME")
    client.add_argument("--site", default=FIRST_SITE, metavar="NAME", help="default: %(default)s")
    client.set_defaults(run=_add_client)
    token = commands.add_parser("enrol-token", parents=[kept], help="make and print a token that enrols one agent")
    token.add_argument("--client", required=True, metavar="NAME")
    token.add_argument("--site", metavar="NAME", help="not needed where the client has one site")
    token.add_argument("--hours", type=float, default=agents.TOKEN_VALID / timedelta(hours=1), help="valid for (default: %(default)g)")
    token.set_defaults(run=_enrol_token)


def _add_offline_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    inventory = commands.add_parser("inventory", help="merge reports without a database, and print the inventory")
    inventory.add_argument("reports", nargs="+", metavar="REPORT", type=Path)
    inventory.add_argument("--json", action="store_true", help="print the inventory document")
    inventory.set_defaults(run=_inventory)
    changes = commands.add_parser("diff", help="what changed between two reports or inventory documents")
    changes.add_argument("before", metavar="A", type=Path)
    changes.add_argument("after", metavar="B", type=Path)
    changes.add_argument("--json", action="store_true", help="print the changes as a document")
    changes.add_argument("--language", default="en", metavar="CODE", help="of the sentences: en, it (default: %(default)s)")
    changes.set_defaults(run=_diff)


def _settings(asked: argparse.Namespace) -> Settings:
    return config.settings(asked.data, asked.database)


def _serve(asked: argparse.Namespace) -> int:
    log_to_standard_error()
    host, port = config.listen_address(asked.listen)
    settings = _settings(asked)
    listeners = sockets(host, port, os.environ)  # first: an address that is taken must not leave a new key and database behind
    app = create_app(settings)
    for listener in listeners:
        print(f"listening on {described(listener)}", flush=True)
    serve(app, listeners)
    return DONE


def _migrate(asked: argparse.Namespace) -> int:
    database = Database(_settings(asked).database_url.reveal())
    with reachable(database):
        print(f"the database has the form {migrate.upgrade(database)}.")
    return DONE


def _create_admin(asked: argparse.Namespace) -> int:
    password = Secret(sys.stdin.readline().rstrip("\r\n")) if asked.password_stdin else passwords.generated()
    hashed, now = passwords.hashed(password), utc_now()
    with migrate.opened(_settings(asked).database_url.reveal()).writing() as session:
        person = people.create(session, asked.name, hashed, now)
        audit.write(session, audit.COMMAND_LINE, "person.add", person.id, now, detail=person.name)
    print(f"name: {person.name}")
    if not asked.password_stdin:
        print(f"password: {password.reveal()}")
    return DONE


def _add_client(asked: argparse.Namespace) -> int:
    now = utc_now()
    with migrate.opened(_settings(asked).database_url.reveal()).writing() as session:
        client = clients.by_name(session, asked.name)
        if client is None:
            client = clients.create(session, asked.name, now)
            audit.write(session, audit.COMMAND_LINE, "client.add", client.id, now, client_id=client.id, detail=client.name)
        site = sites.create(session, client.id, asked.site, now)
        audit.write(session, audit.COMMAND_LINE, "site.add", site.id, now, client_id=client.id, detail=site.name)
    print(f"client: {client.id} {client.name}\nsite: {site.id} {site.name}")
    return DONE


def _enrol_token(asked: argparse.Namespace) -> int:
    if not 0 < asked.hours <= 24 * 365:
        raise BadInput("--hours: more than 0, and at most a year.")
    now, token = utc_now(), random_secret()
    with migrate.opened(_settings(asked).database_url.reveal()).writing() as session:
        client = clients.by_name(session, asked.client)
        if client is None:
            raise BadInput(f"there is no client named {asked.client}. Add it: netario-collector add-client NAME")
        there = sites.of_client(session, client.id)
        named = [site for site in there if asked.site in (None, site.name)]
        if len(named) != 1:
            raise BadInput(_which_site(client, asked.site, [site.name for site in there]))
        row = agents.create_token(session, named[0].id, token, audit.COMMAND_LINE, now, timedelta(hours=asked.hours))
        audit.write(session, audit.COMMAND_LINE, "enrolment_token.add", row.id, now, client_id=client.id, detail=named[0].name)
    print(token.reveal())
    return DONE


def _which_site(client: Client, asked: str | None, names: list[str]) -> str:
    there = f"Its sites: {', '.join(names)}." if names else "It has no site."
    return f"{client.name} has no site named {asked}. {there}" if asked else f"say which site of {client.name} with --site. {there}"


def _inventory(asked: argparse.Namespace) -> int:
    inventory = offline.inventory_of(printed.reports(asked.reports))
    if asked.json:
        print(inventory.model_dump_json(by_alias=True, indent=1))
    else:
        print("\n".join(printed.inventory_lines(inventory)))
    return DONE


def _diff(asked: argparse.Namespace) -> int:
    before, after = printed.documents((asked.before, asked.after))
    changes = offline.changes_between(*offline.as_inventories(before, after))
    if asked.json:
        print(changes.model_dump_json(by_alias=True, indent=1))
    else:
        print("\n".join(printed.change_lines(changes, asked.language)))
    return DONE
