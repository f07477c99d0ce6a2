"""Whatever a citizen types is kept as typed, but for NUL."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from core.conversations.json_text import json_text

TYPED = st.text(st.sampled_from('\x00\\u0a"Я'), max_size=12)


@given(TYPED)
@example("\\u0000")
@example("\\\x00\\u0000\x00\x00")
def test_only_nul_is_left_out(text: str) -> None:
    assert json.loads(json_text({"text": [text], text: None})) == {"text": [kept := text.replace("\x00", "")], kept: None}
