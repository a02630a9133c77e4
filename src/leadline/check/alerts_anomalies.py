"""Every KPI of the plan, day by day: the last complete day against what season and trend explain."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from leadline.check.alarm import Alarm, Findings, Outcome, Quiet
from leadline.check.alerts import Bench
from leadline.check.anomalies import HISTORY, LONGEST, SHORTEST, Judged, Unfit, judge
from leadline.errors import LeadlineError
from leadline.measurement.model import Kpi, Text
from leadline.measurement.spans import Span

RULE: Final = "anomaly"
_UNFIT: Final = {
    Unfit.SHORT: f"too short: fewer than {SHORTEST} days",
    Unfit.SPARSE: "too sparse: no value or 0 on three days of ten or more",
    Unfit.ABSENT: "no value on that day",
}
_DAY: Final = "metric_time__day"


def anomaly_findings(bench: Bench) -> Findings:
    """The plan's KPIs whose last complete day is outside the range, and what could not be judged."""
    found = Findings()
    kpis = {(kpi.metric, kpi.segment): kpi for kpi in reversed(list(bench.plan.kpis))}
    for (metric, segment), kpi in sorted(kpis.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        group = "_".join(filter(None, (metric, segment)))
        reason = bench.gauge.gap(metric)
        if reason:
            found.quiet(Quiet(RULE, Outcome.NO_VALUE, None, group, f"{reason.why.value} {reason.detail}"))
            continue
        span = Span.at(bench.gauge.until(metric), "day")
        quiet = Quiet(RULE, Outcome.FINE, span, group)
        try:
            judged = _judged(bench, kpi, span.end)
        except LeadlineError as error:
            found.quiet(quiet.because(Outcome.NO_VALUE, error.what))
            continue
        if isinstance(judged, Unfit):
            found.quiet(quiet.because(Outcome.NO_VALUE, _UNFIT[judged]))
        elif judged.is_anomaly:
            found.add(_alarm(bench, kpi, group, span, judged))
        else:
            found.quiet(quiet.because(Outcome.FINE, _range(bench, metric, judged, "en")))
    return found


def _judged(bench: Bench, kpi: Kpi, last: dt.date) -> Judged | Unfit:
    start = last - dt.timedelta(days=LONGEST + HISTORY)
    rows = bench.gauge.layer.query(
        connection=bench.connection,
        metrics=[kpi.metric],
        group_by=[_DAY],
        where=list(bench.plan.where(kpi.segment)),
        start=start,
        end=last,
    ).to_pylist()
    by_day = {_day(row[_DAY]): _number(row[kpi.metric]) for row in rows if row[_DAY]}
    return judge(by_day, last, bench.gauge.layer.metrics[kpi.metric], bench.gauge.first_day(kpi.metric))


def _alarm(bench: Bench, kpi: Kpi, group: str, span: Span, judged: Judged) -> Alarm:
    told = []
    for lang in ("en", "fr"):
        of = f" ({bench.plan.segments[kpi.segment].title.say(lang)})" if kpi.segment else ""
        value = bench.style(kpi.metric, lang).number(judged.value)
        colon = " : " if lang == "fr" else ": "
        told.append(
            f"{bench.label(kpi.metric, lang)}{of}{colon}{value}, {span.label(lang)}; "
            f"{_range(bench, kpi.metric, judged, lang)}"
        )
    return Alarm(
        rule=RULE,
        group=group,
        severity="warning",
        title=Text("Outside what season and trend explain", "Hors de ce que saison et tendance expliquent"),
        message=Text(*told),
        action=kpi.action,
        owner=kpi.owner or "",
        metric=kpi.metric,
        segment=kpi.segment,
        span=span,
        value=judged.value,
        low=judged.low,
        high=judged.high,
        place=kpi.place,
    )


def _range(bench: Bench, metric: str, judged: Judged, lang: str) -> str:
    style = bench.style(metric, lang)
    low, high = style.number(judged.low), style.number(judged.high)
    return f"attendu de {low} à {high}" if lang == "fr" else f"expected {low} to {high}"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
