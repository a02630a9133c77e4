with ranked as (
    select
        *,
        {{ version_rank(['id'], newest=['updated_time']) }} as version_rank
    from {{ raw('meta_business_suite', 'post_history') }} as post_history_rows
),

final as (
    select
        id as post_id,
        page_id as account_id,
        created_time as published_at,
        updated_time as updated_at,
        lower(nullif(trim(status_type), '')) as post_type,
        share_count as shares,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
