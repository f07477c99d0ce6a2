"""The check that refuses a whole application (voice.md 2.3; point 3)."""

import pytest

from sandbox.jambonz.checking import BadVerbs, checked
from sandbox.jambonz.exchange import Exchange
from tests.sandbox.jambonz.application import Application

GATHER = {"verb": "gather", "input": ["digits"], "actionHook": "/a"}
DIAL = {"verb": "dial", "target": [{"type": "phone", "number": "112"}]}


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        ({"verb": "say"}, "malformed jambonz payload: must be array"),
        (["say"], "malformed jambonz payload: must be array of objects"),
        ([{"text": "x", "loop": 1}], "malformed jambonz payload: missing verb property"),
        ([{"verb": "record", "path": "x"}], "invalid instruction: record"),
        ([{"verb": "transfer"}], "invalid instruction: transfer"),
        ([{"verb": "say", "txt": "x"}], "say: unknown property txt"),
        ([GATHER | {"say": {"verb": "say", "text": "x"}}], "say: unknown property verb"),
        ([GATHER | {"dtmf_bargein": True}], "gather: unknown property dtmf_bargein"),
        ([GATHER | {"input": "digits"}], "gather: property input is not an array"),
        ([GATHER | {"timeout": "6"}], "gather: property timeout has invalid data type"),
        ([GATHER | {"recognizer": {"hints": ["x"]}}], "recognizer: missing value for vendor"),
        ([GATHER | {"actionHook": 5}], "gather: property actionHook has invalid data type, must be one of object,string"),
        ([GATHER | {"say": "x"}], "say: unknown property 0"),
        ([DIAL | {"codecs": []}], "dial: unknown property codecs"),
        ([DIAL | {"target": [{"type": "fax"}]}], "invalid value fax must be one of phone,sip,user,teams"),
        ([{"verb": "dial"}], "dial: missing value for target"),
        ([{"verb": "listen", "url": "/x", "mixType": "both"}], "invalid value both must be one of mono,stereo,mixed"),
        ([{"verb": "listen", "url": "/x", "wsAuth": {"username": "x"}}], "auth: missing value for password"),
        ([{"verb": "config", "listen": {"url": "/x"}}], "listenOptions: missing value for enable"),
        ([{"verb": "pause", "length": True}], "pause: property length has invalid data type"),
        ([{"verb": "tag"}], "tag: missing value for data"),
    ],
)
def test_a_bad_application_is_refused_in_the_servers_words(verbs: object, words: str) -> None:
    with pytest.raises(BadVerbs) as refused:
        checked(verbs)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    "verbs",
    [
        [{"say": {"text": ["а", "б"]}}],
        [{"verb": "stream", "url": "/x"}],
        [{"verb": "say", "text": "x", "loop": "2", "synthesizer": {"vendor": "custom:gorod", "voice": "irina"}}],
        [{"verb": "dial", "target": [{"type": "user", "name": "operator1"}], "amd": {"actionHook": "/amd"}, "tag": {"leg": "7"}}],
        [{"verb": "enqueue", "name": "operators", "_": {"anything": 1}}],
    ],
    ids=["short form", "synonym", "loop as text", "amd", "free underscore"],
)
def test_a_good_application_passes(verbs: list[object]) -> None:
    assert all("verb" in one for one in checked(verbs))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [([], "no application provided"), ([GATHER | {"say": {"verb": "say", "text": "x"}}], "say: unknown property verb")],
    ids=["nothing", "a nested verb"],
)
async def test_a_refused_application_of_a_new_call_is_480_and_nobody_is_told(
    application: Application, exchange: Exchange, answer: list[object], reason: str
) -> None:
    application.answers = {"/voice/call": answer}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert caller.refusal == (480, reason)
    assert application.paths() == ["/voice/call"]
