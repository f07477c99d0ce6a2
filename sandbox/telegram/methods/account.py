"""The bot's own account, its commands, files and chats."""

from typing import Any

from sandbox.telegram.call import Call, answers
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import DOWNLOAD_LIMIT
from sandbox.telegram.people import Json

_TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


@answers("getMe")
async def get_me(call: Call) -> Any:
    """Who the bot is."""
    rights = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
    }
    return call.seat.as_user() | rights | {"has_main_web_app": False}


@answers("setMyCommands", "getMyCommands", "deleteMyCommands")
async def my_commands(call: Call) -> Any:
    """The list of commands, by scope and language."""
    key = f"{call.get('scope', {'type': 'default'})}:{call.get('language_code', '')}"
    if call.method == "getMyCommands":
        return call.seat.commands.get(key, [])
    if call.method == "deleteMyCommands":
        call.seat.commands.pop(key, None)
    else:
        for command in call.params["commands"]:
            _check_command(command)
        call.seat.commands[key] = call.params["commands"]
    call.world.feed.publish("commands", call.seat.id, 0, {})
    return True


@answers(*(f"{verb}My{text}" for verb in ("set", "get") for text in _TEXTS))
async def my_texts(call: Call) -> Any:
    """Name, description and short description, by language."""
    field, limit = _TEXTS[call.method[5:]]
    key = f"{field}:{call.get('language_code', '')}"
    if call.method.startswith("get"):
        return {field: call.seat.profile.get(key, call.seat.profile.get(f"{field}:", call.seat.name if field == "name" else ""))}
    text = call.get(field, "")
    if len(text) > limit:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    call.seat.profile[key] = text
    call.world.feed.publish("commands", call.seat.id, 0, {})
    return True


@answers("setChatMenuButton", "getChatMenuButton")
async def chat_menu_button(call: Call) -> Any:
    """The button beside the input field."""
    if call.method == "getChatMenuButton":
        return call.seat.menu_button
    call.seat.menu_button = call.get("menu_button", {"type": "default"})
    return True


@answers("setMyDefaultAdministratorRights")
async def default_rights(call: Call) -> Any:
    """Accepted, without effect."""
    return bool(call.method)


@answers("getFile")
async def get_file(call: Call) -> Any:
    """Where to download a file of at most 20 MB."""
    stored = call.world.files.find(call.params["file_id"])
    if stored.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.head() | {"file_path": stored.path}


@answers("getChat")
async def get_chat(call: Call) -> Any:
    """A chat in full."""
    chat = call.world.known(call.seat, call.params["chat_id"])
    accepted = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return chat.as_chat() | {"accent_color_id": chat.id % 7, "max_reaction_count": 11, "accepted_gift_types": accepted}


@answers("getChatMember", "getChatAdministrators")
async def get_chat_member(call: Call) -> Any:
    """A person or a bot in a chat; all bots of a group are administrators."""
    chat = call.world.known(call.seat, call.params["chat_id"])
    if call.method == "getChatAdministrators":
        return [_administrator(seat.as_user()) for seat in call.world.seats.values() if seat.id in chat.bots]
    wanted = call.params["user_id"]
    if wanted in chat.bots:
        me = call.world.seat(wanted).as_user()
        return _administrator(me) if chat.kind == "supergroup" else {"status": "member", "user": me}
    if wanted not in chat.members:
        raise bad_request("member not found")
    return {"status": "member", "user": chat.members[wanted].as_user()}


@answers("getUserProfilePhotos")
async def get_user_profile_photos(call: Call) -> Any:
    """Nobody has a picture."""
    if call.params["user_id"] not in call.world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _check_command(command: Json) -> None:
    name: str = command["command"].removeprefix("/")
    if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name.isascii() and name == name.lower()):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(command["description"]) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _administrator(user: Json) -> Json:
    rights = [
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_pin_messages",
        "can_manage_topics",
    ]
    return {"status": "administrator", "user": user, "can_be_edited": False, "is_anonymous": False} | dict.fromkeys(rights, True)
