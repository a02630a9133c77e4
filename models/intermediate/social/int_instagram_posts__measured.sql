with media as (
    select
        *,
        case
            when is_story then 'story'
            when media_type = 'CAROUSEL_ALBUM' then 'carousel_album'
            when media_type in ('REELS', 'REEL') then 'reel'
            when media_type = 'IMAGE' then 'photo'
            when media_type = 'VIDEO' then 'video'
        end as post_type
    from {{ ref('stg_meta_business_suite__instagram_media') }}
),

insights as (
    select * from {{ ref('stg_meta_business_suite__instagram_media_insights') }}
),

post_ids as (
    select post_id from media
    union
    select post_id from insights
),

final as (
    select
        post_ids.post_id,
        media.account_id,
        media.post_type,
        media.published_at,
        case media.post_type
            when 'story' then coalesce(insights.story_impressions, insights.story_views)
            when 'carousel_album'
                then coalesce(insights.carousel_album_impressions, insights.carousel_album_views)
            when 'reel' then insights.reel_views
            when 'photo' then coalesce(insights.video_photo_impressions, insights.video_photo_views)
            else coalesce(
                insights.video_photo_impressions, insights.video_photo_views, insights.reel_views,
                insights.carousel_album_impressions, insights.carousel_album_views,
                insights.story_impressions, insights.story_views
            )
        end as impressions,
        case media.post_type
            when 'story' then insights.story_reach
            when 'carousel_album' then insights.carousel_album_reach
            when 'reel' then insights.reel_reach
            when 'photo' then insights.video_photo_reach
            else coalesce(
                insights.video_photo_reach, insights.reel_reach, insights.carousel_album_reach,
                insights.story_reach
            )
        end as reach,
        case
            when media.post_type = 'reel' then coalesce(insights.reel_likes, insights.like_count)
            else insights.like_count
        end as reactions,
        case
            when media.post_type = 'reel' then coalesce(insights.reel_comments, insights.comment_count)
            when media.post_type = 'story' then coalesce(insights.story_replies, insights.comment_count)
            else insights.comment_count
        end as comments,
        case media.post_type
            when 'story' then insights.story_shares
            when 'carousel_album' then insights.carousel_album_shares
            when 'reel' then insights.reel_shares
            when 'photo' then insights.video_photo_shares
            else coalesce(
                insights.video_photo_shares, insights.reel_shares, insights.carousel_album_shares,
                insights.story_shares
            )
        end as shares,
        cast(null as bigint) as link_clicks
    from post_ids
    left join media on post_ids.post_id = media.post_id
    left join insights on post_ids.post_id = insights.post_id
)

select * from final
