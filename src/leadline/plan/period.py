"""Which periods a request shows, as moments."""

from leadline.grains import ORDER, finest, floor, following
from leadline.names import METRIC_TIME
from leadline.plan.steps import Period
from leadline.request import Moment
from leadline.resolve.binding import Key


def shown_period(start: Moment | None, end: Moment | None, keys: tuple[Key, ...], default: str) -> Period:
    """Start and end widened to whole periods of the finest metric_time asked, or of its default grain.

    The fact's own time is a dimension like any other here, as in dbt's engine. An end that is given as a date
    includes that whole day.
    """
    if start is None and end is None:
        return Period(None, None)
    named = [key for key in keys if key.column.on_time and key.label.startswith(METRIC_TIME)]
    unit = finest([key.column.grain for key in named if key.column.grain]) or default
    first = floor(start.at, unit) if start else None
    if end is None:
        return Period(first, None)
    end_unit = "day" if end.is_day and ORDER[unit] < ORDER["day"] else unit
    return Period(first, following(floor(end.at, end_unit), end_unit))
