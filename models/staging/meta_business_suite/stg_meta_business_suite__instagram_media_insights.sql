with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('meta_business_suite', 'instagram_media_insights') }} as instagram_media_insights_rows
),

final as (
    select
        id as post_id,
        like_count,
        comment_count,
        video_photo_engagement,
        video_photo_reach,
        video_photo_saved,
        video_photo_shares,
        video_photo_views,
        video_photo_impressions,
        carousel_album_engagement,
        carousel_album_reach,
        carousel_album_saved,
        carousel_album_shares,
        carousel_album_views,
        carousel_album_impressions,
        reel_comments,
        reel_likes,
        reel_reach,
        reel_shares,
        reel_views,
        reel_total_interactions,
        story_reach,
        story_replies,
        story_views,
        story_impressions,
        story_shares,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
