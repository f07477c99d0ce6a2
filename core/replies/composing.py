"""The words of a reply before an operator edits them: a letter in official style with the facts of the case (reg. 3.3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.clock import MOSCOW
from core.dates import spoken_date
from core.people.desk import ORGANISATION, Card, card_of
from core.people.name_words import Gender, NamePart, name_word
from core.replies.model import Reply
from core.requests.model import Memo
from core.staff.cleaning import clean_text
from core.staff.model import StaffMember
from core.typist import Letter, Typist
from core.vocabulary import MemoOutcome, ReplyKind
from core.words import say


async def compose(
    tx: AsyncSession,
    typist: Typist,
    appeal: Appeal,
    kind: ReplyKind,
    *,
    memos: Sequence[Memo] = (),
    reasons: str = "",
    expected_on: date | None = None,
    operator: str = "",
    card: Card | None = None,
) -> Letter:
    """The letter ``reply_KIND`` with what is known; gaps are left for the operator where nothing is.

    ``card``: the applicant's, when it was read already.
    """
    card = card or await card_of(tx, appeal.applicant_id)
    return typist.letter(f"reply_{kind}", facts_of(appeal, card, memos, reasons, expected_on, operator))


async def recomposed(
    tx: AsyncSession, typist: Typist, appeal: Appeal, reply: Reply, *, reasons: str, expected_on: date | None
) -> Letter | None:
    """The letter of a draft anew with these reasons and this day; None when somebody wrote in it: then their words stay."""
    drafter = await tx.get(StaffMember, reply.drafted_by_id) if reply.drafted_by_id else None
    operator = drafter.full_name if drafter else ""
    memos, kind = await memos_of(tx, appeal.id or 0, reply.memo_ids), ReplyKind(reply.kind)
    made = [
        await compose(tx, typist, appeal, kind, memos=memos, reasons=why, expected_on=day, operator=operator)
        for why, day in ((reply.reasons, reply.expected_on), (reasons, expected_on))
    ]
    before, anew = made
    return anew if reply.body == written(before) else None


def written(letter: Letter) -> str:
    """The text of a letter as a reply keeps it."""
    return clean_text(letter.text).strip()


def facts_of(
    appeal: Appeal, card: Card, memos: Sequence[Memo], reasons: str, expected_on: date | None, operator: str
) -> Mapping[str, str]:
    """The facts of a reply's letter, all of them words."""
    return {
        "salutation": salutation(card),
        "number": appeal.registration_number,
        "registered_on": spoken_date(appeal.registered_at.astimezone(MOSCOW).date()),
        "text": " ".join(appeal.text.split())[:300],
        "answer": "\n\n".join(memo.text.strip() for memo in memos if memo.outcome == MemoOutcome.ANSWERED and memo.text.strip()),
        "reasons": reasons or "\n\n".join(memo.reasons.strip() for memo in memos if memo.reasons.strip()),
        "expected_on": spoken_date(expected_on) if expected_on else "",
        "operator": operator or say("centre.signature"),
    }


def salutation(card: Card) -> str:
    """How the letter begins: by given name and patronymic, agreed with the gender that they show."""
    person = card.applicant
    if person is None or (person.kind == ORGANISATION and person.organisation) or not person.given_name:
        return say("reply.salutation.neutral")
    name = f"{person.given_name} {person.patronymic}".strip()
    genders = _genders(person.given_name, NamePart.GIVEN_NAME)
    if person.patronymic:
        genders = _genders(person.patronymic, NamePart.PATRONYMIC) or genders
    key = next(iter(genders)).value if len(genders) == 1 else "unknown"
    return say(f"reply.salutation.{key}", name=name)


async def memos_of(tx: AsyncSession, appeal_id: int, ids: Collection[int]) -> Sequence[Memo]:
    """These notes of the card, oldest first."""
    chosen = select(Memo).where(Memo.appeal_id == appeal_id, col(Memo.id).in_(list(ids))).order_by(col(Memo.id))
    return (await tx.exec(chosen)).all() if ids else []


def _genders(word: str, part: NamePart) -> frozenset[Gender]:
    return name_word(word).parts.get(part, frozenset())
