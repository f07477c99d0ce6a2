"""Moves of the menu as verbs."""

from typing import Any

import pytest

from channels.voice.addresses import Addresses
from channels.voice.lines import read_lines
from channels.voice.menu.model import Dial, HangUp, Listen, Move, Party, Place, Play, Prompt, Record, Say, Then, Wait
from channels.voice.rendering import MOST_FAILURES, Rendering, Trunk
from channels.voice.seals import Seals
from channels.voice.tickets import Awaited, Ticket, open_ticket
from channels.voice.verbs import Wire

SEALS = Seals("tests")
PLACE = Place(state="menu", step=7)
GREETING, MENU, NEWS = Say(text="Здравствуйте.", cut=False), Say(text="Меню."), Play(url="https://a.example/voice/media/0f.wav")
OPERATOR = Party(kind="operator", address_kind="user", address="user1", leg="leg-1")


def rendered(*prompts: Prompt, then: Then, can_record: bool = True, recorder_user: str = "rec", **ticket: Any) -> Wire:
    """What the exchange would get."""
    addresses = Addresses(public_url="https://a.example", recorder_url="wss://r.example", seals=SEALS)
    trunk = Trunk(caller_id="+78672000000", carrier="trunk", recorder_user=recorder_user, recorder_password="sec")
    rendering = Rendering(addresses, trunk, read_lines(), speak=str.upper)
    given = {"call_sid": "c1", "awaited": Awaited.LISTEN, "began": 1, "place": PLACE, **ticket}
    return rendering.answer(Move(place=PLACE, prompts=prompts, then=then), Ticket(**given), can_record=can_record)


def ticket_of(address: str) -> Ticket:
    """What travels in it."""
    hook, _, sealed = address.partition("&s=")
    name = hook.partition("?")[0].rpartition("/")[2]
    awaited = Awaited(name) if name in set(Awaited) else Awaited.LISTEN
    return open_ticket(SEALS, sealed.partition("#")[0], awaited)


def shape(verbs: Wire) -> list[str]:
    """The verbs before the safety tail, with what they say."""
    shown = []
    for verb in verbs:
        if verb["verb"] == "redirect":
            break
        inner = "+say" * ("say" in verb) + "+play" * ("play" in verb)
        shown.append(verb["verb"] + inner)
    return shown


@pytest.mark.parametrize(
    ("prompts", "shown"),
    [
        pytest.param((), ["gather"], id="nothing to say"),
        pytest.param((MENU,), ["gather+say"], id="what may be cut"),
        pytest.param((GREETING, MENU), ["say", "gather+say"], id="the greeting cannot be cut, the menu can"),
        pytest.param((GREETING,), ["say", "gather"], id="only what cannot be cut"),
        pytest.param((MENU, NEWS), ["gather+say", "gather+play"], id="a key cuts the words and the sound behind them"),
        pytest.param((NEWS, MENU), ["gather+play", "gather+say"], id="a key cuts the sound and the words behind it"),
        pytest.param((MENU, GREETING), ["gather+say", "say", "gather"], id="words behind that cannot be cut"),
        pytest.param((NEWS, NEWS), ["gather+play"], id="two sounds in one"),
        pytest.param((MENU, Say(text="12", personal=True)), ["gather+say", "gather+say"], id="personal words stand apart"),
        pytest.param((Say(text="  "), Play(url="")), ["gather"], id="empty prompts are nothing"),
    ],
)
def test_what_may_be_cut_stands_in_a_gather(prompts: tuple[Prompt, ...], shown: list[str]) -> None:
    assert shape(rendered(*prompts, then=Listen())) == shown


def test_silence_in_a_prompt_with_another_behind_it_is_told_apart() -> None:
    first, last = rendered(MENU, NEWS, then=Listen())[:2]
    assert (ticket_of(first["actionHook"]).awaited, first["timeout"]) == (Awaited.MORE, 0.2)
    assert (ticket_of(last["actionHook"]).awaited, last["timeout"]) == (Awaited.LISTEN, 6)


def test_personal_words_are_kept_in_no_cache() -> None:
    gather = rendered(Say(text="Номер 900.", personal=True), then=Listen())[0]
    assert gather["say"] == {"text": "НОМЕР 900.", "disableTtsCache": True}


@pytest.mark.parametrize(
    ("then", "wanted"),
    [
        pytest.param(Listen(speech=False), {"input": ["digits"], "numDigits": 1}, id="one key"),
        pytest.param(
            Listen(least=0, most=0, hints=("оператор",)),
            {
                "input": ["speech"],
                "bargein": True,
                "minBargeinWordCount": 2,
                "recognizer": {"vendor": "default", "language": "default", "hints": ["оператор"]},
            },
            id="words only",
        ),
        pytest.param(
            Listen(least=10, most=11, speech=False, between_keys=4),
            {"input": ["digits"], "minDigits": 10, "maxDigits": 11, "interDigitTimeout": 4, "finishOnKey": "#"},
            id="a number",
        ),
        pytest.param(
            Listen(),
            {"input": ["speech", "digits"], "numDigits": 1, "bargein": True, "minBargeinWordCount": 2},
            id="words or a key",
        ),
    ],
)
def test_keys_and_words_are_listened_for(then: Listen, wanted: dict[str, Any]) -> None:
    gather = rendered(then=then)[0]
    always = {"verb", "actionHook", "timeout", "actionHookDelayAction"}
    assert {key: value for key, value in gather.items() if key not in always} == wanted


def test_a_late_answer_is_bridged_and_never_given_up() -> None:
    delay = rendered(then=Listen())[0]["actionHookDelayAction"]
    assert delay["actions"] == [{"verb": "say", "text": "ПОДОЖДИТЕ, ПОЖАЛУЙСТА."}]
    assert "noResponseGiveUpTimeout" not in delay and "retries" not in delay


def test_somebody_is_rung_with_music_and_under_our_number() -> None:
    verbs = rendered(GREETING, then=Dial(party=OPERATOR, seconds=25, screened=True), leg="leg-1", caller="+79000000001")
    dial = verbs[1]
    assert dial["target"] == [{"type": "user", "name": "user1"}]
    assert (dial["callerId"], dial["timeout"], dial["tag"]) == ("78672000000", 25, {"leg": "leg-1"})
    assert dial["dialMusic"].startswith("https://a.example/voice/media/")
    assert "/voice/confirm?" in dial["confirmHook"]
    assert ticket_of(dial["confirmHook"]).caller == "+79000000001"
    assert ticket_of(dial["actionHook"]).place == PLACE


@pytest.mark.parametrize(
    ("party", "target"),
    [
        pytest.param(
            Party(kind="dispatch", address_kind="phone", address="+78672000112"),
            {"type": "phone", "number": "78672000112", "trunk": "trunk"},
            id="a telephone",
        ),
        pytest.param(Party(kind="official", address_kind="sip", address="sip:a@b"), {"type": "sip", "sipUri": "sip:a@b"}, id="SIP"),
    ],
)
def test_a_party_is_rung_where_it_is(party: Party, target: dict[str, str]) -> None:
    dial = rendered(then=Dial(party=party))[0]
    assert dial["target"] == [target]
    assert "confirmHook" not in dial


def test_a_part_of_a_message_is_recorded_until_the_key() -> None:
    listen = rendered(MENU, then=Record(part="question", most=90), recorded={"question": "question-7"})[1]
    assert listen["url"] == f"wss://r.example/rec/message/c1/question-7/{SEALS.mac('rec', 'message:c1:question-7')}"
    assert (listen["mixType"], listen["finishOnKey"], listen["maxLength"], listen["playBeep"]) == ("mono", "#", 90, True)
    assert listen["wsAuth"] == {"username": "rec", "password": "sec"}
    assert ticket_of(listen["actionHook"]).awaited is Awaited.RECORD


def test_a_caller_hears_their_own_recording() -> None:
    gather = rendered(Play(url="message:question-7"), then=Listen())[0]
    assert gather["play"]["url"] == f"https://a.example/voice/own/c1/question-7/{SEALS.mac('own', 'message:c1:question-7')}.wav"


def test_who_waits_hears_music_in_which_keys_are_heard() -> None:
    say, music = rendered(MENU, then=Wait())[:2]
    assert (say["input"], ticket_of(say["actionHook"]).awaited) == (["digits"], Awaited.MORE)
    assert (music["input"], ticket_of(music["actionHook"]).awaited) == (["digits"], Awaited.WAIT)
    assert music["play"]["url"].endswith(".wav")


@pytest.mark.parametrize(
    "then", [Listen(), Wait(), Dial(party=OPERATOR), Record(part="name")], ids=lambda then: type(then).__name__
)
def test_every_answer_ends_in_a_way_out(then: Then) -> None:
    verbs = rendered(MENU, then=then, recorded={"name": "name-7"})
    redirect = next(index for index, verb in enumerate(verbs) if verb["verb"] == "redirect")
    assert "/voice/fallback?" in verbs[redirect]["actionHook"]
    assert ticket_of(verbs[redirect]["actionHook"]).awaited is Awaited.FAILURE
    assert [verb["verb"] for verb in verbs[redirect + 1 :]] == ["say", "listen", "say", "hangup"]
    assert "actionHook" not in verbs[redirect + 2]


def test_where_nothing_can_be_recorded_the_last_resort_is_words() -> None:
    assert [verb["verb"] for verb in rendered(then=Listen(), can_record=False)] == ["gather", "redirect", "say", "hangup"]


def test_safety_tails_do_not_turn_in_a_circle() -> None:
    verbs = rendered(then=Listen(), failures=MOST_FAILURES + 1)
    assert [verb["verb"] for verb in verbs] == ["gather", "say", "listen", "say", "hangup"]


def test_a_farewell_ends_the_call() -> None:
    assert [verb["verb"] for verb in rendered(MENU, then=HangUp())] == ["say", "hangup"]


def test_a_recorder_without_a_password_is_asked_without_one() -> None:
    assert "wsAuth" not in rendered(then=Record(part="name"), recorded={"name": "name-7"}, recorder_user="")[0]
