"""Words in our own addresses that nobody else can make: they tell which delivery bounced and which subject was answered."""

import base64
import hashlib
import hmac

SIGNS = 12
"""Of the base 32 alphabet: 60 bits, in letters that survive any change of case."""


class Tokens:
    """Makes ``<purpose>-<id>-<mac>``; the same each time for the same secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, purpose: str, number: int) -> str:
        """The token; ``purpose`` is a lower-case word."""
        return f"{purpose}-{number}-{self.mac(purpose, number)}"

    def mac(self, purpose: str, number: int) -> str:
        """Its last part alone."""
        digest = hmac.new(self._secret, f"{purpose}:{number}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:SIGNS]
