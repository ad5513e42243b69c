"""Waits for what happens by itself in a lab. Raises AssertionError when it does not."""

import time
from collections.abc import Callable


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.05)
