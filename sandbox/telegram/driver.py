"""A citizen for tests: acts through the control API of a running sandbox and waits for what the bot says, without sleeping.

async with Sandbox(base) as sandbox:
    citizen = await sandbox.citizen("Zarina")
    await citizen.starts()
    await citizen.hears("Hello")
    await citizen.presses("Menu")
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]
PATIENCE = 60.0


class Silence(AssertionError):
    """The bot did not say what was awaited; the text tells what it said instead."""


class Impossible(Exception):
    """The citizen cannot do that: there is no such button, message or right."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the citizen sees it."""

    message: Json
    from_bot: bool
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    mark: str = "stored"
    markup: Json | None = None

    @property
    def id(self) -> int:
        """The message's number."""
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """Text or caption."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def buttons(self) -> list[str]:
        """Titles of the message's keyboard, inline or reply."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard") or (self.markup or {}).get("keyboard") or []
        return [button["text"] for row in rows for button in row]

    @property
    def thread(self) -> int | None:
        """The topic of a group in which it stands; None is the general one."""
        return self.message.get("message_thread_id")

    @property
    def is_service(self) -> bool:
        """Whether it only tells what happened to the chat."""
        return any(name.startswith("forum_topic_") or name == "pinned_message" for name in self.message)

    @property
    def file_id(self) -> str | None:
        """The file that came with it."""
        for kind in ("photo", "document", "voice", "audio", "video", "video_note", "sticker"):
            if kind in self.message:
                media = self.message[kind]
                return str(media[-1]["file_id"] if kind == "photo" else media["file_id"])
        return None


What = str | re.Pattern[str] | Callable[[Heard], bool]


class Sandbox:
    """A connection to a running sandbox."""

    def __init__(self, base: str, *, bot: int | None = None) -> None:
        self.base = base.rstrip("/")
        self.bot = bot
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(f"{self.base}/sandbox/api/", timeout=aiohttp.ClientTimeout(total=90))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()

    async def citizen(self, first_name: str = "Citizen", last_name: str = "", *, phone: str = "", username: str = "") -> "Citizen":
        """A new citizen with a new account."""
        user = await self.ask(
            "POST", "people", json={"first_name": first_name, "last_name": last_name, "phone": phone, "username": username}
        )
        return Citizen(self, user)

    async def citizens(self) -> "list[Citizen]":
        """Everybody who is there already, the samples of the chat page included."""
        answer = await self.ask("GET", "chats", params={"bot": str(self.bot)} if self.bot else {})
        return [Citizen(self, chat["person"]) for chat in answer["chats"] if chat["person"]]

    async def group(self, title: str, members: "Sequence[Citizen]", bots: Sequence[int] = (), *, is_forum: bool = False) -> int:
        """A new supergroup; returns its chat id."""
        body = {"title": title, "members": [m.id for m in members], "bots": list(bots), "is_forum": is_forum}
        return int((await self.ask("POST", "groups", json=body))["id"])

    async def fault(self, kind: str, **order: Any) -> None:
        """Order a fault: see `sandbox.telegram.faults.Fault`."""
        await self.ask("POST", "faults", json={"kind": kind, **order})

    async def problems(self) -> list[str]:
        """What the official schema does not know of the bot's calls."""
        return list(await self.ask("GET", "problems"))

    async def calls(self, method: str | None = None) -> list[Json]:
        """The bot's calls."""
        return list(await self.ask("GET", "calls", params={"method": method} if method else {}))

    async def download(self, file_id: str) -> bytes:
        """A file's content."""
        async with self._open.get(f"files/{file_id}") as response:
            response.raise_for_status()
            return await response.read()

    async def ask(self, verb: str, path: str, **request: Any) -> Any:
        """One request to the control API. Raises Impossible with the reason."""
        async with self._open.request(verb, path, **request) as response:
            answer = await response.json() if response.content_type == "application/json" else None
            if response.status >= 400:
                raise Impossible(f"{response.status} {answer}")
            return answer

    @property
    def _open(self) -> aiohttp.ClientSession:
        assert self._session is not None, "use `async with Sandbox(base)`"
        return self._session


class Citizen:
    """One person. Each deed forgets what was heard before it, so `hears` looks only at what follows."""

    def __init__(self, sandbox: Sandbox, user: Json) -> None:
        self.sandbox = sandbox
        self.user = user
        self.id = int(user["id"])
        self.phone = str(user.get("phone", ""))
        self.place = self.id
        self.last_posted: int | None = None
        self._heard_until = 0

    async def starts(self, parameter: str = "") -> None:
        """Open the bot, perhaps by a deep link."""
        await self._do("start", parameter=parameter)

    async def writes(self, text: str, **frame: Any) -> int:
        """A text; returns the message's number (of the last piece, when it had to be split)."""
        posted: list[int] = (await self._do("text", text=text, **frame))["posted"]
        self.last_posted = posted[-1]
        return posted[-1]

    async def edits(self, message_id: int, text: str) -> None:
        """Change an own message."""
        await self._do("edit", message_id=message_id, text=text)

    async def presses(self, title: str, *, on: int | None = None) -> Json:
        """Press a button by its title; `on` names the message, else the newest that has it."""
        return await self._do("press", title=title, message_id=on)

    async def forges(self, data: str, *, on: int) -> Json:
        """Send callback data that no button offers."""
        return await self._do("press-data", message_id=on, data=data)

    async def shares_contact(self, phone: str = "", *, of: "Citizen | None" = None) -> None:
        """Share the own contact, or another person's."""
        await self._do("contact", phone=phone or (of or self).phone, of=of.id if of else None)

    async def shares_location(self, latitude: float, longitude: float) -> None:
        """Share a place."""
        await self._do("location", latitude=latitude, longitude=longitude)

    async def sends_file(
        self, content: bytes, name: str = "file.bin", *, kind: str = "document", mime: str = "application/octet-stream", **more: Any
    ) -> int:
        """A file of a kind: document, photo, voice, audio, video, video_note or sticker.

        `more` may hold `caption`, `duration` and a claimed `size`, to try limits without the bytes.
        """
        form = aiohttp.FormData()
        form.add_field("upload", content, filename=name, content_type=mime)
        for field_name, value in (more | {"kind": kind, "frame": json.dumps(self._frame())}).items():
            form.add_field(field_name, str(value))
        posted: int = self._acted(await self.sandbox.ask("POST", f"people/{self.id}/file", data=form))["posted"]
        return posted

    async def sends_album(self, files: Sequence[tuple[str, bytes, str, str]], caption: str = "") -> list[int]:
        """Files as (name, content, kind, mime) in one album."""
        form = aiohttp.FormData({"caption": caption, "frame": json.dumps(self._frame())})
        for name, content, kind, mime in files:
            form.add_field("uploads", content, filename=name, content_type=mime)
            form.add_field("kinds", kind)
        posted: list[int] = self._acted(await self.sandbox.ask("POST", f"people/{self.id}/album", data=form))["posted"]
        return posted

    async def reacts(self, message_id: int, emoji: str) -> None:
        """Put a reaction."""
        await self._do("reaction", message_id=message_id, emoji=emoji)

    async def deletes(self, message_id: int) -> None:
        """Delete an own message."""
        await self._do("delete", message_id=message_id)

    async def blocks(self) -> None:
        """Block the bot."""
        await self._do("block", blocked=True)

    async def unblocks(self) -> None:
        """Unblock it."""
        await self._do("block", blocked=False)

    async def hears(self, what: What = "", timeout: float = PATIENCE) -> Heard:
        """The next message or edit of the bot that contains `what` (text, pattern or question). Raises Silence."""
        said: list[str] = []

        def takes(happening: Json) -> Heard | None:
            if happening["kind"] not in ("message", "edited") or not happening["body"]["from_bot"]:
                return None
            heard = Heard(**happening["body"])
            said.append(heard.text or f"<{', '.join(heard.message)}>")
            return heard if _matches(what, heard) else None

        found: Heard | None = await self._await(takes, timeout)
        if found is None:
            raise Silence(f"awaited {what!r} for {timeout} s; heard {said}")
        return found

    async def sees(self, kind: str, question: Callable[[Json], bool] = bool, timeout: float = PATIENCE) -> Json:
        """The next happening of a kind: action, answer (to a pressed button), reaction, deleted, mark, chat. Raises Silence."""
        found: Json | None = await self._await(
            lambda happening: happening["body"] if happening["kind"] == kind and question(happening["body"]) else None, timeout
        )
        if found is None:
            raise Silence(f"awaited {kind!r} for {timeout} s")
        return found

    async def history(self) -> list[Heard]:
        """All messages of the chat, oldest first; deleted ones are left out."""
        answer = await self.sandbox.ask("GET", f"chats/{self.place}/history", params=self._query())
        return [Heard(**post) for post in answer["posts"] if not post["deleted"]]

    async def _await(self, takes: Callable[[Json], Any], timeout: float) -> Any:
        loop_time = asyncio.get_running_loop().time
        end = loop_time() + timeout
        while (left := end - loop_time()) > 0:
            query = self._query() | {"after": str(self._heard_until), "seconds": f"{min(left, 30.0):.3f}"}
            answer = await self.sandbox.ask("GET", f"chats/{self.place}/wait", params=query)
            for happening in answer["happenings"]:
                self._heard_until = happening["seq"]
                if (found := takes(happening)) is not None:
                    return found
        return None

    async def _do(self, deed: str, **body: Any) -> Json:
        return self._acted(await self.sandbox.ask("POST", f"people/{self.id}/{deed}", json=self._frame() | body))

    def _acted(self, answer: Json | None) -> Json:
        if answer is None:
            return {}
        self._heard_until = max(self._heard_until, int(answer["seq"]))
        return answer

    def _query(self) -> dict[str, str]:
        return {} if self.sandbox.bot is None else {"bot": str(self.sandbox.bot)}

    def _frame(self) -> Json:
        return {} if self.sandbox.bot is None else {"bot": self.sandbox.bot}


def _matches(what: What, heard: Heard) -> bool:
    if isinstance(what, str):
        return what in heard.text
    if isinstance(what, re.Pattern):
        return what.search(heard.text) is not None
    return what(heard)
