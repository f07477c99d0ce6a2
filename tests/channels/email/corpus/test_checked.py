"""Authentication-Results: only the topmost, only of our own server."""

import time
from email.message import Message

import pytest

from channels.email.reading.checked import checked_by
from core.mail.port import Checked

US = "mx1.city.example"
ALL = Checked(spf="pass", dkim="pass", dmarc="pass")
SPOILT = Checked(spf="fail", dkim="none", dmarc="fail")


def _checked(*values: str, authority: str = US) -> Checked:
    message = Message()
    for value in values:
        message["Authentication-Results"] = value
    return checked_by(message, authority)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(
            f"{US}; spf=pass smtp.mailfrom=a@x.example; dkim=pass header.d=x.example; dmarc=pass header.from=x.example",
            ALL,
            id="all",
        ),
        pytest.param(f"{US} 1; spf=pass; dkim=pass; dmarc=pass", ALL, id="with a version"),
        pytest.param(f"{US.upper()}.; spf=pass; dkim=pass; dmarc=pass", ALL, id="capitals and a last point"),
        pytest.param(f'"{US}"; spf=pass; dkim=pass; dmarc=pass', ALL, id="quoted"),
        pytest.param(f"(our server) {US}; spf=pass; dkim=pass; dmarc=pass", ALL, id="a comment before"),
        pytest.param(f"{US}; none", Checked(), id="none"),
        pytest.param(
            f'{US}; dkim=fail reason="bad" header.d=a.example; dkim=pass header.d=b.example',
            Checked(dkim="pass"),
            id="two signatures",
        ),
        pytest.param(
            f"{US}; spf=softfail (x) smtp.mailfrom=a; dkim=temperror; dmarc=permerror",
            Checked(spf="softfail", dkim="temperror", dmarc="permerror"),
            id="others",
        ),
        pytest.param(f"{US}; spf=fail (dmarc=pass; dkim=pass); dkim=none; dmarc=fail", SPOILT, id="results within a comment"),
        pytest.param(
            f'{US}; spf=fail reason="a; dmarc=pass; dkim=pass"; dkim=none; dmarc=fail', SPOILT, id="results within quotes"
        ),
        pytest.param(
            f"{US}; spf=fail (sender (nested; dmarc=pass)); dkim=none (\\); dmarc=pass); dmarc=fail;;;", SPOILT, id="no grammar"
        ),
        pytest.param(f"{US};; spf=pass\u00e9 smtp.mailfrom=\u00e9; dkim=pass; dmarc=pass", ALL, id="foreign letters"),
        pytest.param(f"{US}; spf=wonderful; dkim=pass", Checked(dkim="pass"), id="an unknown result"),
        pytest.param(f"{US}.evil.example; spf=pass; dkim=pass; dmarc=pass", Checked(), id="a longer name"),
        pytest.param(f"evil.example ({US}); spf=pass", Checked(), id="our name in a comment"),
        pytest.param("", Checked(), id="empty"),
    ],
)
def test_the_results_of_our_server_are_read(value: str, found: Checked) -> None:
    assert _checked(value) == found


def test_a_forged_one_below_ours_is_nothing() -> None:
    assert _checked(f"{US}; spf=fail; dkim=none; dmarc=fail", f"{US}; spf=pass; dkim=pass; dmarc=pass") == SPOILT


def test_one_below_that_of_another_server_is_nothing() -> None:
    assert _checked("relay.example; spf=pass", f"{US}; spf=pass; dkim=pass; dmarc=pass") == Checked()


def test_without_a_name_of_ours_nothing_is_believed() -> None:
    assert _checked("; spf=pass", authority="") == _checked("x; spf=pass", authority="") == Checked()


@pytest.mark.parametrize("unit", ["(", "((", "\\", '"', "; spf=", "a ", "; dkim=pass (", "=", "; x.y=z", ";"])
def test_a_hostile_header_takes_no_more_than_50_ms(unit: str) -> None:
    begun = time.thread_time()
    _checked(f"{US}; " + unit * (65_000 // len(unit)))
    assert time.thread_time() - begun <= 0.05
