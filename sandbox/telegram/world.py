"""The messenger in memory: bots, people, chats, posts, files, faults and the log of what happened."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import bad_request, forbidden, too_many
from sandbox.telegram.faults import Faults
from sandbox.telegram.feed import Feed
from sandbox.telegram.files import Files
from sandbox.telegram.people import Chat, Json, Person, Post
from sandbox.telegram.schema import official
from sandbox.telegram.seats import Seat
from sandbox.telegram.settings import Settings
from sandbox.telegram.updates import Update, UpdateQueue

FIRST_PERSON_ID = 500_000_001
FIRST_STAFF_ID = 600_000_001
FIRST_GROUP_ID = -1_001_000_000_001
CALLS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call that a bot made: for tests that look at what was asked."""

    bot: int
    method: str
    params: Json
    refusal: str | None = None


@dataclass(slots=True)
class Query:
    """A pressed button that waits for its answer."""

    asked_at: float
    chat: Chat
    answered: bool = False


class World:
    """Everything that the sandbox knows. Use it from the event loop that serves it; reading lists from elsewhere is safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = settings.clock
        self.schema = official()
        self.feed = Feed()
        self.files = Files(settings.data_dir)
        self.faults = Faults()
        self.problems: list[str] = []
        self.calls: deque[CallRecord] = deque(maxlen=CALLS_KEPT)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.chat_interval = settings.chat_interval
        self._private: dict[tuple[int, int], Chat] = {}
        self._numbers = 0
        seats = [Seat(account, UpdateQueue(self.faults, self._acknowledged)) for account in settings.bots]
        self.seats: dict[str, Seat] = {seat.account.token: seat for seat in seats}

    def seat(self, bot: int | None = None) -> Seat:
        """A bot by its id; without one, the first bot. Raises KeyError."""
        if bot is None:
            return next(iter(self.seats.values()))
        return next(seat for seat in self.seats.values() if seat.id == bot) if self._knows(bot) else _no_bot(bot)

    def now(self) -> int:
        """Unix time, whole seconds, as the Bot API dates everything."""
        return int(self.clock.now().timestamp())

    def number(self) -> int:
        """A number not used before: callback queries, albums, topics."""
        self._numbers += 1
        return self._numbers

    def add_person(
        self, first_name: str, last_name: str = "", *, username: str = "", phone: str = "", staff_of: int | None = None
    ) -> Person:
        """A new account, with a private chat with every bot (not started yet); ``staff_of``: with this bot only."""
        staff = sum(number >= FIRST_STAFF_ID for number in self.people)
        number = FIRST_PERSON_ID + len(self.people) - staff if staff_of is None else FIRST_STAFF_ID + staff
        person = Person(id=number, first_name=first_name, last_name=last_name, username=username, phone=phone)
        self.people[person.id] = person
        for seat in (seat for seat in self.seats.values() if staff_of in (None, seat.id)):
            chat = Chat(id=person.id, bot=seat.id, person=person, members={person.id: person}, bots={seat.id})
            self._private[seat.id, person.id] = chat
            self.feed.publish("chat", seat.id, chat.id, self.chat_view(chat))
        return person

    def add_group(self, title: str, members: list[int], bots: list[int], *, is_forum: bool = False) -> Chat:
        """A supergroup; every bot in it is an administrator and sees all messages."""
        people = {member: self.people[member] for member in members}
        chat = Chat(id=FIRST_GROUP_ID - len(self.groups), bot=bots[0], kind="supergroup", title=title, is_forum=is_forum)
        chat.members, chat.bots, chat.started = people, set(bots), True
        self.groups[chat.id] = chat
        return chat

    def private(self, bot: int, person: int) -> Chat:
        """The private chat of a person with a bot. Raises KeyError."""
        return self._private[bot, person]

    def chats(self, bot: int) -> list[Chat]:
        """All chats in which this bot is."""
        own = [chat for (of, _), chat in self._private.items() if of == bot]
        return own + [chat for chat in self.groups.values() if bot in chat.bots]

    def reachable(self, seat: Seat, chat_id: Any) -> Chat:
        """The chat that a bot names. Raises Refusal 400/403/429 when it may not speak there."""
        chat = self.known(seat, chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if seat.id not in chat.bots:
            raise forbidden("bot was kicked from the supergroup chat")
        return chat

    def known(self, seat: Seat, chat_id: Any) -> Chat:
        """The chat that a bot names, blocked or not. Raises Refusal 400."""
        chat = self.groups.get(chat_id) or self._private.get((seat.id, chat_id))
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        return chat

    def pace(self, chat: Chat) -> None:
        """Refuse a bot that speaks too fast in one chat, when the window is switched on. Raises Refusal 429."""
        now = self.clock.now().timestamp()
        if self.chat_interval and now - chat.last_sent < self.chat_interval:
            raise too_many(max(1, round(self.chat_interval - (now - chat.last_sent))))
        chat.last_sent = now

    def post(self, chat: Chat, author: Json, content: Json, *, seat: Seat | None) -> Post:
        """Put a message into a chat. `seat` is the bot that speaks, None when a person does."""
        body: Json = {"message_id": chat.take_id(), "date": self.now(), "chat": chat.as_chat(), "from": author} | content
        post = Post(body, from_bot=seat is not None)
        markup = body.get("reply_markup")
        if markup is not None and "inline_keyboard" not in markup:
            del body["reply_markup"]
            post.markup = markup
            chat.keyboard = None if "remove_keyboard" in markup else markup
        chat.posts[post.id] = post
        self.note(self.schema.check_object("Message", body))
        self.tell(chat, "message", post)
        return post

    def tell(self, chat: Chat, kind: str, post: Post) -> None:
        """Log that a post appeared or changed."""
        for bot in chat.bots:
            self.feed.publish(kind, bot, chat.id, post.as_view())

    def dispatch(self, chat: Chat, kind: str, content: Json, post: Post | None = None, *, only: int | None = None) -> list[Update]:
        """Queue an update for every bot of the chat, or for one of them."""
        queued: list[Update] = []
        for seat in self.seats.values():
            wanted = seat.id in chat.bots and only in (None, seat.id)
            update = seat.queue.put(kind, content, chat, post) if wanted else None
            if update is not None:
                self.note(self.schema.check_object("Update", update.as_json()))
                queued.append(update)
        return queued

    def note(self, faults: list[str]) -> None:
        """Keep problems with our own objects: they would be defects of the sandbox."""
        self.problems += [f"sandbox: {fault}" for fault in faults]

    def chat_view(self, chat: Chat) -> Json:
        """A chat for the list on the page."""
        last = chat.last_post()
        view: Json = {"id": chat.id, "kind": chat.kind, "title": chat.title, "started": chat.started, "blocked": chat.blocked}
        view["person"] = (chat.person.as_user() | {"phone": chat.person.phone}) if chat.person else None
        if chat.person is None:
            view |= {"is_forum": chat.is_forum, "topics": chat.topics, "pinned": chat.pinned}
            view["members"] = [member.as_user() for member in chat.members.values()]
        return view | {"keyboard": chat.keyboard, "last": last.as_view() if last else None}

    def remove_topic(self, chat: Chat, thread: int) -> None:
        """A topic goes with everything in it; bots are not told, as in the real service. Raises KeyError."""
        del chat.topics[thread]
        for post in chat.posts.values():
            if chat.topic_of(post) == thread and not post.deleted:
                post.deleted = True
                self.tell(chat, "deleted", post)
        chat.pinned = [number for number in chat.pinned if not chat.posts[number].deleted]
        self.show(chat)

    def show(self, chat: Chat) -> None:
        """Tell the pages that a chat itself changed: its topics, its pins, whether it was blocked."""
        for bot in chat.bots:
            self.feed.publish("chat", bot, chat.id, self.chat_view(chat))

    def _acknowledged(self, update: Update) -> None:
        if update.post is not None and update.post.mark == "stored":
            update.post.mark = "acknowledged"
            self.tell(update.chat, "mark", update.post)

    def _knows(self, bot: int) -> bool:
        return any(seat.id == bot for seat in self.seats.values())


def _no_bot(bot: int) -> Seat:
    raise KeyError(bot)
