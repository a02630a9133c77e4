with

reach as (

    select * from {{ ref('int_ad_reach__unioned') }}

),

with_grain as (

    select
        *,
        {{ period_grain('period_start', 'period_end') }} as period_grain
    from reach

),

final as (

    select
        {{ surrogate_key([
            'platform', 'reach_level', 'account_id', 'campaign_id', 'ad_id', 'period_start', 'period_end'
        ]) }} as ad_reach_key,
        platform,
        reach_level,
        account_id,
        case
            when campaign_id is not null
                then {{ surrogate_key(['platform', 'account_id', 'campaign_id']) }}
        end as campaign_key,
        ad_id,
        {{ ad_channel('platform', 'null') }} as channel,
        period_start,
        period_end,
        period_grain,
        reach,
        impressions,
        ad_recallers
    from with_grain

)

select * from final
