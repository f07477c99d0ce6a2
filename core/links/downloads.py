"""Files that were too big for a mail: a secret link in the letter lets its reader fetch them for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.deliveries.model import Delivery
from core.errors import NotFound
from core.files import StoredFile, load_file
from core.links.desk import make_link, open_link, path_of
from core.vocabulary import LinkPurpose
from db.transactions import Transactions

DOWNLOAD_LIVES = timedelta(days=30)
"""As long as an appeal is answered in (59-FZ, 12); after it the reader asks for the files again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file that can be fetched; ``number`` counts from 1 in the order of the letter, ``size`` is in bytes."""

    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file with its bytes."""

    name: str
    media_type: str
    content: bytes


class DownloadDesk:
    """Opens downloads of a delivery's files, and gives the files to whoever has the link."""

    def __init__(self, *, transactions: Transactions, clock: Clock, public_url: str) -> None:
        self._transactions = transactions
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    async def offer(self, delivery_id: int) -> str:
        """A new link to all files of the delivery, good for DOWNLOAD_LIVES; raises NotFound for an unknown delivery.

        Each try to send a letter makes one, because a token is kept nowhere; all of them open the same files.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            if await tx.get(Delivery, delivery_id) is None:
                raise NotFound("no such delivery")
            token = await make_link(tx, LinkPurpose.DOWNLOAD, delivery_id, now, now + DOWNLOAD_LIVES)
        return self._public_url + path_of(LinkPurpose.DOWNLOAD, token)

    async def offered(self, token: str) -> list[Offered]:
        """What the link opens; a file that is kept no more is left out. Raises NotFound, LinkExpired."""
        async with self._transactions.begin() as tx:
            named = await self._named(tx, token)
            wanted = select(StoredFile.key, StoredFile.size).where(col(StoredFile.key).in_([key for key, _, _ in named]))
            sizes = {key: size for key, size in await tx.exec(wanted)}
        return [
            Offered(number=number, name=name, media_type=media_type, size=sizes[key])
            for number, (key, name, media_type) in enumerate(named, 1)
            if key in sizes
        ]

    async def fetch(self, token: str, number: int) -> Fetched:
        """One of its files. Raises NotFound, LinkExpired."""
        async with self._transactions.begin() as tx:
            named = await self._named(tx, token)
            if not 1 <= number <= len(named):
                raise NotFound("no such file")
            key, name, media_type = named[number - 1]
            return Fetched(name=name, media_type=media_type, content=(await load_file(tx, key)).content)

    async def _named(self, tx: AsyncSession, token: str) -> Sequence[tuple[str, str, str]]:
        """Key, name and media type of each file of the delivery."""
        link = await open_link(tx, token, self._clock.now(), LinkPurpose.DOWNLOAD)
        delivery = await tx.get(Delivery, link.subject_id)
        files = [] if delivery is None else delivery.content.get("files") or []
        return [
            (
                str(file["key"]),
                str(file.get("file_name") or file["key"][:8]),
                str(file.get("media_type") or "application/octet-stream"),
            )
            for file in files
        ]
