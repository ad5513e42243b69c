"""What the agent was told: one TOML file, read once, into one frozen ``Settings``. Nobody else reads the file or the environment."""

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from agent.credentials import KINDS, SnmpCredential, SshCredential, WebCredential, WindowsCredential
from agent.exclusions import KIND, normal_exclusion
from shared.address import Ip, normal_ip, normal_mac, normal_prefix
from shared.errors import BadInput
from shared.model import Frozen


def _subnet(text: object) -> str:
    if not isinstance(text, str):
        raise ValueError("a subnet is written like 192.168.1.0/24")
    try:
        return subnet(text)
    except BadInput as error:
        raise ValueError(str(error)) from None


def _exclusion(text: object) -> str:
    """Any of its forms in its normal form; tried in this order, as 192.168.100.200 could be read as a MAC address."""
    for normal in (normal_ip, normal_prefix, normal_mac, normal_exclusion):
        try:
            entry = normal(str(text))
        except ValueError:
            continue
        if entry.startswith(KIND) and entry.removeprefix(KIND) not in KINDS:
            raise ValueError(f"there is no kind {entry.removeprefix(KIND)!r}; there are {', '.join(sorted(KINDS))}")
        return entry
    raise ValueError(
        "write an address (192.168.1.9), a subnet (192.168.1.0/28), a MAC address (00:1b:21:aa:bb:cc), "
        "the prefix of its maker (00:1b:21), vendor:NAME or kind:KIND"
    )


def _port_list(text: object) -> str:
    listed = "".join(text.split()) if isinstance(text, str) else ""
    for part in listed.split(",") if text != "" else ():
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (not last or last.isdecimal()) and 1 <= int(first) <= int(last or first) <= 65535):
            raise ValueError("write TCP ports like 22,80,8000-8100")
    return listed


Subnet = Annotated[str, BeforeValidator(_subnet)]
Exclusion = Annotated[str, BeforeValidator(_exclusion)]
PortList = Annotated[str, BeforeValidator(_port_list)]


class ScanSettings(Frozen, extra="forbid"):
    subnets: tuple[Subnet, ...] = ()
    """Empty: the subnets that this machine is connected to, container bridges left out."""
    exclude: tuple[Exclusion, ...] = ()
    """What no probe may touch: addresses, subnets, MAC addresses, makers' prefixes (``00:1b:21``), ``vendor:Siemens``, ``kind:printer``."""
    only: tuple[str, ...] = ()
    """Names of probes; empty: all."""
    packets_per_s: Annotated[int, Field(ge=0, le=1_000_000)] = 150
    """To the whole site. 0: no limit, and none to a host either."""
    host_packets_per_s: Annotated[int, Field(ge=0, le=1_000_000)] = 40
    """To one device. 0: no limit."""
    connections: Annotated[int, Field(ge=1, le=10_000)] = 512
    """Open at a time, to the whole site."""
    host_connections: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Open at a time, to one device."""
    allow_large: bool = False
    """``subnets`` of more than 4096 addresses in all are meant."""
    allow_public: bool = False
    """``subnets`` outside the private ranges (RFC 1918, RFC 4193) are meant."""
    ports: PortList = ""
    """Which TCP ports to look at, in nmap's notation; empty: those of ``agent/probes/ports.py``."""
    deadline_s: Annotated[float, Field(gt=0)] = 3600.0
    every_s: Annotated[int, Field(ge=60)] = 3600
    """The service scans this often."""
    jitter_s: Annotated[int, Field(ge=0)] = 300
    dns_server: Ip | None = None
    """Who is asked for names of private addresses; none: the gateway of each subnet."""


class CollectorSettings(Frozen, extra="forbid"):
    ca_file: Path | None = None
    """The certificate authority of a collector whose certificate no public one has signed."""


class Settings(Frozen, extra="forbid"):
    state_dir: Path = Path("/var/lib/netario-agent")
    """Holds the agent's identity (mode 0600) and the spool."""
    spool_limit_bytes: Annotated[int, Field(ge=1_000_000)] = 1_000_000_000
    collector: CollectorSettings = CollectorSettings()
    scan: ScanSettings = ScanSettings()
    snmp: tuple[SnmpCredential, ...] = ()
    ssh: tuple[SshCredential, ...] = ()
    windows: tuple[WindowsCredential, ...] = ()
    web: tuple[WebCredential, ...] = ()


DEFAULT_CONFIG = Path("/etc/netario/agent.toml")


def load(config: Path | None, credentials: Path | None = None) -> Settings:
    """The settings of ``config``; ``credentials`` is a second file, with ``[[snmp]]``, ``[[ssh]]``, ``[[windows]]`` and ``[[web]]`` only.

    Raises BadInput."""
    document = _toml(config) if config else (_toml(DEFAULT_CONFIG) if _exists(DEFAULT_CONFIG) else {})
    if credentials:
        secrets = _toml(credentials)
        strangers = set(secrets) - {"snmp", "ssh", "windows", "web"}
        if strangers:
            names = ", ".join(sorted(strangers))
            raise BadInput(f"{credentials}: only [[snmp]], [[ssh]], [[windows]] and [[web]] belong here, not {names}")
        for section, entries in secrets.items():
            document[section] = [*document.get(section, []), *entries]
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise BadInput(f"{config or credentials or DEFAULT_CONFIG}: {_first(error)}") from None


def subnet(text: str) -> str:
    """A subnet as a person types it. Raises BadInput."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadInput(f"{text!r} is no subnet. Write it like 192.168.1.0/24.") from None
    if network.is_multicast or (network.version == 4 and network.network_address == ipaddress.ip_address("255.255.255.255")):
        raise BadInput(f"{text!r} is no subnet that hosts live in.")
    return str(network)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True  # it is there and kept from us: reading it says so


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file. deploy/examples/agent.toml shows what it holds.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: not TOML: {error}") from None


def _first(error: ValidationError) -> str:
    """The first fault as a person reads it; the input is never shown, as it may be a secret."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in fault["loc"]) or "the file"
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}"
