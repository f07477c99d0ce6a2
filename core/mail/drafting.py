"""What a registration card could be filled with from a mail: proposed, for the operator to look at (reg. 2.8.3, 2.8.6, 3.2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.mail.answering import bare_subject
from core.mail.places import find_address
from core.mail.port import MailPerson
from core.mail.tone import Wish
from core.people.names import find_full_name
from core.people.phones import find_phones
from core.vocabulary import ReplyForm, Urgency

SIGNATURE = 400
"""Characters after the person's words in which a signature is looked for."""
TOPIC_LIMIT = 200
TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDraft:
    """Proposed fields of an applicant's card and of a registration; empty where the mail says nothing."""

    full_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    topic: str = ""
    text: str = ""
    urgency: Urgency = Urgency.LONG_TERM
    reply_form: ReplyForm = ReplyForm.EMAIL
    reply_to: str = ""
    wish: Wish = Wish.QUESTION


def draft_card(writer: MailPerson, subject: str, words: str, whole: str, wish: Wish) -> CardDraft:
    """From the writer's words, the signature below them, and the name in the header."""
    signed = words + "\n" + whole.partition(words)[2][:SIGNATURE] if words and words in whole else words
    name = find_full_name(signed, expected=False) or find_full_name(writer.name, expected=True)
    return CardDraft(
        full_name=name.full() if name else "",
        phone=next(iter(find_phones(signed)), ""),
        email=writer.address,
        address=find_address(words),
        topic=topic_of(subject),
        text=words.strip()[:TEXT_LIMIT],
        urgency=Urgency.URGENT if wish is Wish.URGENT else Urgency.LONG_TERM,
        reply_to=writer.address,
        wish=wish,
    )


def topic_of(subject: str) -> str:
    """The subject without the marks of an answer."""
    return bare_subject(subject)[:TOPIC_LIMIT]


def kept(draft: CardDraft) -> dict[str, Any]:
    """As it is kept with the mail."""
    return asdict(draft)


def draft_of(found: Mapping[str, Any]) -> CardDraft:
    """The draft that was kept."""
    given = dict(found)
    return CardDraft(
        **{**given, "urgency": Urgency(given["urgency"]), "reply_form": ReplyForm(given["reply_form"]), "wish": Wish(given["wish"])}
    )
