with

google_ads as (

    select
        'google_ads' as platform,
        account_id,
        campaign_id,
        campaign_name,
        channel_type,
        cast(null as {{ dbt.type_string() }}) as objective,
        updated_at
    from {{ ref('stg_google_ads__campaigns') }}

),

meta_ads as (

    select
        'meta_ads' as platform,
        account_id,
        campaign_id,
        campaign_name,
        cast(null as {{ dbt.type_string() }}) as channel_type,
        objective,
        coalesce(updated_at, exported_at) as updated_at
    from {{ ref('stg_meta_ads__campaigns') }}

),

linkedin_ads as (

    select
        'linkedin_ads' as platform,
        account_id,
        campaign_id,
        campaign_name,
        cast(null as {{ dbt.type_string() }}) as channel_type,
        cast(null as {{ dbt.type_string() }}) as objective,
        updated_at
    from {{ ref('stg_linkedin_ads__campaigns') }}

),

microsoft_ads as (

    select
        'microsoft_ads' as platform,
        account_id,
        campaign_id,
        campaign_name,
        campaign_type as channel_type,
        cast(null as {{ dbt.type_string() }}) as objective,
        updated_at
    from {{ ref('stg_microsoft_ads__campaigns') }}

),

tiktok_ads as (

    select
        'tiktok_ads' as platform,
        account_id,
        campaign_id,
        campaign_name,
        cast(null as {{ dbt.type_string() }}) as channel_type,
        objective,
        updated_at
    from {{ ref('stg_tiktok_ads__campaigns') }}

),

final as (

    select * from google_ads
    union all
    select * from meta_ads
    union all
    select * from linkedin_ads
    union all
    select * from microsoft_ads
    union all
    select * from tiktok_ads

)

select * from final
