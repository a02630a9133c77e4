"""Mailchimp: contacts of an audience who are no subscribers: never subscribed, or archived.

Their files have the columns of subscribed members; only the name of the file says what they are.
"""

from __future__ import annotations

from leadline.land.format import Format
from leadline.land.formats import mailchimp_members as shared


def _format(status: str, title: str, file_name: str) -> Format:
    return Format(
        name=f"mailchimp_{status}",
        title=title,
        source="mailchimp",
        columns=shared.COLUMNS,
        targets=(shared.members(status), shared.LISTS),
        signature=("email", "optin_time", "last_changed"),
        languages=("en", "fr"),
        grain="entity",
        file_names=(file_name,),
        needs=("account",),
        time_zone="UTC",
    )


FORMATS = (
    _format("transactional", "Mailchimp audience, non-subscribed", r"^non-?subscribed[_-]"),
    _format("archived", "Mailchimp audience, archived", r"^archived[_-]"),
)
