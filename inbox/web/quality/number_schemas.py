"""The plan of the samples and the numbers of the quality control, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from core.quality.sheet import Scale
from core.quality.vocabulary import ItemKind, Rule
from inbox.web.quality.schemas import Version

Small = Annotated[int, Field(ge=0, lt=2**15)]


class PlanForm(BaseModel):
    """How much is looked at; the desk checks the limits of each number."""

    is_weekly: bool
    random_per_operator: Small
    ruled_per_operator: Small
    twice_percent: Small
    rules: Annotated[list[Rule], Field(max_length=20)]
    long_minutes: Small
    long_messages: Small
    low_score: Small
    transfers: Small
    wait_minutes: Small
    newcomer_weeks: Small
    version: Version


class SampleView(BaseModel):
    """One draw; ``week``: the Monday of the week that the timetable drew."""

    id: int
    week: date | None
    first: date
    last: date
    seed: int
    drawn_at: datetime


class PlanView(PlanForm):
    """The plan in force, and the newest draws."""

    changed_at: datetime | None
    samples: list[SampleView]


class DrawForm(BaseModel):
    """A draw by hand; the same seed over the same days gives the same items."""

    first: date
    last: date
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class DrawDone(BaseModel):
    """A draw, and how many items it made."""

    sample: SampleView
    items: int


class AverageView(BaseModel):
    """A mean in percent over so many items; ``is_few``: too few to conclude from."""

    items: int
    average: float | None
    is_few: bool


class WholeView(AverageView):
    """Everything of the period."""

    zeroed: int


class OperatorNumbers(AverageView):
    """One operator."""

    operator_id: int
    operator: str
    zeroed: int
    objections: int


class WeekNumbers(AverageView):
    """One week, from its Monday."""

    monday: date


class CriterionNumbers(AverageView):
    """One criterion."""

    key: str
    title: str
    clauses: list[str]
    is_critical: bool
    not_applicable: int


class ExampleView(BaseModel):
    """An item to listen to or read."""

    item_id: int
    kind: ItemKind
    happened_at: datetime
    operator: str
    total: float


class OwnNumbersView(BaseModel):
    """An operator's own course."""

    whole: WholeView
    weeks: list[WeekNumbers]
    criteria: list[CriterionNumbers]


class NumbersView(OwnNumbersView):
    """The numbers of a period."""

    operators: list[OperatorNumbers]
    best: list[ExampleView]
    worst: list[ExampleView]


class PairsView(BaseModel):
    """Agreement on one criterion; ``kappa`` is null where it is not defined."""

    key: str
    title: str
    clauses: list[str]
    scale: Scale
    is_weighted: bool
    pairs: int
    percent: float | None
    kappa: float | None
    apart: int
    is_few: bool


class DisputedView(BaseModel):
    """An item on which two reviewers differ."""

    item_id: int
    kind: ItemKind
    happened_at: datetime
    operator: str
    totals: list[float]
    criteria: list[str]


class AgreementView(BaseModel):
    """How far two reviewers agree, and what they should talk over."""

    criteria: list[PairsView]
    disputed: list[DisputedView]
