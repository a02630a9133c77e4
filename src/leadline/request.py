"""The one shape of a request. Command line, Python and HTTP all parse into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from leadline.asking import Condition, Metric
from leadline.errors import RequestError, UnknownNameError, nearest
from leadline.filters import Filter, parse_filter
from leadline.manifest import Manifest
from leadline.names import Reference, parse_reference


@dataclass(frozen=True, slots=True)
class Selection:
    """A metric to show, and the name of its column."""

    metric: str
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time; `is_day` where it was given as a date without a time of day."""

    at: dt.datetime
    is_day: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: metrics by group-bys, filtered, ordered and limited."""

    metrics: tuple[Selection, ...] = ()
    group_by: tuple[Reference, ...] = ()
    where: tuple[str, ...] = ()
    saved_where: tuple[str, ...] = ()
    having: tuple[Filter, ...] = ()
    order_by: tuple[Reference, ...] = ()
    limit: int | None = None
    start: Moment | None = None
    end: Moment | None = None
    min_max_only: bool = False
    totals: bool = False


def build_request(
    manifest: Manifest,
    *,
    metrics: Iterable[Any] = (),
    group_by: Iterable[str] = (),
    where: Iterable[str] | str = (),
    having: Iterable[Any] | Any = (),
    order_by: Iterable[Any] = (),
    limit: int | None = None,
    start: Any = None,
    end: Any = None,
    saved_query: str | None = None,
    min_max_only: bool = False,
    totals: bool = False,
) -> Request:
    """Check the arguments and put them in shape; a saved query is merged with what is given beside it.

    Raises:
        RequestError: an argument has the wrong type, or nothing is asked.
        UnknownNameError: the saved query is not defined.
    """
    saved = _find_saved(manifest, saved_query)
    custom = manifest.custom_grains
    asked_metrics = [*(saved.metrics if saved else ()), *_listed(metrics, "metrics")]
    groups = [*(saved.group_by if saved else ()), *_listed(group_by, "group_by")]
    orders = _listed(order_by, "order_by") or list(saved.order_by if saved else ())
    if limit is None and saved:
        limit = saved.limit
    request = Request(
        metrics=_unique(tuple(_selection(item) for item in asked_metrics)),
        group_by=tuple(dict.fromkeys(parse_reference(_text(item, "group_by"), custom) for item in groups)),
        where=tuple(_text(item, "where") for item in _listed(where, "where")),
        saved_where=saved.where if saved else (),
        having=tuple(part for item in _listed(having, "having") for part in _on_result(item, manifest)),
        order_by=tuple(parse_reference(_text(_label(item), "order_by"), custom) for item in orders),
        limit=_limit(limit),
        start=_moment(start, "start"),
        end=_moment(end, "end"),
        min_max_only=bool(min_max_only),
        totals=bool(totals),
    )
    _check(request)
    return request


def build_funnel_request(
    manifest: Manifest,
    *,
    group_by: Iterable[str] = (),
    where: Iterable[str] | str = (),
    start: Any = None,
    end: Any = None,
) -> Request:
    """What is asked of the first step of a funnel, checked as `build_request` does."""
    custom = manifest.custom_grains
    request = Request(
        group_by=tuple(
            dict.fromkeys(
                parse_reference(_text(g, "group_by"), custom) for g in _listed(group_by, "group_by")
            )
        ),
        where=tuple(_text(item, "where") for item in _listed(where, "where")),
        start=_moment(start, "start"),
        end=_moment(end, "end"),
    )
    _check_moments(request)
    return request


def _find_saved(manifest: Manifest, name: str | None) -> Any:
    if name is None:
        return None
    saved = manifest.saved_queries.get(name)
    if saved is None:
        raise UnknownNameError(
            f"saved query {name!r} is not defined",
            nearest=nearest(name, manifest.saved_queries),
            fix="define it under saved_queries in the project's YAML",
        )
    return saved


def _check(request: Request) -> None:
    if not request.metrics and not request.group_by:
        raise RequestError("nothing is asked", fix="give metrics, group_by, or a saved_query")
    if request.having and not request.metrics:
        raise RequestError("having is about metrics, and none is asked", where="having")
    if request.totals and not request.metrics:
        raise RequestError("totals are of metrics, and none is asked", where="totals")
    if request.min_max_only and (request.metrics or not request.group_by):
        raise RequestError(
            "min_max_only is for dimensions alone", fix="leave the metrics out, and give group_by"
        )
    _check_moments(request)


def _check_moments(request: Request) -> None:
    if request.start and request.end and request.start.at > request.end.at:
        raise RequestError(f"start {request.start.at} lies after end {request.end.at}", fix="exchange them")


def _listed(value: Any, field: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str | dict | Metric | Condition):
        return [value]
    try:
        return list(value)
    except TypeError as error:
        raise RequestError(
            f"{field} has to be a list of names, got {type(value).__name__}", where=field
        ) from error


def _text(value: Any, field: str) -> str:
    if isinstance(value, Condition):
        raise RequestError(
            f"{value.filter().text} is about the result of a metric", where=field, fix="give it to having"
        )
    if not isinstance(value, str) or not value.strip():
        raise RequestError(f"{value!r} is not a name", where=field, fix="give text, not empty")
    return value


def _label(item: Any) -> Any:
    return item.label if isinstance(item, Metric) else item


def _on_result(item: Any, manifest: Manifest) -> tuple[Filter, ...]:
    """The conditions on results that an object or a text says."""
    if isinstance(item, Condition):
        return (item.filter(),)
    found = parse_filter(_text(item, "having"), custom_grains=manifest.custom_grains)
    called = [reference for part in found for reference in part.references if reference.kind != "any"]
    if called:
        raise RequestError(
            f"{str(called[0].name)!r} stands in a template, and having is about columns of the result",
            where="having",
            fix=f"write its name alone, as in {called[0].name} > 100",
        )
    return found


def _selection(item: Any) -> Selection:
    if isinstance(item, Metric):
        return Selection(item.name, item.label)
    if isinstance(item, dict):
        name = _text(item.get("name"), "metrics")
        return Selection(name, _text(item.get("alias") or name, "metrics"))
    reference = parse_reference(_text(item, "metrics")) if "(" in str(item) else None
    if reference is None:
        return Selection(_text(item, "metrics").strip(), item.strip())
    name = str(reference.name)
    return Selection(name, reference.alias or name)


def _unique(metrics: tuple[Selection, ...]) -> tuple[Selection, ...]:
    kept = tuple(dict.fromkeys(metrics))
    labels = [item.label for item in kept]
    for item in kept:
        if labels.count(item.label) > 1:
            raise RequestError(
                f"two metrics would be called {item.label!r}", where="metrics", fix="change an alias"
            )
    return kept


def _limit(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RequestError(f"limit has to be a whole number, got {value!r}", where="limit")
    return value


def _moment(value: Any, field: str) -> Moment | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return Moment(_naive(value, field), False)
    if isinstance(value, dt.date):
        return Moment(dt.datetime(value.year, value.month, value.day), True)
    try:
        text = str(value).strip()
        return Moment(_naive(dt.datetime.fromisoformat(text), field), len(text) <= 10)
    except ValueError as error:
        raise RequestError(
            f"{value!r} is not a date", where=field, fix="write it as 2025-01-31 or 2025-01-31 14:00:00"
        ) from error


def _naive(value: dt.datetime, field: str) -> dt.datetime:
    if value.tzinfo is not None:
        raise RequestError(
            f"{value.isoformat()} has a time zone; the facts hold local days", where=field, fix="leave it out"
        )
    return value
