with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('hubspot', 'company') }} as company
),

final as (
    select
        id as company_id,
        lower(nullif(trim(property_domain), '')) as domain,
        nullif(trim(property_industry), '') as industry,
        nullif(trim(property_city), '') as city,
        nullif(trim(property_country), '') as country,
        property_numberofemployees as employees,
        property_annualrevenue as annual_revenue,
        nullif(trim(property_lifecyclestage), '') as lifecycle_stage,
        property_createdate as created_at,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
