"""Headers that rank trackers share, and the rows of tables that have a column for each day."""

from __future__ import annotations

from leadline.land.format import Column, Target

KEYWORD = Column(
    "keyword", ("Keyword", "Keywords", "Mot clé", "Mot-clé", "Mots clés", "Phrase"), required=True
)
VOLUME = Column(
    "search_volume",
    ("Search Volume", "Search volume", "Search vol.", "Volume", "Volume de recherche", "Vol. de recherche"),
    "integer",
)
LOCATION = Column("location", ("Location", "Country", "Region", "Lieu", "Localisation", "Pays", "Région"))
DEVICE = Column("device", ("Device", "Appareil"))


def positions(domain: str, url: str = "url") -> Target:
    """Rows of position_tracking; no position (a dash, 0, over 100) is NULL: not in the first hundred."""
    return Target(
        "rank_tracker",
        "position_tracking",
        {
            "date": "day",
            "domain": domain,
            "keyword": "keyword",
            "position": "case when position between 1 and 100 then cast(position as bigint) end",
            "url": url,
            "search_volume": "search_volume",
            "location": "location",
            "device": "lower(device)",
        },
        day="date",
        account="domain",
    )
