"""What people do: write, press, share, send, edit, block. Each deed becomes the update that the real service would send."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.entities import Formatted, discovered, units
from sandbox.telegram.files import StoredFile
from sandbox.telegram.media import content_of
from sandbox.telegram.people import Chat, Json, Person, Post, present
from sandbox.telegram.seats import Seat
from sandbox.telegram.world import Query, World


class Impossible(Exception):
    """A person cannot do that: there is no such button, message or right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who acts where: the frame of everything a person does."""

    chat: Chat
    person: Person
    reply_to: int | None = None
    thread: int | None = None


class Citizens:
    """The people's side of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start(self, deed: Deed, parameter: str = "") -> Post:
        """Open the bot, perhaps by a deep link; unblocks it as the real client does."""
        if deed.chat.blocked:
            self.block(deed, blocked=False)
        return self.write(deed, f"/start {parameter}".strip())

    def write(self, deed: Deed, text: str) -> Post:
        """A text message."""
        if not text.strip():
            raise Impossible("an empty message cannot be sent")
        return self.say(deed, _text_content(text))

    def say(self, deed: Deed, content: Json) -> Post:
        """Any message of a person."""
        chat = deed.chat
        if chat.blocked:
            raise Impossible("the bot is blocked")
        self._check_topic(deed)
        if not chat.started:
            chat.started = True
            self._world.feed.publish("chat", chat.bot, chat.id, self._world.chat_view(chat))
        post = self._world.post(chat, deed.person.as_user(), content | self._frame(deed), seat=None)
        self._world.dispatch(chat, "message", dict(post.body), post)
        return post

    def share_contact(self, deed: Deed, phone: str, of: Person | None) -> Post:
        """Share one's own contact (as the button does) or somebody else's."""
        owner = of or deed.person
        contact = {"phone_number": phone or owner.phone, "first_name": owner.first_name, "user_id": owner.id}
        return self.say(deed, {"contact": contact | present(last_name=owner.last_name)})

    def share_location(self, deed: Deed, latitude: float, longitude: float) -> Post:
        """A place on the map."""
        return self.say(deed, {"location": {"latitude": latitude, "longitude": longitude}})

    def send_file(self, deed: Deed, stored: StoredFile, caption: str = "", duration: int | None = None) -> Post:
        """A document, picture, recording, film or sticker."""
        return self.say(deed, content_of(stored, duration=duration) | _caption(caption))

    def send_album(self, deed: Deed, files: list[StoredFile], caption: str = "") -> list[Post]:
        """Several files as one album: separate messages with one `media_group_id`."""
        group = str(13_000_000_000 + self._world.number())
        posts: list[Post] = []
        for index, stored in enumerate(files):
            content = content_of(stored) | {"media_group_id": group} | (_caption(caption) if index == 0 else {})
            posts.append(self.say(deed, content))
        return posts

    def edit(self, deed: Deed, message_id: int, text: str) -> Post:
        """Change an own message: its text or its caption."""
        post = self._own(deed, message_id)
        if "text" in post.body:
            post.body.pop("entities", None)
            post.body |= _text_content(text)
        else:
            post.body.pop("caption_entities", None)
            post.body |= {"caption": ""} | _caption(text)
        post.body["edit_date"] = self._world.now()
        post.mark = "stored"
        self._world.tell(deed.chat, "edited", post)
        self._world.dispatch(deed.chat, "edited_message", dict(post.body), post)
        return post

    def delete(self, deed: Deed, message_id: int) -> None:
        """Delete an own message: bots are not told."""
        post = self._own(deed, message_id)
        post.deleted = True
        self._world.tell(deed.chat, "deleted", post)

    def press(self, deed: Deed, title: str, message_id: int | None = None) -> Json:
        """Press a button by its title: of a message if given, else the newest that has one, else of the reply keyboard."""
        found = _inline_button(deed.chat, title, message_id)
        if found is not None:
            return self._press_inline(deed, *found)
        button = _reply_button(deed.chat, title)
        if button is None:
            raise Impossible(f"no button {title!r}; there are {_titles(deed.chat)}")
        if deed.chat.keyboard and deed.chat.keyboard.get("one_time_keyboard"):
            deed.chat.keyboard = None
        if button.get("request_contact"):
            return {"posted": self.share_contact(deed, deed.person.phone, None).id}
        if button.get("request_location"):
            return {"asks": "location"}
        return {"posted": self.write(deed, button["text"]).id}

    def press_data(self, deed: Deed, message_id: int, data: str) -> str:
        """Send callback data as a hand-made client could: stale, forged or another person's. Returns the query's id."""
        post = deed.chat.posts[message_id]
        query_id = str(9_000_000_000_000 + self._world.number())
        self._world.queries[query_id] = Query(self._world.clock.now().timestamp(), deed.chat)
        content: Json = {"id": query_id, "from": deed.person.as_user(), "chat_instance": _instance(deed.chat.id), "data": data}
        content["message"] = {"chat": deed.chat.as_chat(), "message_id": post.id, "date": 0} if post.deleted else dict(post.body)
        self._world.dispatch(deed.chat, "callback_query", content, only=post.body["from"]["id"])
        return query_id

    def react(self, deed: Deed, message_id: int, emoji: str) -> None:
        """Put a reaction on a message, or take it away with an empty one."""
        post = deed.chat.posts[message_id]
        old, post.reactions = post.reactions, [emoji] if emoji else []
        self._world.tell(deed.chat, "reaction", post)
        content: Json = {
            "chat": deed.chat.as_chat(),
            "message_id": message_id,
            "user": deed.person.as_user(),
            "date": self._world.now(),
        }
        content |= {"old_reaction": _reactions(old), "new_reaction": _reactions(post.reactions)}
        self._world.dispatch(deed.chat, "message_reaction", content)

    def manage_topic(self, deed: Deed, what: str) -> None:
        """Close, open or delete a topic by hand, as an administrator of the group can."""
        chat, thread = deed.chat, deed.thread
        if thread is None or thread not in chat.topics:
            raise Impossible("there is no such topic")
        if what == "delete":
            self._world.remove_topic(chat, thread)
            return
        if chat.topics[thread]["closed"] == (what == "close"):
            raise Impossible("the topic is so already")
        chat.topics[thread]["closed"] = what == "close"
        content = {"message_thread_id": thread, "is_topic_message": True, f"forum_topic_{_TOLD[what]}": {}}
        post = self._world.post(chat, deed.person.as_user(), content, seat=None)
        self._world.dispatch(chat, "message", dict(post.body), post)
        self._world.show(chat)

    def block(self, deed: Deed, *, blocked: bool) -> None:
        """Block or unblock the bot; it hears of it by `my_chat_member`."""
        chat = deed.chat
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        bot = self._world.seat(chat.bot).as_user()
        states = [{"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}]
        old, new = states if blocked else reversed(states)
        content = {
            "chat": chat.as_chat(),
            "from": deed.person.as_user(),
            "date": self._world.now(),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._world.dispatch(chat, "my_chat_member", content)
        self._world.feed.publish("chat", chat.bot, chat.id, self._world.chat_view(chat))

    def _press_inline(self, deed: Deed, post: Post, button: Json) -> Json:
        if "callback_data" in button:
            return {"query": self.press_data(deed, post.id, button["callback_data"])}
        return {"opens": button.get("url") or button.get("copy_text", {}).get("text")}

    def _frame(self, deed: Deed) -> Json:
        frame: Json = {}
        if deed.reply_to is not None:
            target = deed.chat.posts.get(deed.reply_to)
            if target is None or target.deleted:
                raise Impossible("the message to reply to is gone")
            frame["reply_to_message"] = {k: v for k, v in target.body.items() if k != "reply_to_message"}
        if deed.thread is not None:
            frame |= {"message_thread_id": deed.thread, "is_topic_message": True}
            # The clients answer the message that made the topic when nothing else is answered, and bots see that.
            root = deed.chat.posts.get(deed.thread)
            if deed.reply_to is None and root is not None and "forum_topic_created" in root.body:
                frame["reply_to_message"] = dict(root.body)
        return frame

    def _check_topic(self, deed: Deed) -> None:
        """Nobody but an administrator writes in a closed topic, and nobody in one that is gone."""
        if deed.chat.person is None and deed.person.id not in deed.chat.members:
            raise Impossible("not a member of the group")
        if deed.thread is None:
            return
        topic = deed.chat.topics.get(deed.thread)
        if topic is None or topic["closed"]:
            raise Impossible("the topic is closed" if topic else "there is no such topic")

    def _own(self, deed: Deed, message_id: int) -> Post:
        post = deed.chat.posts.get(message_id)
        if post is None or post.deleted or post.body["from"]["id"] != deed.person.id:
            raise Impossible(f"message {message_id} is not this person's")
        return post


def deed_of(world: World, seat: Seat, person_id: int, chat_id: int | None = None, **frame: Any) -> Deed:
    """The frame for a person's deed, by ids. Raises KeyError for unknown ones."""
    chat = world.groups[chat_id] if chat_id is not None and chat_id < 0 else world.private(seat.id, person_id)
    return Deed(chat=chat, person=world.people[person_id], **frame)


def _text_content(text: str) -> Json:
    text = text.strip()
    return {"text": text} | present(entities=discovered(Formatted(text)).entities or None)


def _caption(caption: str) -> Json:
    caption = caption.strip()
    return present(caption=caption, caption_entities=discovered(Formatted(caption)).entities or None)


def _instance(chat_id: int) -> str:
    return str(int.from_bytes(hashlib.sha256(str(chat_id).encode()).digest()[:7], "big"))


def _reactions(emoji: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": one} for one in emoji]


def _inline_button(chat: Chat, title: str, message_id: int | None) -> tuple[Post, Json] | None:
    posts = [chat.posts[message_id]] if message_id is not None else list(reversed(chat.posts.values()))
    for post in posts:
        rows = [] if post.deleted else post.body.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            if button["text"] == title:
                return post, button
    return None


def _reply_button(chat: Chat, title: str) -> Json | None:
    rows = (chat.keyboard or {}).get("keyboard", [])
    return next((button for row in rows for button in row if button["text"] == title), None)


def _titles(chat: Chat) -> list[str]:
    inline = [row for post in chat.posts.values() for row in post.body.get("reply_markup", {}).get("inline_keyboard", [])]
    return [button["text"] for row in [*inline, *(chat.keyboard or {}).get("keyboard", [])] for button in row]


_TOLD = {"close": "closed", "reopen": "reopened"}
MOST_TEXT = 4096


def split(text: str) -> list[str]:
    """A text longer than a message, cut as the official clients cut it."""
    pieces: list[str] = []
    while units(text) > MOST_TEXT:
        piece = text.encode("utf-16-le")[: 2 * MOST_TEXT].decode("utf-16-le", "ignore")
        pieces.append(piece)
        text = text[len(piece) :]
    return [*pieces, text]
