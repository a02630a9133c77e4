"""When an earlier period is an aggregate that is there already, moved in time: no row is read twice."""

from leadline.grains import CALENDAR, MONTHS, ORDER, Window, finest
from leadline.manifest import TimeSpine
from leadline.plan.steps import Measure
from leadline.resolve.binding import Condition, Key
from leadline.resolve.leaves import BoundLeaf

DAY_PARTS = frozenset({"day", "dow", "doy"})


def plain_key(bound: BoundLeaf, where: tuple[Condition, ...], measures: tuple[Measure, ...]) -> object:
    """Equal for scans of the same rows: the fact, its time and the conditions, those of measures included."""
    aggregation = bound.leaf.aggregation
    conditions = frozenset(c.identity for c in where)
    own = frozenset(frozenset(c.identity for c in m.conditions) for m in measures)
    if aggregation.non_additive is not None or own != {frozenset()}:
        return object()
    return (aggregation.model, aggregation.time_dimension, conditions)


def moves_whole(keys: tuple[Key, ...], windows: tuple[Window, ...], spine: TimeSpine | None) -> bool:
    """True where moving the periods of the keys is the same as moving the rows in them.

    A month moves by months, a quarter by quarters and a day by days as a whole. The end of the spine has to
    cut nothing in two either, which a day of the spine would do to a week.
    """
    timed = [key.column for key in keys if key.column.on_time]
    grains = [column.grain for column in timed if column.grain]
    moved = [window.grain for window in windows]
    if not grains or len(set(grains)) < len(timed):
        return False
    if CALENDAR.issuperset([*grains, *moved]):
        months = [window.count * MONTHS[window.grain] for window in windows]
        whole = all(count % MONTHS[grain] == 0 for count in months for grain in grains)
        return whole and finest([*grains, *moved]) == finest(grains)
    by_day = spine is None or spine.grain == "day"
    return by_day and set(grains) == {"day"} and {"day", "week"}.issuperset(moved)


def windows_of(bound: BoundLeaf) -> tuple[Window, ...]:
    """The offsets that are spans of time, the innermost first."""
    return tuple(w for w in reversed(bound.leaf.shape.offsets) if isinstance(w, Window))


def moves_rows(bound: BoundLeaf) -> bool:
    """True where moving rows forward in time gives the offset: each row then counts exactly once.

    Days of one month have no counterpart in another, so by day, or by what is made of days, an offset of
    months is read from the time spine: each day shows that of its number, or the last, a month before.
    """
    offsets = bound.leaf.shape.offsets
    if any(isinstance(o, str) or o.is_custom for o in offsets):
        return False
    windows = [o for o in offsets if isinstance(o, Window)]
    if not any(o.is_calendar for o in windows):
        return True
    timed = [k.column for k in bound.keys if k.column.on_time]
    grain = finest([c.grain for c in timed if c.grain])
    if any(c.part in DAY_PARTS or (c.grain and c.grain not in ORDER) for c in timed):
        months = [o.count * MONTHS.get(o.grain, 0) for o in windows]
        return grain in MONTHS and all(count and count % MONTHS[grain] == 0 for count in months)
    return grain is None or ORDER[grain] > ORDER["week"]
