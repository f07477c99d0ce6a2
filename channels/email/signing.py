"""DKIM (RFC 6376): the receiver can see that the mail is the centre's and unchanged."""

from pathlib import Path

import dkim

SIGNED = (
    b"from", b"from", b"to", b"cc", b"subject", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"auto-submitted", b"mime-version", b"content-type",
)  # fmt: skip
"""``from`` and ``subject`` once more than they are there: nobody can add another one."""
RELAXED = (b"relaxed", b"relaxed")


class Signer:
    """Signs with an RSA key; dkimpy is used here only."""

    def __init__(self, *, key_file: Path, selector: str, domain: str) -> None:
        """Raises ValueError, with the reason, when the key cannot be used."""
        self._selector, self._domain = selector.encode("ascii"), domain.encode("ascii")
        if not selector:
            raise ValueError("a DKIM key needs its selector")
        try:
            self._key = key_file.read_bytes()
            self.sign(b"From: a@b.example\r\n\r\n")
        except (OSError, dkim.DKIMException) as wrong:
            raise ValueError(f"the DKIM key {key_file} cannot be used: {wrong}") from wrong

    def sign(self, mail: bytes) -> bytes:
        """The mail with its signature on top; takes about 15 ms."""
        signature: bytes = dkim.sign(
            mail, self._selector, self._domain, self._key, canonicalize=RELAXED, include_headers=list(SIGNED)
        )
        return signature + mail
