"""Days of training in the API's words."""

from core.training.model import Tour
from core.training.scenario import Visitor
from core.training.showing import DayShown, Now, Result
from inbox.web.training import schemas


def tour(found: Tour) -> schemas.TourView:
    """How far somebody came."""
    return schemas.TourView.model_validate({"state": found.state, "step": found.step})


def day(shown: DayShown) -> schemas.TrainingView:
    """A day under way."""
    return schemas.TrainingView(
        title=shown.title,
        at=shown.at,
        ahead_ms=shown.day.ahead_seconds * 1000,
        came=[_visitor(one, shown.done) for one in shown.came],
        next=_next(shown.now),
        rings=shown.rings.key if shown.rings else None,
        talks=shown.talks.key if shown.talks else None,
        everybody_came=shown.everybody_came,
    )


def result(found: Result) -> schemas.TrainingResult:
    """The marks, by citizen."""
    citizens = [
        schemas.TrainingMarks(
            key=key,
            name=name,
            comes=comes,
            marks=[
                schemas.TrainingMark(check=one.check, clause=one.clause, passed=one.passed)
                for one in found.marks
                if one.visitor == key
            ],
        )
        for key, name, comes in found.names
    ]
    return schemas.TrainingResult(
        title=found.title,
        started_at=found.started_at,
        ended_at=found.ended_at,
        passed=sum(one.passed for one in found.marks),
        total=len(found.marks),
        citizens=[one for one in citizens if one.marks],
    )


def _visitor(one: Visitor, done: frozenset[str]) -> schemas.TrainingVisitor:
    names = [stage.key for stage in one.stages]
    finished = [name for name in names if f"{one.key}.{name}" in done]
    return schemas.TrainingVisitor(
        key=one.key, name=one.name, comes=one.comes, done=finished, left=[name for name in names if name not in finished]
    )


def _next(now: Now | None) -> schemas.TrainingNext | None:
    if now is None:
        return None
    return schemas.TrainingNext(
        visitor=now.visitor.key,
        name=now.visitor.name,
        comes=now.visitor.comes,
        stage=now.stage.key,
        samples=now.samples,
        conversation_id=now.conversation_id,
        appeal_id=now.appeal_id,
    )
