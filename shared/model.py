"""The base of every model that crosses a room's border: frozen, and indifferent to fields that it does not know.

Unknown fields are passed over, not refused: a collector may receive a report of an agent that is one release ahead, and the raw
report is kept, so that nothing is lost. What must not be passed over raises the version of the document instead.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Utc = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment with its time zone given, kept in UTC."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
