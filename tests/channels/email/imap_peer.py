"""A small IMAP server whose answers a test chooses: for what Dovecot never does, and where Dovecot is not."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

CAPABILITIES = "IMAP4rev1 IDLE AUTH=PLAIN MOVE"
DROP = "drop"
"""Among what an IDLE is answered: the connection is closed then."""
DATE = '"25-Nov-2026 12:00:00 +0300"'


@dataclass
class Peer:
    """Its mailbox, and what it says besides.

    ``mails`` by number. ``says`` answers a command otherwise: by its first words, with lines to send (``{tag}`` is the command's);
    an empty list closes the connection. An IDLE lasts until it is ended. ``heard`` has every command.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    capabilities: str = CAPABILITIES
    greeting: str = "* OK ready"
    says: dict[str, list[str]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until it heard or was told something."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(met), 10)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from greeting to end."""
        try:
            writer.write(f"{self.greeting}\r\n".encode())
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                self.heard.append(command)
                async with self.changed:
                    self.changed.notify_all()
                if not await self._answer(tag, command, reader, writer):
                    return
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer(self, tag: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for words, lines in self.says.items():
            if command.startswith(words) and not (command == "IDLE" and lines):
                writer.write("".join(f"{one.format(tag=tag)}\r\n" for one in lines).encode())
                return bool(lines)
        if command.startswith("AUTHENTICATE"):
            writer.write(b"+ \r\n")
            await reader.readline()
        if command == "IDLE":
            lines = self.says.get("IDLE", ["+ idling"])
            writer.write("".join(f"{line}\r\n" for line in lines if line != DROP).encode())
            if DROP in lines:
                return False
            await reader.readline()
        writer.write(b"".join(self._lines(command)) + f"{tag} OK done\r\n".encode())
        return True

    def _lines(self, command: str) -> list[bytes]:
        if command == "CAPABILITY":
            return [f"* CAPABILITY {self.capabilities}\r\n".encode()]
        if command.startswith(("SELECT", "EXAMINE")):
            return [f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n".encode()]
        if command.startswith("UID SEARCH"):
            first = int(command.split()[3].partition(":")[0])
            found = [str(uid) for uid in self.mails if uid >= first] or [str(uid) for uid in list(self.mails)[-1:]]
            return [f"* SEARCH {' '.join(found)}\r\n".encode()]
        if command.startswith("UID FETCH"):
            return [self._fetched(uid, command) for uid in self._wanted(command) if uid in self.mails]
        return []

    def _wanted(self, command: str) -> list[int]:
        return [int(uid) for uid in command.split()[2].split(",")]

    def _fetched(self, uid: int, command: str) -> bytes:
        content = self.mails[uid]
        if "RFC822.SIZE" in command:
            return f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(content)})\r\n".encode()
        section = "BODY[]"
        if (cut := re.search(r"BODY\.PEEK\[HEADER\]<0\.(\d+)>", command)) is not None:
            section, content = "BODY[HEADER]<0>", content.partition(b"\r\n\r\n")[0][: int(cut[1])] + b"\r\n\r\n"
        head = f"* {uid} FETCH (UID {uid} INTERNALDATE {DATE} {section} {{{len(content)}}}\r\n"
        return head.encode() + content + b")\r\n"
