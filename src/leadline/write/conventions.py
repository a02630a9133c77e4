"""SQL that compares what was received with the plan: one statement for events, one for UTM tags.

`leadline tracking check` and `leadline utm check` run it, and dbt's data tests contain it. The steps are in
`sql/`; what the plan says is put before them as common table expressions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import sqlglot
from sqlglot import exp

from leadline.measurement.model import Tracking, Utm

EVENTS: Final = "fct_tracking_events"
PARAMETERS: Final = "fct_tracking_parameters"
TAGS: Final = "fct_utm_tags"
# What may come in place of the planned type: GA4 sends 1 for true, and 12 for 12.0.
FITS: Final = (
    ("string", "string"),
    ("string", "boolean"),
    ("integer", "integer"),
    ("number", "number"),
    ("number", "integer"),
    ("boolean", "boolean"),
    ("boolean", "integer"),
    ("list", "list"),
)


@dataclass(frozen=True, slots=True)
class Days:
    """Which days are compared: `start` to `end`; without a start, the `count` days up to the end; without an
    end, up to the last day that has data.
    """

    count: int = 90
    start: dt.date | None = None
    end: dt.date | None = None


def tracking_statement(plan: Tracking, days: Days) -> exp.Query:
    """One row a breach: problem, event_name, parameter_name, planned_type, received_type, events, share (of
    the event's), first_day, last_day. `event missing` has the days on which it was ever received.
    """
    wanted = [(e.name, p.name, p.type, p.is_required) for e in plan.events for p in e.parameters]
    return _statement(
        "tracking",
        days=_days(days, EVENTS),
        planned=_table(["event_name"], [(event.name,) for event in plan.events]),
        ignored=_table(["event_name"], [(name,) for name in plan.ignored]),
        wanted=_table(["event_name", "parameter_name", "planned_type", "is_required"], wanted),
        fits=_table(["planned_type", "received_type"], FITS),
    )


def received_statement(days: Days) -> exp.Query:
    """One row an event of those days: event_name, events, first_day, last_day."""
    found = tracking_statement(Tracking(), days)
    found.set("from_", exp.From(this=exp.to_table("received")))
    return found


def utm_statement(plan: Utm, days: Days) -> exp.Query:
    """One row a breach: parameter, tag_value, problem, landed_source, sessions, orders, spend, first_day,
    last_day. `spend` is that of the campaigns behind the visits; one campaign may be behind several rows.
    """
    rules = [(r.parameter, r.is_required, bool(r.values), _whole(r.pattern)) for r in plan.rules]
    allowed = [(rule.parameter, value) for rule in plan.rules for value in rule.values]
    return _statement(
        "utm",
        days=_days(days, TAGS),
        settings=_table(["is_lower_case"], [(plan.is_lower_case,)]),
        rules=_table(["parameter", "is_required", "is_listed", "pattern"], rules),
        allowed=_table(["parameter", "tag_value"], allowed),
    )


def over(statement: exp.Query, relations: Mapping[str, exp.Table]) -> exp.Query:
    """The statement with the facts' names replaced by those tables."""
    found = statement.copy()
    for table in list(found.find_all(exp.Table)):
        if table.name in relations:
            wanted = relations[table.name].copy()
            wanted.set("alias", table.args.get("alias"))
            table.replace(wanted)
    return found


def _statement(name: str, **steps: exp.Query) -> exp.Query:
    text = (files("leadline") / "write" / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    found = sqlglot.parse_one(text, read="duckdb")
    for node in found.walk():
        node.pop_comments()
    ours = [
        exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(a))) for a, query in steps.items()
    ]
    with_ = found.find(exp.With)
    assert with_ is not None  # noqa: S101 - every file in sql/ begins with one
    with_.set("expressions", [*ours, *with_.expressions])
    assert isinstance(found, exp.Query)  # noqa: S101
    return found


def _days(days: Days, fact: str) -> exp.Query:
    last = _day(days.end) if days.end else exp.Max(this=exp.column("date_day"))
    back = exp.Interval(this=exp.Literal.string(str(days.count - 1)), unit=exp.Var(this="DAY"))
    first = _day(days.start) if days.start else exp.Sub(this=last.copy(), expression=back)
    found = exp.select(exp.alias_(first, "first_day"), exp.alias_(last, "last_day"))
    return found if days.end else found.from_(fact)


def _day(day: dt.date) -> exp.Expression:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _whole(pattern: str | None) -> str | None:
    return f"^(?:{pattern})$" if pattern else None


def _table(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> exp.Query:
    """Rows of texts and booleans as a select; with no row, columns of text without one."""
    found = [exp.Tuple(expressions=[_literal(value) for value in row]) for row in rows]
    if not found:
        empty = [exp.alias_(exp.cast(exp.Null(), "varchar"), name) for name in columns]
        return exp.select(*empty).where(exp.false())
    alias = exp.TableAlias(
        this=exp.to_identifier("given"), columns=[exp.to_identifier(name) for name in columns]
    )
    return exp.select(*columns).from_(exp.Values(expressions=found, alias=alias))


def _literal(value: str | bool | None) -> exp.Expression:
    if value is None:
        return exp.cast(exp.Null(), "varchar")
    return exp.Boolean(this=value) if isinstance(value, bool) else exp.Literal.string(value)
