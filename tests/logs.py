"""What a process would have printed, kept for a test; and whether planted words stand in it."""

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr

import structlog

from app.logging import set_up_logging
from app.settings import LogSettings


@contextmanager
def kept_logs(form: str) -> Iterator[io.StringIO]:
    """Set logging up as a process does, at DEBUG, and put everything back at the end."""
    root, was = logging.getLogger(), structlog.get_config()
    before, level = list(root.handlers), root.level
    out = io.StringIO()
    with redirect_stderr(out):
        set_up_logging(LogSettings(log_format=form, log_level="DEBUG"), "test")
    structlog.configure(cache_logger_on_first_use=False, logger_factory=structlog.WriteLoggerFactory(file=out))
    try:
        yield out
    finally:
        structlog.configure(**was)
        structlog.contextvars.unbind_contextvars("process")
        root.handlers[:], root.level = before, level


def spilled(told: Mapping[str, str], planted: Sequence[str]) -> dict[str, list[str]]:
    """Where which of the words stand."""
    found = {place: [word for word in planted if word.lower() in said.lower()] for place, said in told.items()}
    return {place: words for place, words in found.items() if words}
