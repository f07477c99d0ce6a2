"""Tokens in our addresses: made, opened, and not forged."""

from collections.abc import Callable

import pytest

from channels.email.tokens import Tokens, is_token

TOKENS = Tokens("a secret of these tests")


@pytest.mark.parametrize(("purpose", "number"), [("appeal", 1), ("request", 42), ("b", 999_999_999_999)])
def test_a_token_opens_to_what_it_was_made_of(purpose: str, number: int) -> None:
    token = TOKENS.seal(purpose, number)
    assert TOKENS.open(token) == (purpose, number)
    assert TOKENS.open(token.upper()) == (purpose, number)
    assert is_token(token)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token.replace("-12-", "-13-"),
        lambda token: token.replace("appeal", "request"),
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token[:-1],
        lambda token: token + "a",
        lambda token: token.replace("-12-", "-012-"),
        lambda _: "",
        lambda _: "appeal-12-",
        lambda _: "appeal-" + "9" * 400 + "-aaaaaaaaaaaa",
    ],
    ids=["number", "purpose", "last sign", "shorter", "longer", "a zero before", "nothing", "no mac", "a long number"],
)
def test_a_token_of_anybody_else_does_not_open(spoil: Callable[[str], str]) -> None:
    assert TOKENS.open(spoil(TOKENS.seal("appeal", 12))) is None


def test_another_secret_opens_nothing() -> None:
    assert Tokens("another").open(TOKENS.seal("appeal", 12)) is None
