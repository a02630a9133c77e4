"""Mailchimp: the subscribed members of an audience."""

from __future__ import annotations

from leadline.land.format import Format
from leadline.land.formats import mailchimp_members as shared

FORMAT = Format(
    name="mailchimp_audience",
    title="Mailchimp audience, subscribed",
    source="mailchimp",
    columns=shared.COLUMNS,
    targets=(shared.members("subscribed"), shared.LISTS),
    signature=("email", "optin_time", "last_changed"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^subscribed_",),
    needs=("account",),
    time_zone="UTC",
)
