"""What may be written into a log: names of events, ids, places in the code; never what somebody wrote (reg. 2.10).

An exception's message may hold anything: a row that was refused, an address with a token, a body that did not fit. So an exception
is told by its class and the places that it came through; the database's by its SQLSTATE and constraint too. Libraries' own lines
are told by their format, without what was filled in; the queue's by the job's number and name.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

_QUEUE = "procrastinate"
_OURS = ("app", "core")


def tell_exception(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: ``exc_info`` becomes ``exception``, without messages."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else _current(given)
    if error is not None:
        event["exception"] = "\n".join(_told(error, set()))
    return event


class WithoutWords(logging.Filter):
    """Takes out of a library's record what was filled into it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; nothing is held back."""
        job = getattr(record, "job", None)
        if record.name.startswith(_QUEUE) and isinstance(job, dict):
            record.msg = f"{getattr(record, 'action', 'job')}: {job.get('task_name')}[{job.get('id')}]"
        elif record.args:
            record.msg = str(record.msg)
        elif not record.name.startswith(_OURS):
            record.msg = f"{record.name}: {record.funcName}, line {record.lineno}"
        record.args = ()
        return True


def tell_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """An excepthook: what ends a process is told like any other exception, without its message."""
    print("\n".join(_told(error, set())), file=sys.stderr)  # noqa: T201


def sqlstate_of(error: BaseException) -> str:
    """What the database answered; empty when it did not."""
    driver = _driver(error)
    return driver.sqlstate or "" if isinstance(driver, psycopg.Error) else ""


def _driver(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _current(given: object) -> BaseException | None:
    return sys.exc_info()[1] if given else None


def _told(error: BaseException, seen: set[int], depth: int = 0) -> Iterator[str]:
    if id(error) in seen:
        return
    seen.add(id(error))
    pad = "  " * depth
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{pad}{frame.filename}:{frame.lineno} {frame.name}"
    yield f"{pad}{_named(error)}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _told(one, seen, depth + 1)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield f"{pad}from"
        yield from _told(cause, seen, depth)


def _named(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    driver = _driver(error)
    if isinstance(driver, psycopg.Error):
        return f"{name} {sqlstate_of(error)} {driver.diag.constraint_name or ''}".rstrip()
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} errno {error.errno}"
    return name
