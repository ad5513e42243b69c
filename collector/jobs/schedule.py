"""Runs the jobs of this folder by the clock, each alone and never twice at a time. A job that fails is logged and tried again next time.

A job is a module with ``EVERY_S`` (seconds between runs), ``REASON`` (one line) and ``run(here: Running) -> str`` (what was done).
"""

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

from apscheduler.schedulers.background import BackgroundScheduler

from collector import jobs
from collector.running import Running

log = logging.getLogger("collector.jobs")

FIRST_AFTER = timedelta(seconds=60)
LATE_BY_S = 3600


def all_jobs() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(jobs.__path__):
        job = importlib.import_module(f"collector.jobs.{module.name}")
        if hasattr(job, "EVERY_S"):
            yield job


def scheduler(here: Running) -> BackgroundScheduler:
    """Not started yet."""
    schedule = BackgroundScheduler(timezone="UTC")
    for job in all_jobs():
        schedule.add_job(
            run_once, "interval", args=(job, here), seconds=job.EVERY_S, id=job.__name__, max_instances=1, coalesce=True,
            misfire_grace_time=LATE_BY_S, next_run_time=here.now() + FIRST_AFTER,
        )  # fmt: skip
    return schedule


def run_once(job: ModuleType, here: Running) -> None:
    try:
        done = job.run(here)
    except Exception:  # the one blanket except of this side: a job's fault must not end the others
        log.exception("job=%s failed", job.__name__)
    else:
        log.info("job=%s done=%r", job.__name__, done)
