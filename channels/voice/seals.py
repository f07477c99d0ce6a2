"""Addresses that only we can make: a short mac for the recorder, a sealed place of the menu for hooks."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson

MAC_BYTES = 16
"""Of the 32 of SHA-256 (RFC 2104, 5: not below half)."""
PLACE = "place"
LONGEST = 4096
"""Characters of a sealed place that are read at all."""


class BadSeal(Exception):
    """Not sealed with our secret, or cut on the way."""


class Seals:
    """Seals with one secret, the same in web, recorder and worker. Raises ValueError for an empty one."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("VOICE_SECRET is empty")
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def mac(self, purpose: str, value: str) -> str:
        """22 characters of base64url that stand for this value in this purpose only."""
        keyed = self._keyed.copy()
        keyed.update(purpose.encode() + b"\0" + value.encode())
        return urlsafe_b64encode(keyed.digest()[:MAC_BYTES]).rstrip(b"=").decode()

    def is_genuine(self, purpose: str, value: str, mac: str) -> bool:
        """Whether ``mac`` is ours, compared in constant time."""
        return hmac.compare_digest(self.mac(purpose, value).encode(), mac.encode())

    def pack(self, place: Mapping[str, Any]) -> str:
        """Plain JSON values, sealed; letters, digits, "-", "_" and one "." only."""
        packed = urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()
        return f"{packed}.{self.mac(PLACE, packed)}"

    def unpack(self, sealed: str) -> dict[str, Any]:
        """What was packed. Raises BadSeal."""
        packed, _, mac = sealed[:LONGEST].partition(".")
        if not self.is_genuine(PLACE, packed, mac):
            raise BadSeal("not sealed by us")
        try:
            place = orjson.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        except (binascii.Error, orjson.JSONDecodeError) as broken:
            raise BadSeal("sealed, but unreadable") from broken
        if not isinstance(place, dict):
            raise BadSeal("sealed, but no place")
        return place
