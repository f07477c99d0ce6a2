"""A department answers a request by mail: its file is the official note, its "cannot" a proposal for the operator (reg. 2.8.10)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.appeals.workflow import Move, locked_appeal, make_move
from core.clock import MOSCOW
from core.errors import Invalid
from core.lexicon.tokens import read_yaml
from core.mail.keeping import parts_of
from core.mail.model import Mail, MailPart
from core.mail.port import FileKind, ReadMail
from core.mail.threads import Thread, answers_for
from core.mail.tone import refuses
from core.mail.vocabulary import Place
from core.requests.memos import MemoFile, MemoForm, ReadMemo, read_memo
from core.requests.model import InformationRequest, Memo
from core.requests.receiving import MAIL
from core.requests.states import AWAITED
from core.staff.asker import Asker
from core.tasks.raising import raise_task
from core.vocabulary import MemoOutcome, RequestStatus, TaskKind
from core.words import say

UNSAFE = frozenset({"bomb", "encrypted", "executable", "infected"})
"""Warnings with which a file is not opened, so it is no note."""
NOTE_LIMIT = 4000
LOOKED_AT = 3000
"""Characters of a note in which its number, its day and a refusal are looked for."""
TAKES_NOTES = (*AWAITED, RequestStatus.CANNOT)


class Notes(Protocol):
    """Whoever keeps official notes (core.requests.desk.RequestDesk)."""

    async def receive_memo_in(
        self, tx: AsyncSession, request_id: int, read: ReadMemo, *, came_by: str, asker: Asker | None, client_key: str = ""
    ) -> Memo:
        """Keep a note in the caller's transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A department's mail, read: its note if a file is one, which part that was, and whether the department says it cannot."""

    memo: ReadMemo | None
    part: int | None
    cannot: bool


class Departments:
    """Takes departments' mails in."""

    def __init__(self, *, notes: Notes) -> None:
        self._notes = notes

    async def receive(self, tx: AsyncSession, mail: Mail, read: ReadMail, thread: Thread, answer: Answer, now: datetime) -> None:
        """Keep the note, or propose the refusal, or note the words; each is a task for the operator.

        An address that does not speak for the department is flagged; its token was sealed by us, so its answer is taken.
        """
        if thread.request is None:
            raise ValueError("an answer belongs to a request")
        request_id = thread.request.id or 0
        mail.request_id, mail.appeal_id = request_id, thread.request.appeal_id
        appeal = await locked_appeal(tx, thread.request.appeal_id)
        request = await tx.get_one(InformationRequest, request_id, with_for_update=True, populate_existing=True)
        flags = [] if await answers_for(tx, request, read.author.address) else ["unknown_sender"]
        parts = await parts_of(tx, mail.id or 0)
        if answer.cannot and request.status in TAKES_NOTES:
            mail.came_to, mail.needs_look = Place.PROPOSAL, True
            await self._raise(tx, TaskKind.DEPARTMENT_CANNOT, appeal, request, mail, now, [*flags, "proposed"])
        elif answer.memo is not None and request.status in TAKES_NOTES:
            memo = await self._notes.receive_memo_in(
                tx, request_id, answer.memo, came_by=MAIL, asker=None, client_key=f"mail:{mail.id}"
            )
            mail.came_to = Place.MEMO
            details: dict[str, object] = {"mail_id": mail.id, "request_id": request_id, "memo_id": memo.id}
            others = [part for part in parts if part.number != answer.part]
            await _put_on_card(tx, appeal, others, now, "", details)
            if flags:
                mail.needs_look = True
        else:
            mail.came_to, mail.needs_look = Place.NOTE, True
            await _put_on_card(tx, appeal, parts, now, read.reading, {"mail_id": mail.id, "request_id": request_id})
            await self._raise(tx, TaskKind.DEPARTMENT_WROTE, appeal, request, mail, now, flags)

    async def _raise(
        self,
        tx: AsyncSession,
        kind: TaskKind,
        appeal: Appeal,
        request: InformationRequest,
        mail: Mail,
        now: datetime,
        flags: Sequence[str],
    ) -> None:
        await raise_task(
            tx,
            kind,
            now,
            key=f"mail:{mail.id}",
            appeal_id=appeal.id,
            request_id=request.id,
            department=request.department,
            assignee_id=appeal.assignee_id,
            due_on=appeal.answer_by,
            mail=mail.id,
            number=request.number,
            flags=list(flags),
        )


async def read_answer(parts: Sequence[tuple[MailPart, bytes]], mail: Mail, request: InformationRequest, today: date) -> Answer:
    """The first file that is a note. No transaction is open here: a document takes up to seconds to read."""
    refusal = refuses(mail.reading or mail.text)
    for part, content in parts:
        if part.kind != FileKind.ATTACHMENT or not content or UNSAFE & set(part.warnings):
            continue
        form = _form(mail, request, part, content)
        try:
            memo = await read_memo(form, today)
        except Invalid:
            continue
        number, dated_on = _number_in(memo.text)
        if dated_on is None or not _day(request.prepared_at) <= dated_on <= today:
            dated_on = memo.dated_on
        exact = ReadMemo(
            number=number or memo.number,
            dated_on=dated_on,
            signed_by=memo.signed_by,
            outcome=memo.outcome,
            reasons="",
            file=memo.file,
            media_type=memo.media_type,
            text=memo.text,
            text_state=memo.text_state,
        )
        return Answer(memo=exact, part=part.number, cannot=refusal or refuses(memo.text[:LOOKED_AT]))
    return Answer(memo=None, part=None, cannot=refusal)


def _form(mail: Mail, request: InformationRequest, part: MailPart, content: bytes) -> MemoForm:
    """A note of which only the file and the sender are known yet."""
    is_addressee = mail.author == request.addressee_email.casefold()
    signed_by = request.addressee_name if is_addressee else mail.author_name or mail.author
    return MemoForm(
        number=say("mail.memo_number"),
        dated_on=_day(mail.received_at),
        signed_by=signed_by or say("mail.memo_signed"),
        outcome=MemoOutcome.ANSWERED,
        file=MemoFile(file_name=part.name, content=content),
    )


def _number_in(text: str) -> tuple[str, date | None]:
    """The number and the day of a note, as it says them itself."""
    found = _numbered().search(text[:LOOKED_AT])
    if found is None:
        return "", None
    day, month, year = (int(found[name]) for name in ("day", "month", "year"))
    try:
        return found["number"], date(year, month, day)
    except ValueError:
        return found["number"], None


async def _put_on_card(
    tx: AsyncSession, appeal: Appeal, parts: Sequence[MailPart], now: datetime, words: str, details: dict[str, object]
) -> None:
    """The other files, and words that are no note, stay with the card."""
    for part in parts:
        if part.kind == FileKind.ATTACHMENT and part.storage_key and not UNSAFE & set(part.warnings):
            tx.add(
                AppealFile(
                    appeal_id=appeal.id or 0,
                    kind="memo",
                    file_name=part.name,
                    media_type=part.media_type,
                    size=part.size,
                    storage_key=part.storage_key,
                    added_at=now,
                )
            )
            details["file_name"] = part.name
    if words or "file_name" in details:
        await make_move(tx, appeal, Move.FILE, now, note=words[:NOTE_LIMIT], details=details)


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()


@cache
def _numbered() -> re.Pattern[str]:
    words = cast(dict[str, list[str]], read_yaml(Path(__file__).parent / "departments.yaml"))
    marks, of = ("|".join(map(re.escape, words[part])) for part in ("numbers", "of"))
    number, day = r"(?P<number>[\w./-]{1,30})", r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)"
    return re.compile(rf"(?:{marks})\s?{number}\s+(?:{of})\s+{day}", re.IGNORECASE)
