with

accounts as (

    select
        'google_ads' as platform,
        account_id,
        account_name,
        currency
    from {{ ref('stg_google_ads__accounts') }}
    union all
    select
        'meta_ads' as platform,
        account_id,
        account_name,
        currency
    from {{ ref('stg_meta_ads__accounts') }}
    union all
    select
        'linkedin_ads' as platform,
        account_id,
        account_name,
        currency
    from {{ ref('stg_linkedin_ads__accounts') }}
    union all
    select
        'microsoft_ads' as platform,
        account_id,
        account_name,
        currency
    from {{ ref('stg_microsoft_ads__accounts') }}
    union all
    select
        'tiktok_ads' as platform,
        account_id,
        account_name,
        currency
    from {{ ref('stg_tiktok_ads__accounts') }}

),

final as (

    select
        platform,
        account_id,
        account_name,
        currency
    from accounts

)

select * from final
