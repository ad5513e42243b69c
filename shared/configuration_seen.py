"""What was seen of a device's configuration as a whole. Its rules, tunnels, routes and pools are observations of their own."""

from typing import Annotated, Literal

from pydantic import Field

from shared.device_config import SecretPlace, Settings
from shared.model import Frozen
from shared.text import OneLine


class ConfigurationSeen(Frozen):
    """A device's configuration as it was pulled, secrets removed. What was understood of it stands in observations of its own."""

    type: Literal["configuration_seen"] = "configuration_seen"
    platform: OneLine
    """As netmiko names it."""
    stable_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the text without the lines that change by themselves: the same means that nothing was changed."""
    text: Annotated[str, Field(max_length=16 * 1024 * 1024, json_schema_extra={"volatile": True})] = ""
    """Kept once by content at the collector, and then taken out of the observation."""
    complete: bool = True
    lines: int = 0
    unread: int = 0
    secrets: tuple[SecretPlace, ...] = ()
    warnings: tuple[OneLine, ...] = ()


class SettingsSeen(Frozen):
    """What a configuration says besides rules, tunnels, routes and pools: interfaces, zones, ports, users, ways in."""

    type: Literal["settings_seen"] = "settings_seen"
    settings: Settings
