"""The check of all answers is a check: it refuses what the real server refuses."""

from tests.channels.voice.server_check import refusals

HOOK = "https://a.example/voice/step"


def test_the_servers_own_check_refuses_what_drops_calls() -> None:
    nested = [{"verb": "gather", "actionHook": HOOK, "input": ["digits"], "say": {"verb": "say", "text": "x"}}]
    unknown = [{"verb": "say", "text": "x"}, {"verb": "agent"}]
    right = [{"verb": "gather", "actionHook": HOOK, "input": ["digits"], "say": {"text": "x"}}, {"verb": "hangup"}]
    assert refusals([nested, unknown, right]) == ["say: unknown property verb", "invalid instruction: agent", None]
