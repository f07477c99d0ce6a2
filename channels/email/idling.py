"""Waiting for a mail with IDLE (RFC 2177), undeceived by a connection that is dead and by one that has spoken already."""

import ssl
import time
from typing import Any

LOOK = 20.0
"""Seconds of one look."""
TOO_SOON = 0.9


def wait_for_mail(client: Any, longest: float) -> None:
    """Until the server tells of a mail or of an error, or for so many seconds; raises what the library raises.

    IMAPClient 4.1.0 takes the end of the connection for silence: its ``idle_check`` then gives nothing at once, again and again.
    So silence that is too short ends the wait, and ``idle_done`` meets the broken connection.
    """
    client.idle()
    until = time.monotonic() + longest
    is_over = _has_spoken(client)
    while not is_over and (left := until - time.monotonic()) > 0:
        asked = time.monotonic()
        look = min(left, LOOK)
        told = client.idle_check(timeout=look)
        is_over = any(_matters(words) for words in told) or (not told and time.monotonic() - asked < look * TOO_SOON)
    client.idle_done()


def _has_spoken(client: Any) -> bool:
    """Whether something came together with the permission to wait: ``idle_check`` would not see it in its buffer.

    That is where a server tells of the mails that came just before, so such a mail would lie there until the next one.
    """
    sock = client.socket()
    patience = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(patience)


def _matters(words: tuple[Any, ...]) -> bool:
    """Servers also say that they are still there, and other programs' flags; an error means that we must ask."""
    return words[1:2] == (b"EXISTS",) or words[0] in (b"NO", b"BAD", b"BYE")
