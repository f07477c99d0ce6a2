"""T-one behind the port: what is checked before a model is loaded, and how an utterance goes through it."""

import hashlib

import pytest

from channels.voice.speech.hearing.choosing import recogniser_of
from channels.voice.speech.hearing.sherpa import Sherpa
from channels.voice.speech.port import EngineMissing
from tests.channels.voice.speech.voices import quiet

MODEL = b"weights"
DIGEST = hashlib.sha256(MODEL).hexdigest()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.onnx").write_bytes(MODEL)
    (tmp_path / "tokens.txt").write_text("a 0\n")
    return tmp_path


class ToyModel:
    """Hears "да" in every 300 ms, like sherpa_onnx.OnlineRecognizer: chunks wait until they are whole."""

    class Stream:
        def __init__(self):
            self.samples, self.words, self.is_finished = 0, [], False

        def accept_waveform(self, rate, samples):
            assert rate == 8000 and samples.dtype == "float32" and not self.is_finished
            self.samples += len(samples)

        def input_finished(self):
            self.is_finished = True

    def create_stream(self):
        return self.Stream()

    def is_ready(self, stream):
        return stream.samples >= 2400

    def decode_stream(self, stream):
        stream.samples -= 2400
        stream.words.append("ДА")

    def get_result(self, stream):
        return " ".join(stream.words)


def test_words_come_while_the_sound_does_and_the_last_with_the_end(folder):
    hearing = Sherpa.of_folder(folder, DIGEST.upper(), load=lambda _: ToyModel()).open(["режим"])
    assert [hearing.feed(quiet(0.2)) for _ in range(3)] == ["", "да", "да да"]
    assert hearing.finish() == ("да да да да", 1.0)


def test_two_utterances_do_not_hear_each_other(folder):
    recogniser = Sherpa.of_folder(folder, DIGEST, load=lambda _: ToyModel())
    first, second = recogniser.open([]), recogniser.open([])
    assert (first.feed(quiet(0.6)), second.feed(quiet(0.1))) == ("да да", "")


@pytest.mark.parametrize(
    ("name", "digest", "reason"),
    [
        pytest.param("model.onnx", DIGEST, "has no model.onnx", id="no model"),
        pytest.param("tokens.txt", DIGEST, "has no tokens.txt", id="no tokens"),
        pytest.param("", "", "VOICE_STT_SHA256", id="no digest"),
        pytest.param("", "0" * 64, DIGEST, id="another model"),
    ],
)
def test_a_model_is_not_loaded_unless_it_is_the_one_that_was_set(folder, name, digest, reason):
    if name:
        (folder / name).unlink()
    loaded = []
    with pytest.raises(EngineMissing, match=reason):
        Sherpa.of_folder(folder, digest, load=loaded.append)
    assert loaded == []


@pytest.mark.parametrize(("chosen", "reason"), [("sherpa", "VOICE_STT_MODEL"), ("whisper", "there is no recogniser whisper")])
def test_a_recogniser_that_cannot_be_had_is_an_error(chosen, reason):
    with pytest.raises(EngineMissing, match=reason):
        recogniser_of(chosen)


def test_nobody_hears_unless_a_recogniser_is_set():
    assert not recogniser_of("none").hears
