with ranked as (
    select
        *,
        {{ version_rank(['organization_id', 'measure', 'dimension', 'name']) }} as version_rank
    from {{ raw('linkedin_pages', 'organization_demographic') }} as organization_demographic_rows
),

final as (
    select
        organization_id as account_id,
        lower(nullif(trim(measure), '')) as measure_name,
        lower(nullif(trim(dimension), '')) as trait,
        nullif(trim(name), '') as trait_value,
        value as measure_value,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
