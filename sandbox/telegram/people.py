"""Users, chats, topics and posts: what the sandbox keeps of the messenger."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Mark = Literal["stored", "acknowledged"]


@dataclass(slots=True, kw_only=True)
class Person:
    """A citizen with a Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    phone: str = ""
    language: str = "ru"

    def as_user(self) -> Json:
        """The Bot API's User."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | present(last_name=self.last_name, username=self.username, language_code=self.language)


@dataclass(slots=True)
class Post:
    """A message in a chat. `body` is the Bot API's Message."""

    body: Json
    from_bot: bool
    mark: Mark = "stored"
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    markup: Json | None = None

    @property
    def id(self) -> int:
        """The message's number in its chat."""
        return int(self.body["message_id"])

    def as_view(self) -> Json:
        """For the chat page and for tests."""
        view: Json = {
            "message": self.body,
            "from_bot": self.from_bot,
            "mark": self.mark,
            "deleted": self.deleted,
            "reactions": self.reactions,
        }
        return view | present(markup=self.markup)


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat of one person with one bot, or a group."""

    id: int
    bot: int
    kind: Literal["private", "supergroup"] = "private"
    title: str = ""
    is_forum: bool = False
    person: Person | None = None
    members: dict[int, Person] = field(default_factory=dict)
    bots: set[int] = field(default_factory=set)
    started: bool = False
    blocked: bool = False
    posts: dict[int, Post] = field(default_factory=dict)
    topics: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    keyboard: Json | None = None
    last_sent: float = 0.0
    next_id: int = 1

    def as_chat(self) -> Json:
        """The Bot API's Chat."""
        if self.person is not None:
            head: Json = {"id": self.id, "type": "private", "first_name": self.person.first_name}
            return head | present(last_name=self.person.last_name, username=self.person.username)
        return {"id": self.id, "type": self.kind, "title": self.title} | present(is_forum=self.is_forum)

    def topic_of(self, post: Post) -> int | None:
        """The topic in which a post stands; None is the general one."""
        return post.body.get("message_thread_id")

    def take_id(self) -> int:
        """The next message number."""
        self.next_id += 1
        return self.next_id - 1

    def last_post(self) -> Post | None:
        """The newest message that was not deleted."""
        return next((post for post in reversed(self.posts.values()) if not post.deleted), None)


def present(**fields: Any) -> Json:
    """Only the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", False)}
