"""The schema itself: complete in itself, and read as the official page means it."""

import gzip
import json
from pathlib import Path

import pytest

import sandbox.telegram.schema as module
from sandbox.telegram.call import METHODS
from sandbox.telegram.errors import Refusal
from sandbox.telegram.exchange import methods
from sandbox.telegram.schema import official

DOCUMENT = json.loads(gzip.decompress(Path(module.__file__).with_name("schema.json.gz").read_bytes()))


def test_every_type_that_is_named_is_known() -> None:
    schema = official()
    named = {
        field["type"] for part in ("methods", "types") for item in DOCUMENT[part].values() for field in item["fields"].values()
    }
    for name in named:
        assert schema.check_object(name, {"unlikely": 1}), f"{name} accepts anything"


def test_every_method_of_the_sandbox_is_official() -> None:
    assert methods.__all__
    assert set(METHODS) <= set(DOCUMENT["methods"])


def test_the_version_is_the_one_that_the_note_names() -> None:
    assert official().version == "10.3"
    assert "version 10.3" in Path(module.__file__).with_name("schema.md").read_text("utf-8")


CHECKED = [
    pytest.param({"chat_id": "5", "text": "a"}, {"chat_id": 5, "text": "a"}, id="a form's chat id"),
    pytest.param({"chat_id": 5, "text": "a", "disable_notification": "true"}, {"disable_notification": True}, id="a form's flag"),
    pytest.param({"chat_id": 5, "text": "a", "message_thread_id": "7"}, {"message_thread_id": 7}, id="a form's number"),
    pytest.param({"chat_id": 5, "text": "a", "entities": '[{"type":"bold","offset":0,"length":1}]'}, {}, id="a form's structure"),
]


@pytest.mark.parametrize(("raw", "taken"), CHECKED)
def test_parameters_get_their_types(raw: dict[str, object], taken: dict[str, object]) -> None:
    params, problems = official().check_call("sendMessage", raw)
    assert problems == []
    assert params.items() >= taken.items()


def test_a_union_is_told_apart_by_its_fixed_field() -> None:
    schema = official()
    assert schema.check_object("ReactionType", {"type": "emoji", "emoji": "x"}) == []
    assert schema.check_object("ReactionType", {"type": "emoji", "custom_emoji_id": "x"})
    with pytest.raises(Refusal, match="wrong value"):
        schema.check_call("setMessageReaction", {"chat_id": 1, "message_id": 1, "reaction": [{"type": "emotion", "emoji": "x"}]})
