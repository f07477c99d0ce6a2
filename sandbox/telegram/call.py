"""One call of a bot, and the table of methods that answer it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.entities import Formatted, cannot_parse, discovered, explicit, is_blank, parse_html, trimmed, units
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import StoredFile
from sandbox.telegram.keyboards import check_markup
from sandbox.telegram.markdown import parse_markdown
from sandbox.telegram.people import Chat, Json, present
from sandbox.telegram.seats import Seat
from sandbox.telegram.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Call:
    """A checked call: parameters have their schema types; `uploads` are by form field."""

    world: World
    seat: Seat
    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter."""
        return self.params.get(name, default)

    def chat(self) -> Chat:
        """The target of a message. Raises Refusal 400/403/429."""
        chat = self.world.reachable(self.seat, self.params["chat_id"])
        self.world.pace(chat)
        return chat

    def frame(self, chat: Chat) -> Json:
        """What every sent message may have: topic, reply, keyboard."""
        frame: Json = {}
        thread = self.get("message_thread_id")
        if thread is not None:
            topic = chat.topics.get(thread)
            if topic is None:
                raise bad_request("message thread not found")
            if topic["closed"]:
                raise bad_request("TOPIC_CLOSED")
            frame |= {"message_thread_id": thread, "is_topic_message": True}
        frame |= self._reply(chat)
        return frame | present(reply_markup=check_markup(self.get("reply_markup"), private=chat.kind == "private"))

    def text(self) -> Json:
        """`text` with entities. Raises Refusal when it is empty, too long or badly marked up."""
        formatted = self.formatted(self.params["text"], self.get("entities"))
        if is_blank(formatted.text):
            raise bad_request("message text is empty")
        if units(formatted.text) > TEXT_LIMIT:
            raise bad_request("message is too long")
        return {"text": formatted.text} | present(entities=formatted.entities or None)

    def caption(self, params: Json | None = None) -> Json:
        """`caption` with entities, of the call or of one item of an album."""
        params = self.params if params is None else params
        if not params.get("caption"):
            return {}
        formatted = self.formatted(params["caption"], params.get("caption_entities"), params.get("parse_mode"))
        if units(formatted.text) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        return present(caption=formatted.text, caption_entities=formatted.entities or None)

    def formatted(self, source: str, entities: list[Json] | None, mode: str | None = None) -> Formatted:
        """Text and entities after parsing, as the server stores them."""
        mode = (mode or self.get("parse_mode") or "").lower()
        if mode == "html":
            formatted = parse_html(source)
        elif mode == "markdownv2":
            formatted = parse_markdown(source)
        elif mode == "markdown":
            self.world.problems.append(f"{self.method}: parse_mode Markdown is legacy and not emulated")
            raise cannot_parse("legacy Markdown is not emulated by the sandbox")
        elif mode:
            raise bad_request("unsupported parse_mode")
        else:
            formatted = explicit(source, entities or [])
        formatted = discovered(trimmed(formatted))
        formatted.entities = formatted.entities[:ENTITY_LIMIT]
        return formatted

    def file(self, value: Any, kind: str) -> StoredFile:
        """A file by upload, `attach://` or file id. Raises Refusal 400."""
        if isinstance(value, str) and value.startswith("attach://"):
            upload = self.uploads.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f"can't find attached file {value.removeprefix('attach://')!r}")
            value = upload
        if isinstance(value, Upload):
            if not value.content:
                raise bad_request("file must be non-empty")
            return self.world.files.add(value.content, kind=kind, name=value.name, mime=value.mime)
        if str(value).startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        return self.world.files.find(value)

    def _reply(self, chat: Chat) -> Json:
        wanted = self.get("reply_parameters")
        if wanted is None or wanted.get("message_id") is None:
            return {}
        target = chat.posts.get(wanted["message_id"])
        if target is not None and not target.deleted:
            return {"reply_to_message": {k: v for k, v in target.body.items() if k != "reply_to_message"}}
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")


Handler = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Handler] = {}


def answers(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler under official method names."""

    def register(handler: Handler) -> Handler:
        METHODS.update(dict.fromkeys(names, handler))
        return handler

    return register
