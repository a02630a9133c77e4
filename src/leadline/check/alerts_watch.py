"""Standing watches of the plan, which need no threshold: spend without a lead, KPIs without a value, sources,
events and tags.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from leadline.availability import Source, gaps
from leadline.check.alarm import Alarm, Findings, Outcome, Quiet
from leadline.check.alerts import Bench, filled
from leadline.check.tracking import tracking_breaches
from leadline.check.utm import problem_text, utm_breaches
from leadline.errors import LeadlineError
from leadline.measurement.labels import say_of, source_name, why
from leadline.measurement.model import Text, Watch
from leadline.measurement.spans import Span, last_span
from leadline.measurement.values import Missing
from leadline.write.conventions import Days

SPEND, PLATFORM_LEADS, LEADS = "ad_spend", "ad_leads", "leads"
_CAMPAIGN = "campaign__campaign_name"
_FOR_LEADS = "campaign__reports_leads"
_NO_VALUE = (Missing.NOT_COMPUTABLE, Missing.REFUSED, Missing.NOT_DEFINED)


def watch_findings(bench: Bench) -> Findings:
    """Every watch of the plan, evaluated."""
    found = Findings()
    for watch in bench.plan.watches:
        try:
            alarms = list(_alarms(bench, watch))
        except LeadlineError as error:
            found.quiet(Quiet(watch.name, Outcome.NO_VALUE, None, detail=error.what))
            continue
        for alarm in alarms:
            found.add(alarm)
        if not alarms:
            found.quiet(Quiet(watch.name, Outcome.FINE, None))
    return found


def _alarms(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    match watch.name:
        case "spend_without_lead":
            yield from _spend_without_lead(bench, watch)
        case "not_computable":
            yield from _not_computable(bench, watch)
        case "stale_source":
            yield from _stale(bench, watch)
        case "missing_source":
            yield from _missing(bench, watch)
        case "tracking_plan":
            yield from _tracking(bench, watch)
        case "utm_convention":
            yield from _utm(bench, watch)


def _alarm(watch: Watch, group: str, en: str, fr: str, **more: Any) -> Alarm:
    return Alarm(
        rule=watch.name,
        group=group,
        severity=watch.severity,
        title=Text(say_of("watch", watch.name, "en"), say_of("watch", watch.name, "fr")),
        message=Text(en, fr),
        action=watch.action,
        owner=watch.owner,
        place=more.pop("place", watch.place),
        **more,
    )


def _spend_without_lead(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    """Campaigns that are made for leads, and all of them together."""
    span = last_span(bench.gauge.until(SPEND), watch.cadence)
    for row in _campaigns(bench, watch, span):
        spend, leads = float(row[SPEND] or 0), float(row[LEADS] or 0) + float(row[PLATFORM_LEADS] or 0)
        if spend > 0 and leads == 0 and _is_enough(watch, row):
            name = str(row[_CAMPAIGN] or row["campaign"])
            yield _spent(bench, watch, span, name, spend)
    totals = [filled(bench, m, bench.gauge.total(m, (), span.start, span.end)).number for m in (SPEND, LEADS)]
    if totals[0] and totals[1] == 0:
        yield _spent(bench, watch, span, "*", totals[0])


def _campaigns(bench: Bench, watch: Watch, span: Span) -> list[dict[str, Any]]:
    volume = [watch.minimum.metric] if watch.minimum else []
    found: list[dict[str, Any]] = bench.gauge.layer.query(
        connection=bench.connection,
        metrics=list(dict.fromkeys([SPEND, PLATFORM_LEADS, LEADS, *volume])),
        group_by=["campaign", _CAMPAIGN],
        where=[f"{_FOR_LEADS} = true"],
        start=span.start,
        end=span.end,
    ).to_pylist()
    return found


def _is_enough(watch: Watch, row: Mapping[str, Any]) -> bool:
    return watch.minimum is None or float(row[watch.minimum.metric] or 0) >= watch.minimum.at_least


def _spent(bench: Bench, watch: Watch, span: Span, name: str, spend: float) -> Alarm:
    told = {lang: bench.style(SPEND, lang).number(spend) for lang in ("en", "fr")}
    who = ("all campaigns", "toutes les campagnes") if name == "*" else (name, name)
    return _alarm(
        watch,
        name,
        f"{who[0]}: {told['en']} spent and no lead, {span.label('en')}",
        f"{who[1]} : {told['fr']} dépensés et aucun lead, {span.label('fr')}",
        metric=SPEND,
        span=span,
        value=spend,
    )


def _watched(bench: Bench) -> dict[tuple[str, str | None, str], None]:
    """Metric, segment and cadence of everything that the plan measures, each once."""
    kpis = [(kpi.metric, kpi.segment, kpi.cadence or "month") for kpi in bench.plan.kpis]
    return dict.fromkeys(kpis + [(rule.metric, rule.segment, rule.cadence) for rule in bench.plan.alerts])


def _not_computable(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    for metric, segment, cadence in _watched(bench):
        reading = bench.gauge.read(metric, bench.plan.where(segment), cadence)
        reason = reading.current.reason
        if reason is None or reason.why not in _NO_VALUE:
            continue
        group = "_".join(filter(None, (metric, segment, cadence)))
        told = []
        for lang in ("en", "fr"):
            of = f" ({bench.plan.segments[segment].title.say(lang)})" if segment else ""
            when = f", {reading.span.label(lang)}" if reading.span else ""
            colon = " : " if lang == "fr" else ": "
            told.append(f"{bench.label(metric, lang)}{of}{colon}{why(reason, lang)}{when}")
        yield _alarm(watch, group, *told, metric=metric, segment=segment, span=reading.span)


def _stale(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    most = watch.max_age_days or 2
    for source in bench.sources.values():
        last = _reaches(source)
        if not source.is_connected or last is None or (bench.gauge.today - last).days <= most:
            continue
        age = (bench.gauge.today - last).days
        yield _alarm(
            watch,
            source.name,
            f"{source_name(source.name, 'en')}: the last data is of {last}, {age} days ago (at most {most})",
            f"{source_name(source.name, 'fr')} : dernières données du {last}, il y a {age} jours "
            f"(au plus {most})",
            value=float(age),
            limit=float(most),
        )


def _reaches(source: Source) -> dt.date | None:
    """The last day that an export can have data of: that of its rows, or the one before it was made."""
    made = source.exported_at.date() - dt.timedelta(days=1) if source.exported_at else None
    return max((day for day in (source.last_day, made) if day), default=None)


def _missing(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    manifest = bench.gauge.layer.manifest
    metrics = list(dict.fromkeys(m for m, _, _ in _watched(bench) if m in manifest.metrics))
    lacking: dict[tuple[str, ...], list[str]] = {}
    for gap in gaps(manifest, metrics, bench.sources, bench.declared):
        lacking.setdefault(gap.sources, []).append(gap.metric)
    for names, without in lacking.items():
        en, fr = (f" {word} ".join(source_name(n, lang) for n in names) for lang, word in _OR)
        yield _alarm(
            watch,
            "+".join(names),
            f"{en} is not connected; without it there is no {_labels(bench, without, 'en')}",
            f"{fr} n'est pas connecté ; sans lui, pas de {_labels(bench, without, 'fr')}",
        )


_OR = (("en", "or"), ("fr", "ou"))


def _labels(bench: Bench, metrics: Iterable[str], lang: str) -> str:
    return ", ".join(bench.label(metric, lang) for metric in metrics)


def _until_today(bench: Bench, count: int) -> Days:
    """The plan's days up to the last one that has data, or to yesterday if the data goes on."""
    last = max((s.last_day for s in bench.sources.values() if s.name == "ga4" and s.last_day), default=None)
    yesterday = bench.gauge.today - dt.timedelta(days=1)
    return Days(count, end=min(last, yesterday) if last else yesterday)


def _tracking(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    days = _until_today(bench, bench.plan.tracking.days)
    for breach in tracking_breaches(bench.connection, bench.plan.tracking, days):
        group = f"{breach.problem}: {breach.name}"
        place = breach.place
        yield _alarm(watch, group, breach.message("en"), breach.message("fr"), place=place)


def _utm(bench: Bench, watch: Watch) -> Iterator[Alarm]:
    days = _until_today(bench, bench.plan.utm.days)
    for breach in utm_breaches(bench.connection, bench.plan.utm, days):
        near = (
            (f"; nearest: {breach.nearest}", f" ; proche : {breach.nearest}") if breach.nearest else ("", "")
        )
        who = f"{breach.parameter}={breach.value or ''}"
        yield _alarm(
            watch,
            f"{who} ({breach.landed_source})",
            f"{who} {problem_text(breach.problem, 'en')} ({breach.landed_source}, "
            f"{breach.sessions} sessions){near[0]}",
            f"{who} {problem_text(breach.problem, 'fr')} ({breach.landed_source}, "
            f"{breach.sessions} sessions){near[1]}",
            place=breach.place,
        )
