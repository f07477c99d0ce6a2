"""Editing, deleting, pinning, reactions and answers to pressed buttons."""

from typing import Any

from sandbox.telegram.call import Call, answers
from sandbox.telegram.errors import bad_request
from sandbox.telegram.keyboards import check_markup
from sandbox.telegram.media import content_of, file_of
from sandbox.telegram.people import Chat, Json, Post

_TWO_DAYS = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_MEDIA_FIELDS = ("photo", "video", "audio", "document", "animation", "caption", "caption_entities")


@answers("editMessageText")
async def edit_message_text(call: Call) -> Any:
    """A new text; the keyboard goes unless it is given again."""
    chat, post = _target(call)
    if "text" not in post.body:
        raise bad_request("there is no text in the message to edit")
    return _changed(call, chat, post, {"text": None, "entities": None} | call.text())


@answers("editMessageCaption")
async def edit_message_caption(call: Call) -> Any:
    """A new caption."""
    chat, post = _target(call)
    if file_of(post.body) is None:
        raise bad_request("there is no caption in the message to edit")
    return _changed(call, chat, post, {"caption": None, "caption_entities": None} | call.caption())


@answers("editMessageMedia")
async def edit_message_media(call: Call) -> Any:
    """Another file in place of the old one."""
    chat, post = _target(call)
    item = call.params["media"]
    content = content_of(call.file(item["media"], item["type"]), kind=item["type"])
    return _changed(call, chat, post, dict.fromkeys(_MEDIA_FIELDS) | content | call.caption(item))


@answers("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Any:
    """Another inline keyboard, or none."""
    chat, post = _target(call)
    return _changed(call, chat, post, {})


@answers("deleteMessage", "deleteMessages")
async def delete_message(call: Call) -> Any:
    """Delete for everybody. Several at once: those that are gone are passed over."""
    chat = call.world.known(call.seat, call.params["chat_id"])
    several = call.method == "deleteMessages"
    for number in call.get("message_ids") or [call.get("message_id")]:
        post = chat.posts.get(number)
        if post is None or post.deleted:
            if several:
                continue
            raise bad_request("message to delete not found")
        if call.world.now() - post.body["date"] > _TWO_DAYS:
            raise bad_request("message can't be deleted for everyone")
        post.deleted = True
        call.world.tell(chat, "deleted", post)
    return True


@answers("setMessageReaction")
async def set_message_reaction(call: Call) -> Any:
    """The bot's reaction on a message."""
    chat = call.world.reachable(call.seat, call.params["chat_id"])
    post = chat.posts.get(call.params["message_id"])
    if post is None or post.deleted:
        raise bad_request("message to react not found")
    reactions = call.get("reaction", [])
    if len(reactions) > 1 or any(r["type"] != "emoji" for r in reactions):
        raise bad_request("REACTIONS_TOO_MANY")
    if any(r["emoji"] not in _EMOJI for r in reactions):
        raise bad_request("REACTION_INVALID")
    post.reactions = [r["emoji"] for r in reactions]
    call.world.tell(chat, "reaction", post)
    return True


@answers("answerCallbackQuery")
async def answer_callback_query(call: Call) -> Any:
    """Stop the clock on the button; a text is shown as a notice."""
    query = call.world.queries.get(call.params["callback_query_id"])
    lifetime = call.world.settings.callback_lifetime
    if query is None or query.answered or call.world.clock.now().timestamp() - query.asked_at > lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered = True
    notice: Json = {"query": call.params["callback_query_id"], "text": call.get("text", ""), "alert": call.get("show_alert", False)}
    call.world.feed.publish("answer", call.seat.id, query.chat.id, notice)
    return True


@answers("pinChatMessage", "unpinChatMessage", "unpinAllChatMessages")
async def pin_chat_message(call: Call) -> Any:
    """A pin is told in the chat by a service message in the topic of what was pinned."""
    world, number = call.world, call.get("message_id")
    chat = world.reachable(call.seat, call.params["chat_id"])
    if call.method == "pinChatMessage":
        post = chat.posts.get(number)
        if post is None or post.deleted:
            raise bad_request("message to pin not found")
        chat.pinned = [*(one for one in chat.pinned if one != number), number]
        frame = {name: post.body[name] for name in ("message_thread_id", "is_topic_message") if name in post.body}
        world.post(chat, call.seat.as_user(), {"pinned_message": dict(post.body)} | frame, seat=call.seat)
    elif call.method == "unpinAllChatMessages":
        chat.pinned.clear()
    else:
        chat.pinned = [one for one in chat.pinned if one != (number or chat.pinned[-1])]
    world.feed.publish("pin", call.seat.id, chat.id, {"method": call.method, "message_id": number})
    world.show(chat)
    return True


_EMOJI = frozenset(
    ["❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "😢", "🎉", "🙏", "👌", "🕊", "👀", "✍", "🤝", "🫡", "💯", "🆒", "👨\u200d💻"]
)


def _target(call: Call) -> tuple[Chat, Post]:
    if call.get("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    if call.get("chat_id") is None:
        raise bad_request("chat_id is empty")
    chat = call.chat()
    post = chat.posts.get(call.get("message_id"))
    if post is None or post.deleted:
        raise bad_request("message to edit not found")
    if post.body["from"]["id"] != call.seat.id or post.markup is not None:
        raise bad_request("message can't be edited")
    return chat, post


def _changed(call: Call, chat: Chat, post: Post, content: Json) -> Json:
    markup = check_markup(call.get("reply_markup"), private=chat.kind == "private")
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    if markup is not None and not any(markup["inline_keyboard"]):
        markup = None
    wanted = content | {"reply_markup": markup}
    if all(post.body.get(name) == value for name, value in wanted.items()):
        raise bad_request(_NOT_MODIFIED)
    body = {name: value for name, value in (post.body | wanted).items() if value is not None}
    if content:
        body["edit_date"] = call.world.now()
    post.body = body
    call.world.note(call.world.schema.check_object("Message", body))
    call.world.tell(chat, "edited", post)
    return body
