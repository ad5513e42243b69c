"""Jobs are found by listing the folder, and one that fails is logged and ends nothing."""

import logging
from types import ModuleType
from typing import NoReturn

import pytest

from collector.jobs import schedule
from collector.running import Running


def test_every_job_says_when_and_why(here: Running) -> None:
    jobs = list(schedule.all_jobs())
    assert "collector.jobs.forget" in [job.__name__ for job in jobs]
    for job in jobs:
        assert job.EVERY_S >= 60 and job.REASON
        assert isinstance(job.run(here), str)
    assert {job.id for job in schedule.scheduler(here).get_jobs()} == {job.__name__ for job in jobs}


def test_a_job_that_fails_is_logged(here: Running, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(ModuleType):
        def run(self, _: Running) -> NoReturn:
            raise RuntimeError("the disk is full")

    with caplog.at_level(logging.INFO):
        schedule.run_once(Failing("collector.jobs.failing"), here)
    assert "job=collector.jobs.failing failed" in caplog.text
    assert "the disk is full" in caplog.text
