"""Where speech begins and ends."""

import pytest

from channels.voice.speech.hearing.ends import ENDS_AFTER, WINDOW_BYTES, Detectors, Ends
from tests.channels.voice.speech.voices import person, quiet

QUESTION = "во сколько закрывается администрация"


@pytest.fixture
def detectors():
    return Detectors()


def _utterances(ends, sound):
    """The sound of each utterance, and whether it ended."""
    found = []
    for heard in ends.feed(sound):
        if heard.began:
            found.append([b"", False])
        found[-1][0] += heard.speech
        found[-1][1] = heard.ended
    return found


def test_an_utterance_ends_after_seven_tenths_of_a_second_of_silence(detectors):
    ends = Ends(detectors.take())
    ((speech, ended),) = _utterances(ends, quiet(1) + person(QUESTION) + quiet(2))
    assert ended
    tail = ENDS_AFTER * WINDOW_BYTES
    assert len(person(QUESTION)) - 8000 < len(speech) - tail < len(person(QUESTION)) + 8000


def test_the_beginning_of_the_first_word_is_not_lost(detectors):
    ((speech, _),) = _utterances(Ends(detectors.take()), quiet(1) + person(QUESTION) + quiet(1))
    start = next(
        at
        for at in range(0, len(person(QUESTION)), 2)
        if abs(int.from_bytes(person(QUESTION)[at : at + 2], "little", signed=True)) > 600
    )
    assert person(QUESTION)[start : start + 4000] in speech


def test_a_click_is_no_speech(detectors):
    click = b"\xff\x7f\x01\x80" * 60
    assert _utterances(Ends(detectors.take()), quiet(1) + click + quiet(1)) == []


def test_somebody_who_talks_without_end_is_answered(detectors):
    endless = person("и ещё я хотел сказать что у нас во дворе опять нет света и воды") * 8
    utterances = _utterances(Ends(detectors.take()), endless)
    assert utterances[0][1] and len(utterances[0][0]) <= 20.1 * 16000


def test_the_pieces_may_be_of_any_size(detectors):
    sound = quiet(0.5) + person(QUESTION) + quiet(1)
    whole = _utterances(Ends(detectors.take()), sound)
    ends = Ends(detectors.take())
    pieces = [heard for at in range(0, len(sound), 38) for heard in ends.feed(sound[at : at + 38])]
    assert b"".join(heard.speech for heard in pieces) == whole[0][0]


def test_a_detector_that_comes_back_remembers_nothing(detectors):
    first = detectors.take()
    before = [heard.speech for heard in Ends(first).feed(person(QUESTION))]
    detectors.give_back(first)
    again = detectors.take()
    assert again is first
    assert [heard.speech for heard in Ends(again).feed(person(QUESTION))] == before
