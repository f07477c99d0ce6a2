"""Text frames of jambonz, also those that are no JSON."""

import json
from pathlib import Path

import pytest

from channels.voice.recording.frames import is_event, pressed, read_shape
from channels.voice.recording.wave import Shape

STEREO, MONO = Shape(rate=8000, channels=2), Shape(rate=8000, channels=1)
ODD = Shape(rate=16000, channels=1)
SAMPLES = Path(__file__).parents[3] / "payloads" / "jambonz"


def sockets(name: str) -> list[list[str]]:
    """Text frames of each audio socket of a recorded scenario."""
    sequence = json.loads((SAMPLES / f"{name}.json").read_text())["sequence"]
    return [[text for _, text in step["text_frames"]] for step in sequence if step.get("text_frames")]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        pytest.param('{"sampleRate":8000,"mixType":"stereo"}', STEREO, id="stereo"),
        pytest.param('{"sampleRate":48000,"mixType":"mono"}', Shape(rate=48000, channels=1), id="mono at another rate"),
        pytest.param('{"sampleRate":24000,"mixType":"mixed"}', Shape(rate=24000, channels=1), id="both in one channel"),
        pytest.param('{"sampleRate":"16000","mixType":"stereo"}', Shape(rate=16000, channels=2), id="a rate in quotes"),
        pytest.param('{"sampleRate":7,"mixType":"quadro"}', ODD, id="nonsense"),
        pytest.param('{"sampleRate":-8000,"mixType":["stereo"]}', ODD, id="wrong types"),
        pytest.param("[1, 2]", ODD, id="a list"),
        pytest.param("", ODD, id="empty"),
        pytest.param("{" * 5000, ODD, id="deep nonsense"),
        pytest.param('{"sampleRate":8000,"mixType":"stereo","customerData":{"name":"О"К"}}', STEREO, id="quotes within"),
        pytest.param('{"sampleRate":8000,"mixType":"stereo","note":"x"}\'', STEREO, id="a stray apostrophe"),
        pytest.param(
            '{"sampleRate":8000,"mixType":"stereo","long":"' + "x" * 9000, STEREO, id="longer than jambonz sends, and cut"
        ),
    ],
)
def test_metadata_is_read_as_far_as_it_can_be(text: str, shape: Shape) -> None:
    assert read_shape(text, ODD) == shape


def test_real_metadata_is_read_although_an_apostrophe_broke_it() -> None:
    ((text,),) = sockets("12-tag-apostrophe-metadata")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert read_shape(text, ODD) == STEREO
    assert not is_event(text)


def test_a_real_key_is_heard() -> None:
    whole, message = sockets("09-voicemail-listen")
    assert [read_shape(whole[0], ODD), read_shape(message[0], ODD)] == [STEREO, MONO]
    assert is_event(message[1])
    assert pressed(message[1]) == "#"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"event":"dtmf","dtmf":"55"}', id="two keys at once"),
        pytest.param('{"event":"dtmf","dtmf":5}', id="a number"),
        pytest.param('{"event":"dtmf"}', id="no key"),
        pytest.param('{"event":"other","dtmf":"5"}', id="another event"),
        pytest.param('{"type":"mark","data":{}}', id="a mark"),
        pytest.param("5", id="no event"),
    ],
)
def test_other_texts_are_no_keys(text: str) -> None:
    assert pressed(text) == ""
