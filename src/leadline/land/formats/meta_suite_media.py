"""Meta Business Suite: Instagram posts, reels and stories with their totals since they were published (EN,
FR).
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats import meta_suite_posts as facebook

TYPE = "strip_accents(lower(coalesce(post_type, '')))"
KIND = (
    f"case when {TYPE} like '%story%' or {TYPE} like '%stories%' then 'story'"
    f" when regexp_matches({TYPE}, 'carr?ousel') then 'carousel_album'"
    f" when {TYPE} like '%reel%' then 'reel' else 'video_photo' end"
)
MEDIA_TYPE = (
    f"case {KIND} when 'carousel_album' then 'CAROUSEL_ALBUM' when 'reel' then 'REELS'"
    f" else case when {TYPE} like '%video%' then 'VIDEO' else 'IMAGE' end end"
)


def only(kind: str, column: str) -> str:
    """The column, for media of one kind: Instagram's API has a set of columns for each kind."""
    return f"case when {KIND} = '{kind}' then {column} end"


FORMAT = Format(
    name="meta_suite_media",
    title="Meta Business Suite Instagram posts",
    source="meta_business_suite",
    columns=(
        Column("post_id", facebook.POST_ID, required=True),
        Column("account_id", ("Account ID", "ID du compte", "Identifiant du compte"), required=True),
        Column(
            "username",
            (
                "Account username",
                "Nom d'utilisateur du compte",
                "Nom de profil du compte",
                "Nom d'utilisateur(ice) du compte",
                "Nom d'utilisateur ou d'utilisatrice du compte",
                "Nom d'utilisateur",
            ),
            required=True,
        ),
        Column("account_name", ("Account name", "Nom du compte")),
        Column("description", ("Description",)),
        Column("published_at", facebook.PUBLISHED, "timestamp", required=True),
        Column("permalink", facebook.LINK),
        Column("post_type", facebook.KIND),
        Column("period", facebook.PERIOD),
        Column("views", facebook.VIEWS, "integer"),
        Column("reach", facebook.REACH, "integer"),
        Column("likes", ("Likes", "J'aime", "Mentions J'aime", "Mentions « J'aime »"), "integer"),
        Column("comments", facebook.COMMENTS, "integer"),
        Column("shares", facebook.SHARES, "integer"),
        Column("saves", ("Saves", "Enregistrements"), "integer"),
        Column("follows", ("Follows", "Suivis", "Abonnements"), "integer"),
        Column("replies", ("Replies", "Réponses"), "integer"),
    ),
    targets=(
        Target(
            "meta_business_suite",
            "instagram_media_history",
            {
                "id": "post_id",
                "user_id": "account_id",
                "username": "username",
                "created_time": "published_at",
                "caption": "description",
                "media_type": MEDIA_TYPE,
                "is_story": f"{KIND} = 'story'",
                "permalink": "permalink",
            },
            key=("id",),
            account="user_id",
        ),
        Target(
            "meta_business_suite",
            "instagram_media_insights",
            {
                "id": "post_id",
                "like_count": "likes",
                "comment_count": "comments",
                "video_photo_reach": only("video_photo", "reach"),
                "video_photo_saved": only("video_photo", "saves"),
                "video_photo_shares": only("video_photo", "shares"),
                "video_photo_views": only("video_photo", "views"),
                "carousel_album_reach": only("carousel_album", "reach"),
                "carousel_album_saved": only("carousel_album", "saves"),
                "carousel_album_shares": only("carousel_album", "shares"),
                "carousel_album_views": only("carousel_album", "views"),
                "reel_comments": only("reel", "comments"),
                "reel_likes": only("reel", "likes"),
                "reel_reach": only("reel", "reach"),
                "reel_shares": only("reel", "shares"),
                "reel_views": only("reel", "views"),
                "story_reach": only("story", "reach"),
                "story_replies": only("story", "replies"),
                "story_views": only("story", "views"),
                "story_shares": only("story", "shares"),
            },
            key=("id",),
        ),
    ),
    signature=("post_id", "account_id", "username", "published_at"),
    languages=("en", "fr"),
    grain="entity",
    needs=("time_zone",),
    checks=(facebook.totals_since_publication,),
)
