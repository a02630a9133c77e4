select sum(impressions) / sum(reach) from (
    select impressions, reach from meta_ads.period_insights
    where campaign_id is null and date_start = getvariable('first') and date_stop = getvariable('last')
    union all
    select impressions, approximate_unique_impressions from linkedin_ads.ad_analytics_by_period
    where campaign_id is null and date_start = getvariable('first') and date_end = getvariable('last')
)
