"""Whether the last value of a file that ends without a line end may be only a part of itself."""

from __future__ import annotations

import pyarrow as pa

from leadline.land.format import Kind
from leadline.land.values.columns import by_value
from leadline.land.values.dates import moment
from leadline.land.values.numbers import NUMERIC, shape_of


def may_be_cut(array: pa.StringArray, kind: Kind) -> bool:
    """Whether the column's last value can't be told from the beginning of a longer one.

    Whole for certain is a number with as many decimals as all others have (at least one), or with their sign
    behind it; a date as long as all others; any other text that stands elsewhere in the column too.
    """
    which, texts = by_value(array)
    last = texts[which[-1]]
    others = [text for i, text in enumerate(texts) if i != which[-1]]
    again = int((which == which[-1]).sum()) > 1
    if kind in NUMERIC:
        return _number_may_be_cut(last, others)
    if kind in ("date", "timestamp"):
        lengths = {len(text) for text in others if text.strip()} or {len(last)}
        return not moment(last).days or lengths != {len(last)}
    return not again


def _number_may_be_cut(last: str, others: list[str]) -> bool:
    if last[-1:].strip() and last[-1] not in "0123456789.," and shape_of(last).readings:
        return False
    filled = [shape_of(text) for text in others if text.strip()]
    own = shape_of(last)
    for mark, reading in own.readings.items():
        decimals = {s.readings[mark].decimals for s in filled if mark in s.readings}
        if reading.decimals and decimals == {reading.decimals} and len(own.readings) == 1:
            return False
    return True
