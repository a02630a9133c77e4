"""The wrong number that the README warns of, and the right one, from the demonstration company."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

README = Path(__file__).resolve().parents[1] / "README.md"

# The usual mistake: rows of ads joined to rows of leads, so that spend is repeated for every lead.
ROW_BY_ROW = """
select sum(ads.cost) / count(distinct leads.lead_key)
from marts.fct_ad_performance as ads
inner join marts.fct_leads as leads
    on ads.channel = leads.channel
    and date_trunc('month', ads.date_day) = date_trunc('month', leads.lead_day)
where leads.is_lead
"""


def test_the_readme_gives_both_numbers_as_they_are(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any], manifest_path: Path
) -> None:
    from leadline import Layer

    wrong, right = (
        float(text) for text in re.findall(r"€(\d+\.\d\d)", README.read_text(encoding="utf-8"))[:2]
    )
    naive = demo_build.execute(ROW_BY_ROW).fetchone()
    assert naive is not None
    assert round(float(naive[0]), 2) == wrong
    rows = Layer.load(manifest_path).query(metrics=["cost_per_lead"], connection=demo_build)
    assert round(rows.column("cost_per_lead")[0].as_py(), 2) == right
    # What the company's generator knows, with nothing of ours between.
    assert round(sum(truth["ad_spend_eur"].values()) / truth["sales"]["leads"]["total"], 2) == right
