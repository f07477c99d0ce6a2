"""All desks in one hand: what the adapters get (design decision 9)."""

from dataclasses import dataclass, fields
from typing import Any

from core.appeals.casework import CaseDesk
from core.appeals.desk import AppealDesk
from core.appeals.journals import FilterDesk, RefusalJournal
from core.appeals.linking import LinkDesk as CardLinks
from core.appeals.lists import AppealLists
from core.appeals.papers import CasePapers
from core.appeals.reading import CaseReading
from core.audit.desk import AuditDesk
from core.calendars.closures import ClosureDesk
from core.calendars.desk import CalendarDesk
from core.calls.closing import ClosingDesk
from core.calls.desk import CallDesk
from core.control.desk import ControlDesk
from core.conversations.intake import Intake
from core.conversations.left_deeds import LeftDeeds
from core.conversations.operators import OperatorDesk
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from core.departments.desk import DepartmentDesk
from core.drafts.desk import DraftDesk
from core.duty.desk import DutyDesk as DutyChatDesk
from core.forms.desk import TemplateDesk
from core.judging import FileJudge
from core.keeping.copying import CopyDesk
from core.keeping.desk import KeepingDesk
from core.keeping.wishes import ErasureDesk
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.duties.desk import DutyDesk
from core.knowledge.editor.desk import EditorDesk
from core.links.desk import LinkDesk
from core.links.downloads import DownloadDesk
from core.mail.desk import MailDesk
from core.mail.routing import Router as MailRouter
from core.menu.desk import MenuDesk
from core.news.desk import NewsDesk
from core.people.desk import ApplicantDesk
from core.people.page import CitizenDesk
from core.phone.answers import PhoneAnswers
from core.phone.attempts import Attempts
from core.phone.calling_out import CallingOut
from core.phone.desk import PhoneDesk
from core.phone.hours import HoursDesk
from core.phone.sounds import RecordingDesk
from core.phone.standing import TalkReading
from core.phone.sweeping import Sweeper
from core.phone.switching import Switching
from core.privacy.revealing import RevealDesk
from core.quality.desk import QualityDesk
from core.records.desk import RecordsDesk
from core.replies.desk import ReplyDesk
from core.reports.desk import ReportDesk
from core.requests.desk import RequestDesk
from core.staff.desk import StaffDesk
from core.tasks.desk import TaskDesk
from core.training.touring import TourDesk


class Desks:
    """Some desks. It is a mapping as well, so that an office takes them all at once: ``Office(..., **casework)``.

    None of these has slots: two classes with slots cannot be joined into one.
    """

    def keys(self) -> list[str]:
        """The desks' names."""
        return [field.name for field in fields(self)]  # type: ignore[arg-type]  # each of these classes is a dataclass

    def __getitem__(self, name: str) -> Any:  # each desk has a type of its own
        return getattr(self, name)


@dataclass(frozen=True, kw_only=True)
class Casework(Desks):
    """The desks of the casework."""

    appeals: AppealDesk
    lists: AppealLists
    filters: FilterDesk
    refusals: RefusalJournal
    cards: CaseReading
    cases: CaseDesk
    linking: CardLinks
    papers: CasePapers
    tasks: TaskDesk
    departments: DepartmentDesk
    requests: RequestDesk
    one_time_links: LinkDesk
    downloads: DownloadDesk
    replies: ReplyDesk
    calls: CallDesk
    closing: ClosingDesk
    templates: TemplateDesk
    calendars: CalendarDesk
    duties: DutyDesk
    records: RecordsDesk
    control: ControlDesk
    reports: ReportDesk
    audit: AuditDesk
    privacy: RevealDesk


@dataclass(frozen=True, kw_only=True)
class Telephone(Desks):
    """The desks of the telephone."""

    phone: PhoneDesk
    switching: Switching
    calling_out: CallingOut
    attempts: Attempts
    sweeper: Sweeper
    hours: HoursDesk
    answers: PhoneAnswers
    talks: TalkReading
    recordings: RecordingDesk


@dataclass(frozen=True, kw_only=True)
class Office(Casework, Telephone):
    """The desks of the contact centre."""

    intake: Intake
    reception: Reception
    deliveries: DeliveryDesk
    operators: OperatorDesk
    staff: StaffDesk
    applicants: ApplicantDesk
    knowledge: KnowledgeDesk
    editor: EditorDesk
    people: CitizenDesk
    duty: DutyChatDesk
    mail: MailDesk
    mail_router: MailRouter
    news: NewsDesk
    menu: MenuDesk
    closures: ClosureDesk
    quality: QualityDesk
    drafts: DraftDesk
    tours: TourDesk
    keeping: KeepingDesk
    judge: FileJudge
    copies: CopyDesk
    erasures: ErasureDesk
    left_deeds: LeftDeeds
