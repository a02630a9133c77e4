with facebook as (
    select
        'facebook' as network,
        daily.account_id,
        pages.account_name,
        daily.date_day,
        daily.followers,
        daily.followers_gained,
        daily.followers_lost,
        daily.impressions,
        daily.engagements,
        cast(null as bigint) as clicks
    from {{ ref('stg_meta_business_suite__daily_page_metrics') }} as daily
    left join {{ ref('stg_meta_business_suite__pages') }} as pages on daily.account_id = pages.account_id
),

instagram as (
    select
        'instagram' as network,
        account_id,
        coalesce(account_name, username) as account_name,
        date_day,
        followers,
        cast(null as bigint) as followers_gained,
        cast(null as bigint) as followers_lost,
        cast(null as bigint) as impressions,
        cast(null as bigint) as engagements,
        cast(null as bigint) as clicks
    from {{ ref('stg_meta_business_suite__instagram_users') }}
),

linkedin as (
    select
        'linkedin' as network,
        daily.account_id,
        organizations.account_name,
        daily.date_day,
        daily.followers,
        cast(null as bigint) as followers_gained,
        cast(null as bigint) as followers_lost,
        daily.impressions,
        cast(null as bigint) as engagements,
        daily.clicks
    from {{ ref('stg_linkedin_pages__organization_daily_statistics') }} as daily
    left join {{ ref('stg_linkedin_pages__organizations') }} as organizations
        on daily.account_id = organizations.account_id
),

final as (
    select * from facebook
    union all
    select * from instagram
    union all
    select * from linkedin
)

select * from final
