"""The company's own pages on Facebook, Instagram and LinkedIn: followers by day, and posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from leadline.demo.piece import Piece, listing
from leadline.demo.plan import DAY, Plan, seconds

PAGE, PAGE_NAME = "104466982551", "Maison Oriane"
INSTAGRAM, HANDLE = "17841400551", "maison.oriane"
ORGANIZATION = "90417733"
CALIFORNIA = ZoneInfo("America/Los_Angeles")
URN = f"urn:li:organization:{ORGANIZATION}"
TOPICS = (
    "Nouveau : {}",
    "Dans les coulisses de la maison, {}",
    "La recette du mois : {}",
    "Merci à vous tous ! {}",
)
SUBJECTS = (
    "le sencha",
    "un earl grey glacé",
    "la théière en fonte",
    "le coffret de fêtes",
    "une visite au jardin",
)


@dataclass(frozen=True)
class Post:
    """What one post got, counted over its life."""

    network: str
    number: int
    at: int
    text: str
    shown: int
    reach: int
    likes: int
    comments: int
    shares: int
    clicks: int
    kind: str


@cache
def followers(plan: Plan, network: str) -> list[int]:
    """Followers at the end of every day: they grow, with a dip now and then."""
    start, per_week = {"facebook": (1840, 19), "instagram": (2310, 41), "linkedin": (612, 9)}[network]
    draw = plan.draw(f"followers/{network}")
    factor = max(1, round(plan.scale))
    current, answer = start * factor, []
    for _ in range(plan.days):
        current += (draw.one(2 * per_week + 1) * factor) // 7 - (
            draw.one(5) * factor if draw.one(12) == 0 else 0
        )
        answer.append(current)
    return answer


@cache
def posts(plan: Plan, network: str) -> list[Post]:
    """The posts of one network, about one a week."""
    draw = plan.draw(f"posts/{network}")
    turn = {"facebook": 1, "instagram": 3, "linkedin": 2}[network]
    answer: list[Post] = []
    for day, date in enumerate(plan.dates):
        if date.weekday() != turn or (network == "linkedin" and day % 2 and date.month == 8):
            continue
        shown = draw.near(followers(plan, network)[day] * 46 // 100, 45)
        reach = shown * (68 + draw.one(20)) // 100
        likes = reach * (18 + draw.one(30)) // 1000
        text = TOPICS[draw.one(4)].format(SUBJECTS[draw.one(5)])
        kind = (
            ("photo", "carousel", "reel", "story")[draw.one(4)] if network == "instagram" else "added_photos"
        )
        at = seconds(date, 16, draw.one(60))
        answer.append(
            Post(
                network,
                len(answer),
                at,
                text,
                shown,
                reach,
                likes,
                likes * draw.one(25) // 100,
                likes * draw.one(20) // 100,
                reach * draw.one(14) // 1000,
                kind,
            )
        )
    return answer


def is_missing(plan: Plan, network: str, day: int) -> bool:
    """The page's row of the last day of every fourth month was never delivered."""
    return network == "linkedin" and day in plan.month_ends[1::4]


def tables(plan: Plan) -> Iterator[Piece]:
    """All tables of the three networks."""
    yield from _facebook(plan)
    yield from _instagram(plan)
    yield from _linkedin(plan)


def _facebook(plan: Plan) -> Iterator[Piece]:
    fans = followers(plan, "facebook")
    source = "meta_business_suite"
    yield listing(
        source,
        "page",
        [{"id": PAGE, "name": PAGE_NAME, "fan_count": fans[-1], "_fivetran_synced": plan.exported_at}],
    )
    yield listing(source, "daily_page_metrics_total", list(_facebook_days(plan)))
    yield from _facebook_posts(plan)


def _facebook_days(plan: Plan) -> Iterator[dict[str, Any]]:
    fans, draw = followers(plan, "facebook"), plan.draw("facebook")
    for day, date in enumerate(plan.dates):
        gained = fans[day] - (fans[day - 1] if day else fans[0] - 3)
        removed = draw.one(3)
        yield {
            "date": _meta_day_end(date),
            "page_id": PAGE,
            "page_fans": fans[day],
            "page_fan_adds": max(0, gained + removed),
            "page_fan_removes": max(removed, removed - gained),
            "page_impressions": draw.near(fans[day] // 9, 40),
            "page_post_engagements": draw.near(fans[day] // 160, 60),
            "_fivetran_synced": min(seconds(date, 32), plan.exported_at),
        }


def _facebook_posts(plan: Plan) -> Iterator[Piece]:
    source, made = "meta_business_suite", posts(plan, "facebook")
    yield listing(
        source,
        "post_history",
        [
            {
                "id": _facebook_id(p),
                "page_id": PAGE,
                "created_time": p.at,
                "updated_time": p.at,
                "message": p.text,
                "status_type": p.kind,
                "share_count": p.shares,
                "_fivetran_synced": plan.exported_at,
            }
            for p in made
        ],
    )
    metrics = []
    for p in made:
        metrics.append(
            {
                "date": plan.exported_at - 21 * 3600,
                "post_id": _facebook_id(p),
                "post_impressions": p.shown,
                "post_impressions_unique": p.reach,
                "post_clicks": p.clicks,
                "post_engaged_users": p.likes + p.comments,
                "post_reactions_like_total": p.likes - p.likes // 5,
                "post_reactions_love_total": p.likes // 5,
                "post_reactions_wow_total": 0,
                "post_reactions_haha_total": 0,
                "post_reactions_sorry_total": 0,
                "post_reactions_anger_total": 0,
                "post_activity_by_action_type_comment": p.comments,
                "post_activity_by_action_type_share": p.shares,
                "_fivetran_synced": plan.exported_at,
            }
        )
    yield listing(source, "lifetime_post_metrics_total", metrics)


def _meta_day_end(date: dt.date) -> int:
    """Meta stamps a day with its end: midnight in California, 07:00 or 08:00 UTC of the next day."""
    return int(dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), CALIFORNIA).timestamp())


def _facebook_id(post: Post) -> str:
    return f"{PAGE}_{7_220_000 + post.number}"


def _instagram(plan: Plan) -> Iterator[Piece]:
    source = "meta_business_suite"
    made = posts(plan, "instagram")
    yield listing(
        source,
        "instagram_user_history",
        [
            {
                "id": INSTAGRAM,
                "username": HANDLE,
                "name": PAGE_NAME,
                "followers_count": n,
                "follows_count": 212,
                "media_count": 160 + day // 7,
                "_fivetran_synced": seconds(plan.dates[day], 21),
            }
            for day, n in enumerate(followers(plan, "instagram"))
        ],
    )
    yield listing(
        source,
        "instagram_media_history",
        [
            {
                "id": _instagram_id(p),
                "user_id": INSTAGRAM,
                "username": HANDLE,
                "created_time": p.at,
                "caption": p.text,
                "media_type": {
                    "photo": "IMAGE",
                    "story": "IMAGE",
                    "carousel": "CAROUSEL_ALBUM",
                    "reel": "VIDEO",
                }[p.kind],
                "is_story": p.kind == "story",
                "permalink": f"https://www.instagram.com/p/{_instagram_id(p)}/",
                "_fivetran_synced": plan.exported_at,
            }
            for p in made
        ],
    )
    yield listing(source, "instagram_media_insights", [_insights(plan, p) for p in made])


def _instagram_id(post: Post) -> str:
    return str(18_010_000_000 + post.number)


def _insights(plan: Plan, p: Post) -> dict[str, Any]:
    """Each kind of post has its numbers in columns of its own; the others stay empty."""
    row: dict[str, Any] = {"id": _instagram_id(p), "_fivetran_synced": plan.exported_at}
    total = p.likes + p.comments + p.shares
    if p.kind == "story":
        return row | {
            "story_reach": p.reach,
            "story_replies": p.comments,
            "story_views": p.shown,
            "story_impressions": p.shown,
            "story_shares": p.shares,
        }
    row |= {"like_count": p.likes, "comment_count": p.comments}
    if p.kind == "reel":
        return row | {
            "reel_comments": p.comments,
            "reel_likes": p.likes,
            "reel_reach": p.reach,
            "reel_shares": p.shares,
            "reel_views": p.shown,
            "reel_total_interactions": total,
        }
    prefix = "video_photo" if p.kind == "photo" else "carousel_album"
    saved = p.likes // 12
    return row | {
        f"{prefix}_engagement": total,
        f"{prefix}_reach": p.reach,
        f"{prefix}_saved": saved,
        f"{prefix}_shares": p.shares,
        f"{prefix}_views": p.shown,
        f"{prefix}_impressions": p.shown,
    }


def _linkedin(plan: Plan) -> Iterator[Piece]:
    source = "linkedin_pages"
    yield listing(
        source,
        "organization",
        [
            {
                "id": ORGANIZATION,
                "localized_name": PAGE_NAME,
                "vanity_name": "maison-oriane",
                "_fivetran_synced": plan.exported_at,
            }
        ],
    )
    yield listing(source, "organization_daily_statistic", list(_linkedin_days(plan)))
    yield from _linkedin_posts(plan)


def _linkedin_days(plan: Plan) -> Iterator[dict[str, Any]]:
    draw = plan.draw("linkedin_pages")
    for day, n in enumerate(followers(plan, "linkedin")):
        shown, clicked = draw.near(n // 7, 50), draw.near(n // 120, 60)
        if not is_missing(plan, "linkedin", day):
            yield {
                "organization_id": ORGANIZATION,
                "day": plan.dates[day],
                "follower_count": n,
                "impression_count": shown,
                "click_count": clicked,
                "_fivetran_synced": min(seconds(plan.dates[day], 30), plan.exported_at),
            }


def _linkedin_posts(plan: Plan) -> Iterator[Piece]:
    source, made = "linkedin_pages", posts(plan, "linkedin")
    yield listing(
        source,
        "ugc_post_history",
        [
            {
                "id": _share(p),
                "author": URN,
                "commentary": p.text,
                "created_time": p.at,
                "first_published_at": p.at,
                "last_modified_time": p.at + DAY,
                "lifecycle_state": "PUBLISHED",
                "visibility": "PUBLIC",
                "_fivetran_synced": plan.exported_at,
            }
            for p in made
        ],
    )
    yield listing(
        source,
        "share_statistic",
        [
            {
                "_fivetran_id": f"s{p.number:05d}",
                "_organization_entity_urn": URN,
                "_share_entity_urn": _share(p),
                "click_count": p.clicks,
                "comment_count": p.comments,
                "impression_count": p.shown,
                "engagement": round((p.clicks + p.likes + p.comments + p.shares) / max(1, p.shown), 6),
                "unique_impressions_count": p.reach,
                "like_count": p.likes,
                "share_count": p.shares,
                "_fivetran_synced": plan.exported_at,
            }
            for p in made
        ],
    )
    yield listing(
        source,
        "ugc_post_share_statistic",
        [
            {
                "share_statistic_id": f"s{p.number:05d}",
                "ugc_post_id": _share(p),
                "_fivetran_synced": plan.exported_at,
            }
            for p in made
        ],
    )


def _share(post: Post) -> str:
    return f"urn:li:share:{7_100_000_000 + post.number}"
