"""A day of training as its owner sees it, and its marks when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.dates import spoken_date
from core.training.checks import Mark
from core.training.facts import Facts
from core.training.model import TrainingDay
from core.training.play import stages_done
from core.training.scenario import Stage, Visitor, scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The part of the work that is next: with whom, and where it is done; ``samples`` name the appeal where there is one."""

    visitor: Visitor
    stage: Stage
    samples: Mapping[str, str]
    conversation_id: int | None
    appeal_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShown:
    """A day as its owner sees it: the moment there, who came, which parts are done, and what is next.

    Without ``now`` there is nothing to do until somebody comes: move the clock on, or end the day when ``everybody_came``.
    ``rings``: the citizen whose call waits to be answered; ``talks``: whose call goes on.
    """

    day: TrainingDay
    title: str
    at: datetime
    came: Sequence[Visitor]
    done: frozenset[str]
    now: Now | None
    rings: Visitor | None
    talks: Visitor | None
    everybody_came: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The marks of a day that ended."""

    title: str
    started_at: datetime
    ended_at: datetime
    names: Sequence[tuple[str, str, str]]
    marks: Sequence[Mark]


def shown_of(day: TrainingDay, facts: Mapping[str, Facts], at: datetime) -> DayShown:
    """The day at this moment of its clock."""
    today = scenario(day.scenario)
    came = [one for one in today.visitors if "came" in facts[one.key].words]
    done = stages_done(today, facts)
    calls = {one.key: facts[one.key] for one in came if one.comes == "voice" and "hung_up" not in facts[one.key].words}
    return DayShown(
        day=day,
        title=today.title,
        at=at,
        came=came,
        done=done,
        now=_next(came, facts, done),
        rings=next((one for one in came if one.key in calls and "phone_answered" not in calls[one.key].words), None),
        talks=next((one for one in came if one.key in calls and "phone_answered" in calls[one.key].words), None),
        everybody_came=len(came) == len(today.visitors),
    )


def _next(came: Sequence[Visitor], facts: Mapping[str, Facts], done: frozenset[str]) -> Now | None:
    """The newest who came goes first: each interrupts what can wait."""
    for visitor in reversed(came):
        for stage in visitor.stages:
            if f"{visitor.key}.{stage.key}" not in done:
                if not stage.needs <= facts[visitor.key].words:
                    break
                found = facts[visitor.key]
                conversation_id = found.conversation.id if found.conversation else None
                return Now(
                    visitor=visitor,
                    stage=stage,
                    samples=_samples(stage, found),
                    conversation_id=conversation_id,
                    appeal_id=found.appeal.id if found.appeal else None,
                )
    return None


def _samples(stage: Stage, found: Facts) -> Mapping[str, str]:
    appeal = found.appeal
    number, due = (appeal.registration_number, spoken_date(appeal.due_on)) if appeal else ("", "")
    return {name: words.replace("{number}", number).replace("{due}", due) for name, words in stage.samples.items()}


def result_of(day: TrainingDay) -> Result:
    """The marks as they were kept."""
    today, kept = scenario(day.scenario), day.result or {}
    return Result(
        title=today.title,
        started_at=day.started_at,
        ended_at=day.ended_at or day.seen_at,
        names=[(one.key, one.name, one.comes) for one in today.visitors],
        marks=[Mark(**one) for one in kept.get("marks", ())],
    )
