"""Topics of forum supergroups."""

from typing import Any

from sandbox.telegram.call import Call, answers
from sandbox.telegram.errors import bad_request
from sandbox.telegram.people import Chat, Json, present

_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


@answers("createForumTopic")
async def create_forum_topic(call: Call) -> Any:
    """A new topic; its number is the number of its first (service) message."""
    chat = _forum(call)
    name = call.params["name"]
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_INVALID" if name else "TOPIC_TITLE_EMPTY")
    if call.get("icon_color", _COLOURS[0]) not in _COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    look = {"name": name, "icon_color": call.get("icon_color", _COLOURS[0])}
    thread = chat.next_id
    chat.topics[thread] = look | {"closed": False}
    _service(call, chat, thread, {"forum_topic_created": look})
    return {"message_thread_id": thread} | look


@answers("closeForumTopic", "reopenForumTopic")
async def close_forum_topic(call: Call) -> Any:
    """Close or open a topic."""
    chat, thread = _topic(call)
    closing = call.method == "closeForumTopic"
    if chat.topics[thread]["closed"] == closing:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.topics[thread]["closed"] = closing
    _service(call, chat, thread, {"forum_topic_closed" if closing else "forum_topic_reopened": {}})
    return True


@answers("editForumTopic")
async def edit_forum_topic(call: Call) -> Any:
    """Another name."""
    chat, thread = _topic(call)
    name = call.get("name")
    if not name or name == chat.topics[thread]["name"]:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.topics[thread]["name"] = name
    _service(call, chat, thread, {"forum_topic_edited": present(name=name)})
    return True


@answers("deleteForumTopic")
async def delete_forum_topic(call: Call) -> Any:
    """A topic and all its messages."""
    chat, thread = _topic(call)
    call.world.remove_topic(chat, thread)
    return True


def _forum(call: Call) -> Chat:
    chat = call.world.reachable(call.seat, call.params["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Call) -> tuple[Chat, int]:
    chat = _forum(call)
    thread = call.params["message_thread_id"]
    if thread not in chat.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, thread


def _service(call: Call, chat: Chat, thread: int, content: Json) -> None:
    content |= {"message_thread_id": thread, "is_topic_message": True}
    call.world.post(chat, call.seat.as_user(), content, seat=call.seat)
    call.world.show(chat)
