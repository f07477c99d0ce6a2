"""What a mail server refuses, in the core's words."""

import re
import ssl

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
)

from core.channels import DeliveryError

FAILURES = (SMTPException, OSError, TimeoutError, ValueError)
"""All that a conversation with a server can end with: an OSError is a failed handshake, a ValueError an unreadable challenge."""

LEAVING = 421
"""The server closes the connection (RFC 5321, 3.8)."""

NEVER_PERMANENT = frozenset({530, 534, 535, 538})
"""The server wants a login or better encryption: ours to cure, so the mail waits for it."""
TOO_BIG = frozenset({552, 554})
"""Refused at MAIL FROM for the mail's own sake (RFC 1870), not for the sender's."""
WAITS = {LEAVING: 120.0, 450: 300.0}
"""Seconds after which a server that is busy, or that greets strangers later (greylisting), is asked again, unless it says so."""
LONGEST_WAIT = 3600.0
SAID_LIMIT = 200

_ASKED = re.compile(r"\b(?:in|after|for)\s+(\d{1,5})\s*(s|sec|secs|seconds?|m|min|mins|minutes?)\b", re.IGNORECASE)


def delivery_error(failure: BaseException, *, handed_over: bool = False) -> DeliveryError:
    """The failure as a DeliveryError; ``handed_over``: the mail was on the line, so without an answer it may have arrived."""
    error = _translated(failure)
    error.facts["maybe_sent"] = handed_over and not _was_answered(failure)
    return error


def is_tls_failure(failure: BaseException | None) -> bool:
    """Whether the certificate or the encryption was at fault; aiosmtplib hides the cause one level down."""
    while failure is not None:
        if isinstance(failure, ssl.SSLError):
            return True
        failure = failure.__cause__
    return False


def said(code: int, words: str) -> str:
    """The server's answer on one line; its bytes may be in any encoding, and a database takes neither NUL nor half a sign."""
    plain = words.encode("utf-8", "replace").decode("utf-8")
    return f"{code} {' '.join(''.join(sign if sign.isprintable() else ' ' for sign in plain).split())}"[:SAID_LIMIT]


def _translated(failure: BaseException) -> DeliveryError:
    if not isinstance(failure, SMTPResponseException):
        return DeliveryError("TLS" if is_tls_failure(failure) else type(failure).__name__)
    words = said(failure.code, failure.message)
    if failure.code in WAITS:
        return DeliveryError(words, retry_after=_wait(failure))
    return DeliveryError(words, permanent=_is_permanent(failure))


def _is_permanent(failure: SMTPResponseException) -> bool:
    if not 500 <= failure.code < 600 or failure.code in NEVER_PERMANENT:
        return False
    if isinstance(failure, SMTPSenderRefused):
        return failure.code in TOO_BIG
    return not isinstance(failure, SMTPAuthenticationError | SMTPConnectResponseError)


def _wait(failure: SMTPResponseException) -> float:
    asked = _ASKED.search(failure.message)
    if asked is None:
        return WAITS[failure.code]
    return min(float(asked[1]) * (60 if asked[2].lower().startswith("m") else 1) + 1, LONGEST_WAIT)


def _was_answered(failure: BaseException) -> bool:
    return isinstance(failure, SMTPResponseException) and 400 <= failure.code < 600
