with ranked as (
    select
        *,
        {{ version_rank(['organization_id', 'day']) }} as version_rank
    from {{ raw('linkedin_pages', 'organization_daily_visitor') }} as organization_daily_visitor_rows
),

final as (
    select
        organization_id as account_id,
        day as date_day,
        page_views,
        unique_visitors,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
