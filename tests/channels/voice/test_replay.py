"""What a real feature server 0.9.8 sent in sixteen calls, hook by hook: every hook is answered, and the journal has it right."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from channels.voice.addresses import Addresses
from channels.voice.menu.model import Doing, Happened, Happening, Party
from channels.voice.ports import Errand, Onward
from core.phone.entries import Ended, LegMoved, Note, Opened
from core.phone.vocabulary import EventKind, LegState, Script
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeJournal, Line, an_operator

SAMPLES = Path("tests/payloads/jambonz")
OURS = {"/voice/call", "/voice/status", "/voice/queue-event", "/voice/wait"}
LEFT_OUT = {"/voice/partial"}
"""Hooks that we ask for nowhere."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``keys`` bring the caller to the verb whose hooks were recorded; ``hooks``: which verb's hook each recorded address is.

    ``legs``: how the legs ended; ``ended``: seconds of the call, as they were told; ``ends``: whether its end was told at all.
    """

    keys: str = ""
    hooks: dict[str, str] = field(default_factory=dict)
    legs: tuple[LegState, ...] = ()
    ended: int | None = None
    ends: bool = True
    problems: int = 0


DISPATCH = {"keys": "4", "hooks": {"/voice/dial-done": "dial"}}
SCENARIOS = {
    "01-menu-dtmf": Scenario(hooks={"/voice/menu": "gather"}, ended=2),
    "02-menu-speech-partial": Scenario(hooks={"/voice/menu": "gather"}, ended=7),
    "03-no-input": Scenario(hooks={"/voice/menu": "gather"}, ended=4),
    "04-hook-500-fallthrough": Scenario(hooks={"/voice/menu": "gather", "/voice/fallback": "redirect"}, ended=2, problems=1),
    "05-dial-answered": Scenario(**DISPATCH, legs=(LegState.COMPLETED,), ended=6),  # type: ignore[arg-type]  # of the table
    "06-dial-busy": Scenario(**DISPATCH, legs=(LegState.BUSY,), ended=1),  # type: ignore[arg-type]  # of the table
    "07-dial-no-answer": Scenario(**DISPATCH, legs=(LegState.NO_ANSWER,), ended=3),  # type: ignore[arg-type]  # of the table
    "08-dial-confirm-declined": Scenario(
        keys="6",
        hooks={"/voice/dial-done": "dial", "/voice/confirm": "confirm", "/voice/confirm2": "gather"},
        legs=(LegState.DECLINED,),
        ended=4,
    ),
    "09-voicemail-listen": Scenario(keys="5", hooks={"/voice/vm": "listen"}, ended=8),
    "10-caller-hangs-up-in-queue": Scenario(keys="6", hooks={"/voice/q-done": "gather"}, ended=3),
    "11-operator-transfers-to-official": Scenario(
        keys="6",
        hooks={"/voice/xfer": "transfer", "/voice/dial-done": "dial"},
        legs=(LegState.COMPLETED, LegState.COMPLETED),
        ended=5,
    ),
    "12-tag-apostrophe-metadata": Scenario(ended=0),
    "13-nested-verb-rejected": Scenario(ends=False),
    "14-outbound-answered": Scenario(ended=1),
    "15-outbound-busy": Scenario(),
    "16-outbound-no-answer": Scenario(),
}


def test_every_recorded_call_is_replayed() -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == sorted(SCENARIOS)


class Replay:
    """One recorded call against our hooks; the verbs whose hooks were recorded are remembered when they were answered."""

    def __init__(self, name: str, line: Line, addresses: Addresses) -> None:
        self.scenario = SCENARIOS[name]
        self.line = line
        self.addresses = addresses
        self.dials: list[str] = []
        sample = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
        self.hooks = [step for step in sample["sequence"] if isinstance(step.get("body"), dict)]

    async def run(self) -> None:
        """Every recorded hook in its order."""
        for step in self.hooks:
            path, body = step["post"], step["body"]
            if path in LEFT_OUT:
                continue
            if "parent_call_sid" not in body:
                self.line.sid = body["call_sid"]
            address = path if path in OURS else self._address(self.scenario.hooks[path])
            await self._post(address, body)
            if path == "/voice/call":
                await self._bring()

    async def _post(self, address: str, body: dict[str, Any]) -> None:
        before = self.line.verbs
        await self.line.post(address, **{**{key: None for key in self.line.fields if key not in body}, **body})
        if address == "/voice/wait":
            self.line.verbs = before
        if self.line.verbs is not before and any(verb["verb"] == "dial" for verb in self.line.verbs):
            self.dials.append(self.line.hook_of("dial"))

    async def _bring(self) -> None:
        for key in self.scenario.keys:
            await self.line.press(key)
        if any(verb["verb"] == "dial" for verb in self.line.verbs):
            self.dials.append(self.line.hook_of("dial"))
            self.confirm = self.line.verb("dial").get("confirmHook", "")

    def _address(self, verb: str) -> str:
        if verb == "dial":
            return self.dials.pop(0)
        if verb == "confirm":
            return self.confirm
        if verb == "transfer":
            return self.addresses.redirection(self.line.sid, "transfer", {"leg": "leg-2"})
        if verb == "listen":
            assert self.line.recording is not None
            return str(self.line.recording["actionHook"])
        return self.line.hook_of(verb)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_recorded_call_is_answered_hook_by_hook_and_written_down(
    name: str, line: Line, addresses: Addresses, effects: FakeEffects, directions: FakeDirections, journal: FakeJournal
) -> None:
    queue = Happening(kind=Happened.NOBODY_FREE, status="busy", position=1)
    effects.outcomes[Doing.FIND_OPERATOR] = queue if name.startswith("10") else an_operator("leg-1")
    effects.outcomes[Doing.ASK] = Happening(kind=Happened.ANSWERED, words="Ежедневно с 9 до 18.")
    official = Party(kind="official", address_kind="phone", address="+78672000999", leg="leg-2")
    directions.onwards["transfer"] = Onward(party=official, words="Соединяю.")
    directions.errands = Errand(script=Script.MESSAGE, introduction="Контакт-центр.", words="Ответ.")
    replay = Replay(name, line, addresses)
    await replay.run()
    sid = line.sid
    await _quiet(journal, line)
    _judge(journal, SCENARIOS[name], sid)


async def _quiet(journal: FakeJournal, line: Line) -> None:
    """A last line of the journal comes after all others."""
    await line.post("/voice/queue-event", event="end of the replay", call_sid="another")
    while "another" not in {entry.call_sid for entry in journal.entries}:
        journal.written.clear()
        await journal.written.wait()


def _judge(journal: FakeJournal, scenario: Scenario, call_sid: str) -> None:
    opened = [entry for entry in journal.of(Opened) if entry.call_sid == call_sid]
    assert opened and {entry.caller for entry in opened} == {"+79280000001"}
    ended = [entry for entry in journal.of(Ended) if entry.call_sid == call_sid]
    assert [entry.seconds for entry in ended] == ([scenario.ended] if scenario.ends else [])
    last: dict[str, LegState] = {}
    for moved in journal.of(LegMoved):
        last[moved.leg_sid] = moved.state
    assert tuple(last.values()) == scenario.legs
    problems = [note for note in journal.of(Note) if note.kind == EventKind.PROBLEM]
    assert len(problems) == scenario.problems
