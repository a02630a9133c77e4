"""When an earlier period is an aggregate that is there already, moved in time: no row is read twice."""

from leadline.grains import CALENDAR, MONTHS, Window, finest
from leadline.manifest import TimeSpine
from leadline.plan.steps import Measure
from leadline.resolve.binding import Condition, Key
from leadline.resolve.leaves import BoundLeaf


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
