"""Who may tell us of calls: the signature of jambonz."""

import pytest
from jambonz_sdk._signature import verify_signature

from channels.voice.signature import WINDOW, Signatures, Verdict

NOW = 1_795_597_200
BODY = '{"call_sid":"1","caller_name":"\\"Имя\\""}'.encode()
OURS = Signatures("whsec")
RIGHT = OURS.sign(BODY, NOW)
HEX = RIGHT.partition("v1=")[2]


@pytest.mark.parametrize(
    ("header", "body", "now", "verdict"),
    [
        pytest.param(RIGHT, BODY, NOW, Verdict.GENUINE, id="as it was sent"),
        pytest.param(RIGHT.replace(",", ", "), BODY, NOW, Verdict.GENUINE, id="with a space"),
        pytest.param(f"t={NOW},v1={'0' * 64},v1={HEX}", BODY, NOW, Verdict.GENUINE, id="two, while the secret is changed"),
        pytest.param(RIGHT, BODY, NOW + WINDOW, Verdict.GENUINE, id="at the end of the window"),
        pytest.param(RIGHT, BODY, NOW - WINDOW, Verdict.GENUINE, id="our clock is behind"),
        pytest.param(RIGHT, BODY, NOW + WINDOW + 1, Verdict.TOO_OLD, id="replayed later"),
        pytest.param(RIGHT, BODY, NOW - WINDOW - 1, Verdict.TOO_OLD, id="from the future"),
        pytest.param(RIGHT, BODY + b" ", NOW, Verdict.WRONG, id="another body"),
        pytest.param(RIGHT.replace(str(NOW), str(NOW + 1)), BODY, NOW, Verdict.WRONG, id="another moment"),
        pytest.param(Signatures("other").sign(BODY, NOW), BODY, NOW, Verdict.WRONG, id="another secret"),
        pytest.param(f"t={NOW},v1={HEX[:-1]}", BODY, NOW, Verdict.MALFORMED, id="too short"),
        pytest.param(f"t={NOW},v1={HEX.upper()}", BODY, NOW, Verdict.MALFORMED, id="in capitals"),
        pytest.param(f"v1={HEX}", BODY, NOW, Verdict.MALFORMED, id="without its moment"),
        pytest.param(f"t=-1,v1={HEX}", BODY, NOW, Verdict.MALFORMED, id="a moment below zero"),
        pytest.param("Bearer x", BODY, NOW, Verdict.MALFORMED, id="of another kind"),
        pytest.param(RIGHT + "," + "v1=0" * 2000, BODY, NOW, Verdict.MALFORMED, id="very long"),
        pytest.param("", BODY, NOW, Verdict.MISSING, id="empty"),
        pytest.param(None, BODY, NOW, Verdict.MISSING, id="absent"),
    ],
)
def test_a_hook_is_believed_only_by_its_signature(header: str | None, body: bytes, now: float, verdict: Verdict) -> None:
    assert OURS.check(header, body, now) is verdict


def test_the_signature_is_that_of_the_official_sdk() -> None:
    assert verify_signature(BODY, RIGHT, "whsec", tolerance=0)


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="WEBHOOK_SECRET"):
        Signatures("")
