with

counts as (

    select
        date_day,
        ad_id,
        action_type,
        action_count,
        cast(null as decimal(18, 6)) as revenue,
        'count' as figure,
        exported_at
    from {{ ref('stg_meta_ads__basic_ad_actions') }}

),

amounts as (

    select
        date_day,
        ad_id,
        action_type,
        cast(null as {{ double_type() }}) as action_count,
        revenue,
        'revenue' as figure,
        exported_at
    from {{ ref('stg_meta_ads__basic_ad_action_values') }}

),

unioned as (

    select * from counts
    union all
    select * from amounts

),

with_account as (

    select
        unioned.*,
        ads.account_id
    from unioned
    left join {{ ref('int_meta_ads_ads__known') }} as ads
        on unioned.ad_id = ads.ad_id

),

latest as (

    {{ latest_export(
        'with_account', partition_by=['figure', 'account_id', 'date_day'], synced_at='exported_at'
    ) }}

),

ranked as (

    select
        latest.*,
        action_types.measure,
        row_number() over (
            partition by latest.figure, latest.ad_id, latest.date_day, action_types.measure
            order by action_types.precedence
        ) as choice
    from latest
    inner join {{ ref('ref_meta_action_types') }} as action_types
        on
            latest.action_type = action_types.action_type
            and (latest.figure = 'count' or action_types.measure = 'conversions')

),

final as (

    select
        date_day,
        account_id,
        ad_id,
        sum(case when measure = 'conversions' then action_count end) as conversions,
        sum(case when measure = 'leads' then action_count end) as leads,
        sum(case when measure = 'conversions' then revenue end) as revenue
    from ranked
    where choice = 1
    group by date_day, account_id, ad_id

)

select * from final
