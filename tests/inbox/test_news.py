"""The press department's news through the API: written, converted, listened to, approved, withdrawn."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from core.news.port import Refused
from core.vocabulary import Role
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
WORDS = {"title": "Приём переносится", "text": "Приём граждан переносится на новый адрес."}


async def a_draft(browser: httpx.AsyncClient, **words: object) -> dict[str, int]:
    answer = await browser.post("/api/news", json={**WORDS, **words})
    assert answer.status_code == 200, answer.text
    saved: dict[str, int] = answer.json()
    return saved


async def test_news_goes_from_a_draft_to_the_air_and_off_it(centre: Centre, sign_in: SignIn) -> None:
    press, head = await sign_in(Role.PRESS), await sign_in(Role.SUPERVISOR)
    draft = await a_draft(press)
    file = {"file": ("новость.mp3", b"the file", "audio/mpeg")}
    sound = await press.post(f"/api/news/{draft['id']}/sound/uploads?version=0", files=file)
    assert sound.json() == {"id": draft["id"], "version": 1}
    changed = await press.put(f"/api/news/{draft['id']}", json={**WORDS, "title": "Иначе", "version": 1})
    assert changed.json()["version"] == 2
    (shown,) = (await press.get("/api/news")).json()
    assert (shown["title"], shown["state"], shown["source_name"], shown["seconds"]) == ("Иначе", "draft", "новость.mp3", 12.5)
    assert (shown["deeds"], shown["is_own"], shown["peaks"]) == (["change", "approve", "withdraw"], True, [0, 50, 100])
    own = await press.post(f"/api/news/{draft['id']}/approve", json={"version": 2})
    assert (own.status_code, own.json()["code"]) == (409, "own_news")
    assert "таких сотрудников 1" in own.json()["message"]
    stale = await head.post(f"/api/news/{draft['id']}/approve", json={"version": 1})
    assert (stale.status_code, stale.json()["facts"]) == (409, {"version": 2})
    assert (await head.post(f"/api/news/{draft['id']}/approve", json={"version": 2})).status_code == 200
    (shown,) = (await head.get("/api/news")).json()
    assert (shown["state"], shown["deeds"], shown["by_author_alone"]) == ("on_air", ["withdraw"], False)
    late = await press.put(f"/api/news/{draft['id']}", json={**WORDS, "version": 3})
    assert (late.status_code, late.json()["code"]) == (409, "news_not_draft")
    assert (await press.post(f"/api/news/{draft['id']}/withdraw")).status_code == 204
    assert (await head.get("/api/news")).json()[0]["state"] == "withdrawn"


async def test_the_sound_is_listened_to_in_parts_and_the_upload_is_saved(sign_in: SignIn) -> None:
    press = await sign_in(Role.PRESS)
    draft = await a_draft(press)
    await press.post(f"/api/news/{draft['id']}/sound/uploads", files={"file": ("a.mp3", b"the file")})
    path = f"/api/news/{draft['id']}/sound"
    phone = await press.get(path)
    assert (phone.content, phone.headers["content-type"]) == (b"phone of the file", "audio/wav")
    part = await press.get(path, headers={"Range": "bytes=6-7"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"of", "bytes 6-7/17")
    telegram = await press.get(path, params={"which": "telegram"})
    assert (telegram.content, telegram.headers["content-type"]) == (b"audio of the file", "audio/mpeg")
    source = await press.get(path, params={"which": "source"})
    assert source.content == b"the file" and source.headers["content-disposition"].startswith("attachment")
    assert (await press.post(f"/api/news/{draft['id']}/sound/drop", json={"version": 1})).json()["version"] == 2
    assert (await press.get(path)).status_code == 404


async def test_a_file_that_cannot_be_played_is_refused_in_words(centre: Centre, sign_in: SignIn) -> None:
    press = await sign_in(Role.PRESS)
    draft = await a_draft(press)
    for why, words in (
        (Refused.NO_SOUND, "не звуковой файл"),
        (Refused.NEEDS_FFMPEG, "ffmpeg"),
        (Refused.SILENCE, "тишина"),
        (Refused.TOO_LONG, "10 минут"),
        (Refused.TOO_SHORT, "секунды"),
        (Refused.DAMAGED, "повреждён"),
        (Refused.TOO_HARD, "время"),
        (Refused.EMPTY, "пуст"),
        (Refused.TOO_BIG, "20 МБ"),
    ):
        centre.studio.refuses = why
        refused = await press.post(f"/api/news/{draft['id']}/sound/uploads", files={"file": ("a.mp3", b"x")})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
        assert words in refused.json()["fields"]["sound"]


async def test_a_file_over_the_limit_is_not_even_read(sign_in: SignIn) -> None:
    press = await sign_in(Role.PRESS)
    draft = await a_draft(press)
    big = await press.post(f"/api/news/{draft['id']}/sound/uploads", files={"file": ("a.wav", bytes(21 * 1024 * 1024))})
    assert (big.status_code, big.json()["code"]) == (413, "too_large")


async def test_times_are_checked_and_shown(centre: Centre, sign_in: SignIn) -> None:
    press = await sign_in(Role.PRESS)
    now = centre.clock.now()
    begins, ends = (now + timedelta(hours=3)).isoformat(), (now + timedelta(hours=1)).isoformat()
    refused = await press.post("/api/news", json={**WORDS, "valid_from": begins, "valid_until": ends})
    assert refused.json()["fields"] == {"valid_until": "Окончание раньше начала."}
    assert (await press.post("/api/news", json={**WORDS, "valid_from": "2026-11-25T12:00:00"})).status_code == 400
    assert set((await press.post("/api/news", json={"title": " ", "text": ""})).json()["fields"]) == {"title", "text"}
    await a_draft(press, valid_from=ends, valid_until=begins)
    (shown,) = (await press.get("/api/news")).json()
    assert shown["valid_from"] == ends.replace("+00:00", "Z") and shown["valid_until"] == begins.replace("+00:00", "Z")
