"""Honest fakes of what the hooks need, and a caller who follows the verbs as the exchange would."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from channels.voice.menu.model import Doing, Effect, Facts, Happened, Happening, Hours, Party
from channels.voice.ports import Errand, LiveCall, Onward
from channels.voice.signature import Signatures
from channels.voice.verbs import Wire
from core.phone.entries import Entry, from_json, to_json
from tests.clocks import MovableClock

WEBHOOK_SECRET = "whsec"
PUBLIC, RECORDER = "https://centre.example.org", "wss://recorder.example.org"
CALLER, CENTRE = "79000000001", "78672000000"


class DatabaseAway(Exception):
    """What a driver would raise."""


class FakeJournal:
    """Keeps entries; ``away`` raises, ``hangs`` never answers."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.writes = 0
        self.answers: dict[str, Wire] = {}
        self.steps: dict[str, int] = {}
        self.away = False
        self.hangs = False
        self.written = asyncio.Event()

    async def _reach(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            raise DatabaseAway

    async def write(self, entries: Sequence[Entry]) -> object:
        """Keep."""
        await self._reach()
        self.entries += entries
        self.writes += 1
        self.written.set()
        return None

    async def newest_step(self, call_sid: str) -> int:
        """As the test says."""
        await self._reach()
        return self.steps.get(call_sid, -1)

    async def answer_of(self, digest: str) -> Wire | None:
        """What was kept."""
        await self._reach()
        return self.answers.get(digest)

    async def keep_answer(self, digest: str, verbs: Wire) -> None:
        """Keep the first."""
        await self._reach()
        self.answers.setdefault(digest, verbs)

    def of(self, kind: type[Any]) -> list[Any]:
        """The entries of a kind, in order."""
        return [entry for entry in self.entries if isinstance(entry, kind)]


class FakeSpool:
    """Keeps lines as a file would."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.full = False

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep; a full disk raises."""
        if self.full:
            raise OSError("no space left")
        self.lines += [to_json(entry) for entry in entries]

    @property
    def entries(self) -> list[Entry]:
        """What would be replayed."""
        return [from_json(line) for line in self.lines]


class FakeEffects:
    """Answers effects by name; remembers them."""

    def __init__(self) -> None:
        self.asked: list[tuple[LiveCall, Effect]] = []
        self.outcomes: dict[Doing, Happening | Callable[[], Awaitable[Happening]]] = {}

    async def carry_out(self, call: LiveCall, effect: Effect) -> Happening:
        """As the test says; else REFUSED."""
        self.asked.append((call, effect))
        outcome = self.outcomes.get(effect.doing, Happening(kind=Happened.REFUSED))
        return await outcome() if callable(outcome) else outcome

    @property
    def doings(self) -> list[Doing]:
        """What was asked for, in order."""
        return [effect.doing for _, effect in self.asked]


class FakeFacts:
    """Facts of a working day; the test may change them, or take them away."""

    def __init__(self, clock: MovableClock) -> None:
        self.known = Facts(
            now=clock.now(), hours=Hours.DAY, caller="", recognises=True, can_record=True, dispatch=("+78672000112", "+78672000113")
        )
        self.away = False
        self.hangs = False

    async def facts(self, caller: str) -> Facts:
        """At once."""
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            raise DatabaseAway
        return replace(self.known, caller=caller)


class FakeDirections:
    """What the core would have decided."""

    def __init__(self) -> None:
        self.errands: Errand | None = None
        self.onwards: dict[str, Onward] = {}
        self.backs: dict[str, Onward] = {}
        self.whispers: dict[str, str] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.callers: list[str] = []
        self.away = False

    def _reach(self) -> None:
        if self.away:
            raise DatabaseAway

    async def errand(self, call: LiveCall) -> Errand | None:
        """The errand."""
        self._reach()
        return self.errands

    async def onward(self, call: LiveCall, path: str, values: Mapping[str, str]) -> Onward | None:
        """By path."""
        self._reach()
        self.asked.append((path, values))
        return self.onwards.get(path)

    async def back(self, call: LiveCall, leg: str) -> Onward | None:
        """By leg."""
        self._reach()
        return self.backs.get(leg)

    async def whisper(self, call: LiveCall, leg: str) -> str:
        """By leg."""
        self._reach()
        self.callers.append(call.caller)
        return self.whispers.get(leg, "")


class FakeMedia:
    """Sounds by key."""

    def __init__(self) -> None:
        self.sounds: dict[str, tuple[bytes, str]] = {}
        self.loaded: list[str] = []
        self.away = False

    async def load(self, key: str) -> tuple[bytes, str] | None:
        """The sound."""
        self.loaded.append(key)
        if self.away:
            raise DatabaseAway
        return self.sounds.get(key)


def an_operator(leg: str = "leg-1", name: str = "user1") -> Happening:
    """A free operator with a telephone of ours."""
    party = Party(kind="operator", address_kind="user", address=name, leg=leg, name="Оператор Пробный")
    return Happening(kind=Happened.OPERATOR_FOUND, party=party)


class Line:
    """The exchange's side of one call: signs hooks, follows the addresses of the last verbs."""

    def __init__(self, client: httpx.AsyncClient, clock: MovableClock, answers: list[Wire]) -> None:
        self.client = client
        self.clock = clock
        self.answers = answers
        self.sid = str(uuid.uuid4())
        self.verbs: Wire = []
        self.fields: dict[str, Any] = {"direction": "inbound", "from": CALLER, "to": CENTRE, "call_status": "in-progress"}

    def body(self, **more: Any) -> dict[str, Any]:
        """The fields that every hook of this call has, and more."""
        return {"call_sid": self.sid, **self.fields, **more}

    def signed(self, raw: bytes) -> str:
        """The header."""
        return Signatures(WEBHOOK_SECRET).sign(raw, int(self.clock.now().timestamp()))

    async def send(self, address: str, body: Mapping[str, Any] | bytes, *, signature: str | None = None) -> httpx.Response:
        """One hook, as it comes over the wire."""
        parts = urlsplit(address)
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", "Jambonz-Signature": self.signed(raw) if signature is None else signature}
        return await self.client.post(target, content=raw, headers=headers)

    async def post(self, address: str, **more: Any) -> Wire:
        """A hook whose verbs become the call's, unless they are none. Every hook has a second of its own: so has its signature."""
        self.clock.move(seconds=1)
        response = await self.send(address, self.body(**more))
        assert response.status_code == 200, (address, response.status_code)
        verbs: Wire = response.json()
        if verbs:
            self.verbs = verbs
            self.answers.append(verbs)
        return verbs

    async def call(self, **more: Any) -> Wire:
        """The call comes in."""
        return await self.post("/voice/call", **{"call_status": "trying", **more})

    async def press(self, digits: str) -> Wire:
        """A key while the last gather listens."""
        return await self.post(self.hook_of("gather"), reason="dtmfDetected", digits=digits)

    async def say(self, words: str, confidence: float = 0.9) -> Wire:
        """Words while the last gather listens."""
        speech = {"is_final": True, "alternatives": [{"confidence": confidence, "transcript": words}]}
        return await self.post(self.hook_of("gather"), reason="speechDetected", speech=speech)

    async def wait(self) -> Wire:
        """Nothing, until the last gather gives up."""
        return await self.post(self.hook_of("gather"), reason="timeout")

    async def dialled(self, status: str, **more: Any) -> Wire:
        """The end of a dialling."""
        return await self.post(self.hook_of("dial"), dial_call_status=status, **more)

    async def status(self, status: str, **more: Any) -> Wire:
        """A status of this call or of a leg of it."""
        return await self.post("/voice/status", **{"call_status": status, **more})

    def verb(self, name: str) -> dict[str, Any]:
        """The last verb of this name in the last answer."""
        found = [verb for verb in self.verbs if verb["verb"] == name]
        assert found, (name, [verb["verb"] for verb in self.verbs])
        return found[-1]

    @property
    def recording(self) -> dict[str, Any] | None:
        """The recording of a part that is asked for now, not that of the safety tail."""
        return next((verb for verb in self.verbs if verb["verb"] == "listen" and "actionHook" in verb), None)

    async def record(self, seconds: int | None = 9, key: str = "#") -> Wire:
        """The caller speaks into the recording that is asked for."""
        assert self.recording is not None, self.said
        more = {} if seconds is None else {"dial_call_duration": seconds, "digits": key}
        return await self.post(self.recording["actionHook"], **more)

    def hook_of(self, name: str) -> str:
        """The actionHook of that verb."""
        return str(self.verb(name)["actionHook"])

    @property
    def said(self) -> str:
        """Everything that is said in the last answer before its safety tail."""
        texts: list[str] = []
        for verb in self.verbs:
            if verb["verb"] == "redirect":
                break
            text = verb.get("text") or verb.get("say", {}).get("text", "")
            texts += text if isinstance(text, list) else [text]
        return " ".join(text for text in texts if text)
