"""plan.yml → Plan. The shape is checked first, so what builds the dataclasses may rely on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from leadline.measurement.breach import Breach, PlanError, Severity, ordered
from leadline.measurement.model import (
    INDICATOR,
    NORTH_STAR,
    PRIMARY,
    SEVERITIES,
    Alert,
    Baseline,
    Benchmark,
    BusinessGroup,
    Channel,
    Condition,
    Dashboard,
    DashboardSection,
    Event,
    Kpi,
    Minimum,
    NorthStar,
    Objective,
    Parameter,
    Plan,
    Recipient,
    Segment,
    Text,
    Tracking,
    Utm,
    UtmRule,
    Watch,
)
from leadline.measurement.shape import shape_breaches
from leadline.measurement.source import Place, Source, Steps, read_source

DEFAULT_PLAN: Final = "plan.yml"
_UTM_ORDER: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def load_plan(path: str | Path = DEFAULT_PLAN) -> Plan:
    """The plan in a file.

    Raises:
        LeadlineError: there is no such file, or it is not YAML.
        PlanError: it is not a plan; every problem of its shape at once, each with line and column.
    """
    return plan_of(read_source(path))


def plan_of(source: Source) -> Plan:
    """The same from a document that is already read. Raises PlanError."""
    found = shape_breaches(source) or [*_unresolved(source)]
    if found:
        raise PlanError(source.file, ordered(found))
    return _Reader(source).plan()


def _unresolved(source: Source) -> Iterator[Breach]:
    """Names that are given twice, and segments that are used but not defined."""
    for key in ("objectives", "segments", "channels", "alerts", "dashboards", "watches", "recipients"):
        seen: set[str] = set()
        for index, item in enumerate(source.data.get(key) or ()):
            if item["name"] in seen:
                place = source.value_place((key, index, "name"))
                what = f"{key}: the name {item['name']!r} is given twice"
                yield Breach("shape", Severity.ERROR, place, what, "rename one of them")
            seen.add(item["name"])
    segments = [item["name"] for item in source.data.get("segments") or ()]
    for path, name in _named(source.data, "segment", ()):
        if name not in segments:
            yield _no_segment(source.value_place(path), name, segments)


def _no_segment(place: Place, name: str, known: list[str]) -> Breach:
    from leadline.errors import nearest

    fix = "define it under `segments:`" + (f", or use one of {', '.join(known)}" if known else "")
    return Breach(
        "shape", Severity.ERROR, place, f"there is no segment {name!r}", fix, tuple(nearest(name, known))
    )


def _named(data: Any, key: str, path: Steps) -> Iterator[tuple[Steps, str]]:
    """Every value under `key`, anywhere in the document, with its path."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name == key:
                yield (*path, name), value
            else:
                yield from _named(value, key, (*path, name))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _named(item, key, (*path, index))


def _text(value: Any) -> Text:
    if value is None:
        return Text()
    return Text(value, value) if isinstance(value, str) else Text(value["en"].strip(), value["fr"].strip())


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


class _Reader:
    """Builds the dataclasses from a document whose shape is right."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._data: Mapping[str, Any] = source.data

    def plan(self) -> Plan:
        data = self._data
        segments = [self._segment(s, ("segments", i)) for i, s in self._items("segments")]
        return Plan(
            file=self._source.file,
            company=data["company"],
            title=_text(data["title"]),
            start=dt.date.fromisoformat(data["start"]),
            end=dt.date.fromisoformat(data["end"]),
            tolerance=data.get("tolerance", 0.05),
            north_star=self._north_star(data["north_star"]),
            objectives=tuple(self._objective(o, ("objectives", i)) for i, o in self._items("objectives")),
            segments={segment.name: segment for segment in segments},
            channels=tuple(self._channel(c, ("channels", i)) for i, c in self._items("channels")),
            business=tuple(self._business(g, ("business", i)) for i, g in self._items("business")),
            alerts=tuple(self._alert(a, ("alerts", i)) for i, a in self._items("alerts")),
            watches=tuple(self._watch(w, ("watches", i)) for i, w in self._items("watches")),
            recipients=tuple(self._recipient(r, ("recipients", i)) for i, r in self._items("recipients")),
            dashboards=tuple(self._dashboard(d, ("dashboards", i)) for i, d in self._items("dashboards")),
            tracking=self._tracking(),
            utm=self._utm(),
            benchmarks=tuple(self._benchmark(b, ("benchmarks", i)) for i, b in self._items("benchmarks")),
        )

    def _items(self, *path: str) -> Iterator[tuple[int, Any]]:
        found: Any = self._data
        for step in path:
            found = (found or {}).get(step)
        yield from enumerate(found or ())

    def _places(self, path: Steps, data: Mapping[str, Any]) -> dict[str, Place]:
        return {key: self._source.place((*path, key)) for key in data}

    def _list_places(self, path: Steps, values: list[str]) -> tuple[Place, ...]:
        return tuple(self._source.value_place((*path, i)) for i in range(len(values)))

    def _segment(self, data: Mapping[str, Any], path: Steps) -> Segment:
        where = tuple(data["where"])
        return Segment(data["name"], _text(data["title"]), where, self._source.place((*path, "where")))

    def _north_star(self, data: Mapping[str, Any]) -> NorthStar:
        path: Steps = (NORTH_STAR,)
        kpi = self._kpi({k: v for k, v in data.items() if k != "reason"}, path, NORTH_STAR, NORTH_STAR)
        return NorthStar(kpi, _text(data["reason"]), self._source.place(path))

    def _objective(self, data: Mapping[str, Any], path: Steps) -> Objective:
        kpis = tuple(
            self._kpi(k, (*path, "kpis", i), PRIMARY, data["name"], data.get("owner"))
            for i, k in enumerate(data["kpis"])
        )
        return Objective(
            name=data["name"],
            title=_text(data["title"]),
            kpis=kpis,
            owner=data.get("owner"),
            leads_to=data.get("leads_to"),
            because=_text(data.get("because")),
            lever=data.get("lever"),
            stage=data.get("stage"),
            channel=data.get("channel"),
            place=self._source.place((*path, "name")),
            places=self._places(path, data),
        )

    def _channel(self, data: Mapping[str, Any], path: Steps) -> Channel:
        kpis = tuple(self._kpi(k, (*path, "kpis", i), INDICATOR, None) for i, k in enumerate(data["kpis"]))
        return Channel(data["name"], _text(data["title"]), kpis, self._source.place((*path, "name")))

    def _kpi(
        self, data: Mapping[str, Any], path: Steps, role: str, objective: str | None, owner: str | None = None
    ) -> Kpi:
        segment = data.get("segment")
        name = data.get("name") or "_".join(filter(None, (data["metric"], segment)))
        return Kpi(
            name=name,
            metric=data["metric"],
            objective=objective,
            role=data.get("role", role),
            segment=segment,
            owner=data.get("owner") or owner,
            cadence=data.get("cadence"),
            kind=data.get("kind", "level"),
            baseline=self._baseline(data.get("baseline"), (*path, "baseline")),
            target=data.get("target"),
            start=_day(data.get("start")),
            deadline=_day(data.get("deadline")),
            path=data.get("path", "linear"),
            periods=dict(data.get("periods") or {}),
            action=_text(data.get("action")),
            place=self._source.place((*path, "metric")),
            places=self._places(path, data),
        )

    def _baseline(self, data: Any, path: Steps) -> Baseline | None:
        if data is None:
            return None
        place = self._source.place(path)
        if isinstance(data, dict):
            period = data.get("period")
            return Baseline(data["value"], None if period is None else str(period), place)
        return Baseline(data, None, place)

    def _business(self, data: Mapping[str, Any], path: Steps) -> BusinessGroup:
        metrics = data["metrics"]
        return BusinessGroup(
            name=data["name"],
            title=_text(data["title"]),
            metrics=tuple(metrics),
            place=self._source.place((*path, "name")),
            places=self._list_places((*path, "metrics"), metrics),
        )

    def _alert(self, data: Mapping[str, Any], path: Steps) -> Alert:
        when = data["when"]
        return Alert(
            name=data["name"],
            title=_text(data["title"]),
            metric=data["metric"],
            cadence=data["cadence"],
            condition=Condition(when.get("above"), when.get("below"), when.get("versus")),
            severity=data["severity"],
            action=_text(data["action"]),
            owner=data["owner"],
            segment=data.get("segment"),
            by=data.get("by"),
            minimum=self._minimum(data, path),
            place=self._source.place((*path, "name")),
            places=self._places(path, data),
        )

    def _minimum(self, data: Mapping[str, Any], path: Steps) -> Minimum | None:
        least = data.get("minimum")
        if not least:
            return None
        return Minimum(least["metric"], least["at_least"], self._source.place((*path, "minimum")))

    def _watch(self, data: Mapping[str, Any], path: Steps) -> Watch:
        return Watch(
            name=data["name"],
            severity=data["severity"],
            action=_text(data["action"]),
            owner=data["owner"],
            max_age_days=data.get("max_age_days"),
            cadence=data.get("cadence", "month"),
            minimum=self._minimum(data, path),
            place=self._source.place((*path, "name")),
        )

    def _recipient(self, data: Mapping[str, Any], path: Steps) -> Recipient:
        place = self._source.place((*path, "name"))
        severities = tuple(data.get("severities") or SEVERITIES)
        return Recipient(data["name"], data["url_env"], severities, data.get("lang", "en"), place)

    def _dashboard(self, data: Mapping[str, Any], path: Steps) -> Dashboard:
        return Dashboard(
            name=data["name"],
            title=_text(data["title"]),
            audience=data["audience"],
            cadence=data["cadence"],
            owner=data["owner"],
            sections=tuple(self._section(s, (*path, "sections", i)) for i, s in enumerate(data["sections"])),
            place=self._source.place((*path, "name")),
        )

    def _section(self, data: Mapping[str, Any], path: Steps) -> DashboardSection:
        return DashboardSection(
            title=_text(data["title"]),
            metrics=tuple(data["metrics"]),
            by=tuple(data.get("by") or ()),
            segment=data.get("segment"),
            place=self._source.place((*path, "by")),
            places=self._list_places((*path, "metrics"), data["metrics"]),
        )

    def _tracking(self) -> Tracking:
        data = self._data.get("tracking")
        if not data:
            return Tracking()
        return Tracking(
            events=tuple(self._event(e, ("tracking", "events", i)) for i, e in enumerate(data["events"])),
            ignored=tuple(data.get("ignored") or ()),
            severity=data.get("severity", "warning"),
            days=data.get("days", 90),
            place=self._source.place(("tracking",)),
        )

    def _event(self, data: Mapping[str, Any], path: Steps) -> Event:
        parameters = tuple(
            Parameter(
                name=p["name"],
                type=p["type"],
                is_required=p.get("required", True),
                description=_text(p.get("description")),
                place=self._source.place((*path, "parameters", i, "name")),
            )
            for i, p in enumerate(data.get("parameters") or ())
        )
        return Event(
            name=data["name"],
            type=data["type"],
            tool=data["tool"],
            parameters=parameters,
            description=_text(data.get("description")),
            is_key_event=data.get("key_event", False),
            place=self._source.place((*path, "name")),
        )

    def _utm(self) -> Utm:
        data = self._data.get("utm")
        if not data:
            return Utm()
        rules = [self._utm_rule(r, ("utm", "rules", i)) for i, r in enumerate(data["rules"])]
        return Utm(
            rules=tuple(sorted(rules, key=lambda rule: _UTM_ORDER.index(rule.parameter))),
            severity=data.get("severity", "warning"),
            is_lower_case=data.get("lower_case", True),
            days=data.get("days", 90),
            place=self._source.place(("utm",)),
        )

    def _utm_rule(self, data: Mapping[str, Any], path: Steps) -> UtmRule:
        return UtmRule(
            parameter=data["parameter"],
            description=_text(data["description"]),
            is_required=data.get("required", False),
            values=tuple(data.get("values") or ()),
            pattern=data.get("pattern"),
            example=data.get("example"),
            place=self._source.place((*path, "parameter")),
        )

    def _benchmark(self, data: Mapping[str, Any], path: Steps) -> Benchmark:
        return Benchmark(
            metric=data["metric"],
            value=data["value"],
            source=_text(data["source"]),
            year=data.get("year"),
            segment=data.get("segment"),
            place=self._source.place((*path, "metric")),
        )
