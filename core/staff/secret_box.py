"""Secrets of the staff at rest: sealed by a key that is not in the database (reg. 2.10).

AES-256-GCM; the key is derived from the setting STAFF_SECRET by HKDF-SHA256. Whose secret it is belongs to what is sealed, so a row
that is moved to another person opens for nobody.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes of a GCM nonce, random for each sealing."""


class CannotOpen(RuntimeError):
    """What is kept was sealed with another STAFF_SECRET, or for somebody else."""


class SecretBox:
    """Seals and opens short secrets."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(_key(secret, b"staff secrets"))
        self._marks = _key(secret, b"recovery codes")

    def seal(self, secret: str, whose: str) -> str:
        """As it is kept."""
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), whose.encode())).decode()

    def open(self, sealed: str, whose: str) -> str:
        """The secret; raises CannotOpen."""
        kept = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(kept[:NONCE], kept[NONCE:], whose.encode()).decode()
        except InvalidTag as error:
            raise CannotOpen("another STAFF_SECRET") from error

    def mark(self, code: str, whose: str) -> str:
        """What is kept of a code that is only compared: 64 hexadecimal digits."""
        return hmac.new(self._marks, f"{whose}:{code}".encode(), hashlib.sha256).hexdigest()


def _key(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
