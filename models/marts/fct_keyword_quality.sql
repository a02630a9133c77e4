with

keyword_days as (

    select
        date_day,
        account_id,
        campaign_id,
        ad_group_id,
        keyword_id,
        max(keyword) as keyword,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(case when quality_score is not null then impressions end) as bigint) as scored_impressions,
        cast(sum(quality_score * impressions) as bigint) as weighted_quality_score
    from {{ ref('stg_google_ads__keyword_stats') }}
    group by date_day, account_id, campaign_id, ad_group_id, keyword_id

),

final as (

    select
        {{ surrogate_key([
            'days.date_day', 'days.account_id', 'days.campaign_id', 'days.ad_group_id', 'days.keyword_id'
        ]) }} as keyword_quality_key,
        days.date_day,
        'google_ads' as platform,
        days.account_id,
        case
            when days.campaign_id is not null
                then {{ surrogate_key(["'google_ads'", 'days.account_id', 'days.campaign_id']) }}
        end as campaign_key,
        coalesce(campaigns.campaign_channel, {{ ad_channel("'google_ads'", 'null') }}) as channel,
        days.ad_group_id,
        days.keyword_id,
        days.keyword,
        days.impressions,
        days.clicks,
        days.scored_impressions,
        days.weighted_quality_score
    from keyword_days as days
    left join {{ ref('dim_campaign') }} as campaigns
        on
            campaigns.platform = 'google_ads'
            and days.account_id = campaigns.account_id
            and days.campaign_id = campaigns.campaign_id

)

select * from final
