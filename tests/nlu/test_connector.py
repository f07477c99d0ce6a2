"""The connector over HTTP: its token, its refusals, and that it keeps nothing."""

from typing import Any

import httpx
import pytest

from core.dialogue import TurnRequest
from nlu.client import RasaDialogue
from tests.nlu.citizen import Citizen
from tests.nlu.rasa_process import RasaServer

TURN = "/webhooks/core/turn"


def test_health_names_the_model(rasa_server: RasaServer) -> None:
    answer = httpx.get(rasa_server.url + "/webhooks/core/")
    assert answer.status_code == 200
    assert answer.json()["model"].endswith(".tar.gz")


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("headers", [{}, {"X-Core-Token": "wrong"}, {"X-Core-Token": ""}], ids=["none", "wrong", "empty"])
def test_a_wrong_token_is_refused(rasa_server: RasaServer, headers: dict[str, str]) -> None:
    answer = httpx.post(rasa_server.url + TURN, json={}, headers=headers)
    assert answer.status_code == 401
    assert "error" in answer.json()


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("path", ["/model/parse", "/conversations/1/tracker", "/webhooks/rest/webhook", "/model/train"])
def test_there_is_no_other_way_in(rasa_server: RasaServer, path: str) -> None:
    assert httpx.post(rasa_server.url + path, json={"text": "x"}).status_code in (404, 405)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="broken JSON"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b'{"conversation": "1", "channel": "telegram", "intent": "no_such_intent"}', id="an unknown intent"),
        pytest.param(b'{"conversation": "1", "channel": "telegram", "text": "x", "state": {"v": 7}}', id="a foreign state"),
        pytest.param(b'{"a": "' + b"w" * 1_100_000 + b'"}', id="a body of a megabyte"),
    ],
)
def test_a_malformed_body_is_unprocessable(rasa_server: RasaServer, content: bytes) -> None:
    headers = {"X-Core-Token": rasa_server.token, "Content-Type": "application/json"}
    answer = httpx.post(rasa_server.url + TURN, content=content, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.clause("2.10")
def test_interleaved_conversations_do_not_mix(rasa_server: RasaServer) -> None:
    with Citizen(rasa_server, conversation="same") as one, Citizen(rasa_server, conversation="same") as other:
        one.presses("register_appeal")
        other.presses("leave_message")
        assert one.says("a b c d e f g h")["active_loop"] == "appeal_form"
        answer = other.presses("affirm")
        assert (answer["active_loop"], answer["requested_slot"]) == ("message_form", "full_name")
        assert "description" not in answer["slots"]


def test_the_same_state_and_words_give_the_same_answer(citizen: Citizen) -> None:
    citizen.presses("register_appeal")
    body = citizen.body(text="a b c d e f g h")
    answers: list[dict[str, Any]] = [citizen.http.post(TURN, json=body).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


def test_the_server_remembers_nobody(rasa_server: RasaServer) -> None:
    with Citizen(rasa_server, conversation="forgotten") as citizen:
        citizen.presses("register_appeal")
        citizen.state = None
        assert citizen.presses("repeat")["active_loop"] is None


def test_a_long_dialogue_keeps_a_small_state(citizen: Citizen) -> None:
    for _ in range(25):
        citizen.presses("start")
        citizen.presses("kb_missed")
    size = len(httpx.Request("POST", "http://x", json=citizen.state).content)
    assert size < 30_000


async def test_the_cores_client_speaks_to_the_real_server(rasa_server: RasaServer) -> None:
    async with RasaDialogue(rasa_server.url, rasa_server.token) as dialogue:
        first = await dialogue.turn(TurnRequest(conversation="1", channel="telegram", intent="register_appeal"))
        then = await dialogue.turn(TurnRequest(conversation="1", channel="telegram", intent="back", state=first.state))
    assert first.active_loop == "appeal_form"
    assert then.requested_slot == "description"
