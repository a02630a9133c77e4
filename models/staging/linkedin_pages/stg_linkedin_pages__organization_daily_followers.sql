with ranked as (
    select
        *,
        {{ version_rank(['organization_id', 'day']) }} as version_rank
    from {{ raw('linkedin_pages', 'organization_daily_follower') }} as organization_daily_follower_rows
),

final as (
    select
        organization_id as account_id,
        day as date_day,
        organic_follower_gain as followers_gained_organic,
        paid_follower_gain as followers_gained_paid,
        total_follower_gain as followers_gained,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
