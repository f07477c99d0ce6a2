"""From the desks' words to the casework's models, and back from a filter to what the desk looks for."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from core.appeals.linking import Like, Linked
from core.appeals.lists import AWAITED, NOBODY, AppealPage, AppealRow, Board, Wanted
from core.appeals.model import AppealFile, SavedFilter
from core.appeals.next_step import NextStep, Papers, next_step
from core.appeals.reading import CaseView, Line
from core.appeals.workflow import MOVES
from core.records.own_journal import OwnJournal
from core.records.port import RecordState
from core.records.showing import RecordOnCard, RecordStep
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.tasks.desk import ALARMS, TaskShown
from core.tasks.model import StaffTask
from core.vocabulary import AppealStatus, TaskKind
from inbox.web import mapping
from inbox.web.casework import schemas
from inbox.web.casework.record_schemas import RecordStepView, RecordView
from inbox.web.schemas import StaffBrief

TERM_ALARMS = frozenset({TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED})
"""An interim reply answers these (2.8.10)."""
ME, NOBODYS = "me", "nobody"
Record = tuple[RecordOnCard | None, Sequence[RecordStep]]
"""How far the telling of the records system has come, and its steps."""


def assignee(asked: str, asker: Asker) -> int | None:
    """Whose cards "me" and "nobody" mean; None for anything else."""
    return {ME: asker.id, NOBODYS: NOBODY}.get(asked)


def wanted(asked: schemas.AppealFilter, asker: Asker, today: date) -> Wanted:
    """What the desk looks for; "mine" and "overdue" are said of this person on this day."""
    whose = assignee(asked.assignee, asker)
    answer_from, answer_to = _days_of(asked.term, today)
    return Wanted(
        words=asked.words,
        statuses=asked.statuses,
        urgency=asked.urgency,
        channel=asked.channel,
        department=asked.department,
        assignee_id=asked.assignee_id if whose is None else whose,
        applicant_id=asked.applicant_id,
        registered_from=asked.registered_from,
        registered_to=asked.registered_to,
        answer_from=answer_from,
        answer_to=answer_to,
        awaited=asked.awaited or bool(asked.term),
        by_term=asked.by_term,
    )


def columns(board: Board) -> list[tuple[str, int, schemas.AppealFilter]]:
    """The columns of the board: key, count, and the filter behind each."""
    waiting = {"overdue": board.overdue, "today": board.due_today, "week": board.this_week, "later": board.later}
    made = [
        (key, count, schemas.AppealFilter.model_validate({"term": key, "awaited": True, "by_term": True}))
        for key, count in waiting.items()
    ]
    return [*made, ("closing", board.closing, schemas.AppealFilter(statuses=[AppealStatus.REPLIED], by_term=True))]


def line(row: AppealRow) -> schemas.AppealLine:
    """A line of a list."""
    fields = {name: getattr(row, name) for name in AppealRow.__slots__ if not name.startswith("assignee")}
    return schemas.AppealLine(**fields, assignee=_colleague(row.assignee_id, row.assignee_name))


def lines(page: AppealPage) -> schemas.AppealLines:
    """A page of a list."""
    return schemas.AppealLines(rows=[line(row) for row in page.rows], next=page.next)


def kept_filter(kept: SavedFilter, asker: Asker) -> schemas.FilterView:
    """A filter by name; parts that the program knows no more are left out."""
    known = {name: value for name, value in kept.query.items() if name in schemas.AppealFilter.model_fields}
    return schemas.FilterView(
        id=kept.id or 0,
        name=kept.name,
        filter=schemas.AppealFilter.model_validate(known),
        shared=kept.shared,
        mine=kept.staff_id == asker.id,
    )


def card(view: CaseView, papers: Papers, record: RecordView, today: date) -> schemas.AppealCard:
    """A whole card with its main step."""
    appeal = view.appeal
    status = AppealStatus(appeal.status)
    is_near = any(task.kind in TERM_ALARMS for task in view.tasks)
    step = next_step(status, view.moves, papers, is_term_near=is_near, merged_into_id=appeal.merged_into_id)
    merged = appeal.merged_into_id
    return schemas.AppealCard.model_validate(
        {
            **{name: getattr(appeal, name) for name in _PLAIN},
            "registered_by_name": view.registered_by_name,
            "days_left": (appeal.answer_by - today).days if status in AWAITED else None,
            "applicant": mapping.card(view.applicant),
            "assignee": _colleague(appeal.assignee_id, view.assignee_name),
            "merged_into": {"id": merged, "registration_number": view.merged_into} if merged else None,
            "term": schemas.TermView.model_validate(view.term, from_attributes=True),
            "history": [_history(one) for one in view.history],
            "files": [case_file(one) for one in view.files],
            "links": [_linked(one) for one in view.links],
            "tasks": [_task_of(one, view) for one in view.tasks],
            "moves": [{"move": move, "needs": list(MOVES[move].needs)} for move in view.moves],
            "next_step": _step(step),
            "record": record,
        }
    )


def record(told: Record, asker: Asker) -> RecordView:
    """The card in the records system; who may work cards tells anew what was refused or failed."""
    found, steps = told
    shown = [RecordStepView.model_validate(one, from_attributes=True) for one in steps]
    if found is None:
        return RecordView(steps=shown)
    ended_badly = found.state in (RecordState.REFUSED, RecordState.FAILED)
    return RecordView(
        **{name: getattr(found, name) for name in RecordView.model_fields if hasattr(found, name)},
        is_own=found.system == OwnJournal.name,
        may_send_again=ended_badly and asker.may(Ability.WORK_CASE),
        steps=shown,
    )


def case_file(kept: AppealFile) -> schemas.CaseFile:
    """A file with its address."""
    return schemas.CaseFile(
        id=kept.id or 0,
        kind=kept.kind,
        file_name=kept.file_name,
        media_type=kept.media_type,
        size=kept.size,
        added_at=kept.added_at,
        url=f"/api/appeals/{kept.appeal_id}/files/{kept.id}",
    )


def likes(found: Iterable[Like]) -> list[schemas.LikeCard]:
    """Cards that may be about the same."""
    return [schemas.LikeCard.model_validate(one, from_attributes=True) for one in found]


def task(shown: TaskShown) -> schemas.TaskView:
    """A task of a list."""
    names = [name for name in schemas.TaskView.model_fields if name != "is_alarm"]
    return schemas.TaskView(is_alarm=shown.kind in ALARMS, **{name: getattr(shown, name) for name in names})


_PLAIN = (
    *("id", "registration_number", "version", "status", "text", "topic", "address", "urgency", "channel", "reply_form", "reply_to"),
    *("registered_at", "counted_from", "due_on", "promised_on", "answer_by", "replied_at", "closed_at", "reopened"),
    *("conversation_id", "applicant_name"),
)

_OF_CARD = ("is_alarm", "registration_number", "applicant_name")


def _days_of(term: str, today: date) -> tuple[date | None, date | None]:
    week_ends = today + timedelta(days=6 - today.weekday())
    day = timedelta(days=1)
    parts: dict[str, tuple[date | None, date | None]] = {
        "overdue": (None, today - day),
        "today": (today, today),
        "week": (today + day, week_ends),
        "later": (week_ends + day, None),
    }
    return parts.get(term, (None, None))


def _colleague(staff_id: int | None, name: str) -> StaffBrief | None:
    return StaffBrief(id=staff_id, full_name=name) if staff_id is not None else None


def _history(one: Line) -> schemas.HistoryLine:
    return schemas.HistoryLine.model_validate(one, from_attributes=True)


def _linked(one: Linked) -> schemas.LinkedCard:
    return schemas.LinkedCard.model_validate(one, from_attributes=True)


def _step(step: NextStep) -> schemas.NextStepView:
    return schemas.NextStepView(step=step.step, target_id=step.target_id)


def _task_of(one: StaffTask, view: CaseView) -> schemas.TaskView:
    names = [name for name in schemas.TaskView.model_fields if name not in _OF_CARD]
    return schemas.TaskView.model_validate(
        {
            **{name: getattr(one, name) for name in names},
            "is_alarm": one.kind in ALARMS,
            "registration_number": view.appeal.registration_number,
            "applicant_name": view.appeal.applicant_name,
        }
    )
