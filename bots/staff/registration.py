"""What the duty bot tells Telegram of itself at its start, and whether the duty chat is set up as it must be."""

from telegram import BotCommand, ChatMember, ChatMemberAdministrator
from telegram.error import BadRequest, Forbidden, TelegramError

from bots.staff.api import DutyBot
from bots.staff.refusals import delivery_error
from bots.staff.words import DutyWords


async def register_duty_bot(bot: DutyBot, chat_id: int, words: DutyWords) -> list[str]:
    """Long polling, commands, descriptions; gives what is wrong with the chat (``no_chat``, ``no_topics``, ``no_rights``,
    ``no_pins``, ``blind``: the bot would not see what is written). Raises DeliveryError."""
    api = bot.api
    try:
        await api.delete_webhook(drop_pending_updates=False)
        await api.set_my_commands([BotCommand(name, told) for name, told in words.commands.items()])
        await api.set_my_description(words.description)
        await api.set_my_short_description(words.short_description)
        return await _problems(bot, chat_id)
    except TelegramError as failure:
        raise delivery_error(failure) from None


async def _problems(bot: DutyBot, chat_id: int) -> list[str]:
    try:
        chat = await bot.api.get_chat(chat_id)
        me = await bot.api.get_chat_member(chat_id, bot.id)
    except (BadRequest, Forbidden):
        return ["no_chat"]
    found = [] if chat.is_forum else ["no_topics"]
    if isinstance(me, ChatMemberAdministrator):
        return [*found, *([] if me.can_manage_topics else ["no_rights"]), *([] if me.can_pin_messages else ["no_pins"])]
    sees_all = (await bot.api.get_me()).can_read_all_group_messages
    owner = me.status == ChatMember.OWNER
    return [*found, *([] if owner else ["no_rights", "no_pins"]), *([] if sees_all or owner else ["blind"])]
