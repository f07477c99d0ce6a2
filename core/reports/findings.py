"""A short text of what the figures of a month say, made by rules (reg. 2.8.12: summary and analysis)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.reports.counting import Figures, Line
from core.reports.wording import change, key_name, month_name, number, percent, words, written

GOOD_LEVEL = 0.8
TOPICS = 3
OFTEN = 5
"""A department with fewer requests is not judged by its share."""
OPINIONS = 5
"""Of fewer opinions no mean is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A month beside the one before and the same one a year ago, where those are known; ``names`` of departments."""

    now: Figures
    before: Figures | None
    year_ago: Figures | None
    names: Mapping[str, str]


def findings(of: Compared) -> Sequence[str]:
    """Sentences, the most important first."""
    if not of.now.totals["contacts"] and not of.now.totals["appeals"] and not of.now.totals["terms"]:
        return [_say("nothing", month=month_name(of.now.month))]
    parts = (_contacts, _calls, _appeals, _terms, _requests, _results)
    return [sentence for part in parts for sentence in part(of)]


def _contacts(of: Compared) -> Sequence[str]:
    totals = of.now.totals
    if not totals["contacts"]:
        return []
    parts = _parts(of, "contacts_by_channel", "contacts")
    told = [_say("contacts", count=written("contacts", totals["contacts"]), changes=_changes(of, "contacts"))]
    told += [_say("channels", parts=parts)] if parts else []
    if totals["bot_share"] is not None:
        told.append(_say("bot", share=written("bot_share", totals["bot_share"]), changes=_changes(of, "bot_share")))
    return told


def _calls(of: Compared) -> Sequence[str]:
    totals = of.now.totals
    if not totals["calls"]:
        return []
    told = [
        _say(
            "calls",
            count=written("calls", totals["calls"]),
            changes=_changes(of, "calls"),
            share=written("abandoned_share", totals["abandoned_share"]),
            lost=written("calls_abandoned", totals["calls_abandoned"]),
        )
    ]
    level = totals["service_level"]
    if level is None:
        return told
    facts = {"count": written("waiting", totals["waiting"]), "seconds": of.now.answered_within, "share": percent(level)}
    told.append(_say("waiting", **facts, median=written("waiting_median", totals["waiting_median"])))
    slowest = max(of.now.tables["waiting_by_hour"], key=lambda line: line.figures["waiting_median"] or 0)
    if level < GOOD_LEVEL and slowest.figures["waiting_median"]:
        median = written("waiting_median", slowest.figures["waiting_median"])
        told.append(_say("waiting_bad", hour=slowest.key, median=median))
    return told


def _appeals(of: Compared) -> Sequence[str]:
    totals = of.now.totals
    if not totals["appeals"]:
        return []
    counted = {"count": written("appeals", totals["appeals"]), "urgent": written("appeals_urgent", totals["appeals_urgent"])}
    told = [_say("appeals", **counted, changes=_changes(of, "appeals"))]
    named = [line for line in of.now.tables["appeals_by_topic"] if line.key][:TOPICS]
    parts = _listed(of, "appeals_by_topic", "appeals", named)
    return [*told, _say("topics", parts=parts)] if parts else told


def _terms(of: Compared) -> Sequence[str]:
    totals = of.now.totals
    if not totals["terms"]:
        return []
    told = _say(
        "terms",
        count=written("terms", totals["terms"]),
        kept=written("terms_kept", totals["terms_kept"]),
        share=written("kept_share", totals["kept_share"]),
        interim=written("terms_interim", totals["terms_interim"]),
    )
    late = totals["terms_late"]
    return [told, _say("late", late=written("terms_late", late)) if late else _say("kept_all")]


def _requests(of: Compared) -> Sequence[str]:
    totals = of.now.totals
    if not totals["requests"]:
        return []
    share = written("requests_share", totals["requests_share"])
    told = [_say("requests", count=written("requests", totals["requests"]), share=share)]
    lines = [line for line in of.now.tables["requests_by_department"] if (line.figures["requests"] or 0) >= OFTEN]
    worst = max(lines, key=lambda line: (line.figures["requests_late"] or 0) / (line.figures["requests"] or 1), default=None)
    if worst is not None and worst.figures["requests_late"]:
        late, count = (written(name, worst.figures[name]) for name in ("requests_late", "requests"))
        told.append(_say("worst", name=key_name("requests_by_department", worst.key, of.names), late=late, count=count))
    return told


def _results(of: Compared) -> Sequence[str]:
    totals, told = of.now.totals, []
    if totals["closed"] or totals["attempts"]:
        share = written("reached_share", totals["reached_share"])
        counts = {"count": written("closed", totals["closed"]), "attempts": written("attempts", totals["attempts"])}
        told.append(_say("closing", **counts, share=share))
    scored = totals["opinions_scored"] or 0
    if scored:
        name = "opinions" if scored >= OPINIONS else "opinions_few"
        told.append(_say(name, mean=written("opinions_mean", totals["opinions_mean"]), count=number(scored)))
    if totals["refusals"]:
        parts = _parts(of, "refusals_by_reason", "refusals")
        told.append(_say("refusals", count=written("refusals", totals["refusals"]), parts=parts))
    if totals["duties"]:
        in_time, count = (written(name, totals[name]) for name in ("duties_in_time", "duties"))
        told.append(_say("duties", share=written("duties_share", totals["duties_share"]), in_time=in_time, count=count))
    return told


def _say(sentence: str, /, **facts: object) -> str:
    told = str(words()["findings"][sentence]).format(**facts)
    return " ".join(told.split(" ")).replace(" .", ".").replace(" ;", ";")


def _changes(of: Compared, metric: str) -> str:
    """The change in brackets; empty when nothing is known of the past."""
    say = words()["changes"]
    known = [
        (month_name(past.month), written(metric, past.totals[metric]), told)
        for past in (of.before, of.year_ago)
        if past is not None and (told := change(metric, of.now.totals[metric], past.totals[metric]))
    ]
    if not known:
        return ""
    (month, then, told), *more = known
    if not more:
        return str(say["one"]).format(month=month, then=then, change=told)
    earlier, before_that, earlier_change = more[0]
    names = {"earlier": earlier, "before_that": before_that, "earlier_change": earlier_change}
    return str(say["two"]).format(month=month, then=then, change=told, **names)


def _parts(of: Compared, table: str, metric: str) -> str:
    return _listed(of, table, metric, of.now.tables[table])


def _listed(of: Compared, table: str, metric: str, lines: Sequence[Line]) -> str:
    return ", ".join(
        f"{key_name(table, line.key, of.names).lower() if table.endswith('reason') else key_name(table, line.key, of.names)}:"
        f" {written(metric, line.figures[metric])}"
        for line in lines
        if line.figures[metric]
    )
