"""Nothing is sent that jambonz would refuse."""

from typing import Any

import jambonz
import pytest
from pydantic import ValidationError

from channels.voice.allowed import Unsendable, check
from channels.voice.verbs import Gather, Hangup, Play, Say
from channels.voice.wire import wire

HOOK = "https://a.example/voice/step"
GATHER = {"verb": "gather", "actionHook": HOOK, "input": ["digits"]}


@pytest.mark.parametrize(
    ("verbs", "said"),
    [
        pytest.param([], "no verbs", id="nothing"),
        pytest.param([{"verb": "agent"}], "agent: no such verb", id="a verb of a later release"),
        pytest.param([{"text": "x"}], "nothing: no such verb", id="no verb"),
        pytest.param([{"verb": "say", "text": "x", "voice": "y"}], "say: unknown property voice", id="an unknown property"),
        pytest.param([{"verb": "say"}], "say: missing text", id="a missing property"),
        pytest.param([{**GATHER, "dtmf_bargein": True}], "gather: unknown property dtmf_bargein", id="snake case"),
        pytest.param([{**GATHER, "say": {"verb": "say", "text": "x"}}], "gather.say: unknown property verb", id="a nested verb"),
        pytest.param(
            [{"verb": "dial", "target": [{"type": "phone", "num": "1"}]}], "dial.target: unknown property num", id="a target"
        ),
        pytest.param(
            [{"verb": "config", "listen": {"enable": True, "finishOnKey": "#"}}],
            "config.listen: unknown property finishOnKey",
            id="a property of the other listen",
        ),
        pytest.param(
            [{"verb": "listen", "url": "wss://x", "wsAuth": {"user": "x"}}],
            "listen.wsAuth: unknown property user",
            id="authentication",
        ),
        pytest.param(
            [{"verb": "dial", "target": [], "tag": {"name": "О'Коннор"}}],
            "dial.tag: more than plain ids",
            id="an apostrophe in a tag",
        ),
        pytest.param(
            [{"verb": "config", "listen": {"enable": True, "metadata": {"a": {"b": "c"}}}}],
            "config.listen.metadata: more than plain ids",
            id="nested metadata",
        ),
        pytest.param(
            [{"verb": "listen", "url": "wss://x", "metadata": {"a": "x" * 9000}}], "listen.metadata: .*", id="long metadata"
        ),
    ],
)
def test_what_jambonz_would_refuse_is_not_sent(verbs: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(Unsendable, match=f"^{said}$"):
        check(verbs)


def test_the_sdk_itself_makes_what_jambonz_refuses() -> None:
    theirs = jambonz.Gather(action_hook=HOOK, input=["digits"], say=jambonz.Say(text="x"))
    with pytest.raises(Unsendable, match=r"gather\.say: unknown property verb"):
        check([theirs.model_dump(mode="json", by_alias=True, exclude_none=True)])


def test_nested_verbs_are_stripped_on_the_wire() -> None:
    ours = Gather(action_hook=HOOK, input=["digits"], timeout=6, num_digits=1, say=Say(text="x"))
    sent = wire([ours, ours.model_copy(update={"say": None, "play": Play(url="https://a.example/x.wav")}), Hangup()])
    assert sent[0]["say"] == {"text": "x"}
    assert sent[1]["play"] == {"url": "https://a.example/x.wav"}
    assert [verb["verb"] for verb in sent] == ["gather", "gather", "hangup"]


def test_a_slip_in_our_own_code_is_an_error_here_and_not_a_dropped_call() -> None:
    with pytest.raises(ValidationError):
        Say(text="x", loops=2)  # type: ignore[call-arg]  # that is the slip
