"""What e-mails, lists, social accounts and partners come to, by month in Paris, from the raw exports."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from tests.by_hand.rows import Row, day, moment, month, newest, number, paris_day, raw, same_address

CALIFORNIA = ZoneInfo("America/Los_Angeles")
EMAIL_COLUMNS = {
    "sent": ("emails_sent", "statistics_global_sent"),
    "hard": ("bounces_hard_bounces", "statistics_global_hard_bounces"),
    "soft": ("bounces_soft_bounces", "statistics_global_soft_bounces"),
    "opens": ("opens_unique_opens", "statistics_global_unique_views"),
    "clicks": ("clicks_unique_subscriber_clicks", "statistics_global_unique_clicks"),
    "unsubscribes": ("unsubscribed", "statistics_global_unsubscriptions"),
}


def month_end(when: dt.date) -> dt.date:
    return when.replace(day=monthrange(when.year, when.month)[1])


def email_months(kind: str | None = None) -> dict[dt.date, Counter[str]]:
    """Counts by month of sending, of both platforms; `kind` keeps Brevo's campaigns of one type only."""
    totals: dict[dt.date, Counter[str]] = defaultdict(Counter)
    reports = newest(raw("mailchimp", "campaign_report"), "id").values() if kind is None else ()
    mailings = newest(raw("brevo", "email_campaign"), "id").values()
    for row in reports:
        for name, (column, _) in EMAIL_COLUMNS.items():
            totals[month(paris_day(row["send_time"]))][name] += int(row[column])
    for row in mailings:
        if row["sent_date"] and kind in (None, row["type"]):
            for name, (_, column) in EMAIL_COLUMNS.items():
                totals[month(paris_day(row["sent_date"]))][name] += int(row[column])
    return dict(totals)


def delivered(counts: Counter[str]) -> int:
    return counts["sent"] - counts["hard"] - counts["soft"]


def subscriptions() -> list[tuple[dt.date, dt.date | None]]:
    """Opt-in and opt-out day of every address of every list, once; addresses never confirmed left out."""
    joined: dict[tuple[str, str], list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    left_at = {(r["member_id"], r["list_id"]): r["timestamp"] for r in raw("mailchimp", "unsubscribe")}
    for row in raw("mailchimp", "member"):
        if row["status"] == "pending":
            continue
        gone = row["status"] in ("unsubscribed", "cleaned")
        left = left_at.get((row["id"], row["list_id"]), row["last_changed"]) if gone else ""
        start = row["timestamp_opt"] or row["timestamp_signup"]
        key = (row["list_id"], same_address(row["email_address"]))
        joined[key].append((paris_day(start), paris_day(left) if left else None))
    for row in raw("brevo", "contact"):
        left = row["unsubscribed_at"] or (row["modified_at"] if row["email_blacklisted"] == "true" else "")
        joined["brevo" + row["list_id"], same_address(row["email"])].append(
            (paris_day(row["created_at"]), paris_day(left) if left else None)
        )
    found = []
    for entries in joined.values():
        ends = [end for _, end in entries if end is not None]
        found.append((min(start for start, _ in entries), max(ends) if len(ends) == len(entries) else None))
    return found


def list_size(when: dt.date) -> int:
    """Subscribers at the end of a day."""
    return sum(start <= when and (end is None or end > when) for start, end in subscriptions())


def california_day(stamp: str) -> dt.date:
    """The day that ends at Meta's stamp: midnight in California is the end of the day before."""
    local = moment(stamp).replace(tzinfo=dt.UTC).astimezone(CALIFORNIA)
    return (local - dt.timedelta(seconds=1)).date()


def follower_days() -> dict[str, dict[dt.date, int]]:
    """Followers of each account on each day that its network reported."""
    found: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for row in raw("meta_business_suite", "daily_page_metrics_total"):
        found["facebook/" + row["page_id"]][california_day(row["date"])] = int(row["page_fans"])
    for row in sorted(
        raw("meta_business_suite", "instagram_user_history"), key=lambda r: r["_fivetran_synced"]
    ):
        found["instagram/" + row["id"]][paris_day(row["_fivetran_synced"])] = int(row["followers_count"])
    for row in raw("linkedin_pages", "organization_daily_statistic"):
        found["linkedin/" + row["organization_id"]][day(row["day"])] = int(row["follower_count"])
    return dict(found)


def followers(first: dt.date, last: dt.date, network: str = "") -> int:
    """The last number that each account reported in a period, added up."""
    total = 0
    for account, days in follower_days().items():
        inside = [when for when in days if first <= when <= last]
        if inside and account.startswith(network):
            total += days[max(inside)]
    return total


def instagram_kind(medium: Row) -> str:
    if medium["is_story"] == "true":
        return "story"
    kinds = {"CAROUSEL_ALBUM": "carousel_album", "IMAGE": "video_photo", "REELS": "reel"}
    return kinds.get(medium["media_type"], "video")


def posts() -> list[dict[str, float | dt.date | str | None]]:
    """Every post with its totals, from the columns of its own network and kind only."""
    found: list[dict[str, float | dt.date | str | None]] = []
    metrics = newest(raw("meta_business_suite", "lifetime_post_metrics_total"), "post_id", "date")
    reactions = [f"post_reactions_{name}_total" for name in ("like", "love", "wow", "haha", "sorry", "anger")]
    for post in newest(raw("meta_business_suite", "post_history"), "id").values():
        row = metrics[post["id"]]
        found.append({
            "network": "facebook", "month": month(paris_day(post["created_time"])),
            "impressions": number(row["post_impressions"]), "reach": number(row["post_impressions_unique"]),
            "likes": sum(number(row[name]) for name in reactions),
            "comments": number(row["post_activity_by_action_type_comment"]),
            "shares": number(row["post_activity_by_action_type_share"]), "clicks": number(row["post_clicks"]),
        })  # fmt: skip
    insights = newest(raw("meta_business_suite", "instagram_media_insights"), "id")
    for post in newest(raw("meta_business_suite", "instagram_media_history"), "id").values():
        row, kind = insights[post["id"]], instagram_kind(post)
        if kind == "video":
            kind = "video_photo" if row["video_photo_reach"] else "reel"
        shown = row["reel_views"] if kind == "reel" else row[f"{kind}_impressions"] or row[f"{kind}_views"]
        comments = row["story_replies"] if kind == "story" else row["comment_count"]
        found.append({
            "network": "instagram", "month": month(paris_day(post["created_time"])),
            "impressions": number(shown), "reach": number(row[f"{kind}_reach"]),
            "likes": number(row["like_count"]), "comments": number(comments),
            "shares": number(row[f"{kind}_shares"]), "clicks": 0.0,
        })  # fmt: skip
    share_of = {
        row["share_statistic_id"]: row["ugc_post_id"]
        for row in raw("linkedin_pages", "ugc_post_share_statistic")
    }
    latest: dict[str, Row] = {}
    for row in sorted(raw("linkedin_pages", "share_statistic"), key=lambda r: r["_fivetran_synced"]):
        latest[share_of[row["_fivetran_id"]]] = row
    for post in newest(raw("linkedin_pages", "ugc_post_history"), "id", "last_modified_time").values():
        row = latest[post["id"]]
        found.append({
            "network": "linkedin", "month": month(paris_day(post["first_published_at"])),
            "impressions": number(row["impression_count"]), "reach": number(row["unique_impressions_count"]),
            "likes": number(row["like_count"]), "comments": number(row["comment_count"]),
            "shares": number(row["share_count"]), "clicks": number(row["click_count"]),
        })  # fmt: skip
    return found


def partners(kind: str, when: dt.date) -> int:
    """Affiliates or partners at the end of a day."""
    rows = [row for row in newest(raw("partners", "partner"), "id").values() if row["partner_type"] == kind]
    return sum(
        paris_day(row["joined_at"]) <= when and (not row["left_at"] or paris_day(row["left_at"]) > when)
        for row in rows
    )
