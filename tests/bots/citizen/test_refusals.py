"""What a failed call means for a delivery."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
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
from aiogram.methods import GetMe
from aiohttp import ClientConnectorError, ClientResponseError, ServerDisconnectedError

from bots.citizen.refusals import delivery_error, is_unchanged

METHOD = GetMe()


def caused(failure: Exception, cause: Exception) -> Exception:
    failure.__cause__ = cause
    return failure


UNREACHABLE = ClientConnectorError(SimpleNamespace(host="h", port=1, ssl=True, is_ssl=True), OSError())  # type: ignore[arg-type]
NO_FILE = ClientResponseError(SimpleNamespace(real_url="http://t/file/bot1:SECRET/x"), (), status=404)  # type: ignore[arg-type]

TABLE: dict[str, tuple[Exception, dict[str, Any]]] = {
    "flood": (TelegramRetryAfter(METHOD, "", 7), {"retry_after": 7.0}),
    "blocked": (TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"), {"permanent": True, "blocked": True}),
    "deactivated": (TelegramForbiddenError(METHOD, "Forbidden: user is deactivated"), {"permanent": True, "blocked": True}),
    "chat not found": (TelegramBadRequest(METHOD, "Bad Request: chat not found"), {"permanent": True}),
    "bad request": (TelegramBadRequest(METHOD, "Bad Request: BUTTON_DATA_INVALID"), {"permanent": True}),
    "migrated": (TelegramMigrateToChat(METHOD, "", -100), {"permanent": True}),
    "too large": (TelegramEntityTooLarge(METHOD, "Request Entity Too Large"), {"permanent": True}),
    "wrong token": (TelegramUnauthorizedError(METHOD, "Unauthorized"), {"retry_after": 60.0}),
    "no such token": (TelegramNotFound(METHOD, "Not Found"), {"retry_after": 60.0}),
    "conflict": (TelegramConflictError(METHOD, "Conflict"), {"retry_after": 60.0}),
    "server error": (TelegramServerError(METHOD, "HTTP 502"), {"maybe_sent": True}),
    "unreachable": (caused(TelegramNetworkError(METHOD, ""), UNREACHABLE), {}),
    "cut": (caused(TelegramNetworkError(METHOD, ""), ServerDisconnectedError()), {"maybe_sent": True}),
    "timeout": (caused(TelegramNetworkError(METHOD, ""), TimeoutError()), {"maybe_sent": True}),
    "nonsense": (ClientDecodeError("x", ValueError(), "<html>private words</html>"), {"maybe_sent": True}),
    "file is gone": (NO_FILE, {"permanent": True}),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_a_failure_means_this_for_the_delivery(name: str) -> None:
    failure, expected = TABLE[name]
    error = delivery_error(failure, 2)
    found = {"permanent": error.permanent, "blocked": error.blocked, "retry_after": error.retry_after, **error.facts}
    assert found == {
        "permanent": False, "blocked": False, "retry_after": None, "parts_done": 2, "maybe_sent": False, **expected
    }  # fmt: skip
    assert str(error)
    assert "SECRET" not in str(error)
    assert "private" not in str(error)


def test_an_edit_that_changes_nothing_is_told_from_others() -> None:
    assert is_unchanged(TelegramBadRequest(METHOD, "Bad Request: message is not modified: specified new message..."))
    assert not is_unchanged(TelegramBadRequest(METHOD, "Bad Request: message to edit not found"))
