-- As each platform reports it of the account for exactly these days; never added over days.
select sum(reach) from (
    select reach from meta_ads.period_insights
    where campaign_id is null and date_start = getvariable('first') and date_stop = getvariable('last')
    union all
    select approximate_unique_impressions from linkedin_ads.ad_analytics_by_period
    where campaign_id is null and date_start = getvariable('first') and date_end = getvariable('last')
)
