with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('linkedin_pages', 'organization') }} as organization_rows
),

final as (
    select
        id as account_id,
        nullif(trim(localized_name), '') as account_name,
        nullif(trim(vanity_name), '') as username,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
