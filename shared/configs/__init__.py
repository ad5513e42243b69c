"""What does a saved configuration say? One file per platform, named as netmiko names it, found by listing this folder. Pure.

Both sides read: the agent what it has pulled over SSH, the collector what a technician uploads or what is to be read again by a better
reader. The way of a text:

    parse (grammar) -> statements -> secrets out -> read -> ReadConfig, and the text without its secrets

A platform's file holds

- ``PLATFORM``: its name; ``ALSO``: other names of netmiko's for the same format (optional);
- ``TITLE``: what a person calls it; ``EXPERIMENTAL``: True until a real box of the make was read (optional);
- ``SECRETS``: ``SecretRules``, where secrets sit; ``VOLATILE``: patterns of whole lines that change by themselves;
- ``RULES_SEE``: which destination its rules see of a forwarded packet (``shared.exposure``; ``inside`` where it is not said);
- ``looks_like(text) -> bool``: whether a text is of this platform, by what no other has;
- ``read(text, redactor) -> Kept``: the reading, and the text without secrets. It raises Unparsed for text that it cannot begin with.

Grammars (``indented``, ``braces`` ...), ``statement``, ``reading`` and ``secrets`` are the frame. Goldens:
``tests/golden/configs/PLATFORM``.
"""

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules
from shared.device_config import ReadConfig
from shared.errors import BadInput, Unparsed
from shared.exposure import Box, RulesSee, exposed_ports

MAX_CONFIG_BYTES = 16 * 1024 * 1024
_MARK = "PLAT" + "FORM"


@dataclass(frozen=True, slots=True)
class Kept:
    """A configuration read: what was understood, and its text without secrets."""

    reading: Reading
    text: str
    rules_see: RulesSee | None = None
    """Where it is otherwise than the platform's own ``RULES_SEE``: by release, or by the kind of rules that it uses."""


@dataclass(frozen=True, slots=True)
class ConfigFormat:
    platform: str
    title: str
    experimental: bool
    secrets: SecretRules
    volatile: re.Pattern[str] | None
    """Any of the platform's patterns."""
    looks_like: Callable[[str], bool]
    read: Callable[[str, Redactor], Kept]
    rules_see: RulesSee = "inside"


@dataclass(frozen=True, slots=True)
class Understood:
    """What ``read_config`` gives: the document, the text without secrets, and the text's digest without what changes by itself."""

    document: ReadConfig
    text: str
    stable_sha256: str


def _as_format(module: ModuleType) -> ConfigFormat:
    missing = [part for part in ("TITLE", "SECRETS", "VOLATILE", "looks_like", "read") if not hasattr(module, part)]
    if missing:
        raise TypeError(f"{module.__name__} is no platform: it lacks {', '.join(missing)}")
    experimental = bool(getattr(module, "EXPERIMENTAL", False))
    volatile = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in module.VOLATILE)) if module.VOLATILE else None
    return ConfigFormat(
        getattr(module, _MARK),
        module.TITLE,
        experimental,
        module.SECRETS,
        volatile,
        module.looks_like,
        module.read,
        getattr(module, "RULES_SEE", "inside"),
    )


_found: dict[str, ConfigFormat] = {}
_also: dict[str, str] = {}


def formats() -> Mapping[str, ConfigFormat]:
    """All formats by their platform's name."""
    if not _found:
        for found in pkgutil.iter_modules(__path__):
            module = importlib.import_module(f"{__name__}.{found.name}")
            if hasattr(module, _MARK):
                each = _as_format(module)
                _found[each.platform] = each
                _also.update(dict.fromkeys(getattr(module, "ALSO", ()), each.platform))
    return _found


def format_of(platform: str) -> ConfigFormat:
    """Raises BadInput for a platform that nobody reads."""
    known = formats()
    name = _also.get(platform, platform)
    if name not in known:
        raise BadInput(f"platform {platform!r} cannot be read; those that can: {', '.join(sorted({*known, *_also}))}")
    return known[name]


def looks_like(text: str) -> list[str]:
    """The platforms whose text this may be."""
    head = text[:200_000]
    return [each.platform for each in formats().values() if each.looks_like(head)]


def read_config(platform: str, text: str, key: bytes = b"") -> Understood:
    """Reads ``text`` as a configuration of ``platform``. ``key``: for the fingerprints of secrets.

    Raises BadInput for an unknown platform, Unparsed for what is no text, or another platform's."""
    chosen = format_of(platform)
    if "\0" in text[:65_536] or text[:65_536].count("�") > 200:
        raise Unparsed(f"this is no text, so no configuration of {chosen.title}", "")
    cut = len(text) > MAX_CONFIG_BYTES
    if cut:
        text = text[: text.rfind("\n", 0, MAX_CONFIG_BYTES) + 1 or MAX_CONFIG_BYTES]
    if not chosen.looks_like(text[:200_000]) and (others := [name for name in looks_like(text) if name != chosen.platform]):
        raise Unparsed(f"this is no configuration of {chosen.title}; it looks like {', '.join(others)}", text.lstrip().split("\n", 1)[0])
    redactor = Redactor(key, chosen.secrets)
    kept = chosen.read(text, redactor)
    if cut:
        kept.reading.complete = False
        kept.reading.warnings.append(f"the text is larger than {MAX_CONFIG_BYTES} characters: only so much was read")
    document = kept.reading.document(chosen.platform, chosen.experimental, redactor.places)
    document = document.model_copy(update={"exposed_ports": tuple(exposed_ports(_box(document, kept.rules_see or chosen.rules_see)))})
    return Understood(document, kept.text, stable_sha256(chosen, kept.text))


def _box(document: ReadConfig, rules_see: RulesSee) -> Box:
    return Box(
        document.interfaces, document.zones, document.firewall_rules, document.port_forwards, document.remote_access, document.vpns,
        document.routes, rules_see,
    )  # fmt: skip


def stable_sha256(chosen: ConfigFormat, text: str) -> str:
    """A digest of the text without the lines that change by themselves, and without white space at the lines' ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    # many lines of a configuration are the same
    left_out = {line for line in set(lines) if not line or (chosen.volatile and chosen.volatile.search(line))}
    kept = "".join(f"{line}\n" for line in lines if line not in left_out)
    return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()
