"""Voices in processes: one sentence at a time each, and what happens when one dies, refuses or is broken off."""

import asyncio
import os
import struct
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from channels.voice.speech.engines.framed import ProgramEngine
from channels.voice.speech.engines.rhvoice import rhvoice
from channels.voice.speech.port import EngineMissing, SpeechFailed

PROGRAM = str(Path(__file__).with_name("fake_program.py"))


@pytest.fixture
async def engine():
    made = ProgramEngine("toy", [sys.executable, PROGRAM, "speak"], processes=2)
    await made.start()
    yield made
    await made.close()


async def _speaker(engine, text="hello"):
    """Which process said it."""
    return struct.unpack("<i", b"".join([piece async for piece in engine.say(text, "")]))[0]


def _is_alive(pid):
    return Path(f"/proc/{pid}").exists()


async def test_sentences_at_once_are_said_by_different_processes(engine):
    assert len({*await asyncio.gather(_speaker(engine), _speaker(engine))}) == 2


async def test_more_sentences_than_processes_wait_their_turn(engine):
    said = await asyncio.gather(*(_speaker(engine) for _ in range(12)))
    assert len(said) == 12 and len(set(said)) <= 2


@pytest.mark.parametrize("text", ["die", "refuse"])
async def test_a_process_that_fails_is_replaced(engine, text):
    before = {*await asyncio.gather(_speaker(engine), _speaker(engine))}
    for _ in range(2):
        with pytest.raises(SpeechFailed):
            await _speaker(engine, text)
    after = {*await asyncio.gather(_speaker(engine), _speaker(engine))}
    assert len(after) == 2 and not all(_is_alive(pid) for pid in before)


async def test_a_sentence_that_nobody_hears_any_more_ends_its_process(engine):
    async with aclosing(engine.say("hang", "")) as sound:
        pid = struct.unpack("<i", await anext(sound))[0]
        assert _is_alive(pid)
    assert not _is_alive(pid)
    assert await _speaker(engine)


async def test_what_is_missing_is_told_when_it_starts():
    with pytest.raises(EngineMissing, match="toy: no voice here"):
        await ProgramEngine("toy", [sys.executable, PROGRAM, "missing"], processes=1).start()


@pytest.mark.parametrize(
    "command", [["/no/such/program"], [sys.executable, "-c", "pass"], [sys.executable, "-c", "print('no json')"]]
)
async def test_a_program_that_does_not_speak_the_protocol_is_missing(command):
    with pytest.raises(EngineMissing, match="toy"):
        await ProgramEngine("toy", command, processes=1).start()


async def test_rhvoice_says_which_library_is_missing():
    with pytest.raises(EngineMissing, match="librhvoice5"):
        await rhvoice(processes=1, places=["/no/such/library.so"]).start()


async def test_closing_leaves_no_process_behind():
    engine = ProgramEngine("toy", [sys.executable, PROGRAM, "speak"], processes=2)
    await engine.start()
    pids = {*await asyncio.gather(_speaker(engine), _speaker(engine))}
    await engine.close()
    assert os.getpid() not in pids and not any(_is_alive(pid) for pid in pids)
