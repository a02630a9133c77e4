"""Semrush and SE Ranking: positions by day, worked by hand."""

# ruff: noqa: E501 - lines of exports are as long as they are
from __future__ import annotations

import datetime as dt

from tests.land.formats.landing import landed

DAY_1, DAY_2 = dt.date(2026, 9, 1), dt.date(2026, 9, 13)


def test_semrush_organic_positions() -> None:
    text = (
        "Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic (%),Traffic Cost,"
        "Timestamp,Position Type\n"
        "blue shoes,4,5,1900,35,0.45,https://www.boutique.fr/blue,120,3.40,54,2026-09-01,Organic\n"
    )
    result = landed(text, name="boutique.fr-organic.Positions-fr-20260901.csv")
    assert result.format == "semrush_positions"
    (row,) = result.table("rank_tracker.position_tracking")
    assert (
        row["date"],
        row["domain"],
        row["keyword"],
        row["position"],
        row["url"],
        row["search_volume"],
    ) == (
        DAY_1,
        "boutique.fr",
        "blue shoes",
        4,
        "https://www.boutique.fr/blue",
        1900,
    )


def test_semrush_tracking_has_a_column_a_day_and_domain() -> None:
    text = (
        "Keyword,Tags,Search Volume,*.boutique.fr/*_20260901,*.boutique.fr/*_20260901_type,"
        "*.boutique.fr/*_20260901_landing,*.boutique.fr/*_20260913,*.boutique.fr/*_20260913_landing,"
        "*.boutique.fr/*_difference,*.rival.fr/*_20260901\n"
        "blue shoes,,1900,4,organic,https://boutique.fr/blue,3,https://boutique.fr/b,1,12\n"
        "red shoes,,90,-,,,101,,,1\n"
    )
    result = landed(text)
    assert result.format == "semrush_tracking"
    rows = result.table("rank_tracker.position_tracking", "keyword", "domain", "date")
    assert [(r["keyword"], r["domain"], r["date"], r["position"], r["search_volume"]) for r in rows] == [
        ("blue shoes", "boutique.fr", DAY_1, 4, 1900),
        ("blue shoes", "boutique.fr", DAY_2, 3, 1900),
        ("blue shoes", "rival.fr", DAY_1, 12, 1900),
        ("red shoes", "boutique.fr", DAY_1, None, 90),
        ("red shoes", "boutique.fr", DAY_2, None, 90),
        ("red shoes", "rival.fr", DAY_1, 1, 90),
    ]
    assert [r["url"] for r in rows[:3]] == ["https://boutique.fr/blue", "https://boutique.fr/b", None]
    result.accounted(lines=3, accepted=2)


def test_se_ranking_has_a_column_a_day() -> None:
    text = "Keyword;Search volume;01.09.2026;13.09.2026;URL\nblue shoes;1900;4;-;https://boutique.fr/blue\n"
    result = landed(text, account="boutique.fr")
    assert result.format == "se_ranking_positions"
    rows = result.table("rank_tracker.position_tracking", "date")
    assert [(r["date"], r["domain"], r["keyword"], r["position"]) for r in rows] == [
        (DAY_1, "boutique.fr", "blue shoes", 4),
        (DAY_2, "boutique.fr", "blue shoes", None),
    ]
