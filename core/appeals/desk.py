"""Appeals: registered or refused by an operator, and shown to the people whose they are (reg. 2.8.3-2.8.8)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, Refusal
from core.appeals.registering import Registration, due_on, register
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import CalendarOf
from core.clock import Clock
from core.conversations.model import Conversation
from core.conversations.speaking import show, speak
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid, NotFound
from core.people.desk import card_of
from core.people.model import ChannelIdentity
from core.regulation import REPLY_TERMS
from core.vocabulary import ChannelName, DeclineReason, ReplyForm, Urgency
from core.words import say
from db.transactions import Transactions

SHOWN_TO_APPLICANT = 10


_LOCKED = (
    select(Conversation, ChannelIdentity)
    .join(ChannelIdentity, col(ChannelIdentity.id) == Conversation.identity_id)
    .where(Conversation.id == bindparam("conversation"))
    .with_for_update(of=Conversation)
)


class AppealDesk:
    """What operators do with appeals; the full casework has its own desks."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf, outbox: Outbox) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        self._outbox = outbox

    async def terms(self) -> list[tuple[Urgency, date, str]]:
        """The due date that a registration today would get for each urgency, with its clause."""
        today = self._clock.today()
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
        return [(urgency, due_on(urgency, today, calendar), term.clause) for urgency, term in REPLY_TERMS.items()]

    async def register(self, conversation_id: int, what: Registration) -> Appeal:
        """Register from a conversation and tell the citizen the number and the term (2.8.7).

        Raises NotFound, NotRegistrable (with ``missing``), Invalid when the form of reply has no address.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation, identity = await _locked(tx, conversation_id)
            card = await card_of(tx, conversation.applicant_id)
            appeal = await register(tx, conversation, card, what, await self._calendar_of(tx), now)
            if not appeal.reply_to and what.reply_form is not ReplyForm.TELEGRAM:
                raise Invalid("the form of reply has no address", fields={"reply_to": "missing"})
            if appeal.registered_at == now:
                await self._say(tx, conversation, identity, registered_words(appeal))
                if what.staff_id is not None:
                    await end_draft(tx, what.staff_id, DraftKind.REGISTER, conversation_id, now)
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            return appeal

    async def refuse(self, conversation_id: int, reason: DeclineReason, said: str, *, staff_id: int) -> None:
        """Write into the journal of refusals that the appeal was not registered, and tell the citizen why (2.8.4)."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation, identity = await _locked(tx, conversation_id)
            tx.add(Refusal(conversation_id=conversation_id, reason=reason, text=said, staff_id=staff_id, refused_at=now))
            await record(tx, now, "appeal.refused", f"conversation:{conversation_id}", staff_id=staff_id, reason=reason)
            await end_draft(tx, staff_id, DraftKind.REFUSAL, conversation_id, now)
            await self._say(tx, conversation, identity, say("appeal.refused", reason=say(f"refusal.{reason}")))

    async def of_applicant(self, tx: AsyncSession, applicant_id: int | None) -> Sequence[Appeal]:
        """The applicant's appeals, newest first."""
        if applicant_id is None:
            return []
        mine = select(Appeal).where(Appeal.applicant_id == applicant_id).order_by(col(Appeal.id).desc()).limit(SHOWN_TO_APPLICANT)
        return (await tx.exec(mine)).all()

    async def _say(self, tx: AsyncSession, conversation: Conversation, identity: ChannelIdentity, words: str) -> None:
        if conversation.channel == ChannelName.VOICE:  # on the telephone the operator says it
            await show(tx, conversation, words, self._clock.now())
        else:
            await speak(tx, self._outbox, (conversation, identity), words, self._clock.now())


async def _locked(tx: AsyncSession, conversation_id: int) -> tuple[Conversation, ChannelIdentity]:
    """The conversation, locked until the transaction ends, and whose it is; raises NotFound."""
    pair = (await tx.exec(_LOCKED, params={"conversation": conversation_id})).first()
    if pair is None:
        raise NotFound("no such conversation")
    return pair


def registered_words(appeal: Appeal) -> str:
    """What the citizen is told on registration: number, term, form of reply."""
    form = say(f"appeal.form.{appeal.reply_form}")
    key = "appeal.registered_by_mail" if appeal.channel == ChannelName.EMAIL else "appeal.registered"
    return say(key, number=appeal.registration_number, due=spoken_date(appeal.due_on), form=form)


def status_words(appeals: Sequence[Appeal], number: str | None) -> str:
    """The state of the applicant's appeals, or of the one whose number was given; nobody else's are ever told."""
    if number:
        digits = "".join(sign for sign in number if sign.isdigit() or sign == "/")
        appeals = [appeal for appeal in appeals if digits and digits.lstrip("0") in _numbers(appeal)]
        if not appeals:
            return say("appeal.unknown", number=number)
    if not appeals:
        return say("appeal.none")
    lines = [
        say(
            "appeal.line",
            number=appeal.registration_number,
            registered=spoken_date(appeal.registered_at.date()),
            status=say(f"appeal.status.{appeal.status}"),
            due=spoken_date(appeal.due_on),
            text=appeal.text[:120],
        )
        for appeal in appeals
    ]
    return "\n\n".join([say("appeal.list"), *lines])


def _numbers(appeal: Appeal) -> set[str]:
    return {str(appeal.number), f"{appeal.number}/{appeal.year}"}
