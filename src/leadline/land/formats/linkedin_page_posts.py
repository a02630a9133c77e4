"""LinkedIn Pages: posts with their totals (the sheet of all posts, a line of explanation above its header;
EN, FR).
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

URN = "regexp_extract(link, '(urn:li:[A-Za-z]+:[0-9]+)', 1)"
POST = f"coalesce(nullif({URN}, ''), stable_key('linkedin_pages', link))"
AUTHOR = (
    "case when regexp_matches(_account, '^[0-9]+$') then 'urn:li:organization:' || _account else _account end"
)

FORMAT = Format(
    name="linkedin_page_posts",
    title="LinkedIn Pages posts",
    source="linkedin_pages",
    columns=(
        Column(
            "title",
            (
                "Post title",
                "Update title",
                "Titre du post",
                "Titre de la publication",
                "Titre de l'actualité",
            ),
            required=True,
        ),
        Column(
            "link",
            ("Post link", "Update link", "Lien du post", "Lien de la publication", "Lien de l'actualité"),
            required=True,
        ),
        Column(
            "kind", ("Post type", "Update type", "Type de post", "Type de publication", "Type d'actualité")
        ),
        Column("posted_by", ("Posted by", "Publié par", "Posté par"), "person_name"),
        Column("created_on", ("Created date", "Date de création", "Créé le"), "date", required=True),
        Column("audience", ("Audience",)),
        Column("impressions", ("Impressions",), "integer", required=True),
        Column("views", ("Views", "Vues", "Video views", "Vues de la vidéo"), "integer"),
        Column("clicks", ("Clicks", "Clics"), "integer"),
        Column("ctr", ("Click through rate (CTR)", "Taux de clics (CTR)", "Taux de clic (CTR)"), "decimal"),
        Column("likes", ("Likes", "Reactions", "J'aime", "Réactions", "Mentions J'aime"), "integer"),
        Column("comments", ("Comments", "Commentaires"), "integer"),
        Column("shares", ("Reposts", "Shares", "Republications", "Partages"), "integer"),
        Column("follows", ("Follows", "Suivis", "Abonnements"), "integer"),
        Column("engagement_rate", ("Engagement rate", "Taux d'engagement"), "decimal"),
        Column("content_type", ("Content Type", "Type de contenu")),
    ),
    targets=(
        Target(
            "linkedin_pages",
            "ugc_post_history",
            {
                "id": POST,
                "author": AUTHOR,
                "commentary": "title",
                "created_time": "cast(created_on as timestamp)",
                "first_published_at": "cast(created_on as timestamp)",
                "last_modified_time": "_exported_at",
                "lifecycle_state": "'PUBLISHED'",
                "visibility": "audience",
            },
            key=("id",),
            account="author",
        ),
        Target(
            "linkedin_pages",
            "share_statistic",
            {
                "_fivetran_id": "stable_key('linkedin_pages', 'statistic', link)",
                "_organization_entity_urn": AUTHOR,
                "_share_entity_urn": POST,
                "click_count": "clicks",
                "comment_count": "comments",
                "engagement": "engagement_rate",
                "impression_count": "impressions",
                "like_count": "likes",
                "share_count": "shares",
            },
            key=("_fivetran_id",),
            account="_organization_entity_urn",
        ),
    ),
    signature=("title", "link", "created_on", "impressions"),
    languages=("en", "fr"),
    grain="entity",
    file_names=(r"content_\d+", r"updates_\d+", r"_content", r"_updates"),
    needs=("account",),
    dates="mdy",
)
