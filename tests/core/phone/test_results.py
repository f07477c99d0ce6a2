"""Exactly one result for each call (reg. 2.5.1)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.phone.model import CallLeg, PhoneCall
from core.phone.results import has_talked, is_missed, result_of
from core.phone.vocabulary import CallPlace, CallResult, LegKind, LegState

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.clause("2.5.1")
@pytest.mark.parametrize(
    ("reached", "result"),
    [
        pytest.param([], "abandoned", id="nothing"),
        pytest.param(["failed"], "failed", id="only our failure"),
        pytest.param(["failed", "informed"], "informed", id="our failure after an answer"),
        pytest.param(["informed", "message"], "message", id="an answer, then a message"),
        pytest.param(["operator", "informed", "message"], "operator", id="an operator after all"),
        pytest.param(["operator", "transferred"], "transferred", id="passed on"),
        pytest.param(["transferred", "dispatch", "operator"], "dispatch", id="the dispatch service"),
    ],
)
def test_the_latest_of_what_was_reached_counts(reached: list[str], result: str) -> None:
    assert result_of(reached) == result
    assert result_of(reversed(reached)) == result


@pytest.mark.parametrize(
    ("given", "talked"),
    [
        pytest.param({"state": "answered", "answered_at": NOW}, True, id="answered"),
        pytest.param({"state": "completed", "answered_at": NOW}, True, id="answered and over"),
        pytest.param({"state": "answered", "answered_at": NOW, "is_screened": True}, False, id="hears who calls"),
        pytest.param({"state": "accepted", "answered_at": NOW, "taken_at": NOW, "is_screened": True}, True, id="pressed the key"),
        pytest.param({"state": "declined", "answered_at": NOW, "is_screened": True}, False, id="pressed no key"),
        pytest.param({"state": "accepted", "taken_at": NOW}, True, id="taken, its answering was lost"),
        pytest.param({"state": "busy"}, False, id="busy"),
    ],
)
def test_who_took_the_call_has_talked(given: dict[str, Any], talked: bool) -> None:
    assert has_talked(CallLeg(call_id=1, key="k", kind=LegKind.OPERATOR, dialled_at=NOW, **given)) is talked


WAITED = {"direction": "in", "caller": "+79000000001", "queued_at": NOW, "ended_at": NOW}
ANSWERED = CallLeg(call_id=1, key="k", kind=LegKind.OPERATOR, dialled_at=NOW, state=LegState.COMPLETED, answered_at=NOW)
RANG = CallLeg(call_id=1, key="k", kind=LegKind.OPERATOR, dialled_at=NOW, state=LegState.NO_ANSWER)


@pytest.mark.parametrize(
    ("given", "legs", "missed"),
    [
        pytest.param({}, [], True, id="hung up in the queue"),
        pytest.param({}, [RANG], True, id="nobody took the telephone"),
        pytest.param({"queued_at": None, "stands": CallPlace.OPERATOR}, [RANG], True, id="rung, never queued"),
        pytest.param({"reached": [CallResult.INFORMED]}, [], True, id="was informed, then wanted an operator"),
        pytest.param({}, [ANSWERED], False, id="talked with an operator"),
        pytest.param({"reached": [CallResult.MESSAGE]}, [], False, id="left a message"),
        pytest.param({"queued_at": None, "stands": CallPlace.MENU}, [], False, id="hung up in the menu"),
        pytest.param({"caller": ""}, [], False, id="hid the number"),
        pytest.param({"is_night": True}, [], False, id="after hours"),
        pytest.param({"direction": "out"}, [], False, id="our own call"),
        pytest.param({"ended_at": None}, [], False, id="still waits"),
    ],
)
def test_who_wanted_an_operator_in_working_hours_and_got_none_was_missed(
    given: dict[str, Any], legs: list[CallLeg], missed: bool
) -> None:
    assert is_missed(PhoneCall(call_sid="c", started_at=NOW, **{**WAITED, **given}), legs) is missed


def test_every_result_has_its_place_in_the_order() -> None:
    assert [result_of(list(CallResult)[: number + 1]) for number in range(len(CallResult))] == list(CallResult)
