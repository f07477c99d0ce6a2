"""Set up structured logging for a process; personal data never gets this far (style rule 17)."""

import logging
import sys

import structlog

from app.log_words import WithoutWords, tell_exception
from app.settings import LogSettings


def set_up_logging(settings: LogSettings, process: str) -> None:
    """Lines for people on a terminal, JSON for a collector; the libraries' own records go the same way."""
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_exception,
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=last))
    handler.addFilter(WithoutWords())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
