"""The plan as frozen dataclasses that know their place in the file; `leadline.measurement.plan` reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from leadline.measurement.source import NOWHERE, Place

PRIMARY: Final = "primary"
INDICATOR: Final = "indicator"
NORTH_STAR: Final = "north_star"
LEVERS: Final = ("prospects", "conversion", "margin", "frequency")
CADENCES: Final = ("day", "week", "month", "quarter", "year")
SEVERITIES: Final = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages; written once in the plan, it is the same in both."""

    en: str = ""
    fr: str = ""

    def say(self, lang: str) -> str:
        """The text in `en` or `fr`."""
        return self.fr if lang == "fr" else self.en

    def __bool__(self) -> bool:
        return bool(self.en.strip() and self.fr.strip())


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the data under a name: the filters of a request, joined by `and`."""

    name: str
    title: Text
    where: tuple[str, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where a KPI started: its value in a period (`2025-10`, `2025-Q4`, `2025`)."""

    value: float
    period: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Kpi:
    """A metric that someone answers for.

    `kind` is `level` (the value of each period, to be at the target by the deadline) or `total` (what adds up
    from `start` to the deadline). `path` is `linear` or `seasonal`; `periods` are targets of single periods,
    which take the place of a path. Values are in the metric's unit.
    """

    name: str
    metric: str
    objective: str | None = None
    role: str = PRIMARY
    segment: str | None = None
    owner: str | None = None
    cadence: str | None = None
    kind: str = "level"
    baseline: Baseline | None = None
    target: float | None = None
    start: dt.date | None = None
    deadline: dt.date | None = None
    path: str = "linear"
    periods: Mapping[str, float] = field(default_factory=dict)
    action: Text = Text()
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)

    def at(self, key: str) -> Place:
        """The place of one of its keys in the plan, its own where that key is missing."""
        return self.places.get(key, self.place)


@dataclass(frozen=True, slots=True)
class Objective:
    """What is to be reached, by which lever, and what it leads to: the north star or another objective."""

    name: str
    title: Text
    kpis: tuple[Kpi, ...]
    owner: str | None = None
    leads_to: str | None = None
    because: Text = Text()
    lever: str | None = None
    stage: str | None = None
    channel: str | None = None
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's own KPIs. They lead to the objectives' KPIs and are never primary."""

    name: str
    title: Text
    kpis: tuple[Kpi, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class BusinessGroup:
    """Metrics that the business is read by, without own targets: acquisition, conversion, revenue."""

    name: str
    title: Text
    metrics: tuple[str, ...]
    place: Place = NOWHERE
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class NorthStar:
    """The one metric that everything leads to, why it is that one, and its target."""

    kpi: Kpi
    reason: Text
    place: Place = NOWHERE

    @property
    def metric(self) -> str:
        """The metric's name."""
        return self.kpi.metric


@dataclass(frozen=True, slots=True)
class Condition:
    """When an alert is raised: the value, or its change, is above or below a bound (either, if both are).

    `versus` is None for the value itself, else `previous_period` or `last_year`; a change is relative:
    0.3 is 30 % more, -0.2 is 20 % less.
    """

    above: float | None = None
    below: float | None = None
    versus: str | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    """An alert is silent unless this metric reaches `at_least` in the same period and segment."""

    metric: str
    at_least: float
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule over the last complete period of `cadence`, for the whole or for each group of `by`.

    `severity` is one of SEVERITIES.
    """

    name: str
    title: Text
    metric: str
    cadence: str
    condition: Condition
    severity: str
    action: Text
    owner: str
    segment: str | None = None
    by: str | None = None
    minimum: Minimum | None = None
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule that needs no threshold of its own: one of the names in the schema (`spend_without_lead`, …).

    `cadence` says over which period `spend_without_lead` is judged, `minimum` from which volume on.
    """

    name: str
    severity: str
    action: Text
    owner: str
    max_age_days: int | None = None
    cadence: str = "month"
    minimum: Minimum | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where alerts go: the environment variable that holds apprise's URL; secrets never stand in the plan."""

    name: str
    url_env: str
    severities: tuple[str, ...] = SEVERITIES
    lang: str = "en"
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class DashboardSection:
    """Part of a dashboard: metrics, what they are cut by, and the filter."""

    title: Text
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    segment: str | None = None
    place: Place = NOWHERE
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What one audience looks at, and how often."""

    name: str
    title: Text
    audience: str
    cadence: str
    owner: str
    sections: tuple[DashboardSection, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an event; `type` is string, integer, number, boolean or list."""

    name: str
    type: str
    is_required: bool = True
    description: Text = Text()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Event:
    """An event to be received; `type` is automatic, enhanced, recommended or custom, as GA4 sorts them."""

    name: str
    type: str
    tool: str
    parameters: tuple[Parameter, ...] = ()
    description: Text = Text()
    is_key_event: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Tracking:
    """The tracking plan: `severity` is that of its breaches in the last `days` days; `ignored` are none."""

    events: tuple[Event, ...] = ()
    ignored: tuple[str, ...] = ()
    severity: str = "warning"
    days: int = 90
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class UtmRule:
    """What one utm_ parameter may hold: listed values, or a pattern (a regular expression for all of it)."""

    parameter: str
    description: Text
    is_required: bool = False
    values: tuple[str, ...] = ()
    pattern: str | None = None
    example: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Utm:
    """The UTM convention, in the order source, medium, campaign, content, term."""

    rules: tuple[UtmRule, ...] = ()
    severity: str = "warning"
    is_lower_case: bool = True
    days: int = 90
    place: Place = NOWHERE

    def rule(self, parameter: str) -> UtmRule | None:
        """The rule of `utm_source` and so on, None where there is none."""
        return next((rule for rule in self.rules if rule.parameter == parameter), None)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published value of the field, in the metric's unit, and where it comes from."""

    metric: str
    value: float
    source: Text
    year: int | None = None
    segment: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Plan:
    """A measurement plan. `tolerance` is how far a KPI may lag its path, in parts of it, and be on track."""

    file: str
    company: str
    title: Text
    start: dt.date
    end: dt.date
    north_star: NorthStar
    objectives: tuple[Objective, ...]
    tolerance: float = 0.05
    segments: Mapping[str, Segment] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    business: tuple[BusinessGroup, ...] = ()
    alerts: tuple[Alert, ...] = ()
    watches: tuple[Watch, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    tracking: Tracking = Tracking()
    utm: Utm = Utm()
    benchmarks: tuple[Benchmark, ...] = ()

    @property
    def kpis(self) -> Iterator[Kpi]:
        """Every KPI with its target: the north star's, the objectives' and the channels', in this order."""
        yield self.north_star.kpi
        for objective in self.objectives:
            yield from objective.kpis
        for channel in self.channels:
            yield from channel.kpis

    def where(self, segment: str | None) -> tuple[str, ...]:
        """The filters of a segment; none for the whole."""
        return self.segments[segment].where if segment else ()

    def spot(self, place: Place) -> str:
        """`plan.yml:12:5`."""
        return f"{self.file}:{place.line}:{place.column}"
