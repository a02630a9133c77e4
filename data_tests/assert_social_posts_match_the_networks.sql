-- Every post that a network listed or measured is in the mart once, and Facebook's totals are those of its
-- latest reports. A row is a network that differs.
with listed as (
    select
        'facebook' as network,
        post_id
    from {{ ref('stg_meta_business_suite__posts') }}
    union
    select
        'facebook' as network,
        post_id
    from {{ ref('stg_meta_business_suite__post_metrics') }}
    union
    select
        'instagram' as network,
        post_id
    from {{ ref('stg_meta_business_suite__instagram_media') }}
    union
    select
        'instagram' as network,
        post_id
    from {{ ref('stg_meta_business_suite__instagram_media_insights') }}
    union
    select
        'linkedin' as network,
        post_id
    from {{ ref('stg_linkedin_pages__ugc_posts') }}
),

expected as (
    select
        network,
        count(*) as posts
    from listed
    group by network
),

facebook_totals as (
    select
        'facebook' as network,
        sum(coalesce(impressions, 0)) as impressions,
        sum(coalesce(comments, 0)) as comments
    from {{ ref('stg_meta_business_suite__post_metrics') }}
),

marts as (
    select
        network,
        count(*) as posts,
        sum(coalesce(impressions, 0)) as impressions,
        sum(coalesce(comments, 0)) as comments
    from {{ ref('fct_social_posts') }}
    group by network
),

final as (
    select
        expected.network,
        expected.posts as listed_posts,
        marts.posts
    from expected
    left join marts on expected.network = marts.network
    left join facebook_totals on expected.network = facebook_totals.network
    where
        marts.network is null
        or marts.posts < expected.posts
        or (expected.network <> 'linkedin' and marts.posts > expected.posts)
        or marts.impressions <> facebook_totals.impressions
        or marts.comments <> facebook_totals.comments
)

select * from final
