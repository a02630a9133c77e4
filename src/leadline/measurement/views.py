"""The plan with its values, as text in one language: what the templates lay out and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadline.catalog import label, text
from leadline.errors import LeadlineError
from leadline.manifest import Metric
from leadline.measurement.figures import Style, percent
from leadline.measurement.labels import phrase, say, say_of, source_name, why
from leadline.measurement.model import NORTH_STAR, Alert, Channel, Kpi, Minimum, Objective, Plan, UtmRule
from leadline.measurement.pace import Status
from leadline.measurement.spans import day_label, span_of
from leadline.measurement.spark import spark_svg, spark_text
from leadline.measurement.standing import Path, Standing, standing
from leadline.measurement.values import Gauge, Reading, Value
from leadline.measurement.words import formula_in_words
from leadline.versions import known_version

SYMBOLS = {
    Status.REACHED: "✔",
    Status.ON_TRACK: "●",
    Status.BEHIND: "✕",
    Status.NO_DATA: "○",
    Status.NO_TARGET: "–",
}
_TONES = {Status.REACHED: "good", Status.ON_TRACK: "good", Status.BEHIND: "bad"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value beside its heading; `note` explains it and `tone` is good, bad or flat."""

    title: str
    value: str
    note: str = ""
    tone: str = "flat"


@dataclass(frozen=True, slots=True)
class KpiView:
    """A KPI as the document shows it: `figures` are compared, `facts` told, `brief` ones on one line."""

    anchor: str
    title: str
    role: str
    status: str
    status_text: str
    symbol: str
    period: str
    value: str
    value_note: str
    target: str
    expected: str
    spark: str
    svg: str
    figures: tuple[Figure, ...]
    facts: tuple[tuple[str, str], ...]
    brief: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric without a target, in a table."""

    title: str
    period: str
    value: str
    value_note: str
    previous: str
    previous_note: str
    last_year: str
    last_year_note: str
    spark: str
    svg: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document: a heading, what is said of it, and its KPIs or rows."""

    anchor: str
    title: str
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    kpis: tuple[KpiView, ...] = ()
    rows: tuple[MetricRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The whole document."""

    lang: str
    title: str
    subtitle: str
    as_of: str
    counts: tuple[tuple[str, str, int], ...]
    north_star: Part
    objectives: tuple[Part, ...]
    channels: tuple[Part, ...]
    business: tuple[Part, ...]
    tables: tuple[tuple[str, str, Table], ...]
    guide: tuple[str, ...]
    owners: tuple[tuple[str, str], ...]

    @property
    def kpis(self) -> tuple[KpiView, ...]:
        """Every KPI in the document's order."""
        parts = (self.north_star, *self.objectives, *self.channels)
        return tuple(kpi for part in parts for kpi in part.kpis)


class Viewer:
    """Builds the views of one plan in one language."""

    def __init__(self, plan: Plan, gauge: Gauge, lang: str, currency: str) -> None:
        self.plan = plan
        self.gauge = gauge
        self.lang = lang
        self.currency = currency

    def document(self) -> DocumentView:
        plan, lang = self.plan, self.lang
        north = self._north_star()
        objectives = tuple(self._objective(index) for index in range(len(plan.objectives)))
        channels = tuple(
            Part(f"channel-{c.name}", c.title.say(lang), kpis=self._kpis(c.kpis)) for c in plan.channels
        )
        everything = [kpi for part in (north, *objectives, *channels) for kpi in part.kpis]
        found = Counter(kpi.status for kpi in everything)
        counts = tuple((s.value, say(s.value, lang), found[s.value]) for s in Status if found[s.value])
        return DocumentView(
            lang=lang,
            title=plan.title.say(lang),
            subtitle=say(
                "plan_of", lang, company=plan.company, start=self._day(plan.start), end=self._day(plan.end)
            ),
            as_of=say("as_of", lang, day=self._day(self.gauge.today)),
            counts=counts,
            north_star=north,
            objectives=objectives,
            channels=channels,
            business=tuple(self._business(index) for index in range(len(plan.business))),
            tables=self._tables(),
            guide=self._guide(),
            owners=self._owners(),
        )

    def style(self, metric: str) -> Style:
        """How the numbers of a metric are written."""
        found = self.gauge.layer.metrics.get(metric)
        unit = text(found, "unit") if found else None
        better = (text(found, "better") if found else None) or "none"
        return Style(unit, better, self.lang, self.currency)

    def title(self, metric: str, segment: str | None = None) -> str:
        """The metric's label, with the segment it is taken of."""
        found = self.gauge.layer.metrics.get(metric)
        told = label(found, self.lang) if found else metric
        return f"{told} · {self.plan.segments[segment].title.say(self.lang)}" if segment else told

    def kpi(self, kpi: Kpi) -> KpiView:
        """One KPI with its values."""
        return self._view(standing(self.plan, kpi, self.gauge))

    def _kpis(self, kpis: Iterable[Kpi]) -> tuple[KpiView, ...]:
        return tuple(self.kpi(kpi) for kpi in kpis)

    def _day(self, day: dt.date) -> str:
        return day_label(day, self.lang)

    def _north_star(self) -> Part:
        star = self.plan.north_star
        facts = ((say("why", self.lang), star.reason.say(self.lang)),)
        return Part("north-star", say("north_star", self.lang), facts=facts, kpis=(self.kpi(star.kpi),))

    def _objective(self, index: int) -> Part:
        found, lang = self.plan.objectives[index], self.lang
        facts = [(say("owner", lang), found.owner or "")]
        if found.leads_to:
            facts.append((say("leads_to", lang), self._goal(found.leads_to)))
        if found.lever:
            facts.append((say("lever", lang), say_of("lever", found.lever, lang)))
        if found.stage:
            facts.append((say("stage", lang), say_of("stage", found.stage, lang)))
        return Part(
            anchor=f"objective-{found.name}",
            title=found.title.say(lang),
            text=found.because.say(lang),
            facts=tuple(fact for fact in facts if fact[1]),
            kpis=self._kpis(found.kpis),
        )

    def _goal(self, name: str) -> str:
        if name == NORTH_STAR:
            return self.title(self.plan.north_star.metric)
        titles = {o.name: o.title.say(self.lang) for o in self.plan.objectives}
        return titles.get(name, name)

    def _business(self, index: int) -> Part:
        group = self.plan.business[index]
        rows = tuple(self._row(metric) for metric in group.metrics)
        return Part(f"business-{group.name}", group.title.say(self.lang), rows=rows)

    def _row(self, metric: str) -> MetricRow:
        reading, style = self.gauge.read(metric, (), "month"), self.style(metric)
        now = reading.current.number
        return MetricRow(
            title=self.title(metric),
            period=reading.span.label(self.lang) if reading.span else "",
            value=style.number(now),
            value_note=why(reading.current.reason, self.lang),
            previous=style.number(reading.previous.number),
            previous_note=self._beside(reading.previous, now, style),
            last_year=style.number(reading.last_year.number),
            last_year_note=self._beside(reading.last_year, now, style),
            spark=spark_text(reading.trend),
            svg=self._svg(reading, None),
        )

    def _beside(self, then: Value, now: float | None, style: Style) -> str:
        """What stands beside a value of the past: the change since, or why there is none."""
        return why(then.reason, self.lang) if then.number is None else style.change(now, then.number)

    def _svg(self, reading: Reading, target: float | None) -> str:
        told = say("trend_of", self.lang, count=len(reading.trend))
        return spark_svg(reading.trend, told, target)

    def _view(self, found: Standing) -> KpiView:
        kpi, style, lang = found.kpi, self.style(found.kpi.metric), self.lang
        reading = found.reading
        return KpiView(
            anchor=f"kpi-{kpi.name}",
            title=self.title(kpi.metric, kpi.segment),
            role=say("role_north_star" if kpi.role == NORTH_STAR else kpi.role, lang),
            status=found.status.value,
            status_text=say(found.status.value, lang),
            symbol=SYMBOLS[found.status],
            period=reading.span.label(lang) if reading.span else "",
            value=style.number(found.actual.number),
            value_note=self._value_note(found),
            target=style.number(kpi.target),
            expected=style.number(found.expected),
            spark=spark_text(reading.trend),
            svg=self._svg(reading, kpi.target if found.start is None else None),
            figures=self._figures(found, style),
            facts=self._facts(found.kpi),
            brief=self._brief(found.kpi),
        )

    def _value_note(self, found: Standing) -> str:
        if found.actual.reason:
            return why(found.actual.reason, self.lang)
        if found.start:
            return say("to_date", self.lang, day=self._day(found.start))
        return ""

    def _figures(self, found: Standing, style: Style) -> tuple[Figure, ...]:
        kpi, reading, lang = found.kpi, found.reading, self.lang
        now = reading.current.number
        own = (
            [Figure(reading.span.label(lang), style.shown(reading.current))]
            if found.start and reading.span
            else []
        )
        return (
            *own,
            self._compared("previous", reading.previous, now, style),
            self._compared("last_year", reading.last_year, now, style),
            Figure(say("baseline", lang), self._baseline(kpi, style), self._baseline_period(kpi)),
            Figure(say("target", lang), style.number(kpi.target), self._asked(kpi, style)),
            Figure(
                say("expected", lang),
                style.number(found.expected),
                self._path(found, style),
                _TONES.get(found.status, "flat"),
            ),
        )

    def _compared(self, key: str, then: Value, now: float | None, style: Style) -> Figure:
        tone = style.judged(now, then.number)
        return Figure(say(key, self.lang), style.number(then.number), self._beside(then, now, style), tone)

    def _baseline(self, kpi: Kpi, style: Style) -> str:
        return style.number(kpi.baseline.value if kpi.baseline else None)

    def _baseline_period(self, kpi: Kpi) -> str:
        period = kpi.baseline.period if kpi.baseline else None
        try:
            return span_of(period).label(self.lang) if period else ""
        except LeadlineError:
            return period or ""

    def _asked(self, kpi: Kpi, style: Style) -> str:
        parts = [style.change(kpi.target, kpi.baseline.value if kpi.baseline else None)]
        parts += [self._day(kpi.deadline)] if kpi.deadline else []
        return " · ".join(filter(None, parts))

    def _path(self, found: Standing, style: Style) -> str:
        is_instead = found.has_no_season and found.path is Path.LINEAR
        told = say("no_season" if is_instead else found.path.value, self.lang)
        gap = style.change(found.actual.number, found.expected)
        return f"{phrase('gap_of', self.lang, gap)} · {told}" if gap else told

    def _facts(self, kpi: Kpi) -> tuple[tuple[str, str], ...]:
        metric, lang = self.gauge.layer.metrics.get(kpi.metric), self.lang
        facts = [
            ("definition", self._definition(metric)),
            ("formula", formula_in_words(self.gauge.layer.manifest, metric.name, lang) if metric else ""),
            ("action", kpi.action.say(lang)),
        ]
        return tuple((say(key, lang), told) for key, told in facts if told)

    def _brief(self, kpi: Kpi) -> tuple[tuple[str, str], ...]:
        metric, lang = self.gauge.layer.metrics.get(kpi.metric), self.lang
        stage = text(metric, "stage") if metric else None
        facts = [
            ("owner", kpi.owner or ""),
            ("cadence", say_of("cadence", kpi.cadence, lang) if kpi.cadence else ""),
            ("stage", say_of("stage", stage, lang) if stage else ""),
            ("source", self._sources(metric)),
            ("version", known_version(self.gauge.layer.manifest, kpi.metric) or ""),
        ]
        return tuple((say(key, lang), told) for key, told in facts if told)

    def _definition(self, metric: Metric | None) -> str:
        if metric is None:
            return ""
        # Without a French description the formula in words, which always is in both, says what it is.
        told = metric.description if self.lang == "en" else text(metric, f"description_{self.lang}")
        return " ".join((told or "").split())

    def _sources(self, metric: Metric | None) -> str:
        names: Sequence[str] = (metric.meta.get("sources") or ()) if metric else ()
        return ", ".join(source_name(name, self.lang) for name in names)

    def _guide(self) -> tuple[str, ...]:
        tolerance = percent(self.plan.tolerance, self.lang)
        return (
            say("guide_period", self.lang),
            say("guide_pace", self.lang),
            say("guide_status", self.lang, tolerance=tolerance),
            say("guide_missing", self.lang),
        )

    def _owners(self) -> tuple[tuple[str, str], ...]:
        """Who signs: each owner once, with the parts of the plan in which KPIs are theirs."""
        plan, lang = self.plan, self.lang
        star = plan.north_star
        planned: list[Objective | Channel] = [*plan.objectives, *plan.channels]
        parts = [(part.title.say(lang), part.kpis) for part in planned]
        found: dict[str, list[str]] = {}
        for title, kpis in [(say("north_star", lang), (star.kpi,) if star else ()), *parts]:
            for owner in dict.fromkeys(kpi.owner for kpi in kpis if kpi.owner):
                found.setdefault(owner, []).append(title)
        return tuple((owner, " · ".join(titles)) for owner, titles in found.items())

    def _tables(self) -> tuple[tuple[str, str, Table], ...]:
        made = (
            ("tracking", self._tracking()),
            ("utm", self._utm()),
            ("dashboards", self._dashboards()),
            ("alerts", self._alerts()),
            ("benchmarks", self._benchmarks()),
        )
        return tuple((key, say(key, self.lang), table) for key, table in made if table.rows)

    def _headings(self, *keys: str) -> tuple[str, ...]:
        return tuple(say(key, self.lang) for key in keys)

    def _tracking(self) -> Table:
        lang, rows = self.lang, []
        for event in self.plan.tracking.events:
            told = [
                f"{p.name} ({say_of('parameter', p.type, lang)}"
                + ("" if p.is_required else f", {say('optional', lang)}")
                + ")"
                for p in event.parameters
            ]
            kind = say_of("event", event.type, lang)
            kind += f", {say('key_event', lang)}" if event.is_key_event else ""
            rows.append((event.name, event.description.say(lang), kind, ", ".join(told), event.tool))
        return Table(self._headings("event", "description", "type", "parameters", "tool"), tuple(rows))

    def _utm(self) -> Table:
        rows = tuple(
            (
                rule.parameter,
                rule.description.say(self.lang),
                say("yes" if rule.is_required else "no", self.lang),
                self._allowed(rule),
                rule.example or "",
            )
            for rule in self.plan.utm.rules
        )
        return Table(self._headings("parameter", "description", "required", "allowed", "example"), rows)

    def _allowed(self, rule: UtmRule) -> str:
        return ", ".join(rule.values) or (phrase("pattern", self.lang, rule.pattern) if rule.pattern else "")

    def _dashboards(self) -> Table:
        lang, rows = self.lang, []
        for board in self.plan.dashboards:
            audience = say_of("audience", board.audience, lang)
            for section in board.sections:
                cuts = [say_of("dimension", name.rpartition("__")[-1], lang) for name in section.by]
                shown = ", ".join(self.title(metric) for metric in section.metrics)
                cut = f" {phrase('by', lang, ', '.join(cuts))}" if cuts else ""
                cadence = say_of("cadence", board.cadence, lang)
                rows.append(
                    (
                        board.title.say(lang),
                        audience,
                        section.title.say(lang),
                        shown + cut,
                        cadence,
                        board.owner,
                    )
                )
        return Table(
            self._headings("dashboards", "audience", "contains", "kpi", "cadence", "owner"), tuple(rows)
        )

    def _alerts(self) -> Table:
        lang = self.lang
        rows = [
            (
                alert.title.say(lang),
                self._condition(alert),
                say_of("severity", alert.severity, lang),
                alert.action.say(lang),
                alert.owner,
            )
            for alert in self.plan.alerts
        ]
        for watch in self.plan.watches:
            aged = say("older_than", lang, days=watch.max_age_days) if watch.max_age_days else ""
            severity = say_of("severity", watch.severity, lang)
            condition = ", ".join([aged or say("standing_rule", lang), *self._least(watch.minimum)])
            rows.append(
                (say_of("watch", watch.name, lang), condition, severity, watch.action.say(lang), watch.owner)
            )
        return Table(self._headings("alert", "condition", "severity", "what_to_do", "owner"), tuple(rows))

    def _condition(self, alert: Alert) -> str:
        lang, style, bounds = self.lang, self.style(alert.metric), alert.condition
        told = [
            phrase(key, lang, percent(bound, lang) if bounds.versus else style.number(bound))
            for key, bound in (("above", bounds.above), ("below", bounds.below))
            if bound is not None
        ]
        limit = say("or", lang).join(told)
        text_ = phrase(f"change_{bounds.versus}", lang, limit) if bounds.versus else limit
        parts = [
            f"{self.title(alert.metric, alert.segment)}{say('colon', lang)} {text_}",
            say_of("cadence", alert.cadence, lang),
        ]
        if alert.by:
            parts.append(phrase("for_each", lang, say_of("dimension", alert.by.rpartition("__")[-1], lang)))
        return ", ".join([*parts, *self._least(alert.minimum)])

    def _least(self, minimum: Minimum | None) -> list[str]:
        if minimum is None:
            return []
        least = self.style(minimum.metric).number(minimum.at_least)
        return [say("if_at_least", self.lang, metric=self.title(minimum.metric), value=least)]

    def _benchmarks(self) -> Table:
        rows = []
        for found in self.plan.benchmarks:
            style = self.style(found.metric)
            reading = self.gauge.read(found.metric, self.plan.where(found.segment), "month")
            rows.append(
                (
                    self.title(found.metric, found.segment),
                    style.number(found.value),
                    style.shown(reading.current),
                    reading.span.label(self.lang) if reading.span else "",
                    found.source.say(self.lang),
                    str(found.year or ""),
                )
            )
        return Table(self._headings("kpi", "benchmark", "ours", "period", "source", "year"), tuple(rows))
