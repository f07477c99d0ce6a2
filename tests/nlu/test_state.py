"""The state that travels with the request: bounded, trimmed, and whole when it comes back."""

import json
from typing import Any

import pytest

from nlu.components.state import EVENT_LIMIT, BrokenState, pack, unpack


def a_turn(words: str) -> list[dict[str, Any]]:
    ranking = [{"name": f"intent_{number}", "confidence": 0.01} for number in range(10)]
    parse = {"intent": {"name": "ask_kb", "confidence": 0.91234}, "intent_ranking": ranking, "text_tokens": [[0, 3]]}
    return [
        {"event": "user", "text": words, "parse_data": parse, "message_id": "x", "timestamp": 1.0},
        {"event": "user_featurization", "use_text_for_featurization": False},
        {"event": "action", "name": "action_answer_question", "policy": "RulePolicy", "confidence": 1.0},
        {"event": "bot", "text": "words", "data": {"buttons": None, "custom": None}, "metadata": {"utter_action": "x"}},
        {"event": "action", "name": "action_listen", "policy": "RulePolicy"},
    ]


def test_the_state_keeps_the_last_events_and_begins_at_a_citizens_words() -> None:
    events = [event for number in range(30) for event in a_turn(f"question {number}")]
    packed = pack(events, {}, None)
    assert len(packed["events"]) <= EVENT_LIMIT
    assert packed["events"][0]["event"] == "user"
    assert packed["events"][-4]["text"] == "question 29"


def test_the_state_is_without_rankings_tokens_and_policies() -> None:
    text = json.dumps(pack(a_turn("question"), {}, None))
    assert not any(word in text for word in ("ranking", "tokens", "policy", "message_id", "timestamp"))


def test_a_state_of_long_turns_stays_small() -> None:
    events = [event for number in range(50) for event in a_turn("w" * 4000)]
    assert len(json.dumps(pack(events, {"description": "w" * 4000}, "appeal_form"))) < 15_000


def test_slots_and_the_form_outlive_the_events_that_set_them() -> None:
    packed = pack(a_turn("yes"), {"consent": True, "phone": None, "requested_slot": "contact"}, "appeal_form")
    events = unpack(json.loads(json.dumps(packed)))
    assert {"event": "slot", "name": "consent", "value": True} in events
    assert {"event": "active_loop", "name": "appeal_form"} in events
    assert not any(event.get("name") == "phone" for event in events)
    assert events[-1] == {"event": "action", "name": "action_listen"}


def test_no_state_is_a_new_dialogue() -> None:
    assert unpack(None) == [{"event": "action", "name": "action_listen"}]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({}, id="empty"),
        pytest.param({"v": 1, "events": "x", "slots": {}, "loop": None}, id="events are no list"),
        pytest.param({"v": 1, "events": [{"event": "restart"}], "slots": {}, "loop": None}, id="an event of another kind"),
        pytest.param({"v": 99, "events": [], "slots": {}, "loop": None}, id="another version"),
        pytest.param({"v": 1, "events": [], "slots": {}, "loop": 5}, id="the form is a number"),
    ],
)
def test_a_state_that_is_not_ours_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(BrokenState):
        unpack(state)
