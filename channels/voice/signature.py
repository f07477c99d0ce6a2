"""The signature of jambonz on its hooks: ``Jambonz-Signature: t=<unix s>,v1=<hex HMAC-SHA256 of "<t>." and the raw body>``."""

import hmac
import re
from enum import StrEnum

HEADER = "jambonz-signature"
WINDOW = 300
"""Seconds that a signature may be old, or ahead of our clock."""
LONGEST = 1024
SHAPE = re.compile(r"t=(\d{1,12})(?:,v1=([0-9a-f]{64}))+")
V1 = re.compile(r"v1=([0-9a-f]{64})")


class Verdict(StrEnum):
    """What a signature is worth; all but GENUINE are refused."""

    GENUINE = "genuine"
    MISSING = "missing"
    MALFORMED = "malformed"
    WRONG = "wrong"
    TOO_OLD = "too_old"


class Signatures:
    """Checks hooks by the webhook secret of the jambonz account. Raises ValueError for an empty one."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("JAMBONZ_WEBHOOK_SECRET is empty")
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def sign(self, body: bytes, at: int) -> str:
        """The header for a body; ``at``: unix seconds."""
        return f"t={at},v1={self._digest(body, str(at))}"

    def check(self, header: str | None, body: bytes, now: float) -> Verdict:
        """The verdict on a hook; ``now``: unix seconds. Several ``v1`` may stand there while a secret is changed."""
        if not header:
            return Verdict.MISSING
        shape = SHAPE.fullmatch(header.replace(" ", "")) if len(header) <= LONGEST else None
        if shape is None:
            return Verdict.MALFORMED
        expected = self._digest(body, shape[1]).encode()
        matches = [hmac.compare_digest(expected, one.encode()) for one in V1.findall(header)]
        if not any(matches):
            return Verdict.WRONG
        return Verdict.GENUINE if abs(now - int(shape[1])) <= WINDOW else Verdict.TOO_OLD

    def _digest(self, body: bytes, at: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(at.encode() + b"." + body)
        return keyed.hexdigest()
