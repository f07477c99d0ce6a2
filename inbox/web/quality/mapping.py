"""From the words of the quality control to the API's models."""

from collections.abc import Sequence

from core.quality.agreement import Weights
from core.quality.bot_marks import MarkShown
from core.quality.desk import Numbers, OwnNumbers
from core.quality.metrics import FEW, Average, Disputed, Example, OfCriterion, OfPairs, OfWeek, Whole
from core.quality.model import QualityReview, QualitySample, SamplingPlan
from core.quality.reading import ItemPage
from core.quality.sheet import Criterion
from core.quality.views import ItemOpened, ItemShown, OwnReview, ReviewShown
from core.quality.vocabulary import Mark
from inbox.web.quality import mark_schemas, number_schemas, schemas


def item(found: ItemShown) -> schemas.QualityItemView:
    """A line of a list."""
    return schemas.QualityItemView.model_validate(found, from_attributes=True)


def items(found: ItemPage) -> schemas.QualityItems:
    """A page of a list."""
    return schemas.QualityItems(rows=[item(one) for one in found.rows], next=found.next, todo=found.todo, objected=found.objected)


def line(found: Criterion) -> schemas.CriterionView:
    """A criterion; the best mark first, as a reviewer reads them."""
    scale = [mark for mark in reversed(found.marks) if mark is not Mark.NA]
    return schemas.CriterionView(
        key=found.key,
        clauses=list(found.clauses),
        title=found.title,
        look=found.look,
        scale=found.scale,
        weight=found.weight,
        is_critical=found.is_critical,
        marks=[*scale, *([Mark.NA] if found.may_be_na else [])],
        facts=list(found.facts),
    )


def review(found: ReviewShown) -> schemas.ReviewView:
    """A sheet as it was filled in."""
    row = found.review
    return schemas.ReviewView(
        id=row.id or 0,
        item_id=row.item_id,
        reviewer=found.reviewer,
        state=row.state,
        sheet=row.sheet,
        lines=[line(one) for one in found.lines],
        marks=row.marks,
        summary=row.summary,
        total=row.total,
        zeroed_by=list(found.zeroed_by),
        comments=[schemas.QualityRemarkView.model_validate(one, from_attributes=True) for one in found.comments],
        started_at=row.started_at,
        done_at=row.done_at,
        answered_as=row.answered_as,
        answer=row.answer,
        answered_at=row.answered_at,
        decision=row.decision,
        decision_words=row.decision_words,
        decided_at=row.decided_at,
        decided_by=found.decided_by,
        version=row.version,
    )


def opened(found: ItemOpened) -> schemas.QualityItemOpened:
    """An item with its sheet."""
    return schemas.QualityItemOpened(
        item=item(found.item),
        sheet=found.sheet,
        lines=[line(one) for one in found.lines],
        facts=[schemas.FactView(code=one.code, value=dict(one.value)) for one in found.facts],
        own=review(found.own) if found.own else None,
        others=[schemas.OtherReviewView.model_validate(one, from_attributes=True) for one in found.others],
        barred=found.barred,
    )


def own_review(found: OwnReview) -> schemas.OwnReviewView:
    """A review with what it is about."""
    return schemas.OwnReviewView(item=item(found.item), review=review(found.review))


def saved(found: QualityReview) -> schemas.ReviewSaved:
    """A review after it was written."""
    return schemas.ReviewSaved(id=found.id or 0, state=found.state, total=found.total, version=found.version)


def sample(found: QualitySample) -> number_schemas.SampleView:
    """A draw."""
    return number_schemas.SampleView.model_validate(found, from_attributes=True)


def plan(found: SamplingPlan, samples: Sequence[QualitySample]) -> number_schemas.PlanView:
    """The plan with the newest draws."""
    return number_schemas.PlanView(**found.model_dump(exclude={"id", "changed_by_id"}), samples=[sample(one) for one in samples])


def own_numbers(found: OwnNumbers) -> number_schemas.OwnNumbersView:
    """An operator's own course."""
    return number_schemas.OwnNumbersView(
        whole=_whole(found.whole), weeks=[_week(one) for one in found.weeks], criteria=[_criterion(one) for one in found.criteria]
    )


def numbers(found: Numbers) -> number_schemas.NumbersView:
    """The numbers of a period."""
    return number_schemas.NumbersView(
        whole=_whole(found.whole),
        weeks=[_week(one) for one in found.weeks],
        criteria=[_criterion(one) for one in found.criteria],
        operators=[number_schemas.OperatorNumbers.model_validate(one, from_attributes=True) for one in found.operators],
        best=[_example(one) for one in found.best],
        worst=[_example(one) for one in found.worst],
    )


def pairs(found: OfPairs) -> number_schemas.PairsView:
    """Agreement on one criterion."""
    return number_schemas.PairsView(
        key=found.criterion.key,
        title=found.criterion.title,
        clauses=list(found.criterion.clauses),
        scale=found.criterion.scale,
        is_weighted=found.weights is not Weights.NONE,
        pairs=found.agreement.pairs,
        percent=found.agreement.percent,
        kappa=found.agreement.kappa,
        apart=found.apart,
        is_few=found.agreement.pairs < FEW,
    )


def disputed(found: Disputed) -> number_schemas.DisputedView:
    """An item to talk over."""
    return number_schemas.DisputedView(
        item_id=found.item_id,
        kind=found.kind,
        happened_at=found.happened_at,
        operator=found.operator,
        totals=list(found.totals),
        criteria=[one.title for one in found.criteria],
    )


def mark(found: MarkShown) -> mark_schemas.BotMarkView:
    """A mark for its editor."""
    columns = found.mark.model_dump(
        include={
            "state",
            "fault",
            "note",
            "gave_intent",
            "right_intent",
            "right_article_id",
            "example",
            "decision_words",
            "marked_at",
            "decided_at",
            "exported_at",
            "version",
        }
    )
    return mark_schemas.BotMarkView(
        id=found.mark.id or 0,
        question=found.question,
        answer=found.answer,
        article=found.article,
        marked_by=found.marked_by,
        decided_by=found.decided_by,
        **columns,
    )


def _average(found: Average) -> number_schemas.AverageView:
    return number_schemas.AverageView(items=found.items, average=found.average, is_few=found.is_few)


def _whole(found: Whole) -> number_schemas.WholeView:
    return number_schemas.WholeView(**_average(found).model_dump(), zeroed=found.zeroed)


def _week(found: OfWeek) -> number_schemas.WeekNumbers:
    return number_schemas.WeekNumbers(**_average(found).model_dump(), monday=found.monday)


def _criterion(found: OfCriterion) -> number_schemas.CriterionNumbers:
    return number_schemas.CriterionNumbers(
        **_average(found).model_dump(),
        key=found.criterion.key,
        title=found.criterion.title,
        clauses=list(found.criterion.clauses),
        is_critical=found.criterion.is_critical,
        not_applicable=found.not_applicable,
    )


def _example(found: Example) -> number_schemas.ExampleView:
    return number_schemas.ExampleView.model_validate(found, from_attributes=True)
