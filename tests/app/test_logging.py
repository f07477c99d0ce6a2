"""No secret and no personal datum is in a log, whichever way an error brings it there (reg. 2.10)."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.channels import DeliveryError
from core.logs import log
from db.transactions import Transactions
from tests.logs import kept_logs

PLANTED = ("Посаженова", "+79000000077", "planted@post.example", "42:planted-token", "planted password", "Садовая, 77")
ALL = " ".join(PLANTED)


@pytest.fixture
def kept() -> Iterator[Callable[[str], io.StringIO]]:
    """Sets logging up as a process does, and puts everything back."""
    with ExitStack() as stack:
        yield lambda form: stack.enter_context(kept_logs(form))


class _Body(BaseModel):
    phone: int


def _validated() -> None:
    _Body.model_validate({"phone": ALL})


def _fetched() -> None:
    raise httpx.ConnectError(f"cannot reach https://api.example/bot{PLANTED[3]}/getMe for {ALL}")


def _told_by_a_chain() -> None:
    try:
        raise DeliveryError(f"refused: {ALL}", permanent=True)
    except DeliveryError as first:
        raise RuntimeError(ALL) from first


def _in_a_group() -> None:
    raise ExceptionGroup(ALL, [ValueError(ALL), KeyError(ALL)])


def _not_there() -> None:
    Path(f"/none/{ALL}").read_text("utf-8")


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("fails", [_validated, _fetched, _told_by_a_chain, _in_a_group, _not_there])
def test_an_exception_is_told_without_its_message(fails: Callable[[], None], form: str, kept: Callable[[str], io.StringIO]) -> None:
    out = kept(form)
    try:
        fails()
    except Exception:
        log.exception("step.failed", step=7)
        logging.getLogger("aiogram.dispatcher").exception("Cause exception while process update: %s", ALL)
        logging.getLogger("uvicorn.error").error(f"Exception in ASGI application {ALL}", exc_info=True)
    told = out.getvalue()
    assert "step.failed" in told and "test_logging.py" in told and fails.__name__ in told
    assert not [one for one in PLANTED if one in told]


@pytest.mark.clause("2.10")
async def test_a_row_that_the_database_refuses_is_not_told(transactions: Transactions, kept: Callable[[str], io.StringIO]) -> None:
    out = kept("json")
    insert = text("INSERT INTO link_try (key, tried_at, id) VALUES (:said, now(), 1)")
    try:
        async with transactions.begin() as tx:
            for _ in range(2):
                await tx.execute(insert, {"said": ALL})
    except IntegrityError as error:
        assert isinstance(error.orig, psycopg.errors.UniqueViolation)
        log.exception("row.refused")
    (line,) = [json.loads(one) for one in out.getvalue().splitlines()]
    assert line["event"] == "row.refused" and "sqlalchemy.exc.IntegrityError 23505 link_try_pkey" in line["exception"]
    assert not [one for one in PLANTED if one in json.dumps(line, ensure_ascii=False)]


@pytest.mark.clause("2.10")
def test_a_job_is_told_by_its_number(kept: Callable[[str], io.StringIO]) -> None:
    out = kept("text")
    job = {"id": 12, "task_name": "deliver", "task_kwargs": {"recipient": ALL}, "call_string": ALL}
    logging.getLogger("procrastinate.worker").error(
        f"Job deliver[12](recipient={ALL!r}) ended with status: Error", extra={"action": "job_error", "job": job}
    )
    told = out.getvalue()
    assert "job_error: deliver[12]" in told
    assert not [one for one in PLANTED if one in told]


@pytest.mark.clause("2.10")
async def test_a_forgotten_task_is_told_by_where_it_was(kept: Callable[[str], io.StringIO]) -> None:
    out = kept("text")
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Task of {ALL} was never retrieved", "exception": ValueError(ALL)}
    )
    told = out.getvalue()
    assert "asyncio" in told and "ValueError" in told
    assert not [one for one in PLANTED if one in told]
