"""From the reports' figures to the API's models: every figure with its name and as people read it."""

from collections.abc import Mapping, Sequence

from core.control.digest import Digest
from core.reports.counting import Figures, Line, Number
from core.reports.desk import Kept, Made, Seen
from core.reports.drilling import BehindPage
from core.reports.live import LiveFigures
from core.reports.metrics import BREAKDOWNS, METRICS, SHARES
from core.reports.wording import change, key_name, month_name, unit_of, words, written
from inbox.web.reports import schemas

Past = tuple[Figures | None, Figures | None]
"""The month before and the same one a year ago, where the centre has known them."""
NOTHING: Past = (None, None)


def seen(found: Seen) -> schemas.ReportMonth:
    """A month as it is counted now."""
    return _month(found.now, found.findings, found.names, (found.before, found.year_ago))


def kept(found: Kept) -> schemas.ReportKept:
    """A report that was made."""
    changed = [
        schemas.ReportChange(name=str(words()["metrics"][key]), then=written(key, then), now=written(key, now))
        for key, (then, now) in found.changed.items()
    ]
    month = _month(found.figures, found.findings, found.names, NOTHING)
    return schemas.ReportKept(made=made(found.made), month=month, changed=changed)


def made(one: Made) -> schemas.ReportMade:
    """A report on the list."""
    return schemas.ReportMade(
        id=one.id, month=one.month, name=month_name(one.month), version=one.version, made_at=one.made_at, made_by=one.made_by
    )


def rows(page: BehindPage) -> schemas.ReportRows:
    """A page of the rows behind a figure."""
    return schemas.ReportRows.model_validate(page, from_attributes=True)


def dashboard(now: LiveFigures, digest: Digest) -> schemas.Dashboard:
    """This moment."""
    return schemas.Dashboard(
        at=now.at,
        waiting_since=now.waiting_since,
        counts=now.counts,
        metrics=[_metric(key, value, NOTHING) for key, value in now.totals.items()],
        tables=[_table(name, lines, {}) for name, lines in now.tables.items()],
        due=digest.due,
        due_soon=digest.due_soon,
        overdue=digest.overdue,
        requests_late=digest.requests_late,
        duties_overdue=digest.duties_overdue,
    )


def _month(figures: Figures, findings: Sequence[str], names: Mapping[str, str], past: Past) -> schemas.ReportMonth:
    return schemas.ReportMonth(
        month=figures.month,
        name=month_name(figures.month),
        counted_at=figures.counted_at,
        findings=list(findings),
        metrics=[_metric(key, value, past) for key, value in figures.totals.items()],
        tables=[_table(name, lines, names) for name, lines in figures.tables.items()],
        operators=[schemas.ReportOperator.model_validate(one, from_attributes=True) for one in figures.operators],
    )


def _metric(key: str, value: Number, past: Past) -> schemas.ReportMetric:
    before, year_ago = (one.totals.get(key) if one else None for one in past)
    metric, share = METRICS.get(key), SHARES.get(key)
    clause = metric.clause if metric else share.clause if share else ""
    return schemas.ReportMetric(
        key=key,
        name=str(words()["metrics"][key]),
        unit=unit_of(key).value,
        clause=clause,
        value=value,
        written=written(key, value),
        before=written(key, before) if past[0] else "",
        year_ago=written(key, year_ago) if past[1] else "",
        change=change(key, value, before),
        opens=metric is not None and not metric.measure,
    )


def _table(name: str, lines: Sequence[Line], names: Mapping[str, str]) -> schemas.ReportTable:
    metrics = BREAKDOWNS[name].metrics
    columns = [schemas.ReportColumn(key=key, name=str(words()["metrics"][key]), opens=not METRICS[key].measure) for key in metrics]
    told = [
        schemas.ReportLine(
            key=line.key,
            name=key_name(name, line.key, names),
            cells=[schemas.ReportCell(value=line.figures[key], written=written(key, line.figures[key])) for key in metrics],
        )
        for line in lines
    ]
    title, by = str(words()["tables"][name]), str(words()["by"][name.rpartition("_by_")[2]])
    return schemas.ReportTable(key=name, title=title, by=by, columns=columns, lines=told)
