"""A ratio over nothing.

Wrong: inf (floats), an error (Postgres) or 0. Right: NULL, for ratio and derived metrics alike, and with
decimal amounts a quotient that keeps its cents.
"""

from __future__ import annotations

from leadline import Layer
from tests.engine.small import ask, database, derived, layer, model, ratio, simple

ROWS = [
    ("2025-01-01", "a", "10.10", 3),
    ("2025-01-01", "b", "7.00", 0),
    ("2025-01-01", "c", None, 4),
]


def build() -> Layer:
    facts = model("facts", time="happened_on", dimensions=["name"], primary="fact")
    metrics = [
        simple("amount", "facts"),
        simple("events", "facts"),
        ratio("per_event", "amount", "events"),
        derived("per_event_derived", "amount / events", "amount", "events"),
        derived("whole_numbers", "events / (events + 1)", "events"),
    ]
    return layer([facts], metrics)


def test_the_quotient_is_null_over_zero_and_exact_elsewhere() -> None:
    con = database({"facts": ("happened_on date, name varchar, amount decimal(18, 2), events integer", ROWS)})
    assert con.execute("select 7.0::double / 0").fetchall() == [(float("inf"),)]
    rows = ask(build(), con, metrics=["per_event", "per_event_derived", "whole_numbers"], group_by=["name"])
    assert rows == [
        ("a", 10.1 / 3, 10.1 / 3, 0.75),
        ("b", None, None, 0.0),
        ("c", None, None, 0.8),
    ]
