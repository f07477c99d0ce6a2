"""Structured logging: an event name and ids, never a name, phone, address or text of a citizen (style rule 17)."""

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger()
