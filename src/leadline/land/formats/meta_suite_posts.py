"""Meta Business Suite: Facebook posts with their totals since they were published (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.refusals import Refusal, Rows

POST_ID = (
    "Post ID",
    "Publication ID",
    "Identifiant de la publication",
    "ID de la publication",
    "ID de publication",
)
PUBLISHED = ("Publish time", "Heure de publication", "Date de publication", "Heure de la publication")
LINK = ("Permalink", "Permalien", "Lien permanent")
KIND = ("Post type", "Type de publication")
PERIOD = ("Date",)
VIEWS = ("Views", "Vues", "Impressions")
REACH = ("Reach", "Couverture", "Portée")
COMMENTS = ("Comments", "Commentaires")
SHARES = ("Shares", "Partages")
LINK_CLICKS = ("Link Clicks", "Link clicks", "Clics sur un lien", "Clics sur le lien")
ALL_REACTIONS = "coalesce(reactions, engagement - coalesce(comments, 0) - coalesce(shares, 0))"
POST_KEY = "page_id || '_' || post_id"


def totals_since_publication(rows: Rows) -> Refusal | None:
    """Refuses figures by day: reach of days does not add up to that of a post, nor one day stand for all."""
    days = rows.count("regexp_matches(coalesce(period, ''), '[0-9]{4}')") if rows.has("period") else 0
    if not days:
        return None
    return Refusal(
        "part-of-whole",
        f"{days:,} rows are of single days, and posts need their figures since publication",
        found=rows.values("period")[:3],
        fix="export again with the period “Lifetime”",
    )


FORMAT = Format(
    name="meta_suite_posts",
    title="Meta Business Suite Facebook posts",
    source="meta_business_suite",
    columns=(
        Column("post_id", POST_ID, required=True),
        Column("page_id", ("Page ID", "ID de la Page", "Identifiant de la Page"), required=True),
        Column("page_name", ("Page name", "Nom de la Page")),
        Column("title", ("Title", "Titre")),
        Column("description", ("Description",)),
        Column("published_at", PUBLISHED, "timestamp", required=True),
        Column("permalink", LINK),
        Column("post_type", KIND),
        Column("period", PERIOD),
        Column("views", VIEWS, "integer"),
        Column("reach", REACH, "integer"),
        Column(
            "engagement",
            (
                "Reactions, Comments and Shares",
                "Reactions, comments and shares",
                "Réactions, commentaires et partages",
            ),
            "integer",
        ),
        Column("reactions", ("Reactions", "Réactions"), "integer"),
        Column("comments", COMMENTS, "integer"),
        Column("shares", SHARES, "integer"),
        Column("total_clicks", ("Total clicks", "Total des clics", "Nombre total de clics"), "integer"),
        Column("link_clicks", LINK_CLICKS, "integer"),
    ),
    targets=(
        Target(
            "meta_business_suite",
            "post_history",
            {
                "id": POST_KEY,
                "page_id": "page_id",
                "created_time": "published_at",
                "updated_time": "_exported_at",
                "message": "coalesce(description, title)",
                "status_type": "lower(trim(post_type))",
                "share_count": "shares",
            },
            key=("id",),
            account="page_id",
        ),
        Target(
            "meta_business_suite",
            "lifetime_post_metrics_total",
            {
                "date": "_exported_at",
                "post_id": POST_KEY,
                "post_impressions": "views",
                "post_impressions_unique": "reach",
                "post_clicks": "coalesce(link_clicks, total_clicks)",
                "post_reactions_like_total": ALL_REACTIONS,
                "post_activity_by_action_type_comment": "comments",
                "post_activity_by_action_type_share": "shares",
            },
            key=("post_id",),
        ),
        Target(
            "meta_business_suite",
            "page",
            {"id": "page_id", "name": "page_name"},
            key=("id",),
            where="page_name is not null",
            distinct=True,
            account="id",
        ),
    ),
    signature=("post_id", "page_id", "published_at"),
    languages=("en", "fr"),
    grain="entity",
    needs=("time_zone",),
    checks=(totals_since_publication,),
)
