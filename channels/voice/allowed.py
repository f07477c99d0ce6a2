"""What jambonz 0.9.8 accepts (verb-specifications 0.1.13): for one unknown property it refuses the answer and drops the call."""

import re
from collections.abc import Mapping, Sequence
from typing import Any


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


SAY = _names("text loop synthesizer earlyMedia disableTtsCache stream instructions closeStreamOnEmpty id")
PLAY = _names("url loop earlyMedia seekOffset timeoutSecs actionHook id")
GATHER = _names(
    "actionHook finishOnKey input numDigits minDigits maxDigits interDigitTimeout partialResultHook speechTimeout"
    " listenDuringPrompt dtmfBargein bargein minBargeinWordCount timeout recognizer play say fillerNoise"
    " actionHookDelayAction id"
)
DIAL = _names(
    "actionHook onHoldHook answerOnBridge callerId callerName confirmHook referHook dialMusic dtmfCapture dtmfHook headers"
    " anchorMedia exitMediaPath boostAudioSignal listen stream target timeLimit timeout proxy transcribe amd dub tag forwardPAI"
    " srtpEncryption id"
)
LISTEN = _names(
    "url actionHook finishOnKey maxLength metadata mixType passDtmf playBeep sampleRate wsAuth auth disableBidirectionalAudio"
    " bidirectionalAudio transcribe timeout earlyMedia channel id"
)
CONFIG = _names(
    "synthesizer recognizer bargeIn ttsStream record listen stream transcribe amd fillerNoise notifyEvents notifySttLatency reset"
    " onHoldMusic actionHookDelayAction sipRequestWithinDialogHook boostAudioSignal vad referHook earlyMedia autoStreamTts"
    " disableTtsCache id"
)
VERBS: Mapping[str, frozenset[str]] = {
    "say": SAY,
    "play": PLAY,
    "gather": GATHER,
    "dial": DIAL,
    "listen": LISTEN,
    "config": CONFIG,
    "redirect": frozenset({"actionHook", "statusHook", "id"}),
    "hangup": frozenset({"headers", "id"}),
}
REQUIRED: Mapping[str, frozenset[str]] = {
    "say": frozenset({"text"}),
    "play": frozenset({"url"}),
    "gather": frozenset({"actionHook", "input"}),
    "dial": frozenset({"target"}),
    "listen": frozenset({"url"}),
    "redirect": frozenset({"actionHook"}),
}
AUTH = frozenset({"username", "password"})
NESTED: Mapping[tuple[str, str], frozenset[str]] = {
    ("gather", "say"): SAY,
    ("gather", "play"): PLAY,
    ("gather", "recognizer"): frozenset(
        {"vendor", "language", "label", "hints", "hintsBoost", "asrTimeout", "asrDtmfTerminationDigit"}
    ),
    ("gather", "actionHookDelayAction"): _names("enabled noResponseTimeout retries actions"),
    ("dial", "target"): _names("type number name sipUri trunk from headers auth confirmHook proxy overrideTo"),
    ("listen", "wsAuth"): AUTH,
    ("config", "listen"): _names(
        "enable url sampleRate wsAuth mixType metadata maxLength passDtmf playBeep disableBidirectionalAudio bidirectionalAudio"
        " timeout"
    ),
}
"""What may stand inside a property of a verb; a nested say or play has no ``verb`` of its own."""
PLAIN = re.compile(r"[\w:.+-]{0,128}", re.ASCII)
"""What metadata and tags may hold: an apostrophe or a quote spoils the first frame of the recorder's socket, 8 kB break it."""


class Unsendable(Exception):
    """The exchange would refuse this answer; the message names the verb and the property."""


def check(verbs: Sequence[Mapping[str, Any]]) -> None:
    """Raises Unsendable for the first thing that jambonz would refuse, and for an answer that is empty."""
    if not verbs:
        raise Unsendable("no verbs")
    for verb in verbs:
        name = str(verb.get("verb", ""))
        _closed(name, verb.keys() - {"verb"}, VERBS.get(name))
        missing = REQUIRED.get(name, frozenset()) - verb.keys()
        if missing:
            raise Unsendable(f"{name}: missing {', '.join(sorted(missing))}")
        for key, value in verb.items():
            _nested(name, key, value)
            if key in ("metadata", "tag"):
                _plain(f"{name}.{key}", value)


def _nested(name: str, key: str, value: Any) -> None:
    allowed = NESTED.get((name, key))
    if allowed is None:
        return
    for part in value if isinstance(value, list) else (value,):
        _closed(f"{name}.{key}", part.keys(), allowed)
        if (auth := part.get("wsAuth")) is not None:
            _closed(f"{name}.{key}.wsAuth", auth.keys(), AUTH)
        _plain(f"{name}.{key}.metadata", part.get("metadata", {}))


def _plain(name: str, values: Mapping[str, Any]) -> None:
    if not all(isinstance(value, str) and PLAIN.fullmatch(value) for value in values.values()):
        raise Unsendable(f"{name}: more than plain ids")


def _closed(name: str, given: Any, allowed: frozenset[str] | None) -> None:
    if allowed is None:
        raise Unsendable(f"{name or 'nothing'}: no such verb")
    if unknown := given - allowed:
        raise Unsendable(f"{name}: unknown property {', '.join(sorted(unknown))}")
