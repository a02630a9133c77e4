with

history as (

    select
        ad_id,
        account_id,
        campaign_id
    from {{ ref('stg_meta_ads__ads') }}

),

delivered as (

    select
        ad_id,
        max(account_id) as account_id
    from {{ ref('stg_meta_ads__basic_ad') }}
    group by ad_id

),

ads as (

    select ad_id from history
    union
    select ad_id from delivered

),

final as (

    select
        ads.ad_id,
        coalesce(history.account_id, delivered.account_id) as account_id,
        history.campaign_id
    from ads
    left join history
        on ads.ad_id = history.ad_id
    left join delivered
        on ads.ad_id = delivered.ad_id

)

select * from final
