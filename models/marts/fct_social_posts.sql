with facebook as (
    select
        'facebook' as network,
        *
    from {{ ref('int_facebook_posts__measured') }}
),

instagram as (
    select
        'instagram' as network,
        *
    from {{ ref('int_instagram_posts__measured') }}
),

linkedin as (
    select
        'linkedin' as network,
        *
    from {{ ref('int_linkedin_posts__measured') }}
),

posts as (
    select * from facebook
    union all
    select * from instagram
    union all
    select * from linkedin
),

counted as (
    select
        *,
        case
            when coalesce(reactions, comments, shares) is not null
                then coalesce(reactions, 0) + coalesce(comments, 0) + coalesce(shares, 0)
        end as interactions
    from posts
),

names as (
    select
        'facebook' as network,
        account_id,
        account_name
    from {{ ref('stg_meta_business_suite__pages') }}
    union all
    select
        'instagram' as network,
        account_id,
        max(coalesce(account_name, username)) as account_name
    from {{ ref('stg_meta_business_suite__instagram_users') }}
    group by account_id
    union all
    select
        'linkedin' as network,
        account_id,
        account_name
    from {{ ref('stg_linkedin_pages__organizations') }}
),

final as (
    select
        {{ surrogate_key(['counted.network', 'counted.post_id']) }} as social_post_key,
        {{ surrogate_key(['counted.network', 'counted.account_id']) }} as social_account_key,
        counted.network,
        counted.account_id,
        names.account_name,
        'Organic Social' as channel,
        counted.post_id,
        counted.post_type,
        counted.published_at,
        {{ local_date('counted.published_at') }} as date_day,
        counted.impressions,
        counted.reach,
        counted.reactions,
        counted.comments,
        counted.shares,
        counted.link_clicks,
        counted.interactions,
        case when counted.reach is not null then counted.interactions end as interactions_with_reach
    from counted
    left join names
        on
            counted.network = names.network
            and counted.account_id = names.account_id
)

select * from final
