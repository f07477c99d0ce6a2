"""Lists of cards, the board of terms, kept filters and tasks."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.errors import Conflict
from core.staff.abilities import Ability
from core.staff.cleaning import clean_text
from core.tasks.desk import ALARMS
from core.vocabulary import RequestStatus, TaskKind
from inbox.web.auth import Desks, SignedIn
from inbox.web.casework import forms, mapping, schemas
from inbox.web.masking import MaskedRoute
from inbox.web.schemas import StaffBrief

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["casework"])

ON_BOARD = 20
"""Cards of a column that the board shows; the rest is a list."""
TASKS = 50
Number = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.get("/appeals")
async def list_appeals(asker: SignedIn, office: Desks, asked: Annotated[schemas.AppealQuery, Query()]) -> schemas.AppealLines:
    """A page of the cards that fit; words are looked for in the number, the name, the address and the text."""
    asked.words = clean_text(asked.words)
    wanted = mapping.wanted(asked, asker, office.operators.reading.today())
    return mapping.lines(await office.lists.page(asker, wanted, asked.after))


@router.get("/appeals/choices")
async def appeal_choices(asker: SignedIn, office: Desks) -> schemas.CaseChoices:
    """What the filters and dialogs offer."""
    asker.must(Ability.READ_INBOX)
    staff = [StaffBrief(id=staff_id, full_name=name) for staff_id, name in await office.cases.colleagues(asker)]
    names = await office.knowledge.department_names()
    departments = [schemas.DepartmentBrief(key=key, name=name) for key, name in sorted(names.items(), key=lambda one: one[1])]
    return schemas.CaseChoices(staff=staff, departments=departments)


@router.post("/appeals/remind")
async def remind_departments(form: forms.RemindForm, asker: SignedIn, office: Desks) -> schemas.Changed:
    """Remind the departments of the requests of these cards that they have not answered; gives how many letters were written.

    A request that nobody answers for at present is skipped: it is on the head's list.
    """
    asker.must(Ability.WORK_CASE)
    key, written, skipped = clean_text(form.client_key), 0, 0
    for appeal_id in dict.fromkeys(form.appeal_ids):
        found = await office.requests.of_appeal(asker, appeal_id)
        for one in found.requests:
            if one.request.status != RequestStatus.SENT:
                continue
            try:
                written += await office.requests.remind(asker, one.request.id or 0, client_key=key)
            except Conflict:
                skipped += 1
    return schemas.Changed(count=written, skipped=skipped)


@router.get("/board")
async def board(
    asker: SignedIn, office: Desks, assignee: Annotated[str, Query(pattern="^(me|nobody)?$")] = ""
) -> schemas.BoardView:
    """How many cards wait until when, and the most urgent of each column; of one's own or of nobody's when asked."""
    found = await office.lists.board(asker, mapping.assignee(assignee, asker))
    made = []
    for key, count, asked in mapping.columns(found):
        narrowed = asked.model_copy(update={"assignee": assignee})
        page = await office.lists.page(asker, mapping.wanted(narrowed, asker, found.today), limit=ON_BOARD)
        column = {"key": key, "count": count, "rows": mapping.lines(page).rows, "filter": narrowed}
        made.append(schemas.BoardColumn.model_validate(column))
    return schemas.BoardView(today=found.today, week_ends=found.week_ends, columns=made)


@router.get("/filters")
async def list_filters(asker: SignedIn, office: Desks) -> list[schemas.FilterView]:
    """One's own filters and those that colleagues share."""
    return [mapping.kept_filter(one, asker) for one in await office.filters.list(asker)]


@router.put("/filters")
async def save_filter(form: forms.FilterForm, asker: SignedIn, office: Desks) -> schemas.FilterView:
    """Keep a filter under a name."""
    query = form.filter.model_dump(mode="json", exclude_defaults=True)
    return mapping.kept_filter(await office.filters.save(asker, clean_text(form.name), query, shared=form.shared), asker)


@router.delete("/filters/{id}", status_code=204)
async def drop_filter(filter_id: Number, asker: SignedIn, office: Desks) -> None:
    """Forget one's own filter."""
    await office.filters.drop(asker, filter_id)


@router.get("/tasks")
async def list_tasks(
    asker: SignedIn,
    office: Desks,
    kind: Annotated[list[TaskKind] | None, Query(max_length=20)] = None,
    alarms: bool = False,
    mine: bool = False,
    after: Annotated[int, Query(ge=0, le=NEWEST)] = 0,
) -> schemas.TaskPage:
    """What is asked of the staff, oldest first; ``alarms`` leaves out the rest."""
    kinds = sorted(ALARMS) if alarms else kind or ()
    found = await office.tasks.list(asker, kinds=kinds, mine=mine, after=after, limit=TASKS + 1)
    rows = [mapping.task(one) for one in found[:TASKS]]
    return schemas.TaskPage(rows=rows, next=rows[-1].id if len(found) > TASKS else None)


@router.post("/tasks/{id}/done", status_code=204)
async def finish_task(task_id: Number, asker: SignedIn, office: Desks) -> None:
    """Tick a task off."""
    await office.tasks.done(asker, task_id)
