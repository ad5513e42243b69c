"""SonicWall SonicOS over SSH. Source: SonicOS CLI reference guides 6.5 and 7; Oxidized's model of the make; published outputs.

Of its tables no output is published: the configuration tells what there is to know. ``no cli pager session`` is for the session alone.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from shared.errors import Unparsed
from shared.observation import Observation, SystemSeen

PLATFORM = "sonicwall_sonicos"
CHANNEL = "shell"
TYPES = ("no cli pager session",)
RIGHTS = "an administrator, or a member of SonicWALL Read-Only Admins; SSH management must be allowed on the interface"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.8741"), Description("SonicWALL"), Description("SonicWall"))

ASK = {
    "current_config": ("show current-config",),
    "version": ("show version",),
}
CONFIGURATION = ("current_config",)

_LINE = re.compile(r'^\s*(firmware-version|model|serial-number)\s*:?\s+"?([^"\n]*[^"\s])"?\s*$', re.MULTILINE | re.IGNORECASE)


def read_version(text: str) -> Iterator[Observation]:
    """``firmware-version "SonicOS Enhanced 6.5.4.15-117n"``, as the head of the configuration has it"""
    said = {name.lower(): value for name, value in _LINE.findall(text[:65_536])}
    if not said:
        raise Unparsed("the answer to 'show version' has another form than is known", text)
    version = said.get("firmware-version", "").split()
    yield SystemSeen(
        vendor="SonicWall", model=said.get("model", ""), serial=said.get("serial-number", ""), os="SonicOS",
        os_version=version[-1] if version else "",
    )  # fmt: skip
