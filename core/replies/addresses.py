"""In which form an applicant can be answered, and where (reg. 2.8.8)."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.conversations.model import Conversation
from core.people.desk import PHONE, Card, card_of
from core.people.model import ChannelIdentity, ContactPoint
from core.people.phones import find_phones
from core.vocabulary import ChannelName, ReplyForm

OFFERED = (ReplyForm.EMAIL, ReplyForm.TELEGRAM, ReplyForm.PHONE, ReplyForm.POST)
"""The quickest first."""
_PHONE = (
    select(ContactPoint.value)
    .where(ContactPoint.applicant_id == bindparam("applicant"), ContactPoint.kind == PHONE)
    .order_by(col(ContactPoint.id))
    .limit(1)
)
_OWN = select(Conversation.identity_id).where(Conversation.id == bindparam("conversation")).scalar_subquery()
_ACCOUNT = (
    select(ChannelIdentity.external_id)
    .where(
        or_(ChannelIdentity.applicant_id == bindparam("applicant"), ChannelIdentity.id == _OWN),
        ChannelIdentity.channel == ChannelName.TELEGRAM,
        col(ChannelIdentity.blocked_at).is_(None),
    )
    .order_by((col(ChannelIdentity.id) == _OWN).desc(), col(ChannelIdentity.id).desc())
)


async def addresses_of(tx: AsyncSession, appeal: Appeal, card: Card | None = None) -> Mapping[ReplyForm, str]:
    """Where the applicant can be reached in each form; a form without an address is left out. The card's own choice comes first.

    ``card``: the applicant's, when it was read already.
    """
    card = card or await card_of(tx, appeal.applicant_id)
    found = {
        ReplyForm.EMAIL: card.emails[0] if card.emails else "",
        ReplyForm.TELEGRAM: await _telegram(tx, appeal),
        ReplyForm.PHONE: card.phones[0] if card.phones else "",
        ReplyForm.POST: card.applicant.postal_address if card.applicant else "",
    }
    match ReplyForm(appeal.reply_form):
        case ReplyForm.TELEGRAM:
            pass  # only the account itself counts
        case ReplyForm.PHONE:
            found[ReplyForm.PHONE] = _chosen_phone(appeal) or found[ReplyForm.PHONE]
        case form if appeal.reply_to:
            found[form] = appeal.reply_to
    return {form: address for form, address in found.items() if address}


async def phone_of(tx: AsyncSession, appeal: Appeal) -> str:
    """The telephone that ``addresses_of`` gives; empty when none is known."""
    return _chosen_phone(appeal) or (await tx.exec(_PHONE, params={"applicant": appeal.applicant_id})).first() or ""


def next_form(addresses: Mapping[ReplyForm, str], wanted: str, tried: Collection[str]) -> ReplyForm | None:
    """The applicant's own choice, else the quickest form that was not tried yet; None when there is none left."""
    for form in (ReplyForm(wanted), *OFFERED):
        if form in addresses and form not in tried:
            return form
    return None


def _chosen_phone(appeal: Appeal) -> str:
    if appeal.reply_form != ReplyForm.PHONE:
        return ""
    return next(iter(find_phones(appeal.reply_to, expected=True)), "")


async def _telegram(tx: AsyncSession, appeal: Appeal) -> str:
    """The account that the appeal came from, else the newest of the applicant; one that stopped the bot is none."""
    about = {"applicant": appeal.applicant_id, "conversation": appeal.conversation_id}
    return (await tx.exec(_ACCOUNT, params=about)).first() or ""
