"""What the Bot API refuses, in the core's words."""

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from core.channels import DeliveryError

CURE_SECONDS = 60.0
SET_UP = ("chat not found", "not enough rights", "have no rights", "chat_admin_required", "not a forum", "group chat was upgraded")
"""A chat that is not set up as it must be: ours to cure, so what is to be said waits."""
LOST = ("thread not found", "topic_id_invalid", "topic_deleted")
NOT_A_PHOTO = ("photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid")


def said(failure: Exception) -> str:
    """Telegram's description in lower case."""
    return str(getattr(failure, "message", failure)).lower()


def is_lost(failure: Exception) -> bool:
    """Somebody deleted the topic."""
    return isinstance(failure, BadRequest) and any(sign in said(failure) for sign in LOST)


def is_closed(failure: Exception) -> bool:
    """Somebody closed the topic by hand."""
    return isinstance(failure, BadRequest) and "topic_closed" in said(failure)


def is_unchanged(failure: Exception) -> bool:
    """An edit, a close or an opening that changes nothing is refused, but all is as it should be."""
    return isinstance(failure, BadRequest) and ("not modified" in said(failure) or "topic_not_modified" in said(failure))


def is_gone(failure: Exception) -> bool:
    """The message was deleted by hand, or is too old to be changed."""
    return isinstance(failure, BadRequest) and ("message to edit not found" in said(failure) or "can't be edited" in said(failure))


def is_no_photo(failure: Exception) -> bool:
    """Telegram does not take it as a picture; it takes it as a document."""
    return isinstance(failure, BadRequest) and any(sign in said(failure) for sign in NOT_A_PHOTO)


def retry_seconds(failure: RetryAfter) -> float:
    """How long Telegram asks to wait: PTB gives a number or, when it is told so, a timedelta."""
    wait = failure.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def delivery_error(failure: Exception, parts_done: int = 0) -> DeliveryError:
    """The failure as a DeliveryError, with ``facts["parts_done"]`` and ``facts["maybe_sent"]`` (as bots.citizen.refusals)."""
    error = _translated(failure)
    error.facts["parts_done"] = parts_done
    error.facts["maybe_sent"] = _may_have_arrived(failure)
    return error


def _translated(failure: Exception) -> DeliveryError:
    if isinstance(failure, DeliveryError):
        return failure
    if isinstance(failure, RetryAfter):
        return DeliveryError("too many requests", retry_after=retry_seconds(failure))
    set_up = isinstance(failure, BadRequest) and any(sign in said(failure) for sign in SET_UP)
    if set_up or isinstance(failure, Forbidden | ChatMigrated | InvalidToken | Conflict):
        return DeliveryError(said(failure)[:200], retry_after=CURE_SECONDS)
    if isinstance(failure, BadRequest):
        return DeliveryError(said(failure)[:200], permanent=True)
    # The cause alone: an error of the connection quotes the address, and the token is a part of it.
    return DeliveryError(type(failure.__cause__ or failure).__name__)


def _may_have_arrived(failure: Exception) -> bool:
    """A request without an answer, or with one that cannot be read, may have been carried out."""
    if isinstance(failure, BadRequest):
        return False
    if isinstance(failure, NetworkError):
        return not isinstance(failure.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
    return type(failure) is TelegramError
