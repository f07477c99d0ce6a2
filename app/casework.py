"""The desks of the casework, wired by hand: cards, requests, replies, calls, the timetable, the records system."""

from app.files import file_loader
from app.records import open_records
from app.settings import Settings
from core.appeals.casework import CaseDesk
from core.appeals.desk import AppealDesk
from core.appeals.journals import FilterDesk, RefusalJournal
from core.appeals.linking import LinkDesk as CardLinks
from core.appeals.lists import AppealLists
from core.appeals.papers import CasePapers
from core.appeals.reading import CaseReading
from core.audit.desk import AuditDesk
from core.calendar import CalendarOf
from core.calendars.desk import CalendarDesk
from core.calls.closing import ClosingDesk
from core.calls.desk import CallDesk
from core.clock import Clock
from core.control.desk import ControlDesk
from core.deliveries.outbox import Outbox
from core.departments.desk import DepartmentDesk
from core.departments.meaning import Meanings
from core.forms.desk import TemplateDesk
from core.knowledge.duties.desk import DutyDesk
from core.links.desk import LinkDesk
from core.links.downloads import DownloadDesk
from core.office import Casework
from core.privacy.revealing import RevealDesk
from core.records.case_tasks import requested_tasks
from core.records.desk import RecordsDesk
from core.replies.desk import ReplyDesk
from core.reports.desk import ReportDesk
from core.requests.desk import RequestDesk
from core.tasks.desk import TaskDesk
from core.tasks.raising import raise_task
from db.transactions import Transactions
from documents.built_in import built_in
from documents.report.typist import PaperTypist
from documents.typist import DocumentTypist


def build_casework(
    settings: Settings,
    transactions: Transactions,
    clock: Clock,
    outbox: Outbox,
    calendar_of: CalendarOf,
    meanings: Meanings,
) -> Casework:
    """The desks, each with what it works with."""
    typist, url = DocumentTypist(), settings.web.public_url
    templates = TemplateDesk(transactions=transactions, clock=clock, typist=typist, built_in=built_in)
    requests = RequestDesk(
        transactions=transactions,
        clock=clock,
        outbox=outbox,
        typist=typist,
        calendar_of=calendar_of,
        template_of=templates.current,
        public_url=url,
        centre_phone=settings.centre.centre_phone,
    )
    replies = ReplyDesk(
        transactions=transactions,
        clock=clock,
        outbox=outbox,
        typist=typist,
        calendar_of=calendar_of,
        template_of=templates.current,
    )
    return Casework(
        appeals=AppealDesk(transactions=transactions, clock=clock, calendar_of=calendar_of, outbox=outbox),
        lists=AppealLists(transactions=transactions, clock=clock),
        filters=FilterDesk(transactions=transactions, clock=clock),
        refusals=RefusalJournal(transactions=transactions, clock=clock),
        cards=CaseReading(transactions=transactions, clock=clock, calendar_of=calendar_of),
        cases=CaseDesk(transactions=transactions, clock=clock, calendar_of=calendar_of),
        linking=CardLinks(transactions=transactions, clock=clock),
        papers=CasePapers(transactions=transactions, clock=clock),
        tasks=TaskDesk(transactions=transactions, clock=clock),
        departments=DepartmentDesk(transactions=transactions, clock=clock, meanings=meanings),
        requests=requests,
        one_time_links=LinkDesk(transactions=transactions, clock=clock),
        downloads=DownloadDesk(transactions=transactions, clock=clock, public_url=url),
        replies=replies,
        calls=CallDesk(transactions=transactions, clock=clock, calendar_of=calendar_of),
        closing=ClosingDesk(transactions=transactions, clock=clock, outbox=outbox, typist=typist, public_url=url),
        templates=templates,
        calendars=CalendarDesk(transactions=transactions, clock=clock),
        duties=DutyDesk(transactions=transactions, clock=clock),
        records=RecordsDesk(
            transactions=transactions,
            clock=clock,
            system=open_records(settings.records, file_loader(transactions), clock),
            tasks_of=requested_tasks,
            raise_task=raise_task,
        ),
        control=ControlDesk(
            transactions=transactions,
            calendar_of=calendar_of,
            draft_interim=replies.draft_interim_in,
            reminders=requests,
            outbox=outbox,
            public_url=url,
            head_email=settings.centre.head_email,
        ),
        reports=ReportDesk(
            transactions=transactions,
            clock=clock,
            calendar_of=calendar_of,
            typist=PaperTypist(),
            answered_within=settings.centre.answered_within,
        ),
        audit=AuditDesk(transactions=transactions, clock=clock),
        privacy=RevealDesk(transactions=transactions, clock=clock),
    )
