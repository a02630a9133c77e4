"""Every export format that is recognised, one module a kind of export."""

from __future__ import annotations

from leadline.land.format import Format
from leadline.land.formats import (
    ga4_events,
    ga4_reports,
    google_ads_campaigns,
    google_ads_cards,
    google_ads_conversions,
    google_ads_keywords,
    linkedin_ads,
    meta_ads,
    microsoft_ads,
    se_ranking_positions,
    search_console,
    semrush_positions,
    semrush_tracking,
    tiktok_ads,
)

FORMATS: tuple[Format, ...] = (
    ga4_events.FORMAT,
    ga4_reports.FORMAT,
    google_ads_campaigns.FORMAT,
    google_ads_cards.FORMAT,
    google_ads_conversions.FORMAT,
    google_ads_keywords.FORMAT,
    linkedin_ads.FORMAT,
    *meta_ads.FORMATS,
    microsoft_ads.FORMAT,
    se_ranking_positions.FORMAT,
    *search_console.FORMATS,
    semrush_positions.FORMAT,
    semrush_tracking.FORMAT,
    tiktok_ads.FORMAT,
)
