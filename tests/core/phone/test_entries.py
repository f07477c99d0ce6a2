"""Entries survive a file."""

from datetime import UTC, datetime

import pytest

from core.phone.entries import Dialled, Ended, LegMoved, Note, Opened, from_json, to_json
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState

NOW = datetime(2026, 11, 25, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "entry",
    [
        Opened(call_sid="c", direction=CallDirection.IN, started_at=NOW, caller="+79000000001"),
        Opened(
            call_sid="c",
            direction=CallDirection.OUT,
            started_at=NOW,
            said_as='О\'Коннор "x" \u2028',
            call_task_id=3,
            phone_call_id=0,
        ),
        Note(call_sid="c", at=NOW, kind="keys", details={"digits": "1", "deep": {"а": [1, None]}}),
        Note(
            call_sid="c",
            at=NOW,
            kind="x",
            place=CallPlace.QUEUE,
            step=0,
            menu_state="",
            reached=CallResult.INFORMED,
            emergency=False,
        ),
        Dialled(call_sid="c", key="k", kind=LegKind.OPERATOR, at=NOW, staff_id=1, screened=True, name="Тестов"),
        LegMoved(call_sid="c", at=NOW, state=LegState.BUSY, key="k", leg_sid="s", seconds=0),
        Ended(call_sid="c", at=NOW),
        Ended(call_sid="c", at=NOW, seconds=0, because="caller", failed=True),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_an_entry_is_read_as_it_was_written(entry: Opened) -> None:
    line = to_json(entry)
    assert len(line.splitlines()) == 1
    assert from_json(line) == entry


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "1",
        '{"entry": "note"}',
        '{"entry": "moved"}',
        '{"entry":"ended","call_sid":"c","at":7}',
        '{"entry":"ended","x":1}',
    ],
)
def test_a_torn_or_foreign_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        from_json(line)
