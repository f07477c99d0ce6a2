"""What a process would have printed, kept for a test."""

import io
import logging
from collections.abc import Iterator
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
