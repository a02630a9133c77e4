with latest as (
    select * from google_ads.keyword_stats
    qualify _fivetran_synced
        >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
)
select sum(quality_score * impressions) / sum(impressions)
from latest
where quality_score is not null and asked(date)
