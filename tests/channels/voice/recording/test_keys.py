"""Names of recordings."""

import pytest

from channels.voice.recording.keys import RecordingKey
from core.errors import Conflict, Invalid
from core.phone.vocabulary import RecordingKind

SID = "2d7091e8-babb-46c3-aa56-a871171d5959"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"call:{SID}", id="a whole call"),
        pytest.param(f"call:{SID}~2", id="a call that came once more"),
        pytest.param(f"message:{SID}:question-1", id="a part of a message"),
        pytest.param(f"message:{SID}:name-12~3", id="a part that came once more"),
    ],
)
def test_a_key_is_the_same_after_reading_and_as_a_file(text: str) -> None:
    key = RecordingKey.parse(text)
    assert str(key) == text
    assert RecordingKey.parse(key.stem.partition("/")[2]) == key


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("call:", id="no call"),
        pytest.param("call:../../etc/passwd", id="a path"),
        pytest.param("call:a:b", id="too much"),
        pytest.param("call:a~1", id="a first that says so"),
        pytest.param("message:a:question", id="no number"),
        pytest.param("message:a:Question-1", id="capital letters"),
        pytest.param("message:a:name-٣", id="another alphabet's digits"),
        pytest.param("call:" + "a" * 60, id="longer than the journal's column"),
        pytest.param("call:a\n", id="a line end"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        RecordingKey.parse(text)


def test_a_recording_that_follows_has_its_own_key_up_to_a_limit() -> None:
    key = RecordingKey(kind=RecordingKind.CALL, call_sid="a")
    assert str(key.once_more()) == "call:a~2"
    with pytest.raises(Conflict):
        RecordingKey.parse("call:a~99").once_more()


def test_the_longest_key_that_may_be_followed_still_fits_the_journal() -> None:
    longest = RecordingKey.parse("call:" + "a" * 56)
    assert len(str(RecordingKey.parse(f"{longest}~99"))) == 64
