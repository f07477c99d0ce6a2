"""Every figure of the reports, each defined once: from which rows, on which condition, by what it is broken down (reg. 2.8.12).

A figure is a number of rows (or a measure over them), so the list behind it is the same rows: the screen, the sheets and the
document count alike, and whoever doubts a figure opens its cards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    """What a figure is told in."""

    COUNT = "count"
    SECONDS = "seconds"
    POINTS = "points"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure: the rows of ``source`` that satisfy ``where``; ``measure`` is counted over them instead of their number."""

    source: str
    where: str = "true"
    unit: Unit = Unit.COUNT
    measure: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One figure out of another; both are counts of the same rows."""

    part: str
    whole: str
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Figures of one source by ``by``. ``values``: every key in its order, where the keys are known before."""

    source: str
    by: str
    metrics: Sequence[str]
    values: Sequence[str] = ()


_WAITED = "extract(epoch FROM t.taken_at - p.queued_at)"
_IN_TERM = "(a.replied_at AT TIME ZONE 'Europe/Moscow')::date <= a.due_on"
_ANSWERED_IN_TERM = "(q.answered_at AT TIME ZONE 'Europe/Moscow')::date <= q.due_on"
_CONFIRMED_IN_TIME = "(d.answered_at AT TIME ZONE 'Europe/Moscow')::date <= d.due_on"

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "contacts": Metric(source="contacts", clause="2.5.2"),
        "contacts_ended": Metric(source="contacts", where="c.outcome NOT IN ('', 'abandoned', 'failed')"),
        "contacts_by_bot": Metric(source="contacts", where="c.outcome IN ('informed', 'message')", clause="2.5.1"),
        "calls": Metric(source="calls", clause="2.5.2"),
        "calls_informed": Metric(source="calls", where="p.result = 'informed'", clause="2.5.1"),
        "calls_operator": Metric(source="calls", where="p.result = 'operator'", clause="2.5.1"),
        "calls_message": Metric(source="calls", where="p.result = 'message'", clause="2.5.1"),
        "calls_transferred": Metric(source="calls", where="p.result = 'transferred'", clause="2.8.5"),
        "calls_dispatch": Metric(source="calls", where="p.result = 'dispatch'"),
        "calls_abandoned": Metric(source="calls", where="p.result = 'abandoned'"),
        "calls_failed": Metric(source="calls", where="p.result = 'failed'"),
        "calls_missed": Metric(source="calls", where="p.missed"),
        "calls_at_night": Metric(source="calls", where="p.is_night", clause="2.9"),
        "waiting": Metric(source="waiting"),
        "waiting_answered": Metric(source="waiting", where="t.taken_at IS NOT NULL"),
        "waiting_in_time": Metric(source="waiting", where=f"{_WAITED} <= :answered_within"),
        "waiting_median": Metric(
            source="waiting", unit=Unit.SECONDS, measure=f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {_WAITED})"
        ),
        "waiting_p90": Metric(
            source="waiting", unit=Unit.SECONDS, measure=f"percentile_cont(0.9) WITHIN GROUP (ORDER BY {_WAITED})"
        ),
        "appeals": Metric(source="appeals", clause="2.8.3"),
        "appeals_urgent": Metric(source="appeals", where="a.urgency = 'urgent'", clause="2.8.7"),
        "appeals_reopened": Metric(source="appeals", where="a.reopened > 0"),
        "terms": Metric(source="terms", clause="2.8.7"),
        "terms_kept": Metric(source="terms", where=_IN_TERM, clause="2.8.7"),
        "terms_interim": Metric(source="terms", where=f"a.promised_on IS NOT NULL AND ({_IN_TERM}) IS NOT TRUE", clause="2.8.10"),
        "terms_late": Metric(
            source="terms",
            where=f"a.promised_on IS NULL AND ({_IN_TERM}) IS NOT TRUE AND (a.replied_at IS NOT NULL OR a.due_on < :today)",
            clause="2.8.7",
        ),
        "terms_running": Metric(source="terms", where="a.promised_on IS NULL AND a.replied_at IS NULL AND a.due_on >= :today"),
        "closed": Metric(source="closed", clause="2.8.11"),
        "closed_by_call": Metric(source="closed", where="a.closing = 'call'", clause="2.8.11"),
        "replies": Metric(source="replies", clause="2.8.8"),
        "replies_final": Metric(source="replies", where="r.kind = 'final'"),
        "replies_interim": Metric(source="replies", where="r.kind = 'interim'", clause="2.8.10"),
        "refusals": Metric(source="refusals", clause="2.8.4"),
        "requests": Metric(source="requests", clause="2.8.9"),
        "requests_answered": Metric(source="requests", where="q.answered_at IS NOT NULL"),
        "requests_in_term": Metric(source="requests", where=_ANSWERED_IN_TERM, clause="2.8.10"),
        "requests_late": Metric(
            source="requests", where=f"({_ANSWERED_IN_TERM}) IS NOT TRUE AND (q.answered_at IS NOT NULL OR q.due_on < :today)"
        ),
        "requests_cannot": Metric(source="requests", where="q.status = 'cannot'", clause="2.8.10"),
        "attempts": Metric(source="attempts", clause="2.8.11"),
        "attempts_answered": Metric(source="attempts", where="t.outcome = 'answered'"),
        "opinions_asked": Metric(source="opinions"),
        "opinions": Metric(source="opinions", where="s.answered_at IS NOT NULL"),
        "opinions_scored": Metric(source="opinions", where="s.score IS NOT NULL"),
        "opinions_good": Metric(source="opinions", where="s.score >= 4"),
        "opinions_mean": Metric(source="opinions", unit=Unit.POINTS, measure="avg(s.score)"),
        "quality": Metric(source="quality", clause="2.7"),
        "quality_mean": Metric(source="quality", unit=Unit.POINTS, measure="avg(r.total)", clause="2.7"),
        "quality_zeroed": Metric(source="quality", where="r.is_zeroed"),
        "quality_disputed": Metric(source="quality", where="r.objections > 0"),
        "questions": Metric(source="questions", clause="2.8.12"),
        "duties": Metric(source="duties", clause="4.3"),
        "duties_in_time": Metric(source="duties", where=_CONFIRMED_IN_TIME, clause="4.3"),
        "duties_late": Metric(
            source="duties", where=f"({_CONFIRMED_IN_TIME}) IS NOT TRUE AND (d.answered_at IS NOT NULL OR d.due_on < :today)"
        ),
    }
)

SHARES: Mapping[str, Share] = MappingProxyType(
    {
        "bot_share": Share(part="contacts_by_bot", whole="contacts_ended", clause="2.5.1"),
        "service_level": Share(part="waiting_in_time", whole="waiting"),
        "abandoned_share": Share(part="calls_abandoned", whole="calls"),
        "kept_share": Share(part="terms_kept", whole="terms", clause="2.8.7"),
        "requests_share": Share(part="requests_in_term", whole="requests", clause="2.8.10"),
        "reached_share": Share(part="attempts_answered", whole="attempts", clause="2.8.11"),
        "opinions_share": Share(part="opinions", whole="opinions_asked"),
        "good_share": Share(part="opinions_good", whole="opinions_scored"),
        "duties_share": Share(part="duties_in_time", whole="duties", clause="4.3"),
    }
)

_RESULTS = (
    "calls", "calls_informed", "calls_operator", "calls_message", "calls_transferred", "calls_dispatch", "calls_abandoned",
    "calls_failed",
)  # fmt: skip
_TERMS = ("terms", "terms_kept", "terms_interim", "terms_late", "terms_running")
_LOCAL = "AT TIME ZONE 'Europe/Moscow'"
_HOURS = tuple(str(hour) for hour in range(24))
_WEEKDAYS = tuple(str(day) for day in range(1, 8))
_CHANNELS = ("voice", "telegram", "email")

BREAKDOWNS: Mapping[str, Breakdown] = MappingProxyType(
    {
        "contacts_by_channel": Breakdown(
            source="contacts", by="c.channel", metrics=("contacts", "contacts_ended", "contacts_by_bot"), values=_CHANNELS
        ),
        "contacts_by_outcome": Breakdown(source="contacts", by="c.outcome", metrics=("contacts",)),
        "calls_by_hour": Breakdown(
            source="calls", by=f"extract(hour FROM p.started_at {_LOCAL})::int::text", metrics=_RESULTS, values=_HOURS
        ),
        "calls_by_weekday": Breakdown(
            source="calls", by=f"extract(isodow FROM p.started_at {_LOCAL})::int::text", metrics=_RESULTS, values=_WEEKDAYS
        ),
        "waiting_by_hour": Breakdown(
            source="waiting",
            by=f"extract(hour FROM p.started_at {_LOCAL})::int::text",
            metrics=("waiting", "waiting_answered", "waiting_in_time", "waiting_median", "waiting_p90"),
            values=_HOURS,
        ),
        "appeals_by_channel": Breakdown(
            source="appeals", by="a.channel", metrics=("appeals", "appeals_urgent", "appeals_reopened"), values=_CHANNELS
        ),
        "appeals_by_topic": Breakdown(
            source="appeals", by="lower(btrim(a.topic))", metrics=("appeals", "appeals_urgent", "appeals_reopened")
        ),
        "appeals_by_urgency": Breakdown(
            source="appeals", by="a.urgency", metrics=("appeals", "appeals_reopened"), values=("urgent", "long_term")
        ),
        "terms_by_urgency": Breakdown(source="terms", by="a.urgency", metrics=_TERMS, values=("urgent", "long_term")),
        "terms_by_channel": Breakdown(source="terms", by="a.channel", metrics=_TERMS, values=_CHANNELS),
        "replies_by_form": Breakdown(
            source="replies",
            by="r.form",
            metrics=("replies", "replies_final", "replies_interim"),
            values=("email", "phone", "telegram", "post"),
        ),
        "refusals_by_reason": Breakdown(source="refusals", by="f.reason", metrics=("refusals",), values=("anonymous", "abusive")),
        "requests_by_department": Breakdown(
            source="requests",
            by="q.department",
            metrics=("requests", "requests_answered", "requests_in_term", "requests_late", "requests_cannot"),
        ),
        "attempts_by_outcome": Breakdown(
            source="attempts",
            by="t.outcome",
            metrics=("attempts",),
            values=("answered", "no_answer", "busy", "wrong_number", "refused", "call_later"),
        ),
        "opinions_by_score": Breakdown(
            source="opinions", by="s.score::text", metrics=("opinions_scored",), values=("5", "4", "3", "2", "1")
        ),
        "quality_by_operator": Breakdown(
            source="quality", by="w.full_name", metrics=("quality", "quality_mean", "quality_zeroed", "quality_disputed")
        ),
        "questions_by_channel": Breakdown(source="questions", by="u.channel", metrics=("questions",), values=_CHANNELS),
        "duties_by_department": Breakdown(source="duties", by="d.department", metrics=("duties", "duties_in_time", "duties_late")),
    }
)
"""A topic is compared without capitals: operators type it by hand."""
