with ranked as (
    select
        *,
        {{ version_rank(['page_id', meta_closed_day('date')]) }} as version_rank
    from {{ raw('meta_business_suite', 'daily_page_metrics_total') }} as daily_page_metrics_total_rows
),

final as (
    select
        page_id as account_id,
        {{ meta_closed_day('date') }} as date_day,
        page_fans as followers,
        page_fan_adds as followers_gained,
        page_fan_removes as followers_lost,
        page_impressions as impressions,
        page_post_engagements as engagements,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
