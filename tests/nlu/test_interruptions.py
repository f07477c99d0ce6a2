"""What breaks a form and what does not: the guard by confidence, length and kind of question."""

from typing import Any

import pytest

from nlu.components.call import ActionCall
from nlu.components.forms.appeal import APPEAL
from nlu.components.forms.engine import step
from nlu.components.forms.interruptions import interruption


def a_call(intent: str, confidence: float, words: int = 3, *, given: bool = False, **slots: Any) -> ActionCall:
    return ActionCall(
        intent=intent,
        confidence=confidence,
        given=given,
        text=" ".join(["word"] * words),
        entities={},
        ranking={},
        slots=slots,
        loop="appeal_form",
        channel="telegram",
        events=(),
    )


@pytest.mark.parametrize(
    ("asked", "call", "breaks"),
    [
        pytest.param("description", a_call("cancel", 0.61), True, id="a sure cancel breaks a description"),
        pytest.param("description", a_call("cancel", 0.59), False, id="a doubtful cancel is the description"),
        pytest.param("description", a_call("operator", 0.95, words=12), False, id="a long text is the description"),
        pytest.param("description", a_call("emergency", 0.95, words=30), True, id="an emergency breaks at any length"),
        pytest.param("description", a_call("emergency", 0.55, words=4), False, id="a doubtful emergency does not"),
        pytest.param("description", a_call("ask_kb", 0.99), False, id="a question is the description"),
        pytest.param("description", a_call("news", 0.99), False, id="news is the description"),
        pytest.param("full_name", a_call("ask_kb", 0.46), True, id="a question is no name"),
        pytest.param("full_name", a_call("ask_kb", 0.44), False, id="a doubtful question asks for the name again"),
        pytest.param("full_name", a_call("menu", 0.7), True, id="the menu breaks a name"),
        pytest.param("full_name", a_call("nlu_fallback", 0.3), False, id="words not understood ask for the name again"),
        pytest.param("consent", a_call("affirm", 0.9), False, id="yes is an answer"),
        pytest.param("address", a_call("skip", 0.9), False, id="skip is an answer to the address"),
        pytest.param("description", a_call("cancel", 1.0, given=True), True, id="a button always breaks"),
    ],
)
def test_a_form_is_broken_only_by_sure_commands(asked: str, call: ActionCall, breaks: bool) -> None:
    assert (interruption(APPEAL, call, APPEAL.question(asked)) is not None) is breaks


@pytest.mark.clause("2.8.4")
def test_a_form_never_ends_with_an_appeal_without_name_and_contact() -> None:
    filled = {"description": "x y", "address": "", "consent": True, "reply_form": "telegram", "confirmed": True}
    for missing in ("full_name", "contact"):
        slots = {**filled, "full_name": "A B", "phone": "+7"} | ({"full_name": None} if missing == "full_name" else {"phone": None})
        question = APPEAL.next_question(slots)
        assert question is not None
        assert question.name == missing


def test_the_consent_comes_before_the_first_personal_datum() -> None:
    names = [question.name for question in APPEAL.questions]
    assert names.index("consent") < min(names.index(name) for name in ("full_name", "contact", "postal_address"))


def test_data_said_before_the_consent_are_not_kept() -> None:
    call = a_call("report_problem", 0.9, words=5, requested_slot="description")
    said = step(
        APPEAL, ActionCall(**{name: getattr(call, name) for name in call.__dataclass_fields__} | {"entities": {"phone": "+7"}})
    )
    assert not any(event["name"] == "phone" for event in said["events"] if event["event"] == "slot")
