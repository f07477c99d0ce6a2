"""What the inbox needs of the office."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from core.appeals.casework import CaseDesk
from core.appeals.desk import AppealDesk
from core.appeals.journals import FilterDesk, RefusalJournal
from core.appeals.linking import LinkDesk
from core.appeals.lists import AppealLists
from core.appeals.next_step import Papers
from core.appeals.reading import CaseReading
from core.audit.desk import AuditDesk
from core.calendars.closures import ClosureDesk
from core.calendars.desk import CalendarDesk
from core.calls.closing import ClosingDesk
from core.calls.desk import CallDesk
from core.conversations.left_deeds import LeftDeeds
from core.conversations.operators import OperatorDesk
from core.departments.desk import DepartmentDesk
from core.drafts.desk import DraftDesk
from core.duty.desk import DutyDesk
from core.forms.desk import TemplateDesk
from core.judging import FileJudge
from core.keeping.copying import CopyDesk
from core.keeping.desk import KeepingDesk
from core.keeping.wishes import ErasureDesk
from core.knowledge.duties.desk import DutyDesk as KnowledgeDutyDesk
from core.knowledge.editor.desk import EditorDesk
from core.mail.desk import MailDesk
from core.menu.desk import MenuDesk
from core.news.desk import NewsDesk
from core.people.desk import ApplicantDesk
from core.people.page import CitizenDesk
from core.phone.calling_out import CallingOut
from core.phone.desk import PhoneDesk
from core.phone.sounds import RecordingDesk
from core.phone.switching import Switching
from core.privacy.revealing import RevealDesk
from core.quality.desk import QualityDesk
from core.records.desk import RecordsDesk
from core.replies.desk import ReplyDesk
from core.reports.desk import ReportDesk
from core.requests.desk import RequestDesk
from core.staff.asker import Asker
from core.staff.desk import StaffDesk
from core.tasks.desk import TaskDesk
from core.training.touring import TourDesk


class Found(Protocol):
    """An article that a search found."""

    @property
    def article_id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def confirmed_on(self) -> date | None: ...
    @property
    def stale(self) -> bool: ...
    @property
    def score(self) -> float: ...


class FoundArticles(Protocol):
    """The result of a search, best first."""

    @property
    def hits(self) -> Sequence[Found]: ...


class Knowledge(Protocol):
    """Whoever searches the knowledge base."""

    async def search(self, query: str, limit: int = 3, *, for_staff: bool = False) -> FoundArticles:
        """The best articles; ``for_staff`` shows those of restricted access too (2.10)."""
        ...

    async def department_names(self) -> Mapping[str, str]:
        """Names by keys."""
        ...


class CasePapers(Protocol):
    """Whoever knows what lies on a card: its requests, replies and calls."""

    async def of_appeal(self, asker: Asker, appeal_id: int) -> Papers:
        """What decides about the main step; raises NotAllowed."""
        ...


class InboxOffice(Protocol):
    """The desks that the inbox calls."""

    @property
    def operators(self) -> OperatorDesk: ...
    @property
    def staff(self) -> StaffDesk: ...
    @property
    def appeals(self) -> AppealDesk: ...
    @property
    def applicants(self) -> ApplicantDesk: ...
    @property
    def knowledge(self) -> Knowledge: ...
    @property
    def closures(self) -> ClosureDesk: ...
    @property
    def menu(self) -> MenuDesk: ...
    @property
    def editor(self) -> EditorDesk: ...
    @property
    def lists(self) -> AppealLists: ...
    @property
    def cards(self) -> CaseReading: ...
    @property
    def cases(self) -> CaseDesk: ...
    @property
    def linking(self) -> LinkDesk: ...
    @property
    def filters(self) -> FilterDesk: ...
    @property
    def tasks(self) -> TaskDesk: ...
    @property
    def papers(self) -> CasePapers: ...
    @property
    def records(self) -> RecordsDesk: ...
    @property
    def requests(self) -> RequestDesk: ...
    @property
    def people(self) -> CitizenDesk: ...
    @property
    def refusals(self) -> RefusalJournal: ...
    @property
    def departments(self) -> DepartmentDesk: ...
    @property
    def calendars(self) -> CalendarDesk: ...
    @property
    def templates(self) -> TemplateDesk: ...
    @property
    def duties(self) -> KnowledgeDutyDesk: ...
    @property
    def duty(self) -> DutyDesk: ...
    @property
    def replies(self) -> ReplyDesk: ...
    @property
    def calls(self) -> CallDesk: ...
    @property
    def closing(self) -> ClosingDesk: ...
    @property
    def mail(self) -> MailDesk: ...
    @property
    def phone(self) -> PhoneDesk: ...
    @property
    def switching(self) -> Switching: ...
    @property
    def calling_out(self) -> CallingOut: ...
    @property
    def recordings(self) -> RecordingDesk: ...
    @property
    def left_deeds(self) -> LeftDeeds: ...
    @property
    def news(self) -> NewsDesk: ...
    @property
    def quality(self) -> QualityDesk: ...
    @property
    def keeping(self) -> KeepingDesk: ...
    @property
    def judge(self) -> FileJudge: ...
    @property
    def copies(self) -> CopyDesk: ...
    @property
    def erasures(self) -> ErasureDesk: ...
    @property
    def reports(self) -> ReportDesk: ...
    @property
    def drafts(self) -> DraftDesk: ...
    @property
    def tours(self) -> TourDesk: ...
    @property
    def audit(self) -> AuditDesk: ...
    @property
    def privacy(self) -> RevealDesk: ...
