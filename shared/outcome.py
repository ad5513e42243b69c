"""How one probe ended on one target: the failure of a probe is data, never a lost scan."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.model import Frozen, Utc
from shared.observation import Observation
from shared.text import OneLine


class State(StrEnum):
    ANSWERED = "answered"
    """The target was examined as planned. No observations then means that there is nothing: absence is known."""
    PARTIAL = "partial"
    """It answered, but not to the end (a time-out, a limit): what was read holds, absence is not known."""
    SILENT = "silent"
    """No answer: host down, port shut, agent switched off."""
    DENIED = "denied"
    """It answered and refused the credential, or the account lacks a right."""
    UNSUPPORTED = "unsupported"
    """It answered, and does not have what was asked for."""
    UNPARSED = "unparsed"
    """It said something that the reader does not know."""
    BROKEN = "broken"
    """A fault of ours; the agent's log has the traceback."""


Protocol = Literal["snmp", "ssh", "winrm", "https"]


class OfferResult(StrEnum):
    ACCEPTED = "accepted"
    SILENT = "silent"
    """No answer: which SNMP v1 and v2c also give to a wrong community."""
    DENIED = "denied"
    WITHHELD = "withheld"
    """It was not offered, to keep an account or the device from harm; the detail says why."""
    UNFIT = "unfit"
    """It was not offered, as the device is not one that it is for."""


class CredentialOffer(Frozen):
    """A credential that was, or was about to be, offered to the target of an outcome. Never its value."""

    credential: OneLine
    protocol: Protocol
    port: int = Field(ge=1, le=65535)
    result: OfferResult
    detail: OneLine = ""


class Outcome(Frozen):
    """What ``probe`` saw on ``target`` (an address, a prefix, or ``site``) at ``at_utc``."""

    probe: OneLine
    target: OneLine
    state: State
    at_utc: Utc
    duration_ms: int = Field(ge=0)
    detail: OneLine = ""
    """For a person: why it is not ``answered``, and what would help."""
    credential: OneLine = ""
    """The name of the credential that was offered to the target; never its value. Empty: none was."""
    offers: tuple[CredentialOffer, ...] = ()
    """Every credential that was offered to the target or held back from it, in this order."""
    observations: tuple[Observation, ...] = ()
