"""The body of a turn is checked before anything else."""

from typing import Any

import pytest

from nlu.components.turn_request import TEXT_LIMIT, MalformedTurn, read_turn


def a_body(**changes: Any) -> dict[str, Any]:
    return {"conversation": "42", "channel": "telegram", "text": "words", "intent": None} | changes


def test_a_body_of_the_contract_is_read() -> None:
    turn = read_turn(a_body(entities=[{"entity": "phone", "value": "+79281234567"}], slots={"consent": True}))
    assert (turn.conversation, turn.channel, turn.text, turn.intent) == ("42", "telegram", "words", None)
    assert turn.entities == [{"entity": "phone", "value": "+79281234567"}]
    assert turn.state is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="a list"),
        pytest.param("x", id="a string"),
        pytest.param(None, id="nothing"),
        pytest.param(a_body(conversation=""), id="no conversation"),
        pytest.param(a_body(conversation=7), id="the conversation is a number"),
        pytest.param(a_body(channel="fax"), id="an unknown channel"),
        pytest.param(a_body(channel=["telegram"]), id="the channel is a list"),
        pytest.param(a_body(text=None), id="neither text nor intent"),
        pytest.param(a_body(text=5), id="the text is a number"),
        pytest.param(a_body(intent={}), id="the intent is an object"),
        pytest.param(a_body(entities={}), id="the entities are an object"),
        pytest.param(a_body(entities=["x"]), id="an entity is a string"),
        pytest.param(a_body(entities=[{"entity": "passport", "value": "x"}]), id="an unknown entity"),
        pytest.param(a_body(entities=[{"entity": "phone", "value": ""}]), id="an empty value"),
        pytest.param(a_body(slots=[]), id="the slots are a list"),
        pytest.param(a_body(state="x"), id="the state is a string"),
    ],
)
def test_a_malformed_body_is_refused(body: object) -> None:
    with pytest.raises(MalformedTurn):
        read_turn(body)


def test_five_megabytes_of_text_are_bounded() -> None:
    assert len(read_turn(a_body(text="w" * 5_000_000)).text) == TEXT_LIMIT


@pytest.mark.parametrize("text", ["/affirm", " //affirm", "/ affirm"])
def test_a_slash_does_not_give_an_intent(text: str) -> None:
    assert read_turn(a_body(text=text)).text == "affirm"
