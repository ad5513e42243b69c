"""Threads of their own for SSH: a session waits in one for its device, and those of all other work must not wait behind it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

AT_ONCE = 24
"""More than the sessions that a scan has at a time, so that one that ends finds a thread to close its line in."""

Given = ParamSpec("Given")
Result = TypeVar("Result")

_threads = ThreadPoolExecutor(AT_ONCE, "ssh")


def in_thread(work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> "asyncio.Future[Result]":
    return asyncio.get_running_loop().run_in_executor(_threads, lambda: work(*given, **named))
