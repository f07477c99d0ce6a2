"""What can be wrong with a mailbox, in words for the log and the duty page."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from core.errors import OfficeError


class Trouble(StrEnum):
    """Why a mailbox is not read.

    ``unreachable``: nobody answers; ``closed``: the port is closed, as while the server is restarted; ``not_trusted``: the
    certificate; ``not_encrypted``: no TLS where it is required; ``login_refused``: user or password; ``no_folder``; ``lost``: the
    connection broke; ``refused``: the server said no, or what no client understands; ``not_stored``: our database.
    """

    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    NOT_TRUSTED = "not_trusted"
    NOT_ENCRYPTED = "not_encrypted"
    LOGIN_REFUSED = "login_refused"
    NO_FOLDER = "no_folder"
    LOST = "lost"
    REFUSED = "refused"
    NOT_STORED = "not_stored"


LASTING = frozenset({Trouble.NOT_TRUSTED, Trouble.NOT_ENCRYPTED, Trouble.LOGIN_REFUSED, Trouble.NO_FOLDER})
"""It does not cure itself: somebody must be told at once."""


class MailboxFailed(OfficeError):
    """The mailbox cannot be read now."""

    code = "mailbox_failed"

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@contextmanager
def connecting() -> Iterator[None]:
    """Failures of the library while a connection is made."""
    try:
        yield
    except ssl.SSLError as failure:
        raise MailboxFailed(Trouble.NOT_TRUSTED) from failure
    except ConnectionRefusedError as failure:
        raise MailboxFailed(Trouble.CLOSED) from failure
    except (OSError, IMAPClientError) as failure:
        raise MailboxFailed(Trouble.UNREACHABLE) from failure


@contextmanager
def talking(refused: Trouble = Trouble.REFUSED) -> Iterator[None]:
    """Failures of the library on a connection; ``refused``: what it means that the server says no."""
    try:
        yield
    except (OSError, IMAPClientAbortError) as failure:
        raise MailboxFailed(Trouble.LOST) from failure
    except LoginError as failure:
        raise MailboxFailed(_of_login(failure)) from failure
    except (IMAPClientError, ValueError, LookupError, AttributeError, TypeError) as failure:
        # The library takes apart whatever it is sent; its own mistakes over foreign answers are of any kind.
        raise MailboxFailed(refused) from failure


def _of_login(failure: LoginError) -> Trouble:
    """The library tells of a broken connection in the same way, and a server that is just starting says no too (RFC 5530)."""
    if isinstance(failure.__context__, IMAPClientAbortError):
        return Trouble.LOST
    return Trouble.REFUSED if "[UNAVAILABLE]" in str(failure) else Trouble.LOGIN_REFUSED
