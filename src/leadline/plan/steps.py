"""The steps of a plan: a handful of frozen shapes, each of which becomes one common table expression."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from leadline.filters import Filter
from leadline.grains import Window
from leadline.manifest import Aggregation, NonAdditive, SemanticModel, TimeSpine
from leadline.resolve.binding import Column, Condition, Key
from leadline.resolve.calculations import Calculation
from leadline.resolve.shapes import Accumulation


@dataclass(frozen=True, slots=True)
class Period:
    """What is shown: from `start`, before `end`; either may be open."""

    start: dt.datetime | None
    end: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Until:
    """Periods of `grain` are shown up to the one that a `LastData` step holds."""

    step: str
    grain: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A value of a step: an aggregation under a name, over the rows that meet its own conditions."""

    label: str
    aggregation: Aggregation
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """A metric per entity, joined to a fact so that a filter can use it."""

    step: str
    key: str
    value: str
    entity: Column


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Reads one fact and aggregates it by its keys; `partial` leaves values for `OverTime` to finish.

    `shift` moves the time of each row forward; `latest` keeps the rows of a stock at the end of each period.
    `distinct_by` is a key whose values count once in each group, however many rows it is joined to.
    `repeated` leaves values to be counted distinct in as many rows as they have; the reader sorts it out.
    `first_by` is a key of the fact by which it is aggregated before what stands behind that key is joined.
    """

    name: str
    model: SemanticModel
    time: Column | None
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    where: tuple[Condition, ...] = ()
    period: Period = Period(None, None)
    shift: tuple[Window, ...] = ()
    latest: NonAdditive | None = None
    partial: bool = False
    repeated: bool = False
    distinct_by: Column | None = None
    lookups: tuple[Lookup, ...] = ()
    until: Until | None = None
    first_by: Key | None = None


@dataclass(frozen=True, slots=True)
class CarryForward:
    """Reads a stock at the end of each period: the last value of each grouping in it, or carried into it.

    `where` are conditions on rows, `shown` those on the time of periods. `shift` moves shown time forward.
    """

    name: str
    model: SemanticModel
    time: Column
    spine: TimeSpine
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    stock: NonAdditive
    where: tuple[Condition, ...] = ()
    shown: tuple[Condition, ...] = ()
    period: Period = Period(None, None)
    shift: tuple[Window, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An aggregate whose periods are moved forward as wholes: `values` are its columns and their new names.

    Periods that lie past the end of `spine` are left out, as those of the rows themselves would be.
    """

    name: str
    source: str
    keys: tuple[Key, ...]
    values: tuple[tuple[str, str], ...]
    shift: tuple[Window, ...]
    spine: TimeSpine | None


@dataclass(frozen=True, slots=True)
class OverTime:
    """Reads an aggregate at each period of a time spine, through offsets and accumulation.

    `carried` are columns of the source that conditions need besides its keys. `how` says in which way it is
    read: by a "join", as a "running" value of aggregates, or by counting each "distinct" value once.
    """

    name: str
    source: str
    spine: TimeSpine
    grain: str
    time_label: str
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    offsets: tuple[Window | str, ...] = ()
    accumulation: Accumulation | None = None
    where: tuple[Condition, ...] = ()
    period: Period = Period(None, None)
    sample: tuple[str, ...] = ()
    keep_time: bool = False
    carried: tuple[str, ...] = ()
    how: str = "join"
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class PickPeriod:
    """One value a period out of those of its finer periods: the first, the last or the average."""

    name: str
    source: str
    time_label: str
    keys: tuple[str, ...]
    values: tuple[tuple[str, int | None], ...]
    how: str


@dataclass(frozen=True, slots=True)
class FillTime:
    """Every period of a time spine, with the values of the source where it has any.

    `again` are conditions on keys that the rows added here have to meet as well.
    """

    name: str
    source: str
    spine: TimeSpine
    keys: tuple[Key, ...]
    values: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    period: Period = Period(None, None)
    again: tuple[Condition, ...] = ()
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class LastData:
    """The last period in which any of the sources has a row, by the time that they call `label`."""

    name: str
    sources: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Events:
    """The rows of one side of a conversion, not aggregated: entity, time, keys and the value of each.

    `shift` moves the time by which a row is grouped and shown forward, not the one at which it happened.
    What is not shown is an event still: `flag` is the column that tells whether a row meets `shown`, lies in
    `period` and not after `until`; where there is none, rows that don't are left out.
    """

    name: str
    model: SemanticModel
    time: Column
    grain: str
    entity: Column
    properties: tuple[Column, ...]
    keys: tuple[Key, ...]
    aggregation: Aggregation | None
    where: tuple[Condition, ...] = ()
    period: Period = Period(None, None)
    lookups: tuple[Lookup, ...] = ()
    shift: tuple[Window, ...] = ()
    until: Until | None = None
    shown: tuple[Condition, ...] = ()
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class Convert:
    """Gives each conversion to the last base event before it, within the window; aggregates by its keys.

    `grains` are those of the keys where all keys are periods of the base event: its time then tells its keys.
    `flag` is a column of base events: only conversions of those that have it count.
    """

    name: str
    base: str
    conversion: str
    keys: tuple[str, ...]
    properties: int
    measure: Measure
    window: Window | None
    grains: tuple[str, ...] | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """People who go from event to event within a window that begins with a first one: one row a step.

    `repeated` are the places of steps that are made of the rows of an earlier one.
    """

    name: str
    events: tuple[str, ...]
    titles: tuple[str, ...]
    keys: tuple[str, ...]
    within: Window
    ordered: bool
    repeated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stacked:
    """A source of `Combine` with its values; `marker` is a column that tells where it has a row."""

    step: str
    values: tuple[str, ...]
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Combine:
    """Stacks aggregates of the same keys and folds them into one row a key; NULL is a key like any other."""

    name: str
    sources: tuple[Stacked, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafColumn:
    """Where the value of a leaf stands, and the number that stands for its NULLs."""

    label: str
    fill: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the result: a calculation over leaf values."""

    label: str
    metric: str
    calculation: Calculation


@dataclass(frozen=True, slots=True)
class Select:
    """The result: keys, metrics, conditions on them, order and limit. Where it is named, others read it."""

    source: str
    keys: tuple[str, ...]
    shown: tuple[Shown, ...]
    values: tuple[LeafColumn, ...]
    markers: tuple[tuple[str, str], ...] = ()
    time_keys: tuple[str, ...] = ()
    having: tuple[tuple[Filter, tuple[str, ...]], ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Results of fewer and fewer keys, each computed from rows; `rolled_up` counts the keys left out.

    `levels` are steps with the keys that each has, the most detailed first.
    """

    levels: tuple[tuple[str, tuple[str, ...]], ...]
    keys: tuple[str, ...]
    metrics: tuple[str, ...]
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Distinct:
    """The values that dimensions take, without any metric; joins keep what has no partner on either side."""

    name: str
    model: SemanticModel | None
    keys: tuple[Key, ...]
    where: tuple[Condition, ...] = ()
    spine: TimeSpine | None = None
    period: Period = Period(None, None)
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class Extremes:
    """The smallest and the largest value of one column of a step."""

    source: str
    key: str


Step = (
    Aggregate
    | Moved
    | CarryForward
    | OverTime
    | PickPeriod
    | FillTime
    | LastData
    | Events
    | Convert
    | Funnel
    | Combine
    | Select
    | Totals
    | Distinct
    | Extremes
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order in which they are computed; the last one is the result."""

    steps: tuple[Step, ...]
