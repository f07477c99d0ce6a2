"""How the time of a piece of work grows with its size: the same on every machine, however busy."""

import time
from collections.abc import Callable

SMALL, TIMES = 16_384, 4
STEADY = 10.0
"""Four times the size may take four times as long, with room for noise; a square would take sixteen times."""
QUICK = 0.02
"""Seconds of the processor below which no growth is seen for noise."""


def grows_evenly(work: Callable[[int], object]) -> bool:
    """Whether ``work`` on four times the size takes about four times as long; the best of five of each counts."""
    large = min(_taken(work, SMALL * TIMES) for _ in range(5))
    return large <= QUICK or large <= STEADY * min(_taken(work, SMALL) for _ in range(5))


def _taken(work: Callable[[int], object], size: int) -> float:
    begun = time.thread_time()
    work(size)
    return time.thread_time() - begun
