"""A person with a mailbox, for tests: reads what came, without sleeping, and writes.

async with Mailbox("http://127.0.0.1:8083", "liaison@example.org") as mailbox:
    letter = await mailbox.gets("request")
    assert await letter.file(0) == b"..."
    await letter.answer("Enclosed.", {"memo.doc": b"..."})
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]
PATIENCE = 10.0


class NoLetter(AssertionError):
    """The letter that was awaited did not come; the text tells what came instead."""


@dataclass(frozen=True, slots=True)
class Got:
    """A letter as its addressee sees it."""

    mailbox: "Mailbox"
    view: Json

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.view["id"])

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.view["subject"])

    @property
    def text(self) -> str:
        """Its plain text."""
        return str(self.view["text"])

    @property
    def headers(self) -> dict[str, str]:
        """Its headers in words."""
        return dict(self.view["headers"])

    @property
    def file_names(self) -> list[str]:
        """The names of its files."""
        return [file["name"] for file in self.view["attachments"]]

    async def file(self, number: int) -> bytes:
        """The content of a file, counted from 0."""
        return await self.mailbox.download(f"letters/{self.id}/files/{number}")

    async def html(self) -> str:
        """The HTML body, made harmless."""
        return (await self.mailbox.download(f"letters/{self.id}/html")).decode()

    async def raw(self) -> bytes:
        """The mail as it came."""
        return await self.mailbox.download(f"letters/{self.id}/raw")

    async def answer(self, text: str, files: Mapping[str, bytes] | None = None, **more: str) -> None:
        """Answer it in its thread, with the letter quoted below; ``more`` as in Mailbox.writes."""
        await self.mailbox.writes(more.pop("subject", ""), text, files, answers=str(self.id), **more)


What = str | Callable[[Json], bool]


class Mailbox:
    """One person of a running sandbox; without an address, all of them."""

    def __init__(self, base: str, address: str = "") -> None:
        self.base = base.rstrip("/")
        self.address = address
        self._after = 0
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(f"{self.base}/sandbox/api/", timeout=aiohttp.ClientTimeout(total=90))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()

    async def gets(self, what: What = "", within: float = PATIENCE) -> Got:
        """The next letter whose subject contains the words, or that the function accepts; those before it are passed over.

        Raises NoLetter when none came within so many seconds.
        """
        seen: list[str] = []
        while found := await self._new(within):
            for letter in reversed(found):
                self._after = letter["id"]
                if what(letter) if callable(what) else what in letter["subject"]:
                    return Got(self, await self.ask("GET", f"letters/{letter['id']}"))
                seen.append(letter["subject"])
        raise NoLetter(f"awaited {what!r}, came {seen!r}")

    async def _new(self, within: float) -> list[Json]:
        wanted = {"box": self.address, "after": str(self._after), "seconds": str(within)}
        return list(await self.ask("GET", "wait", params=wanted))

    async def writes(self, subject: str, text: str, files: Mapping[str, bytes] | None = None, **more: str) -> None:
        """Write to the centre. ``more``: ``name`` of who writes, ``to`` another address, ``answers`` a letter by its number."""
        form = aiohttp.FormData({"address": self.address, "subject": subject, "text": text, **more}, quote_fields=False)
        for file_name, content in (files or {}).items():
            form.add_field("files", content, filename=file_name)
        await self.ask("POST", "letters", data=form)

    async def count(self) -> int:
        """How many letters lie in the box."""
        return len(await self.ask("GET", "letters", params={"box": self.address}))

    async def fails(self, kind: str, times: int | None = None) -> None:
        """Order a failure for this address: see `sandbox.mail.faults.FaultKind`."""
        await self.ask("POST", "faults", json={"kind": kind, "address": self.address, "times": times})

    async def works(self) -> None:
        """Call off the failures of this address."""
        await self.ask("DELETE", "faults", params={"address": self.address})

    async def download(self, path: str) -> bytes:
        """The bytes of an answer."""
        async with self._open.get(path) as response:
            response.raise_for_status()
            return await response.read()

    async def ask(self, verb: str, path: str, **request: Any) -> Any:
        """One request to the control API. Raises ValueError with its reason."""
        async with self._open.request(verb, path, **request) as response:
            answer = await response.json() if response.content_type == "application/json" else None
            if response.status >= 400:
                raise ValueError(f"{response.status} {answer}")
            return answer

    @property
    def _open(self) -> aiohttp.ClientSession:
        assert self._session is not None, "use `async with Mailbox(base, address)`"
        return self._session
