"""Deletes what is past its time: ended sessions, expired tokens, failed sign-ins, raw reports past their retention, old checkpoints.

A raw report goes only where a checkpoint stands in for it, so that a report which comes late can still be folded in. Checkpoints are
thinned: all of the last week, before that the first of each week, and none before the one that the oldest raw report needs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from collector.running import Running
from collector.store import agents, checkpoints, devices, people, scans, sites

EVERY_S = 3600
REASON = "sessions, tokens and raw reports that are past their time take room and keep what should be forgotten"

TOKENS_KEPT = timedelta(days=30)
"""After its end a token is still known, so that whoever uses it is told that it has expired."""
FAILURES_KEPT = timedelta(days=1)
ALL_CHECKPOINTS = timedelta(days=7)


def run(here: Running) -> str:
    now, database = here.now(), here.database
    with database.writing() as session:
        sessions = people.forget_sessions(session, now)
        people.forget_failures(session, now - FAILURES_KEPT)
        tokens = agents.forget_tokens(session, now - TOKENS_KEPT)
    with database.reading() as session:
        site_ids = sites.all_ids(session)
    reports = 0
    for site_id in site_ids:
        with database.lock_of_site(site_id), database.writing() as session:
            reports += _forget_reports(session, site_id, now - here.settings.raw_retention, now)
    return f"{sessions} sessions, {tokens} tokens, {reports} raw reports"


def _forget_reports(session: Session, site_id: UUID, before: datetime, now: datetime) -> int:
    if not checkpoints.moments(session, site_id):
        return 0
    devices.hold(session, site_id)
    moments = checkpoints.moments(session, site_id)
    stand_in = max((moment for moment in moments if moment <= before), default=None)
    checkpoints.forget(session, site_id, superfluous(moments, stand_in, now))
    return scans.forget_raw(session, site_id, stand_in) if stand_in else 0


def superfluous(moments: Iterable[datetime], stand_in: datetime | None, now: datetime) -> list[datetime]:
    weeks: set[tuple[int, int]] = set()
    gone = []
    for moment in sorted(moments):
        week = moment.isocalendar()[:2]
        first_of_week = week not in weeks
        weeks.add(week)
        before_all = stand_in is not None and moment < stand_in
        thinned_out = not first_of_week and moment < now - ALL_CHECKPOINTS and moment != stand_in
        if before_all or thinned_out:
            gone.append(moment)
    return gone
