"""Faults on order, the pace of a chat, and files at their limits."""

from datetime import timedelta

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto

from sandbox.telegram.driver import Citizen, Sandbox
from sandbox.telegram.files import DOWNLOAD_LIMIT, UPLOAD_LIMIT, ogg_seconds, picture_size
from tests.sandbox.conftest import TOKEN, Running
from tests.sandbox.test_conversation import PNG


async def test_an_ordered_error_hits_its_method_and_chat_as_often_as_ordered(bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    other = await sandbox.citizen("Other")
    await other.starts()
    await sandbox.fault("error", method="sendMessage", chat_id=citizen.id, times=2, code=502, description="Bad Gateway")
    await bot.send_message(other.id, "not hit")
    await bot.send_chat_action(citizen.id, "typing")
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(citizen.id, "hit")
    await bot.send_message(citizen.id, "through")
    assert [heard.text for heard in await citizen.history() if heard.from_bot] == ["through"]


async def test_a_flood_says_how_long_to_wait(bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    await sandbox.fault("flood", method="sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(citizen.id, "a")
    assert refused.value.retry_after == 7


async def test_a_hang_outlasts_the_client(bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    await sandbox.fault("hang", method="sendMessage", seconds=0.5)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(citizen.id, "a", request_timeout=0.1)


@pytest.mark.parametrize(("kind", "arrived"), [("reset", []), ("lost_reply", ["a"])], ids=["before the call", "after the call"])
async def test_a_connection_is_cut(bot: Bot, citizen: Citizen, sandbox: Sandbox, kind: str, arrived: list[str]) -> None:
    await sandbox.fault(kind, method="sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(citizen.id, "a")
    assert [heard.text for heard in await citizen.history() if heard.from_bot] == arrived


async def test_a_chat_has_a_pace_when_switched_on(running: Running, bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    await sandbox.ask("PUT", "pace", json={"chat_interval": 1.0})
    await bot.send_message(citizen.id, "one")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(citizen.id, "two")
    running.clock.forward(timedelta(seconds=1))
    await bot.send_message(citizen.id, "two")
    await sandbox.ask("PUT", "pace", json={"chat_interval": 0})


async def test_a_file_over_20_mb_cannot_be_downloaded(bot: Bot, citizen: Citizen) -> None:
    await citizen.sends_file(b"big", "big.bin", size=DOWNLOAD_LIMIT + 1)
    await citizen.sends_file(b"fits", "fits.bin", size=DOWNLOAD_LIMIT)
    big, fits = (update.message.document for update in (await bot.get_updates())[-2:])
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.file_id)
    assert (await bot.download(fits)).read() == b"fits"


async def test_an_upload_over_50_mb_is_refused(bot: Bot, citizen: Citizen) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(citizen.id, BufferedInputFile(bytes(UPLOAD_LIMIT + 1), "big.bin"))


async def test_a_file_can_be_sent_again_by_its_id(bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    sent = await bot.send_document(citizen.id, BufferedInputFile(b"x", "x.txt"), caption="<i>c</i>", parse_mode="HTML")
    again = await bot.send_document(citizen.id, sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_document(citizen.id, "BQAC-unknown")
    assert await sandbox.download(again.document.file_id) == b"x"


async def test_a_caption_is_limited_after_parsing(bot: Bot, citizen: Citizen) -> None:
    file = BufferedInputFile(b"x", "x.txt")
    await bot.send_document(citizen.id, file, caption=f"<b>{'a' * 1024}</b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(citizen.id, file, caption="a" * 1025)


async def test_an_album_goes_out_as_one_group(bot: Bot, citizen: Citizen) -> None:
    pictures = [InputMediaPhoto(media=BufferedInputFile(PNG, f"{n}.png"), caption="c" if n == 0 else None) for n in range(2)]
    sent = await bot.send_media_group(citizen.id, pictures)
    assert len({message.media_group_id for message in sent}) == 1
    mixed = [pictures[0], InputMediaDocument(media=BufferedInputFile(b"x", "x.txt"))]
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(citizen.id, mixed)
    with pytest.raises(TelegramBadRequest, match="2-10 expected"):
        await bot.send_media_group(citizen.id, pictures[:1])


async def test_a_photo_must_be_a_picture_and_a_voice_opus(bot: Bot, citizen: Citizen) -> None:
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(citizen.id, BufferedInputFile(b"no picture", "a.png"))
    wrong = await bot.send_voice(citizen.id, BufferedInputFile(b"RIFF", "a.wav"))
    assert wrong.voice is None
    right = await bot.send_voice(citizen.id, BufferedInputFile(OPUS, "a.oga"))
    assert right.voice.duration == 3


OPUS = b"OggS" + bytes(24) + b"OpusHead" + bytes(11) + b"OggS\0\4" + (3 * 48000).to_bytes(8, "little") + bytes(12)


def test_headers_of_media_are_read() -> None:
    assert picture_size(PNG) == (1, 1)
    assert picture_size(b"GIF89a" + bytes([2, 0, 3, 0])) == (2, 3)
    assert picture_size(b"\xff\xd8\xff\xc0\0\x11\x08\0\x05\0\x07" + bytes(8)) == (7, 5)
    assert picture_size(b"plain text") is None
    assert ogg_seconds(OPUS) == 3
    assert ogg_seconds(b"RIFF") is None


async def test_downloads_need_the_token_and_a_known_path(running: Running, bot: Bot, citizen: Citizen) -> None:
    sent = await bot.send_document(citizen.id, BufferedInputFile(b"x", "page.html"))
    path = (await bot.get_file(sent.document.file_id)).file_path
    async with aiohttp.ClientSession(running.base) as session:
        for url, status in ((f"/file/bot{TOKEN}/{path}", 200), (f"/file/bot1:x/{path}", 401), (f"/file/bot{TOKEN}/../secret", 404)):
            async with session.get(url) as response:
                assert response.status == status
        async with session.get(f"/sandbox/api/files/{sent.document.file_id}", headers={"Range": "bytes=0-0"}) as response:
            assert (response.status, response.headers["Content-Disposition"][:10]) == (206, "attachment")
