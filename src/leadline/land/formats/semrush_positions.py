"""Semrush: organic positions of a domain, one day a file (EN)."""

from __future__ import annotations

from leadline.land.format import Column, Format
from leadline.land.formats import rank_positions as shared

FORMAT = Format(
    name="semrush_positions",
    title="Semrush organic positions",
    source="rank_tracker",
    columns=(
        shared.KEYWORD,
        Column("position", ("Position",), "decimal", required=True),
        Column(
            "previous_position", ("Previous position", "Previous Position", "Position précédente"), "decimal"
        ),
        shared.VOLUME,
        Column("difficulty", ("Keyword Difficulty", "KD %", "Difficulté du mot clé"), "decimal"),
        Column("cpc", ("CPC", "CPC (USD)", "CPC ({currency})"), "decimal"),
        Column("url", ("URL", "Landing page"), "url", required=True),
        Column("traffic", ("Traffic", "Trafic"), "decimal"),
        Column("traffic_share", ("Traffic (%)", "Trafic (%)"), "decimal"),
        Column("day", ("Timestamp", "Date", "Horodatage"), "date", required=True),
        shared.LOCATION,
        shared.DEVICE,
    ),
    targets=(
        shared.positions(r"coalesce(_account, regexp_extract(url, '^[a-z]+://(?:www\.)?([^/:?#]+)', 1))"),
    ),
    signature=("keyword", "position", "url", "day"),
    file_names=(r"^(?P<account>[^/\\\s]+?\.[a-z]{2,})-organic\.positions",),
)
