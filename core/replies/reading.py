"""Replies for the screens: what lies on a card, and how a letter will look on paper and in Word (reg. 2.8.8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.readings import Readings
from core.audit.trail import record
from core.clock import Clock
from core.errors import NotFound
from core.files import StoredFile, load_file
from core.forms.fields import REPLY_LETTER, form_named
from core.replies.addresses import addresses_of, next_form
from core.replies.model import Reply
from core.replies.posting import file_name_of, printed_of
from core.requests.writing import TemplateOf
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.typist import PrintedLetter, Typist
from core.vocabulary import ReplyForm, ReplyState
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """A reply; after a failure ``next_form`` is the form to try now and ``next_address`` where, if one is left."""

    reply: Reply
    next_form: ReplyForm | None
    next_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReplies:
    """The replies of a card that were not dropped, oldest first, and where the applicant can be reached in each form."""

    replies: Sequence[ReplyView]
    addresses: Mapping[ReplyForm, str]


class ReplyReading:
    """Reads replies and shows their pages; who had a letter is audited."""

    def __init__(self, *, transactions: Transactions, clock: Clock, typist: Typist, template_of: TemplateOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._readings = Readings()
        self._typist = typist
        self._template_of = template_of

    async def of_appeal(self, asker: Asker, appeal_id: int) -> CaseReplies:
        """An unknown card has none. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        kept = select(Reply).where(Reply.appeal_id == appeal_id, Reply.state != ReplyState.DROPPED)
        async with self._transactions.begin() as tx:
            appeal = await tx.get(Appeal, appeal_id)
            if appeal is None:
                return CaseReplies(replies=(), addresses={})
            addresses = await addresses_of(tx, appeal)
            replies = [_view(one, appeal, addresses) for one in (await tx.exec(kept.order_by(col(Reply.id)))).all()]
        return CaseReplies(replies=replies, addresses=addresses)

    async def preview(self, asker: Asker, reply_id: int) -> bytes:
        """The page that the post would carry, as PDF. Raises NotAllowed, NotFound."""
        return await self._typist.printable(await self._letter(asker, reply_id))

    async def pictures(self, asker: Asker, reply_id: int) -> Sequence[bytes]:
        """The same pages as pictures (PNG) for the screen. Raises NotAllowed, NotFound."""
        return await self._typist.pictures(await self._letter(asker, reply_id))

    async def word(self, asker: Asker, reply_id: int) -> tuple[str, bytes]:
        """The letter as .docx by the standard form, to be edited in Word, with its file name.

        Raises NotAllowed, NotFound, Invalid (fields: template) when the clerk's template cannot be filled.
        """
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            appeal, reply = await _found(tx, reply_id)
            letter = await printed_of(tx, appeal, reply, self._clock.today(), asker.full_name)
            template = await self._template_of(tx, REPLY_LETTER)
            await self._note(tx, asker, reply_id)
        facts = {name: getattr(letter, name) for name in PrintedLetter.__dataclass_fields__} | {"operator_name": asker.full_name}
        return file_name_of(appeal, "docx"), await self._typist.form(template, form_named(REPLY_LETTER).complete(facts))

    async def document(self, asker: Asker, reply_id: int) -> StoredFile:
        """The page that was put to print. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            reply = await tx.get(Reply, reply_id)
            if reply is None or not reply.document_key:
                raise NotFound("no such document")
            await self._note(tx, asker, reply_id)
            return await load_file(tx, reply.document_key)

    async def _letter(self, asker: Asker, reply_id: int) -> PrintedLetter:
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            appeal, reply = await _found(tx, reply_id)
            await self._note(tx, asker, reply_id)
            return await printed_of(tx, appeal, reply, self._clock.today(), asker.full_name)

    async def _note(self, tx: AsyncSession, asker: Asker, reply_id: int) -> None:
        now, subject = self._clock.now(), f"reply:{reply_id}"
        if self._readings.is_new(asker.id, subject, now):
            await record(tx, now, "reply.opened", subject, staff_id=asker.id)


async def _found(tx: AsyncSession, reply_id: int) -> tuple[Appeal, Reply]:
    reply = await tx.get(Reply, reply_id)
    if reply is None:
        raise NotFound("no such reply")
    return await tx.get_one(Appeal, reply.appeal_id), reply


def _view(reply: Reply, appeal: Appeal, addresses: Mapping[ReplyForm, str]) -> ReplyView:
    tried: Collection[str] = reply.tried
    offered = next_form(addresses, appeal.reply_form, tried) if reply.state == ReplyState.FAILED else None
    return ReplyView(reply=reply, next_form=offered, next_address=addresses.get(offered, "") if offered else "")
