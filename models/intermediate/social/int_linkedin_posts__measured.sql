with posts as (
    select * from {{ ref('stg_linkedin_pages__ugc_posts') }}
),

statistics as (
    select
        statistics.*,
        coalesce(bridge.post_id, statistics.share_id) as post_id
    from {{ ref('stg_linkedin_pages__share_statistics') }} as statistics
    left join {{ ref('stg_linkedin_pages__ugc_post_share_statistics') }} as bridge
        on statistics.share_statistic_id = bridge.share_statistic_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by post_id
            order by exported_at desc nulls last, impressions desc nulls last, share_statistic_id desc
        ) as export_rank
    from statistics
),

latest as (
    select * from ranked
    where export_rank = 1
),

post_ids as (
    select post_id from posts
    union
    select post_id from latest
),

final as (
    select
        post_ids.post_id,
        coalesce(posts.account_id, latest.account_id) as account_id,
        cast(null as {{ dbt.type_string() }}) as post_type,
        posts.published_at,
        latest.impressions,
        latest.reach,
        latest.reactions,
        latest.comments,
        latest.shares,
        latest.link_clicks
    from post_ids
    left join posts on post_ids.post_id = posts.post_id
    left join latest on post_ids.post_id = latest.post_id
)

select * from final
