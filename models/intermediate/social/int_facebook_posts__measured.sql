with posts as (
    select * from {{ ref('stg_meta_business_suite__posts') }}
),

metrics as (
    select * from {{ ref('stg_meta_business_suite__post_metrics') }}
),

post_ids as (
    select post_id from posts
    union
    select post_id from metrics
),

final as (
    select
        post_ids.post_id,
        coalesce(posts.account_id, {{ dbt.split_part('post_ids.post_id', "'_'", 1) }}) as account_id,
        posts.post_type,
        posts.published_at,
        metrics.impressions,
        metrics.reach,
        metrics.reactions,
        metrics.comments,
        coalesce(metrics.shares, posts.shares) as shares,
        metrics.link_clicks
    from post_ids
    left join posts on post_ids.post_id = posts.post_id
    left join metrics on post_ids.post_id = metrics.post_id
)

select * from final
