select sum(estimated_ad_recallers) / sum(reach) from meta_ads.period_insights
where campaign_id is null and date_start = getvariable('first') and date_stop = getvariable('last')
