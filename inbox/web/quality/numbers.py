"""The plan of the samples, draws, and the numbers of a period (reg. 2.7, 2.8.12)."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.errors import Invalid
from core.quality.metrics import Period
from core.quality.sampling import PlanForm
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.quality import mapping
from inbox.web.quality import number_schemas as schemas

router = APIRouter(route_class=MaskedRoute)
LONGEST = timedelta(days=3660)


def period(first: Annotated[date, Query()], last: Annotated[date, Query()]) -> Period:
    """The days that are asked for; raises Invalid."""
    if last < first:
        raise Invalid("the end is before the beginning", fields={"last": "before_first"})
    if last - first > LONGEST:
        raise Invalid("too long", fields={"first": "too_long_ago"})
    return Period(first=first, last=last)


Days = Annotated[Period, Depends(period)]


@router.get("/plan")
async def quality_plan(asker: SignedIn, office: Desks) -> schemas.PlanView:
    """The plan in force, and the newest draws."""
    return mapping.plan(await office.quality.sampling.plan(asker), await office.quality.sampling.samples(asker))


@router.put("/plan")
async def set_quality_plan(form: schemas.PlanForm, asker: SignedIn, office: Desks) -> schemas.PlanView:
    """Write the plan; 400 with each number that is out of its limits."""
    written = PlanForm(**form.model_dump(exclude={"version"}))
    changed = await office.quality.sampling.set_plan(asker, written, form.version)
    return mapping.plan(changed, await office.quality.sampling.samples(asker))


@router.post("/samples")
async def draw_sample(form: schemas.DrawForm, asker: SignedIn, office: Desks) -> schemas.DrawDone:
    """Draw a sample by hand."""
    sample, items = await office.quality.sampling.draw(asker, form.first, form.last, form.seed)
    return schemas.DrawDone(sample=mapping.sample(sample), items=items)


@router.get("/numbers")
async def quality_numbers(asker: SignedIn, office: Desks, days: Days) -> schemas.NumbersView:
    """Averages by operator, week and criterion, with their counts; the best and the worst."""
    return mapping.numbers(await office.quality.numbers(asker, days))


@router.get("/own-numbers")
async def own_quality_numbers(asker: SignedIn, office: Desks, days: Days) -> schemas.OwnNumbersView:
    """The asker's own course."""
    return mapping.own_numbers(await office.quality.own_numbers(asker, days))


@router.get("/agreement")
async def quality_agreement(asker: SignedIn, office: Desks, days: Days) -> schemas.AgreementView:
    """How far two reviewers agree, and what they should talk over."""
    criteria, disputed = await office.quality.agreement(asker, days)
    return schemas.AgreementView(
        criteria=[mapping.pairs(one) for one in criteria], disputed=[mapping.disputed(one) for one in disputed]
    )
