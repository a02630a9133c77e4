"""Timing: warm medians, with what the machine was doing beside them."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any


def median_ms(call: Callable[[], Any], *, seconds: float = 1.0, least: int = 5, most: int = 2000) -> float:
    """The median time of a call in milliseconds: warmed up once, then repeated for about `seconds`.

    It is the processor's time in this process: the clock's where nothing else runs, and nearly the same where
    something does.
    """
    call()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or (time.perf_counter() < end and len(times) < most):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return statistics.median(times) * 1000


def machine() -> dict[str, Any]:
    """Cores, and the load average: on a busy machine times are long, but ratios of one run still compare."""
    return {"cores": os.cpu_count(), "load_average": [round(value, 1) for value in os.getloadavg()]}
