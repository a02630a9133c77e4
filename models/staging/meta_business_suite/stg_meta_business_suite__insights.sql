with ranked as (
    select
        *,
        {{ version_rank(['account_id', 'network', 'metric', 'date']) }} as version_rank
    from {{ raw('meta_business_suite', 'insight') }} as insight_rows
),

final as (
    select
        account_id,
        lower(nullif(trim(network), '')) as network,
        lower(nullif(trim(metric), '')) as metric_name,
        date as date_day,
        value as metric_value,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
