"""What a citizen's mail is about, found out before anything is stored: no transaction is open here (the search takes its time)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.conversations.answering import Librarian
from core.knowledge.search import Hit
from core.lexicon.abuse import is_abusive
from core.lexicon.emergency import find_emergency
from core.mail.drafting import topic_of
from core.mail.port import MailPerson, ReadMail
from core.mail.tone import Tone, Wish, tone_of, wish_of

HEARD = 4000
"""Characters of a mail that are judged."""
QUESTION_LIMIT = 300
"""Characters of one query to the knowledge base, which answers questions and not letters."""
MOST_QUESTIONS = 4
_SENTENCE = re.compile(r"[^.!?\n]{8,}\?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Who writes and what it is about. ``official`` handed on what ``writer`` had written to them."""

    writer: MailPerson
    words: str
    subject: str
    official: MailPerson | None = None
    danger: str = ""
    abusive: bool = False
    tone: Tone = Tone.OTHER
    wish: Wish = Wish.QUESTION
    answer: Hit | None = None


async def judge(read: ReadMail, librarian: Librarian, *, official: str | None) -> Judged:
    """``official``: the name of the official from whose address it came, if it did; then a forwarded mail is its writer's.

    The dialogue is not asked: its classifier knows messages of a chat, not letters. The knowledge base is asked with the
    subject, each question, and the beginning; only an answer above its threshold counts.
    """
    writer, words, subject, by = _writer(read, official)
    heard = f"{subject}\n{words}"[:HEARD]
    danger = find_emergency(heard)
    abusive = is_abusive(heard)
    return Judged(
        writer=writer,
        words=words,
        subject=subject,
        official=by,
        danger=danger.kind if danger else "",
        abusive=abusive,
        tone=tone_of(words),
        wish=wish_of(heard),
        answer=None if danger or abusive else await _answer(librarian, subject, words),
    )


def _writer(read: ReadMail, official: str | None) -> tuple[MailPerson, str, str, MailPerson | None]:
    """The writer, their words, the subject, and the official who handed it on.

    A domain that disowns the mail (DMARC) has no officials: anybody can write its address into From.
    """
    forwarded = read.forwarded
    if forwarded is None or official is None or read.checked.dmarc == "fail" or not forwarded.author.address:
        return read.author, read.reading or read.text, read.subject, None
    by = MailPerson(name=official, address=read.author.address)
    return forwarded.author, forwarded.text or read.text, forwarded.subject or read.subject, by


async def _answer(librarian: Librarian, subject: str, words: str) -> Hit | None:
    best: Hit | None = None
    for question in dict.fromkeys(_questions(subject, words)):
        found = await librarian.search(question)
        if found.answered and (best is None or found.hits[0].score > best.score):
            best = found.hits[0]
    return best


def _questions(subject: str, words: str) -> Iterator[str]:
    """What the person may want to know, as short queries."""
    topic = topic_of(subject)
    if len(topic.split()) > 1:
        yield topic[:QUESTION_LIMIT]
    asked = [" ".join(found[0].split()) for found in _SENTENCE.finditer(words[:HEARD])]
    yield from (question[:QUESTION_LIMIT] for question in asked[:MOST_QUESTIONS])
    start = " ".join(words.split())
    if start and len(start) <= QUESTION_LIMIT and not asked:
        yield start
