"""Carries the spool to the collector, oldest report first. A report leaves the spool only with the collector's receipt for it."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.identity import Identity
from agent.spool import Spool
from agent.uplink import Later, Uplink
from shared.errors import Refused, Unparsed


@dataclass(frozen=True, slots=True)
class Pushed:
    """``why`` is what stopped the push; empty where the spool is empty now."""

    sent: int = 0
    rejected: int = 0
    left: int = 0
    why: str = ""
    retry_after_s: float | None = None


def push(spool: Spool, identity: Identity, uplink: Uplink, stopped: Callable[[], bool] = lambda: False) -> Pushed:
    """Sends what is waiting until all is sent, the collector asks to wait, or ``stopped``. Raises agent.lock.Busy."""
    sent = rejected = 0
    with spool.pushing():
        for waiting in spool.waiting():
            if stopped():
                return Pushed(sent, rejected, len(spool.waiting()), "interrupted")
            try:
                uplink.send(spool.read(waiting), waiting.report, identity)
            except FileNotFoundError:
                continue  # dropped meanwhile to make room for a newer one
            except (Refused, Unparsed) as error:
                spool.reject(waiting, str(error))
                rejected += 1
            except Later as error:
                return Pushed(sent, rejected, len(spool.waiting()), str(error), error.after_s)
            else:
                spool.forget(waiting)
                sent += 1
    return Pushed(sent, rejected, len(spool.waiting()))
