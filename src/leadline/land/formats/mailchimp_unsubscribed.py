"""Mailchimp: the members of an audience who left, with the campaign that they left by."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats import mailchimp_members as shared

FORMAT = Format(
    name="mailchimp_unsubscribed",
    title="Mailchimp audience, unsubscribed",
    source="mailchimp",
    columns=(
        *shared.COLUMNS,
        Column("unsub_time", ("UNSUB_TIME",), "timestamp", required=True),
        Column("unsub_campaign", ("UNSUB_CAMPAIGN_TITLE",)),
        Column("unsub_campaign_id", ("UNSUB_CAMPAIGN_ID",)),
        Column("unsub_reason", ("UNSUB_REASON",)),
        Column("unsub_reason_other", ("UNSUB_REASON_OTHER",)),
    ),
    targets=(
        shared.members("unsubscribed"),
        Target(
            "mailchimp",
            "unsubscribe",
            {
                "campaign_id": "unsub_campaign_id",
                "member_id": shared.MEMBER_ID,
                "list_id": "_account",
                "reason": "unsub_reason",
                "timestamp": "unsub_time",
            },
            key=("campaign_id", "member_id", "list_id"),
            where="unsub_time is not null",
            account="list_id",
        ),
        shared.LISTS,
    ),
    signature=("email", "optin_time", "last_changed", "unsub_time"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"^unsubscribed_",),
    needs=("account",),
    time_zone="UTC",
)
