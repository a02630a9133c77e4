with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('meta_business_suite', 'page') }} as page_rows
),

final as (
    select
        id as account_id,
        nullif(trim(name), '') as account_name,
        fan_count as followers,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
