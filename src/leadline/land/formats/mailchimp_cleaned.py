"""Mailchimp: the members of an audience whose address bounced for good."""

from __future__ import annotations

from leadline.land.format import Column, Format
from leadline.land.formats import mailchimp_members as shared

FORMAT = Format(
    name="mailchimp_cleaned",
    title="Mailchimp audience, cleaned",
    source="mailchimp",
    columns=(
        *shared.COLUMNS,
        Column("clean_time", ("CLEAN_TIME",), "timestamp", required=True),
        Column("clean_campaign", ("CLEAN_CAMPAIGN_TITLE",)),
        Column("clean_campaign_id", ("CLEAN_CAMPAIGN_ID",)),
    ),
    targets=(shared.members("cleaned", last_changed="coalesce(clean_time, last_changed)"), shared.LISTS),
    signature=("email", "optin_time", "last_changed", "clean_time"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^cleaned_",),
    needs=("account",),
    time_zone="UTC",
)
