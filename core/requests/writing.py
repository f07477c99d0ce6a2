"""Information requests on paper and in letters: the standard form filled, the letters that carry it and remind of it (2.8.9)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.dates import spoken_date
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.files import StoredFile, stored_file
from core.forms.fields import INFORMATION_REQUEST, form_named
from core.links.desk import new_link, path_of
from core.links.model import OneTimeLink
from core.menu.numbers import centre_number
from core.people.desk import card_of
from core.people.phones import display_phone
from core.regulation import DAY
from core.requests.model import InformationRequest
from core.staff.model import StaffMember
from core.typist import Typist
from core.vocabulary import ChannelName, LinkPurpose
from core.words import say

TemplateOf = Callable[[AsyncSession, str], Awaitable[bytes]]
"""Gives the template of a form that is in force (TemplateDesk.current)."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINK_LIVES = timedelta(days=14)
"""How long after the day due a department may still answer by its link: a late answer is better than none."""
REQUEST, REMINDER, WITHDRAWN = "information_request", "request_reminder", "request_withdrawn"
"""The letters that the typist knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet:
    """The form in force, and what every request of one card says about it; read once, before any number is taken."""

    template: bytes
    facts: Mapping[str, object]


def due_of(answer_by: date, today: date, calendar: WorkCalendar) -> date:
    """A department answers one working day before the applicant is answered, but never before the next working day."""
    return max(calendar.next_working(today), calendar.add_working_days(answer_by, -1))


class Secretary:
    """Types requests and the letters about them."""

    def __init__(self, *, outbox: Outbox, typist: Typist, template_of: TemplateOf, public_url: str, centre_phone: str) -> None:
        self._outbox = outbox
        self._typist = typist
        self._template_of = template_of
        self._public_url = public_url.rstrip("/")
        self._centre_phone = centre_phone

    async def sheet(self, tx: AsyncSession, appeal: Appeal) -> CaseSheet:
        """What the papers of this card are made of."""
        return CaseSheet(template=await self._template_of(tx, INFORMATION_REQUEST), facts=await _case_facts(tx, appeal))

    async def document(
        self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, sheet: CaseSheet, operator_name: str
    ) -> bytes:
        """The standard form as .docx; raises Invalid (fields: template) when the clerk's template cannot be filled."""
        facts = {
            **await self._facts(tx, appeal, request, operator_name),
            **sheet.facts,
            "addressee_position": request.addressee_position,
        }
        return await self._typist.form(sheet.template, form_named(INFORMATION_REQUEST).complete(facts))

    async def page(self, document: bytes) -> str:
        """The document as safe HTML for a screen."""
        return await self._typist.page(document)

    def filed(
        self, request: InformationRequest, document: bytes, now: datetime, staff_id: int | None
    ) -> tuple[StoredFile, AppealFile]:
        """The rows that keep the document on the card; the request has its key."""
        stored = stored_file(document, DOCX, now)
        request.document_key = stored.key
        kept = AppealFile(
            appeal_id=request.appeal_id,
            kind="request",
            file_name=file_name_of(request),
            media_type=DOCX,
            size=len(document),
            storage_key=stored.key,
            added_by_id=staff_id,
            added_at=now,
        )
        return stored, kept

    async def write(
        self,
        tx: AsyncSession,
        request: InformationRequest,
        name: str,
        now: datetime,
        *,
        key: str,
        email: str = "",
        copy_to: str = "",
        sender_name: str | None = None,
        **more: str,
    ) -> Delivery | None:
        """Write a letter about the request to its addressee, or to ``email``; None when ``key`` was used before.

        ``sender_name`` None: that of whoever sent the request.
        """
        appeal = await tx.get_one(Appeal, request.appeal_id)
        if sender_name is None:
            sender = await tx.get(StaffMember, request.sent_by_id) if request.sent_by_id else None
            sender_name = sender.full_name if sender else ""
        facts = {**await self._facts(tx, appeal, request, sender_name), **more}
        links = []
        if name != WITHDRAWN:
            link, facts["link"] = self._link(request, now)
            links.append(link)
        letter = self._typist.letter(name, facts)
        content = {
            "subject": letter.subject,
            "text": letter.text,
            "files": [{"key": request.document_key, "file_name": file_name_of(request), "media_type": DOCX}],
            "kind": {REQUEST: "request", REMINDER: "reminder"}.get(name, "notice"),
            "cc": [copy_to] if copy_to else [],
            "reply_to": f"request:{request.id}",
        }
        return await self._outbox.write_letter(
            tx,
            channel=ChannelName.EMAIL,
            recipient=email or request.addressee_email,
            content=content,
            now=now,
            subject=f"request:{request.id}",
            key=key,
            beside=links,
        )

    def _link(self, request: InformationRequest, now: datetime) -> tuple[OneTimeLink, str]:
        """The row of the link, and its address."""
        last = max(request.due_on, now.astimezone(MOSCOW).date()) + LINK_LIVES + DAY
        ends = datetime.combine(last, time.min, MOSCOW)
        link, token = new_link(LinkPurpose.REQUEST, request.id or 0, now, ends)
        return link, self._public_url + path_of(LinkPurpose.REQUEST, token)

    async def _facts(self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, operator_name: str) -> dict[str, str]:
        department = await tx.get_one(Department, request.department)
        absent = await tx.get(Liaison, request.stands_in_for_id) if request.stands_in_for_id else None
        return {
            "number": request.number,
            "dated": spoken_date(request.prepared_at.astimezone(MOSCOW).date()),
            "addressee_name": request.addressee_name,
            "department": department.name,
            "stands_in_for": absent.full_name if absent else "",
            "appeal_number": appeal.registration_number,
            "urgency": say(f"requests.urgency.{appeal.urgency}"),
            "answer_by": spoken_date(appeal.answer_by),
            "question": request.question,
            "due_on": spoken_date(request.due_on),
            "operator_name": operator_name or say("centre.name"),
            "operator_phone": centre_number(self._centre_phone),
        }


def file_name_of(request: InformationRequest) -> str:
    """Under which name the document is sent and saved."""
    return say("requests.file", number=request.number.replace("/", "-"))


_BROUGHT = (
    select(AppealFile.file_name, AppealFile.size)
    .where(AppealFile.appeal_id == bindparam("appeal"), AppealFile.kind == "applicant")
    .order_by(col(AppealFile.id))
)


async def _case_facts(tx: AsyncSession, appeal: Appeal) -> Mapping[str, object]:
    card = await card_of(tx, appeal.applicant_id)
    kept = (await tx.exec(_BROUGHT, params={"appeal": appeal.id})).all()
    files = [{"name": name, "size": _size(size)} for name, size in kept]
    return {
        "appeal_dated": spoken_date(appeal.registered_at.astimezone(MOSCOW).date()),
        "channel": say(f"requests.channel.{appeal.channel}"),
        "applicant_name": card.full_name or appeal.applicant_name,
        "applicant_contact": ", ".join((*map(display_phone, card.phones), *card.emails)),
        "address": appeal.address,
        "topic": appeal.topic,
        "reply_form": say(f"requests.reply_form.{appeal.reply_form}"),
        "appeal_text": appeal.text,
        "files": files,
    }


def _size(size: int) -> str:
    kilobytes = max(1, round(size / 1024))
    if kilobytes < 1024:
        return say("requests.kilobytes", size=kilobytes)
    return say("requests.megabytes", size=f"{kilobytes / 1024:.1f}".replace(".", ","))
