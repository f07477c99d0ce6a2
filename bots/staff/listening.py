"""The duty bot's ear: reading updates, answering buttons, fetching files."""

from typing import Any

from telegram.error import TelegramError

from bots.staff.api import DutyBot
from bots.staff.reading import DutyReader
from bots.staff.refusals import delivery_error
from core.channels import DeliveryError
from core.duty.inbound import DutyInbound, Notice
from core.logs import log

NOTICE_LIMIT = 200


class DutyListener:
    """Implements core.duty.inbound.DutyPort over the Bot API."""

    def __init__(self, bot: DutyBot, reader: DutyReader) -> None:
        self._bot = bot
        self._reader = reader

    def read(self, payload: Any) -> DutyInbound | None:
        """See DutyPort."""
        return self._reader.read(payload)

    async def answer(self, query: str, notice: Notice) -> None:
        """See DutyPort; without an answer the button would turn for ever."""
        try:
            await self._bot.api.answer_callback_query(
                query,
                text=notice.text[:NOTICE_LIMIT] or None,
                show_alert=notice.loud or None,
                read_timeout=self._bot.options.courtesy_timeout,
            )
        except TelegramError as failure:
            log.debug("duty.answer_failed", error=type(failure).__name__)

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """See DutyPort."""
        return await download(self._bot, remote_id, limit)


async def download(bot: DutyBot, remote_id: str, limit: int) -> bytes:
    """The bytes of a file; raises DeliveryError. Telegram's own limit is 20 MB."""
    try:
        file = await bot.api.get_file(remote_id)
        if not file.file_path or (file.file_size or 0) > limit:
            raise DeliveryError("file is gone or too big", permanent=True)
        content = bytes(await file.download_as_bytearray(read_timeout=bot.options.upload_timeout))
    except TelegramError as failure:
        # The cause is left out: an error of the connection quotes the address, and the token is a part of it.
        raise delivery_error(failure) from None
    if len(content) > limit:
        raise DeliveryError("file is too big", permanent=True)
    return content
