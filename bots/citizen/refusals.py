"""What the Bot API refuses, in the core's words."""

import asyncio

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ClientError, ClientResponseError

from core.channels import DeliveryError

FAILURES = (AiogramError, ClientError, asyncio.TimeoutError, OSError)
"""All that a call can end with."""

PERMANENT = (TelegramBadRequest, TelegramMigrateToChat, TelegramEntityTooLarge)
OURS = (TelegramUnauthorizedError, TelegramNotFound, TelegramConflictError)
"""A wrong token or two processes with one token: our fault and not the citizen's, so the delivery waits for its cure."""

CURE_SECONDS = 60.0
GONE = frozenset({400, 403, 404, 410})


def delivery_error(failure: Exception, parts_done: int = 0) -> DeliveryError:
    """The failure as a DeliveryError.

    ``facts["parts_done"]``: native messages of this delivery that were sent and must not be sent again.
    ``facts["maybe_sent"]``: the request may have been carried out although no answer came.
    """
    error = _translated(failure)
    error.facts["parts_done"] = parts_done
    error.facts["maybe_sent"] = _may_have_arrived(failure)
    return error


def is_unchanged(failure: Exception) -> bool:
    """An edit that changes nothing is refused, but all is as it should be."""
    return isinstance(failure, TelegramBadRequest) and "message is not modified" in said(failure).lower()


def said(failure: TelegramAPIError) -> str:
    """Telegram's description; it may be left out, whatever aiogram's types say."""
    return str(failure.message or type(failure).__name__)


def _translated(failure: Exception) -> DeliveryError:
    if isinstance(failure, DeliveryError):
        return failure
    if isinstance(failure, TelegramRetryAfter):
        return DeliveryError("too many requests", retry_after=float(failure.retry_after))
    if isinstance(failure, TelegramForbiddenError):
        return DeliveryError(_reason(failure), permanent=True, blocked=True)
    if isinstance(failure, PERMANENT):
        return DeliveryError(_reason(failure), permanent=True)
    if isinstance(failure, ClientResponseError):
        return DeliveryError(f"HTTP {failure.status}", permanent=failure.status in GONE)
    if isinstance(failure, OURS):
        return DeliveryError(_reason(failure), retry_after=CURE_SECONDS)
    return DeliveryError(_reason(failure))


def _may_have_arrived(failure: Exception) -> bool:
    if isinstance(failure, TelegramNetworkError):
        return not isinstance(failure, TelegramEntityTooLarge) and not isinstance(failure.__cause__, ClientConnectorError)
    return isinstance(failure, TelegramServerError | ClientDecodeError)


def _reason(failure: Exception) -> str:
    """A short reason without the content of the call, and without the address, which holds the token."""
    if isinstance(failure, ClientDecodeError):
        return "undecodable answer"
    if isinstance(failure, TelegramNetworkError) or not isinstance(failure, TelegramAPIError):
        return type(failure.__cause__ or failure).__name__
    return said(failure)[:200]
