"""What the staff read of an account where nobody told a name."""

import pytest

from core.people.accounts import account_shown


@pytest.mark.parametrize(
    ("channel", "account", "shown"),
    [
        pytest.param("email", "anna@example.org", "anna@example.org", id="an address"),
        pytest.param("voice", "+79000000001", "+7 900 000-00-01", id="a telephone as people read it"),
        pytest.param("voice", "call:4f1c", "", id="a hidden number"),
        pytest.param("telegram", "5001", "", id="a chat"),
        pytest.param("voice", "", "", id="an erased account"),
    ],
)
def test_an_account_stands_for_a_name(channel: str, account: str, shown: str) -> None:
    assert account_shown(channel, account) == shown
