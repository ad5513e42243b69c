"""Which Windows is this, and since when does it run?

Source: Win32_OperatingSystem (Microsoft Learn, CIMWin32 provider). Dates are CIM_DATETIME as WinRM writes them: ISO 8601 with a zone.
"""

from collections.abc import Iterator
from datetime import datetime

from agent.windows import Answers, Peer, Query
from shared.observation import Observation, SystemSeen

GROUP = "operating system"
QUERIES = (Query("SELECT Caption, Version, CSName, LastBootUpTime, LocalDateTime FROM Win32_OperatingSystem"),)


def read(peer: Peer, systems: Answers) -> Iterator[Observation]:
    for system in systems[:1]:
        caption = system.get("Caption", "").replace("\u00ae", "").replace("(R)", "")
        yield SystemSeen(
            os=caption.removeprefix("Microsoft "),
            os_version=system.get("Version", ""),
            uptime_s=_seconds_between(system.get("LastBootUpTime", ""), system.get("LocalDateTime", "")),
        )


def _seconds_between(earlier: str, later: str) -> int | None:
    try:
        elapsed = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    except (ValueError, TypeError):  # absent, or only one of the two has a zone
        return None
    return max(0, int(elapsed.total_seconds()))
