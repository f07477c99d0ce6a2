"""The app's own files, and the description of the API from which its types are made."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox.web.app import create_app
from inbox.web.live import LiveHub
from inbox.web.openapi import LIMITS, PLACE, limits, main, text
from inbox.web.settings import InboxSettings
from tests.inbox.world import Browser, Centre


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text("<title>inbox</title>")
    (tmp_path / "dist" / "assets" / "main-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "dist"


@pytest.mark.parametrize(
    ("path", "status", "cache"),
    [
        ("/", 200, "no-cache"),
        ("/inbox/12", 200, "no-cache"),
        ("/index.html", 200, "no-cache"),
        ("/assets/main-1a2b.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/main-old.js", 404, None),
        ("/favicon.ico", 404, None),
        ("/../secret.txt", 404, None),
        ("/..%2fsecret.txt", 404, None),
        ("/api/nothing", 404, "no-store"),
    ],
)
async def test_the_app_is_served(
    centre: Centre, a_hub: Callable[[], LiveHub], dist: Path, path: str, status: int, cache: str | None
) -> None:
    browser = Browser(create_app(centre, InboxSettings(dist=dist), a_hub())).http
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers.get("cache-control")) == (status, cache)
    assert "content-security-policy" in answer.headers
    await browser.aclose()


async def test_without_a_built_app_the_api_still_works(centre: Centre, a_hub: Callable[[], LiveHub], tmp_path: Path) -> None:
    browser = Browser(create_app(centre, InboxSettings(dist=tmp_path / "none"), a_hub())).http
    assert (await browser.get("/")).status_code == 404
    assert (await browser.get("/api/me")).status_code == 401
    await browser.aclose()


def test_the_description_of_the_api_is_the_committed_one(tmp_path: Path) -> None:
    assert main([str(tmp_path / "openapi.json")]) == 0
    fresh = (tmp_path / "openapi.json").read_text(encoding="utf-8")
    assert fresh == text(), "always the same"
    assert PLACE.read_text(encoding="utf-8") == fresh, "stale: run python -m inbox.web.openapi"


def test_the_limits_that_the_forms_know_are_those_of_the_api() -> None:
    known = json.loads((PLACE.parent / LIMITS).read_text(encoding="utf-8"))
    assert (known["EditForm"]["text"], known["ApplicantForm"]["phones"]) == (10_000, 320)
    assert known == json.loads(limits()), "stale: run python -m inbox.web.openapi"


def test_the_live_events_are_described() -> None:
    described = json.loads(text())
    kinds = {"ConversationChanged", "HandedOff", "MessageAdded", "PresenceChanged", "CitizenTyping", "Alarm", "Resync"}
    assert kinds | {"Problem"} <= set(described["components"]["schemas"])
    assert not any("422" in one["responses"] for paths in described["paths"].values() for one in paths.values())
