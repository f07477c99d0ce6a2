"""The inbox's app, made once for equal settings: FastAPI reads the routes of every app anew, which takes longer than most tests."""

from fastapi import FastAPI

from inbox.web.app import create_app, seat
from inbox.web.live import LiveHub
from inbox.web.ports import InboxOffice
from inbox.web.settings import InboxSettings

_MADE: dict[tuple[str, float], FastAPI] = {}


def an_inbox(office: InboxOffice, settings: InboxSettings, live_hub: LiveHub) -> FastAPI:
    """These desks behind the routes; only one at a time for equal settings, as the tests of a process are."""
    page = settings.dist / "index.html"
    known = (settings.model_dump_json(), page.stat().st_mtime if page.exists() else 0.0)
    if known not in _MADE:
        _MADE[known] = create_app(office, settings, live_hub)
    seat(_MADE[known], office, settings, live_hub)
    return _MADE[known]
