"""Checks of keyboards that the schema cannot express."""

import re
from typing import Any

from sandbox.telegram.errors import bad_request

_DEEDS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat")
_MORE_DEEDS = ("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled")
_REQUESTS = (
    "request_users",
    "request_chat",
    "request_managed_bot",
    "request_contact",
    "request_location",
    "request_poll",
    "web_app",
)
_URL = re.compile(r"(https?://[^\s/.]+\.[^\s]+|https?://[^\s/]+:\d+.*|tg://[^\s]+|https?://localhost.*)$", re.IGNORECASE)
_MOST_BUTTONS = 300


def check_markup(markup: dict[str, Any] | None, *, private: bool) -> dict[str, Any] | None:
    """The keyboard, unchanged. Raises Refusal 400 for what the real server refuses."""
    if markup is None:
        return None
    for row in markup.get("inline_keyboard", []):
        for button in row:
            _check_inline(button)
    for row in markup.get("keyboard", []):
        for button in row:
            _check_reply(button, private=private)
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    if sum(len(row) for row in rows) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return markup


def _check_inline(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text is empty")
    deeds = [deed for deed in _DEEDS + _MORE_DEEDS if deed in button]
    if not deeds:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if len(deeds) > 1:
        raise bad_request(f"inline keyboard button has more than one action: {', '.join(deeds)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _URL.match(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "web_app" in button and not str(button["web_app"].get("url", "")).startswith("https://"):
        raise bad_request(
            f"inline keyboard button web App URL '{button['web_app'].get('url')}' is invalid: Only HTTPS links are allowed"
        )
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_reply(button: dict[str, Any], *, private: bool) -> None:
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    requests = [request for request in _REQUESTS if button.get(request)]
    if len(requests) > 1:
        raise bad_request(f"keyboard button has more than one request: {', '.join(requests)}")
    if requests and not private:
        names = {"request_contact": "phone number", "request_location": "location"}
        raise bad_request(f"{names.get(requests[0], requests[0])} can be requested in private chats only")
