"""The marks of a day of training: each is read from its records, and names the clause that asks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.regulation import INFORMATION_REQUEST_TERM
from core.training.facts import Facts
from core.training.scenario import Scenario, Visitor
from core.vocabulary import Author, DeclineReason, ReplyKind, Urgency
from core.words import say

QUICKLY = timedelta(minutes=5)
"""Until the first answer to a citizen whom something threatens (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a check looks at."""

    visitor: Visitor
    facts: Facts
    operator: str
    calendar: WorkCalendar

    @property
    def said(self) -> str:
        """Everything that the operator said, in small letters."""
        return "\n".join(one.text for one in self.facts.spoken).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One check of the work with one citizen."""

    visitor: str
    check: str
    clause: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``clause`` of the regulation; empty for what only good manners ask for."""

    clause: str
    holds: Callable[[Work], bool]


def marks_of(day: Scenario, facts: Mapping[str, Facts], operator: str, calendar: WorkCalendar) -> Sequence[Mark]:
    """Of everybody who came, in the order of the scenario."""
    found = []
    for visitor in day.visitors:
        work = Work(visitor=visitor, facts=facts[visitor.key], operator=operator, calendar=calendar)
        if "came" not in work.facts.words:
            continue
        for name in visitor.expects:
            check = CHECKS[name]
            found.append(Mark(visitor=visitor.key, check=name, clause=check.clause, passed=check.holds(work)))
    return found


def _says(word: str) -> Callable[[Work], bool]:
    return lambda work: word in work.facts.words


def _introduced(work: Work) -> bool:
    """In writing the centre's name and the operator's are sent when the conversation is taken; on the telephone they are said."""
    names = say("centre.name").casefold().split()[0], work.operator.split()[0].casefold()
    first = [one for one in work.facts.messages if one.author in (Author.OPERATOR, Author.SYSTEM)][:1]
    return bool(first) and all(name in first[0].text.casefold() for name in names)


def _by_name(work: Work) -> bool:
    return bool(work.visitor.given_name) and work.visitor.given_name.casefold() in work.said


def _urgency(wanted: Urgency) -> Callable[[Work], bool]:
    return lambda work: work.facts.appeal is not None and work.facts.appeal.urgency == wanted


def _term_told(work: Work) -> bool:
    """The number goes to the applicant together with the term."""
    appeal = work.facts.appeal
    return appeal is not None and any(
        appeal.registration_number in one.text for one in work.facts.messages if one.author != Author.CITIZEN
    )


def _request_in_time(work: Work) -> bool:
    appeal = work.facts.appeal
    sent = [one.sent_at for one in work.facts.requests if one.sent_at is not None]
    if appeal is None or not sent:
        return False
    registered_on = appeal.registered_at.astimezone(MOSCOW).date()
    return min(sent).astimezone(MOSCOW).date() <= INFORMATION_REQUEST_TERM.due(registered_on, work.calendar)


def _interim(work: Work) -> bool:
    """With the reasons and the expected day, before the term is over."""
    reply, appeal = work.facts.sent(ReplyKind.INTERIM), work.facts.appeal
    if reply is None or appeal is None or reply.sent_at is None:
        return False
    in_time = reply.sent_at.astimezone(MOSCOW).date() <= appeal.due_on
    return in_time and bool(reply.reasons.strip()) and reply.expected_on is not None


def _final(work: Work) -> bool:
    reply, appeal = work.facts.sent(ReplyKind.FINAL), work.facts.appeal
    if reply is None or appeal is None or reply.sent_at is None:
        return False
    return reply.sent_at.astimezone(MOSCOW).date() <= max(appeal.answer_by, appeal.due_on)


def _quickly(work: Work) -> bool:
    talk, call = work.facts.conversation, work.facts.call
    if call is not None:
        answered = [leg.answered_at for leg in work.facts.legs if leg.answered_at is not None]
        return bool(answered) and min(answered) - call.started_at <= QUICKLY
    first = work.facts.first_answer_at
    return talk is not None and first is not None and first - talk.opened_at <= QUICKLY


def _dispatch(work: Work) -> bool:
    return any(number in work.said for number in ("112", "104"))


def _refused(reason: DeclineReason) -> Callable[[Work], bool]:
    return lambda work: work.facts.refusal is not None and work.facts.refusal.reason == reason


def _reference(work: Work) -> bool:
    return work.facts.conversation is not None and work.facts.conversation.closed_as == "reference"


CHECKS: Mapping[str, Check] = {
    "introduced": Check(clause="3.1", holds=_introduced),
    "by_name": Check(clause="3.3", holds=_by_name),
    "asked_name": Check(clause="3.2", holds=_says("asked_name")),
    "asked_contact": Check(clause="3.2", holds=_says("asked_contact")),
    "registered": Check(clause="2.8.3", holds=_says("registered")),
    "right_urgency_urgent": Check(clause="2.8.7", holds=_urgency(Urgency.URGENT)),
    "right_urgency_long": Check(clause="2.8.7", holds=_urgency(Urgency.LONG_TERM)),
    "term_told": Check(clause="2.8.7", holds=_term_told),
    "told_summary": Check(clause="3.4", holds=_says("told_number")),
    "request_in_time": Check(clause="2.8.9", holds=_request_in_time),
    "interim": Check(clause="2.8.10", holds=_interim),
    "final_reply": Check(clause="2.8.11", holds=_final),
    "closing_call": Check(clause="2.8.11", holds=_says("call_answered")),
    "appeal_closed": Check(clause="2.8.11", holds=_says("appeal_closed")),
    "answered": Check(clause="2.8.1", holds=_says("replied")),
    "answered_quickly": Check(clause="2.8.1", holds=_quickly),
    "told_dispatch": Check(clause="2.4.1", holds=_dispatch),
    "closed": Check(clause="2.5.1", holds=_says("closed")),
    "closed_as_reference": Check(clause="2.8.2", holds=_reference),
    "not_registered": Check(clause="2.8.4", holds=lambda work: work.facts.appeal is None),
    "refused_anonymous": Check(clause="2.8.4", holds=_refused(DeclineReason.ANONYMOUS)),
    "refused_abusive": Check(clause="2.8.4", holds=_refused(DeclineReason.ABUSIVE)),
    "left_reviewed": Check(clause="2.6", holds=_says("left_reviewed")),
}
"""By the names that a scenario uses."""
