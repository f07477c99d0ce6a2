"""sendMessage and its kin."""

from typing import Any

from sandbox.telegram.call import Call, answers
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import StoredFile, ogg_seconds
from sandbox.telegram.media import content_of
from sandbox.telegram.people import Chat, Json, Post, present

_FIELD = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendVideo": "video",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
    "sendAnimation": "animation",
}
_ALBUM = ("photo", "video", "audio", "document", "animation")


@answers("sendMessage")
async def send_message(call: Call) -> Any:
    """A text."""
    chat = call.chat()
    return _posted(call, chat, call.text() | _preview(call) | call.frame(chat))


@answers(*_FIELD)
async def send_media(call: Call) -> Any:
    """A file with or without caption, by upload or file id."""
    chat = call.chat()
    kind = _FIELD[call.method]
    stored = call.file(call.get(kind), kind)
    content = content_of(stored, kind=_shown_as(stored, kind), duration=call.get("duration"))
    return _posted(call, chat, content | _titles(call, content) | call.caption() | call.frame(chat))


@answers("sendMediaGroup")
async def send_media_group(call: Call) -> Any:
    """An album of 2-10 items; documents and audio are not mixed with others."""
    chat = call.chat()
    items = call.params["media"]
    kinds = {item["type"] for item in items}
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of messages in the album: 2-10 expected")
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("documents and audio can't be mixed with other media types")
    if kinds - set(_ALBUM):
        raise bad_request("media of this type can't be in an album of the sandbox")
    group = {"media_group_id": str(13_000_000_000 + call.world.number())}
    frame = call.frame(chat)
    contents = [content_of(call.file(i["media"], i["type"]), kind=i["type"]) | call.caption(i) | group | frame for i in items]
    return [_posted(call, chat, content) for content in contents]


@answers("sendLocation", "sendVenue")
async def send_location(call: Call) -> Any:
    """A place, with or without a name."""
    chat = call.chat()
    place = {"latitude": call.params["latitude"], "longitude": call.params["longitude"]}
    content: Json = {"location": place}
    if call.method == "sendVenue":
        content["venue"] = {"location": place, "title": call.params["title"], "address": call.params["address"]}
    return _posted(call, chat, content | call.frame(chat))


@answers("sendContact")
async def send_contact(call: Call) -> Any:
    """A telephone number with a name."""
    chat = call.chat()
    contact = {"phone_number": call.params["phone_number"], "first_name": call.params["first_name"]}
    return _posted(call, chat, {"contact": contact | present(last_name=call.get("last_name"))} | call.frame(chat))


@answers("sendChatAction")
async def send_chat_action(call: Call) -> Any:
    """Typing and the like; shown for five seconds or until a message comes."""
    chat = call.world.reachable(call.seat, call.params["chat_id"])
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.feed.publish("action", call.seat.id, chat.id, {"action": call.params["action"]})
    return True


@answers("copyMessage", "copyMessages")
async def copy_message(call: Call) -> Any:
    """The content again, without its origin."""
    chat = call.chat()
    sources = _sources(call)
    frame = call.frame(chat)
    copies = [_posted(call, chat, _content(post) | (call.caption() if len(sources) == 1 else {}) | frame) for post in sources]
    ids = [{"message_id": copy["message_id"]} for copy in copies]
    return ids if call.method == "copyMessages" else ids[0]


@answers("forwardMessage", "forwardMessages")
async def forward_message(call: Call) -> Any:
    """The content again, with its origin."""
    chat = call.chat()
    forwards: list[Json] = []
    for post in _sources(call):
        origin = {"type": "user", "sender_user": post.body["from"], "date": post.body["date"]}
        forwards.append(
            _posted(call, chat, _content(post) | {"forward_origin": post.body.get("forward_origin", origin)} | call.frame(chat))
        )
    if call.method == "forwardMessages":
        return [{"message_id": forward["message_id"]} for forward in forwards]
    return forwards[0]


_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_HEAD = frozenset(
    {
        "message_id",
        "date",
        "chat",
        "from",
        "reply_to_message",
        "reply_markup",
        "message_thread_id",
        "is_topic_message",
        "media_group_id",
    }
)
_SERVICE = ("forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "forum_topic_edited", "pinned_message")


def _posted(call: Call, chat: Chat, content: Json) -> Json:
    return call.world.post(chat, call.seat.as_user(), content, seat=call.seat).body


def _preview(call: Call) -> Json:
    return present(link_preview_options=call.get("link_preview_options"))


def _shown_as(stored: StoredFile, kind: str) -> str:
    """The service shows a "voice" that is not OGG/Opus as music or as a document."""
    if (
        kind == "voice"
        and stored.content
        and ogg_seconds(stored.content) is None
        and stored.mime not in ("audio/mpeg", "audio/mp4")
    ):
        return "audio" if stored.mime.startswith("audio/") else "document"
    return kind


def _titles(call: Call, content: Json) -> Json:
    if "audio" in content:
        content["audio"] |= present(title=call.get("title"), performer=call.get("performer"))
    return {}


def _sources(call: Call) -> list[Post]:
    origin = call.world.known(call.seat, call.params["from_chat_id"])
    numbers = call.get("message_ids") or [call.get("message_id")]
    word = "copy" if call.method.startswith("copy") else "forward"
    posts = [origin.posts[n] for n in numbers if n in origin.posts and not origin.posts[n].deleted]
    if not posts:
        raise bad_request(f"message to {word} not found")
    if any(service in post.body for post in posts for service in _SERVICE):
        raise bad_request(f"message can't be {'copied' if word == 'copy' else 'forwarded'}")
    return posts


def _content(post: Post) -> Json:
    return {name: value for name, value in post.body.items() if name not in _HEAD}
