"""What dbt's spec has no key for: how an aggregation counts, as `config.meta.leadline` of its metric says."""

from dataclasses import replace

from leadline.errors import nearest
from leadline.grains import ORDER, Window
from leadline.manifest.cursor import Cursor
from leadline.manifest.model import Aggregation, SemanticModel


def as_declared(at: Cursor, aggregation: Aggregation, model: SemanticModel) -> Aggregation:
    """The aggregation with the `carry_forward` and `distinct_by` that its metric declares."""
    raw = at.node.get("config")
    meta = raw.get("meta") if isinstance(raw, dict) else None
    ours = meta.get("leadline") if isinstance(meta, dict) else None
    if not isinstance(ours, dict):
        return aggregation
    inner = Cursor(ours, f"{at.path}.config.meta.leadline", at.problems)
    if inner.has("carry_forward"):
        aggregation = _carried(inner, aggregation)
    return _distinct(inner, aggregation, model) if inner.has("distinct_by") else aggregation


def _carried(at: Cursor, aggregation: Aggregation) -> Aggregation:
    window = parse_window(at.text("carry_forward") or "")
    stock = aggregation.non_additive
    if window is None:
        at.problem("a span of time is needed here, such as '7 days'", "carry_forward")
    elif stock is None or stock.window_choice != "max" or stock.dimension != aggregation.time_dimension:
        at.problem(
            "only the last value of a stock can be carried forward: "
            "declare a non_additive_dimension with window_agg max over the metric's own time",
            "carry_forward",
        )
    else:
        return replace(aggregation, non_additive=replace(stock, carry_forward=window))
    return aggregation


def _distinct(at: Cursor, aggregation: Aggregation, model: SemanticModel) -> Aggregation:
    name = at.text("distinct_by") or ""
    keys = [entity.name for entity in model.entities.values() if entity.type == "primary"]
    if name not in keys:
        hint = nearest(name, keys, 1) or keys
        near = f"; it has {', '.join(hint)}" if hint else ""
        at.problem(f"{name!r} is not a primary entity of {model.name!r}{near}", "distinct_by")
        return aggregation
    if aggregation.non_additive is not None:
        at.problem("a stock has its own rule of what counts; it can't be distinct by a key", "distinct_by")
        return aggregation
    return replace(aggregation, distinct_by=name)


def parse_window(text: str) -> Window | None:
    """`7 days`, `1 month`, `24 hours` or `7d` as a span of time; None where it is none."""
    count, _, grain = text.strip().lower().partition(" ")
    if not grain and count[-1:] in _SHORT:
        count, grain = count[:-1], _SHORT[count[-1]]
    grain = grain.strip()
    known = grain if grain in ORDER else grain.removesuffix("s")
    if not (count.isascii() and count.isdigit()) or len(count) > 5 or known not in ORDER or int(count) < 1:
        return None
    return Window(int(count), known)


_SHORT = {"h": "hour", "d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
