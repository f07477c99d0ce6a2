"""Files in and out: names that lie, files that are too large, parts for a player, nothing that runs."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from core.conversations.model import Attachment, Message
from core.files import FILE_LIMIT, store_file
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OGG = b"OggS\x00\x02" + bytes(range(100))


async def a_file(centre: Centre, content: bytes, media_type: str, name: str = "file.bin", state: str = "stored") -> int:
    number = await centre.a_conversation()
    async with centre.transactions.begin() as tx:
        message = Message(conversation_id=number, author="citizen", created_at=centre.clock.now())
        tx.add(message)
        await tx.flush()
        key = await store_file(tx, content, media_type, centre.clock.now())
        made = Attachment(
            message_id=message.id or 0,
            kind="document",
            file_name=name,
            media_type=media_type,
            size=len(content),
            state=state,
            storage_key=key,
        )
        tx.add(made)
        await tx.flush()
    return made.id or 0


async def test_a_file_is_uploaded_sent_and_read_back(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    browser = await sign_in(member)
    upload = await browser.post(
        f"/api/conversations/{number}/uploads", files={"file": ("../план\u202e.txt", b"words", "image/png")}
    )
    assert {key: upload.json()[key] for key in ("file_name", "media_type", "size")} == {
        "file_name": "план.txt",
        "media_type": "text/plain",
        "size": 5,
    }
    body = {"upload_ids": [upload.json()["id"]], "client_key": "key-00000001"}
    attachment = (await browser.post(f"/api/conversations/{number}/reply", json=body)).json()["attachments"][0]
    got = await browser.get(attachment["url"])
    assert got.content == b"words"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''%D0%BF%D0%BB%D0%B0%D0%BD.txt"


@pytest.mark.parametrize(
    ("size", "status"),
    [(FILE_LIMIT, 200), (FILE_LIMIT + 1, 400), (FILE_LIMIT + 70_000, 413)],
    ids=["largest", "one more", "far over"],
)
async def test_a_file_may_have_twenty_megabytes(centre: Centre, sign_in: SignIn, size: int, status: int) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    answer = await (await sign_in(member)).post(
        f"/api/conversations/{number}/uploads", files={"file": ("a.txt", b"a" * size, "text/plain")}
    )
    assert answer.status_code == status


async def test_an_upload_without_a_file_is_refused(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    browser = await sign_in(member)
    for kind, body in (("multipart/form-data; boundary=x", b"--broken"), ("application/json", b"{}")):
        answer = await browser.post(f"/api/conversations/{number}/uploads", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, kind


async def test_nothing_that_runs_is_shown_in_the_page(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    for content, media_type in ((SVG, "image/svg+xml"), (b"<script>alert(1)</script>", "text/html")):
        got = await browser.get(f"/api/attachments/{await a_file(centre, content, media_type)}?inline=1")
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-security-policy"].startswith("sandbox")
        assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "media_type", "policy"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", "sandbox; default-src 'none'"),
        (b"%PDF-1.7", "application/pdf", "default-src 'none'"),
    ],
    ids=["a picture", "a PDF: its viewer does not start in a sandbox"],
)
async def test_what_the_browser_can_show_is_shown_when_asked(
    centre: Centre, sign_in: SignIn, content: bytes, media_type: str, policy: str
) -> None:
    browser, number = await sign_in(), await a_file(centre, content, media_type, "скан.bin")
    shown = await browser.get(f"/api/attachments/{number}?inline=1")
    assert shown.headers["content-type"] == media_type and shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["content-security-policy"].startswith(policy)
    saved = await browser.get(f"/api/attachments/{number}")
    assert saved.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("wanted", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=100-", 206, 100, 105),
        ("bytes=-6", 206, 100, 105),
        ("bytes=0-99999", 206, 0, 105),
        ("bytes=106-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=9-3", 200, 0, 105),
        ("bytes=0-1,4-5", 200, 0, 105),
        ("lines=1", 200, 0, 105),
    ],
)
async def test_a_player_gets_the_part_that_it_asks_for(
    centre: Centre, sign_in: SignIn, wanted: str, status: int, first: int, last: int
) -> None:
    path = f"/api/attachments/{await a_file(centre, OGG, 'audio/ogg')}?inline=1"
    got = await (await sign_in()).get(path, headers={"Range": wanted})
    assert got.status_code == status
    assert got.content == (b"" if status == 416 else OGG[first : last + 1])
    if status == 206:
        assert got.headers["content-range"] == f"bytes {first}-{last}/106"
        assert got.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize("state", ["remote", "refused", "gone"])
async def test_a_file_that_is_not_here_is_not_found(centre: Centre, sign_in: SignIn, state: str) -> None:
    answer = await (await sign_in()).get(f"/api/attachments/{await a_file(centre, OGG, 'audio/ogg', state=state)}")
    assert answer.status_code == 404
