with ranked as (
    select
        *,
        {{ version_rank(['organization_id', 'day']) }} as version_rank
    from {{ raw('linkedin_pages', 'organization_daily_statistic') }} as organization_daily_statistic_rows
),

final as (
    select
        organization_id as account_id,
        day as date_day,
        follower_count as followers,
        impression_count as impressions,
        click_count as clicks,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
