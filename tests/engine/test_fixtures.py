"""Requests and their SQL as data: tests/fixtures/sql/requests.sql, and refused.jsonl for those that must
fail.

The SQL is read by people, so a change of it is a change to review: `python -m tests.engine.test_fixtures`
writes the statements again, and the difference belongs into the commit. That the statements are right is
shown by tests of rows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from leadline import Layer, LeadlineError
from tests.engine.small import layer, model, ratio, simple

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "sql"
PAIRS = FOLDER / "requests.sql"
REFUSED = [json.loads(line) for line in (FOLDER / "refused.jsonl").read_text(encoding="utf-8").splitlines()]


def small() -> Layer:
    """Ads, leads, reach and followers, with campaigns and their accounts."""
    reported = {"reported_period": {"start": "starts_on", "end": "ends_on", "grain": "period"}}
    last = {"name": "counted_on", "window_choice": "max", "window_groupings": ["network"]}
    keys = {"channel": "foreign", "campaign": "foreign", "user": "foreign"}
    models = [
        model("ads", time="seen_on", entities=keys, primary="ad_row"),
        model("leads", time="made_on", entities=keys, dimensions=["is_qualified"], primary="lead"),
        model("campaigns", entities={"campaign": "primary", "account": "foreign"}, dimensions=["country"]),
        model("accounts", entities={"account": "primary"}, dimensions=["owner"]),
        model(
            "ad_reach",
            time="starts_on",
            times={"ends_on": "day"},
            entities={"channel": "foreign"},
            dimensions=["period"],
            primary="reach_row",
            meta=reported,
        ),
        model("fans", time="counted_on", entities={"network": "foreign"}, primary="fan_row"),
    ]
    qualified = "{{ Dimension('lead__is_qualified') }}"
    metrics = [
        simple("spend", "ads", expr="cost"),
        simple("leads", "leads", "count", expr="1"),
        simple("qualified_leads", "leads", "count", expr="1", where=qualified),
        simple("leads_or_zero", "leads", "count", expr="1", fill=0, spine=True),
        ratio("cost_per_lead", "spend", "leads"),
        simple("reach", "ad_reach", meta={"adds": "time:never"}),
        simple("followers", "fans", non_additive=last, meta={"adds": "time:last"}),
        simple("followers_undeclared", "fans", expr="followers", meta={"adds": "time:last"}),
        simple("rate_by_reach", "ads", expr="a"),
        simple("rate_by_followers", "ads", expr="b"),
    ]
    return layer(models, metrics)


def pairs() -> list[tuple[str, dict[str, Any], str]]:
    """What each pair shows, its request, and its statement."""
    found = []
    for block in PAIRS.read_text(encoding="utf-8").strip().split("\n# "):
        title, request, *sql = block.removeprefix("# ").split("\n", 2)
        found.append((title, json.loads(request.removeprefix("request: ")), "".join(sql).strip()))
    return found


@pytest.mark.parametrize(("title", "request_", "sql"), pairs(), ids=[title for title, _, _ in pairs()])
def test_the_statement_is_the_one_on_file(title: str, request_: dict[str, Any], sql: str) -> None:
    assert small().sql(**request_) == sql
    assert len(sqlglot.parse(sql, dialect="duckdb")) == 1


@pytest.mark.parametrize("case", REFUSED, ids=[case["says"] for case in REFUSED])
def test_what_must_fail_fails_by_name(case: dict[str, Any]) -> None:
    with pytest.raises(LeadlineError) as refused:
        small().sql(**case["request"])
    assert type(refused.value).__name__ == case["error"]
    assert case["says"] in str(refused.value)


def rewrite() -> None:
    """Write the statements of all pairs again."""
    blocks = []
    for title, request, _ in pairs():
        text = json.dumps(request, ensure_ascii=False)
        blocks.append(f"# {title}\nrequest: {text}\n{small().sql(**request)}\n")
    PAIRS.write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
