"""Words in our own addresses that nobody else can make: they tell which delivery bounced and which subject was answered."""

import base64
import hmac
import re

SIGNS = 12
"""Of the base 32 alphabet: 60 bits, in letters that survive any change of case."""

_FORM = re.compile(rf"([a-z]{{1,20}})-([1-9][0-9]{{0,17}})-([a-z2-7]{{{SIGNS}}})")


def is_token(detail: str) -> bool:
    """Whether it has the form of a token, genuine or not."""
    return _FORM.fullmatch(detail.lower()) is not None


class Tokens:
    """Makes ``<purpose>-<id>-<mac>``; the same each time for the same secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, purpose: str, number: int) -> str:
        """The token; ``purpose`` is a lower-case word."""
        return f"{purpose}-{number}-{self.mac(purpose, number)}"

    def mac(self, purpose: str, number: int) -> str:
        """Its last part alone."""
        digest = hmac.digest(self._secret, f"{purpose}:{number}".encode(), "sha256")
        return base64.b32encode(digest).decode().lower()[:SIGNS]

    def open(self, token: str) -> tuple[str, int] | None:
        """The purpose and the number of a genuine token, in whatever case it came back; nothing for any other.

        How long it takes does not tell how much of a guess was right.
        """
        found = _FORM.fullmatch(token.lower())
        if found is None:
            return None
        purpose, number = found[1], int(found[2])
        return (purpose, number) if hmac.compare_digest(found[3], self.mac(purpose, number)) else None
